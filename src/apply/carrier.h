/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Who carries out the schedules of a profile on this host: told by the files that persist wrote for
 * systemd or cron. What they carry out the daemon must not run as well.
 */

#include <stddef.h>

#include "plan/timers.h"

struct arena;
struct carrying;
struct root;

/*
 * Reads the files of @profile's schedules below @root: those that are there, ours or not. Units are
 * looked for by number, until several in a row are missing: up to @least in any case. 0 or -ENOMEM;
 * a file that cannot be read is none of ours.
 */
int carrier_read(struct arena *arena, const struct root *root, const char *profile,
		 size_t least, struct carrying *ret) __attribute__((warn_unused_result));

/* Only who it is. 0 or -ENOMEM. */
int carrier_find(struct arena *arena, const struct root *root, const char *profile,
		 enum carrier *ret) __attribute__((warn_unused_result));
