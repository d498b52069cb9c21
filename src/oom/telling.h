/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Sentences about a report, put down one by one. */

#include "oom/cause.h"

struct arena;

struct telling {
	struct arena *arena;
	const struct findings *findings;
	const struct oom_report *report;
	struct oom_verdict *verdict;
	int error; /* 0 or -ENOMEM */
};

/* With the line of the log that shows it; 0: none does. */
void tell(struct telling *telling, uint64_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Is @kib so many hundredths of @total? No, where either is not known. */
bool telling_is_part(int64_t kib, int64_t total, int hundredths);

#define TELLING_LABEL (ZONE_NAME + 20)

/* "Normal", and " of node 1" where the report has several. */
const char *telling_label(const struct telling *telling, const struct oom_zone *zone,
			  char ret[TELLING_LABEL]);
