/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Times as logs write them. */

#include <stdint.h>

#include "base/span.h"

/* What a time that leaves something out is reckoned from, in seconds since the epoch. */
struct stamp_base {
	int64_t now;	/* of a day without its year: the last such day; -1: not known */
	int64_t booted; /* of seconds since then; -1: not known */
};

/* "Jun 10 13:33:11" (here), "2026-06-10T13:33:11+02:00", "Mon Jun 10 13:33:11 2026", "813.000001",
 * "813000001" (microseconds since boot). Seconds since the epoch; -1: it does not tell. */
int64_t stamp_time(struct span when, const struct stamp_base *base);
