/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * From a kernel log to the OOM reports in it.
 *
 * It is fed with the log piece by piece, as it is read, and hands over each report when it is whole,
 * or when it will not become so. Between reports it runs over the text without looking at lines.
 * Everything is told by the shape of lines, never by version. Opens nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oom/report.h"
#include "oom/stamp.h"

struct arena;
struct oom_reader;

struct oom_reader_wish {
	bool keep_tasks;	/* the rows of the task tables, besides their sums */
	struct stamp_base base; /* what times are reckoned from */
	/*
	 * Called with each report, in the order in which they end. The report and what it points
	 * to live in the arena of oom_reader_new(), but for @report itself. 0, or a negative errno,
	 * which ends the reading.
	 */
	int (*found)(void *data, const struct oom_report *report);
	void *data;
};

/* NULL: out of memory. */
struct oom_reader *oom_reader_new(struct arena *arena, const struct oom_reader_wish *wish)
	__attribute__((warn_unused_result));

/* A new log begins; @name lives as long as the arena. What the last one left open is handed over.
 * 0 or a negative errno. */
int oom_reader_begin(struct oom_reader *reader, const char *name)
	__attribute__((warn_unused_result));
/* The next bytes of it. 0 or a negative errno, with which the log ends. */
int oom_reader_feed(struct oom_reader *reader, const char *bytes, size_t len)
	__attribute__((warn_unused_result));
/* It ends. 0 or a negative errno. */
int oom_reader_end(struct oom_reader *reader) __attribute__((warn_unused_result));
