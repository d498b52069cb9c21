/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The reports of `diagnose`: each is judged as it comes, and those that were not asked for are left
 * out. */

#include <stddef.h>
#include <stdint.h>

#include "cli/log_feed.h"
#include "oom/suggest.h"

struct context;

struct findings {
	struct oom_finding *items;
	size_t len, cap;
};

struct diagnosing {
	struct context *context;
	struct log_feed feed;
	struct findings findings;
	int64_t since;	/* JOURNALCTL_SINCE_EVER: all */
	size_t last;	/* so many of the newest; 0: all */
	size_t undated; /* that are kept though nobody knows whether they are old */
	size_t older;	/* that were left out */
};

/* Gets ready to read; @diagnosing has its context, since and last, and stays where it is. 0 or
 * -ENOMEM. */
int diagnosing_begin(struct diagnosing *diagnosing) __attribute__((warn_unused_result));
/* All is read: takes the last ones. 0 or -ENOMEM. */
int diagnosing_finish(struct diagnosing *diagnosing) __attribute__((warn_unused_result));
