/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The reports that are found in a log, in order. */

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "oom/reader.h"
#include "tap.h"

#define ROOM	     ((size_t)64 << 20)
#define REPORTS_MOST 64

struct reports {
	struct oom_report items[REPORTS_MOST];
	size_t len;
	int answer; /* from the second one on */
};

__attribute__((unused)) static int reports_add(void *data,
					       const struct oom_report *report)
{
	struct reports *reports = data;

	if (reports->len == REPORTS_MOST)
		abort();
	reports->items[reports->len++] = *report;
	return reports->len > 1 ? reports->answer : 0;
}

/* One that was found; an empty one where there is none. */
__attribute__((unused)) static const struct oom_report *
report_at(const struct reports *reports, size_t at)
{
	static const struct oom_report none = { .trigger_pid = -7, .chosen_pid = -7 };

	return at < reports->len ? &reports->items[at] : &none;
}

/* The pid of its victim number @at; -1: it has no such victim. */
__attribute__((unused)) static int64_t victim_of(const struct oom_report *report,
						 size_t at)
{
	return at < report->kills.len ? report->kills.items[at].pid : -1;
}
