/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A host's local time, by its etc/localtime.
 *
 * The C library keeps one zone for the process, and so does this.
 */

#include <stdint.h>

#include "base/span.h"

struct root;

#define LOCALTIME_TEXT 48

/*
 * From here on local time is that of @root: of "/" what the environment's TZ or /etc/localtime says, of a
 * tree its own etc/localtime, or UTC where it has none. 0, or -errno where that cannot be read or is no
 * zone (-EINVAL), which leaves a tree with UTC.
 */
int localtime_use(const struct root *root) __attribute__((warn_unused_result));

/* The host's zone stays as it is now: else the library asks the file anew for each time that is read. To be
 * called before localtime_use(). 0 or -ENOMEM. */
int localtime_fix(void) __attribute__((warn_unused_result));
/* Takes notice of another /etc/localtime; for whoever runs for long, on "/". */
void localtime_refresh(void);

/* Seconds east of Greenwich at @wall, in seconds since the epoch. For struct local_time of plan/. */
int localtime_offset(int64_t wall, void *unused);

/* "Thu 2026-11-26 03:30 CET" in @ret, which it returns; "?" beyond what a calendar has. */
const char *localtime_text(int64_t wall, char ret[LOCALTIME_TEXT]);
/* "2026-11-26T03:30:00+01:00" (RFC 3339). */
const char *localtime_rfc3339(int64_t wall, char ret[LOCALTIME_TEXT]);
/* The zone's name alone: "CET". */
const char *localtime_zone(int64_t wall, char ret[LOCALTIME_TEXT]);

/*
 * The moment that a text means in local time: "2026-11-26" (its beginning), "2026-11-26T03:30",
 * "2026-11-26 03:30:15". 0, or -EINVAL: it is none, or no calendar has it.
 */
int localtime_read(struct span text, int64_t *ret) __attribute__((warn_unused_result));
