/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the systemd unit of a process says of its OOM score: the line with OOMScoreAdjust= that
 * counts, in the unit's file or its drop-ins (systemd.unit(5), systemd.exec(5)).
 *
 * Only services are looked at. A user's own units in the home folder are not, and defaults of the
 * manager (DefaultOOMScoreAdjust=) neither.
 */

#include <stdbool.h>

#include "base/span.h"

struct arena;
struct root;

struct unit_adj {
	const char *unit; /* "ssh.service"; NULL: it is in none */
	bool user;	  /* of a user's manager */
	bool set;	  /* a line counts */
	int adj;
	const char *
		file; /* as the host has it: "/etc/systemd/system/ssh.service.d/oom.conf" */
	unsigned line;
};

/* @lines: the process's /proc/PID/cgroup. 0 or -ENOMEM. */
int unit_adj_find(struct arena *arena, const struct root *root, const char *lines,
		  struct unit_adj *ret) __attribute__((warn_unused_result));
