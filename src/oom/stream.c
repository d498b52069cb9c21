/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/stream.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "oom/finish.h"

/* Of one report: 50,000 tasks. */
#define SCRATCH_MOST   ((size_t)16 * 1024 * 1024)
#define SCRATCH_REUSED ((size_t)32 * 1024)

bool stream_is_over(const struct stream *stream)
{
	return stream->taking.report.ending != OOM_ENDING_UNTOLD;
}

bool stream_has_victim(const struct stream *stream)
{
	return stream->chosen || stream->taking.report.kills.len > 0;
}

/* A list of zones that ran out, of which the beginning was cut off. */
static bool is_cut_off(const struct stream *stream)
{
	const struct oom_zones *zones = &stream->taking.report.zones;

	if (stream->mem_info)
		return false;
	for (size_t i = 0; i < zones->len; i++) {
		const struct oom_zone *zone = &zones->items[i];

		if (zone->zone.free_kib >= 0 && zone->zone.free_kib < zone->zone.min_kib)
			return true;
	}
	return false;
}

static bool counts(const struct stream *stream)
{
	const struct oom_report *report = &stream->taking.report;

	return report->has_header || stream_has_victim(stream) ||
	       stream_is_over(stream) || stream->proven || is_cut_off(stream);
}

int stream_close(struct stream *stream, const struct oom_reader_wish *wish,
		 struct retold *retold)
{
	struct taking *taking = &stream->taking;
	int r = 0;

	if (!stream->open)
		return 0;
	stream->open = false;
	if (counts(stream) && !retold_is(retold, taking, &stream->times)) {
		r = report_finish(taking, wish);
		if (r == 0)
			r = wish->found(wish->data, &taking->report);
	}
	return r;
}

void stream_done(struct stream *stream)
{
	arena_free(stream->taking.scratch);
	stream->taking.scratch = NULL;
}

/* Memory for the rows of one report; what one of the last few did not use up is used on. */
static struct arena *scratch_of(const struct stream *stream)
{
	struct arena *scratch = stream->taking.scratch;

	if (scratch && arena_used(scratch) < SCRATCH_REUSED)
		return scratch;
	arena_free(scratch);
	return arena_new(SCRATCH_MOST);
}

int stream_begin(struct stream *stream, struct arena *arena, const char *file,
		 const struct logical *logical)
{
	struct oom_report *report = &stream->taking.report;
	struct arena *scratch = scratch_of(stream);

	*stream = (struct stream){ .open = true,
				   .caller = logical->caller,
				   .counted = logical->counted };
	stream->taking.arena = arena;
	stream->taking.node_unreclaimable = -1;
	stream->taking.scratch = scratch;
	if (!stream->taking.scratch)
		return -ENOMEM;
	report_clear(report);
	report->file = file;
	report->line = logical->number;
	retold_time(&stream->times, logical->when);
	return take_keep(&stream->taking, logical->when, &report->when);
}

bool stream_names(const struct stream *stream, struct span comm)
{
	const struct oom_report *report = &stream->taking.report;

	return stream->open &&
	       ((report->chosen_comm && span_is(comm, report->chosen_comm)) ||
		(report->trigger_comm && span_is(comm, report->trigger_comm)));
}

bool stream_has_killed(const struct stream *stream, struct span comm)
{
	struct oom_kill victim;

	return stream->open && oom_report_victim(&stream->taking.report, &victim) &&
	       victim.pid >= 0 && victim.comm && span_is(comm, victim.comm);
}

bool stream_takes_cgroup(const struct stream *stream, const struct logical *logical)
{
	if (!stream->open || stream->counted)
		return stream->open;
	if (stream->taking.report.kills.len > 0)
		return false;
	/* A report says once whose limit it was; who quotes that again may leave the time out. */
	return logical->shape.kind != SHAPE_LIMIT || !stream->limited ||
	       logical->when.len == 0;
}

/* Is @kill of somebody else than the report's lines name? */
static bool contradicts(const struct stream *stream, const struct kill_line *kill)
{
	const struct oom_report *report = &stream->taking.report;
	bool other_comm =
		!report->chosen_comm || !span_is(kill->comm, report->chosen_comm);

	/* Who abridges a report leaves the pid out; the name may have been cut. */
	if (stream->named && !stream->chosen && report->chosen_pid < 0)
		return report->chosen_comm && kill->comm.len > 0 &&
		       !span_starts(kill->comm, report->chosen_comm);
	if (stream->named && !stream->chosen && report->chosen_pid != kill->kill.pid)
		return other_comm;
	return stream->tangled && report->chosen_pid != kill->kill.pid;
}

/* Does @kill go on with the kills that the report has? */
static bool goes_on(const struct stream *stream, const struct kill_line *kill)
{
	const struct oom_report *report = &stream->taking.report;
	const struct oom_kills *kills = &report->kills;

	if (report->group_kill)
		return true;
	for (size_t i = 0; i < kills->len; i++) {
		if (kills->items[i].pid == kill->kill.pid)
			return true;
		/* One line for each thread that shares the memory. */
		if (kill->old && kills->items[i].comm &&
		    span_is(kill->comm, kills->items[i].comm))
			return true;
	}
	return false;
}

bool stream_takes_kill(const struct stream *stream, const struct kill_line *kill)
{
	const struct oom_report *report = &stream->taking.report;

	if (!stream->open)
		return false;
	if (kill->sharing || stream->counted)
		return true;
	if (kill->chosen)
		return !stream_has_victim(stream) && !contradicts(stream, kill);
	if (report->kills.len > 0)
		return goes_on(stream, kill);
	/* Kernels that say it in one line do not say before whom they chose. */
	return !contradicts(stream, kill) && !(kill->whole && stream->chosen);
}
