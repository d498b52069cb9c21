/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Accounts of all kinds, as the views are to show them. */

#include <errno.h>

#include "knob/knob.h"
#include "render/view.h"
#include "state/account.h"
#include "state/host.h"
#include "state/state.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"

static const struct source sample_a = { "/etc/sysctl.d/99-local.conf", "", 0 },
			   sample_b = { "/usr/lib/sysctl.d/10-distribution.conf", "", 0 };

static const struct conf_line sample_winner = { .key = "vm.swappiness",
						.value = "10",
						.at = { &sample_a, 3, 0 } },
			      sample_loser = { .key = "vm.swappiness",
					       .value = "60",
					       .at = { &sample_b, 12, 0 } },
			      sample_back = { .key = "vm.x", .at = { &sample_a, 4, 0 } },
			      sample_empty = { .key = "vm.y",
					       .value = "",
					       .at = { &sample_a, 5, 0 } };

static struct boot_loser sample_losers[] = {
	{ &sample_loser, "/etc/sysctl.d/99-local.conf:3 comes later" },
	{ &sample_empty, "the kernel refuses it: it is no number" },
};

static struct writer sample_writers[] = {
	{ "tuned",
	  "profile balanced sets it to 10 (/usr/lib/tuned/balanced/tuned.conf:6)" },
	{ "another", "does, too" },
};

static const struct live sample_there = { .path = "proc/sys/vm/swappiness",
					  .text = "60",
					  .error = 0,
					  .fd = -1 },
			 sample_absent = { .path = "proc/sys/vm/x",
					   .text = NULL,
					   .error = ENOENT,
					   .fd = -1 },
			 sample_denied = { .path = "proc/sys/vm/y",
					   .text = NULL,
					   .error = EACCES,
					   .fd = -1 },
			 sample_unread = { .path = "proc/sys/vm/drop_caches",
					   .text = NULL,
					   .error = 0,
					   .fd = -1 };

static const struct host sample_host = { .release = "6.1.0", .kernel = { 6, 1, 0 } };
static const struct sysctl_loader sample_loader = { .name = "systemd",
						    .about = "systemd-sysctl" };

/* A knob with a conflict. */
__attribute__((unused)) static struct account sample_conflict(void)
{
	return (struct account){
		.key = "vm.swappiness",
		.knob = knob_find("vm.swappiness", "6.1.0"),
		.source = &sample_there,
		.live = "60",
		.sysctl = true,
		.boot = { "10", &sample_winner, sample_losers, 2 },
		.rival = "procps",
		.rival_boot = { "60", &sample_loser, NULL, 0 },
		.writers = { sample_writers, 2, 2 },
		.state = ACCOUNT_NOT_IN_FORCE,
	};
}

/* One that nobody knows. */
__attribute__((unused)) static struct account
sample_stranger(const struct live *source, const char *live, enum account_state state)
{
	return (struct account){
		.key = "vm.x",
		.source = source,
		.live = live,
		.sysctl = true,
		.state = state,
	};
}

__attribute__((unused)) static struct account_view
sample_view(struct arena *arena, const struct account *accounts, size_t len)
{
	return (struct account_view){
		.arena = arena,
		.accounts = accounts,
		.len = len,
		.host = &sample_host,
		.loader = &sample_loader,
	};
}
