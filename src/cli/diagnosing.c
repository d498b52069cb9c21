/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/diagnosing.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/vec.h"
#include "cli/command.h"
#include "oom/reader.h"
#include "oom/stamp.h"
#include "oom/verdict.h"
#include "sys/journalctl.h"

/* A log tells of days without their year, and of seconds since a boot: which those are says the log
 * as a whole. */
static int64_t time_of(const struct diagnosing *diagnosing,
		       const struct oom_report *report)
{
	const struct stamp_base base = { .now = diagnosing->feed.written,
					 .booted = diagnosing->feed.booted };

	if (report->time >= 0 || !report->when)
		return report->time;
	return stamp_time(span_of(report->when), &base);
}

/* Where @report belongs among those before the last place, which is free: in the order of their first
 * lines, of which one that is told in between others may end before these. */
static struct oom_finding *place_of(struct findings *findings,
				    const struct oom_report *report)
{
	size_t i = findings->len - 1;

	for (; i > 0 && findings->items[i - 1].report.file == report->file &&
	       findings->items[i - 1].report.line > report->line;
	     i--)
		findings->items[i] = findings->items[i - 1];
	return &findings->items[i];
}

static int keep(void *data, const struct oom_report *report)
{
	struct diagnosing *diagnosing = data;
	struct arena *arena = diagnosing->context->arena;
	int64_t time = time_of(diagnosing, report);
	struct oom_finding *finding;

	if (time >= 0 && time < diagnosing->since) {
		diagnosing->older++;
		return 0;
	}
	finding = vec_push(arena, &diagnosing->findings);
	if (!finding)
		return -ENOMEM;
	finding = place_of(&diagnosing->findings, report);
	if (time < 0)
		diagnosing->undated++;
	finding->report = *report;
	finding->report.time = time;
	return oom_verdict(arena, &finding->report, &finding->verdict);
}

int diagnosing_begin(struct diagnosing *diagnosing)
{
	const struct oom_reader_wish wish = {
		.keep_tasks = given(diagnosing->context, OPTION_TASKS),
		/* Each log has its own. */
		.base = { .now = -1, .booted = -1 },
		.found = keep,
		.data = diagnosing,
	};
	int r = log_feed_init(&diagnosing->feed, diagnosing->context);

	diagnosing->feed.reports = &diagnosing->findings.len;
	diagnosing->feed.reader = oom_reader_new(diagnosing->context->arena, &wish);
	return r < 0 || diagnosing->feed.reader ? r : -ENOMEM;
}

/* A report in the order of time. */
struct turn {
	int64_t time;
	size_t index;
};

static int by_time(const void *a, const void *b)
{
	const struct turn *left = a, *right = b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return (left->index > right->index) - (left->index < right->index);
}

/* Without the time of each there is the order in which they were read. */
static int sort(struct diagnosing *diagnosing)
{
	struct findings *findings = &diagnosing->findings;
	struct oom_finding *sorted =
		arena_array(diagnosing->context->arena, findings->len, sizeof(*sorted));
	struct turn *turns =
		arena_array(diagnosing->context->arena, findings->len, sizeof(*turns));

	if (!sorted || !turns)
		return -ENOMEM;
	for (size_t i = 0; i < findings->len; i++)
		turns[i] = (struct turn){ findings->items[i].report.time, i };
	qsort(turns, findings->len, sizeof(*turns), by_time);
	for (size_t i = 0; i < findings->len; i++)
		sorted[i] = findings->items[turns[i].index];
	findings->items = sorted;
	findings->cap = findings->len;
	return 0;
}

static void say_of_undated(const struct diagnosing *diagnosing)
{
	size_t undated = diagnosing->undated;

	if (undated == 0 || diagnosing->since == JOURNALCTL_SINCE_EVER ||
	    given(diagnosing->context, OPTION_QUIET))
		return;
	diag_note(&diagnosing->context->diags, NOWHERE,
		  "%zu report%s of which the log does not tell the time %s among these",
		  undated, undated == 1 ? "" : "s", undated == 1 ? "is" : "are");
}

int diagnosing_finish(struct diagnosing *diagnosing)
{
	struct findings *findings = &diagnosing->findings;
	size_t last = diagnosing->last;

	progress_end(&diagnosing->feed.progress);
	say_of_undated(diagnosing);
	if (last == 0 || findings->len <= last)
		return 0;
	if (diagnosing->undated == 0 && sort(diagnosing) < 0)
		return -ENOMEM;
	findings->items += findings->len - last;
	findings->len = last;
	return 0;
}
