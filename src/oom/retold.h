/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Who writes about a report shows it first, and then goes through it line by line. Such lines are no
 * report of their own: they say nothing that was not said, of the same moment.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct taking;

#define RETOLD_TIMES 4
#define RETOLD_KEPT  8

/* When lines of a report were logged: the first, and those about its victim. */
struct retold_times {
	uint64_t hashes[RETOLD_TIMES]; /* 0: no more */
};

/* Reports that were whole, the latest ones. */
struct retold {
	struct {
		struct retold_times times;
		uint64_t asker;
		bool killed;
		int64_t pid; /* of the victim */
		int64_t usage, limit;
		const char *path; /* of the control group; as long as reports live */
	} kept[RETOLD_KEPT];
	size_t next;
};

/* Adds the time of a line, as the log has it. */
void retold_time(struct retold_times *times, struct span when);
/* Is there nothing in @taking that one of the reports before has not? Else it is kept. */
bool retold_is(struct retold *retold, const struct taking *taking,
	       const struct retold_times *times);
