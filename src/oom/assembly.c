/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/assembly.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "oom/fields.h"

#define COMM_MOST 15

bool assembly_is_open(const struct assembly *assembly)
{
	for (size_t i = 0; i < ASSEMBLY_STREAMS; i++) {
		if (assembly->streams[i].open)
			return true;
	}
	return false;
}

bool assembly_is_ended(const struct assembly *assembly)
{
	for (size_t i = 0; i < ASSEMBLY_STREAMS; i++) {
		if (assembly->streams[i].open && !stream_is_over(&assembly->streams[i]))
			return false;
	}
	return true;
}

/* The one that began first; NULL: none is open. */
static struct stream *oldest(struct assembly *assembly)
{
	struct stream *found = NULL;

	for (size_t i = 0; i < ASSEMBLY_STREAMS; i++) {
		struct stream *stream = &assembly->streams[i];

		if (stream->open &&
		    (!found || stream->taking.report.line < found->taking.report.line))
			found = stream;
	}
	return found;
}

void assembly_drop(struct assembly *assembly)
{
	for (size_t i = 0; i < ASSEMBLY_STREAMS; i++) {
		assembly->streams[i].open = false;
		stream_done(&assembly->streams[i]);
	}
	assembly->foreign = false;
}

int assembly_close(struct assembly *assembly)
{
	struct stream *stream;
	int r = 0;

	while (r == 0 && (stream = oldest(assembly)))
		r = stream_close(stream, assembly->wish, &assembly->retold);
	assembly_drop(assembly);
	return r;
}

/* Where lines of @caller go; one that is not open where there is none. */
static struct stream *stream_of(struct assembly *assembly, uint32_t caller)
{
	struct stream *unused = &assembly->streams[0];

	for (size_t i = 0; i < ASSEMBLY_STREAMS; i++) {
		struct stream *stream = &assembly->streams[i];

		if (stream->open && stream->caller == caller)
			return stream;
		if (!stream->open)
			unused = stream;
	}
	return unused;
}

/* Begins a report, and ends the one that was there. */
static int begin(struct assembly *assembly, struct stream *stream,
		 const struct logical *logical)
{
	int r = stream_close(stream, assembly->wish, &assembly->retold);

	return r < 0 ? r : stream_begin(stream, assembly->arena, assembly->file, logical);
}

/* A line that is quoted, and quoted again, by who writes about it. */
static bool is_again(const struct stream *stream, const struct logical *logical,
		     struct span asker)
{
	const struct oom_report *report = &stream->taking.report;
	struct span mask;

	if (!stream->open || !report->has_header || report->zones.len > 0 ||
	    stream_has_victim(stream) || !report->gfp_text ||
	    !span_behind(logical_message(logical), "gfp_mask=", &mask))
		return false;
	return logical->when.len == 0 && !report->when &&
	       span_starts(mask, report->gfp_text) &&
	       span_same(asker, stream->taking.asker);
}

/* Nothing but a time and a name stand before it: somebody left out the rest. */
static bool is_abridged(const struct logical *logical, struct span asker)
{
	return logical->when.len > 0 && asker.len > 0 && asker.len <= COMM_MOST;
}

static int take_asked(struct assembly *assembly, struct stream *stream,
		      const struct logical *logical)
{
	struct span asker = logical->shape.kind == SHAPE_INVOKED
				    ? logical_before(logical)
				    : (struct span){ logical->text.at, 0 };
	struct span mask;
	const char *copy;
	int r = 0;

	/* The line ended before what it must have, and did not go on in the next one: that is prose. */
	if (!span_behind(logical_message(logical), "gfp_mask", &mask) &&
	    !span_behind(logical_message(logical), "order=", &mask) &&
	    !is_abridged(logical, asker))
		return 0;
	assembly->foreign = false;
	if (is_again(stream, logical, asker))
		return 0;
	if (!stream->open || !logical->counted || stream->taking.report.has_header)
		r = begin(assembly, stream, logical);
	copy = r == 0 ? arena_copy(assembly->arena, asker.at, asker.len) : NULL;
	if (!copy)
		return r < 0 ? r : -ENOMEM;
	return take_header(&stream->taking, logical_message(logical),
			   (struct span){ copy, asker.len });
}

/* Can the report have figures of memory now? Where it is over, they are of the next one. */
static int ready_for_memory(struct assembly *assembly, struct stream *stream,
			    const struct logical *logical, bool *ret)
{
	bool had_mem_info;
	int r;

	*ret = false;
	if (assembly->foreign || (stream->open && stream->tangled))
		return 0;
	*ret = true;
	if (stream->open &&
	    (stream->counted || stream->late || !stream_has_victim(stream)))
		return 0;
	if (!stream->open || stream->taking.report.has_header)
		return begin(assembly, stream, logical);
	/* 2.4 kills first: whether this is that, the first zone shows. */
	if (logical->shape.kind == SHAPE_MEM_INFO) {
		stream->mem_info = true;
		*ret = false;
		return 0;
	}
	had_mem_info = stream->mem_info;
	stream->late = logical->shape.kind == SHAPE_ZONE_24;
	if (stream->late)
		return 0;
	r = begin(assembly, stream, logical);
	stream->mem_info = had_mem_info;
	return r;
}

static int take_any_zone(struct assembly *assembly, struct stream *stream,
			 const struct logical *logical)
{
	bool is_old = logical->shape.kind == SHAPE_ZONE_24;
	int r = is_old ? take_zone_24(&stream->taking, logical_message(logical),
				      logical->number)
		       : take_zone(&stream->taking, logical_message(logical),
				   logical->number);

	if (r != -EEXIST)
		return r;
	/* A second list: where both lack a header, of another report. */
	if (stream->taking.report.has_header || stream->proven) {
		stream->tangled = true;
		return 0;
	}
	r = begin(assembly, stream, logical);
	return r < 0 ? r
		     : take_zone(&stream->taking, logical_message(logical),
				 logical->number);
}

static int take_mem_info(struct assembly *assembly, struct stream *stream,
			 const struct logical *logical)
{
	(void)assembly;
	(void)logical;
	stream->tangled = stream->mem_info && stream->taking.report.has_header;
	stream->mem_info = true;
	return 0;
}

static int take_counters(struct assembly *assembly, struct stream *stream,
			 const struct logical *logical)
{
	struct oom_totals *totals = &stream->taking.report.totals;

	(void)assembly;
	if (totals->line == 0)
		totals->line = logical->number;
	take_totals(&stream->taking, logical_message(logical));
	return 0;
}

static int take_kept(struct assembly *assembly, struct stream *stream,
		     const struct logical *logical)
{
	(void)assembly;
	if (stream->last == SHAPE_ZONE)
		take_reserve(&stream->taking, logical_message(logical),
			     logical->shape.kind == SHAPE_PROTECTIONS);
	return 0;
}

/* Lines that say something of the machine, and nothing of which report they are. */
static int take_figures(struct assembly *assembly, struct stream *stream,
			const struct logical *logical)
{
	struct oom_report *report = &stream->taking.report;

	(void)assembly;
	if (logical->shape.kind == SHAPE_NODE) {
		take_node(&stream->taking, logical_message(logical));
	} else if (logical->shape.kind == SHAPE_BLOCKS) {
		return take_blocks(&stream->taking, logical_message(logical));
	} else if (logical->shape.kind == SHAPE_SWAP) {
		report->totals.swap_line = logical->number;
		take_swap(&stream->taking, logical_message(logical));
	} else if (logical->shape.kind == SHAPE_PAGES) {
		report->totals.ram_line = logical->number;
		take_pages(&stream->taking, logical_message(logical));
	} else {
		report->slab_table = true;
	}
	return 0;
}

static int take_table(struct assembly *assembly, struct stream *stream,
		      const struct logical *logical)
{
	struct span text = logical_message(logical), tight = logical_tight(logical);
	bool is_over = stream->taking.report.kills.len > 0 &&
		       (!stream->counted || stream->taking.columns_len > 0);
	int r = 0;

	/* Behind a kill only the names of the columns tell that a table is of the next report; in a
	 * sorted list, that they come again. */
	if (!stream->open || (is_over && logical->shape.kind == SHAPE_TASKS))
		r = begin(assembly, stream, logical);
	else if (is_over && !stream->counted)
		return 0;
	if (r < 0)
		return r;
	if (logical->shape.kind == SHAPE_TASK)
		return take_task(&stream->taking, text);
	take_columns(&stream->taking, span_has(text, "adj name") ? text : tight);
	return 0;
}

static int take_cgroup(struct assembly *assembly, struct stream *stream,
		       const struct logical *logical)
{
	struct span text = logical_message(logical);
	int r = 0;

	if (!stream_takes_cgroup(stream, logical))
		r = begin(assembly, stream, logical);
	if (r < 0)
		return r;
	if (logical->shape.kind == SHAPE_USAGE) {
		/* Kernels say this for nothing else. */
		stream->proven = stream->proven || (span_has(text, "kB, limit ") &&
						    span_has(text, "kB, failcnt "));
		take_usage(&stream->taking, text, logical->number);
		return 0;
	}
	if (logical->shape.kind == SHAPE_MEMCG_STATS)
		return take_memcg_stats(&stream->taking, text);
	stream->limited = stream->proven = true;
	return take_limit(&stream->taking, text);
}

static int take_named(struct assembly *assembly, struct stream *stream,
		      const struct logical *logical)
{
	int r = 0;

	if (!stream->open || stream->named ||
	    (stream->taking.report.kills.len > 0 && !stream->counted))
		r = begin(assembly, stream, logical);
	if (r < 0)
		return r;
	stream->named = stream->proven = true;
	retold_time(&stream->times, logical->when);
	r = take_constraint(&stream->taking, logical_message(logical));
	if (r == 0 && logical_is_broken(logical))
		r = take_constraint(&stream->taking, logical_tight(logical));
	return r;
}

static int take_killed(struct assembly *assembly, struct stream *stream,
		       const struct logical *logical)
{
	struct kill_line kill, tight;
	bool readable = kill_read(logical_message(logical), &kill);
	bool readable_tight =
		logical_is_broken(logical) && kill_read(logical_tight(logical), &tight);
	int r = 0;

	if (readable_tight && (!readable || stream_names(stream, tight.comm)))
		kill = tight;
	else if (!readable)
		return 0;
	else if (readable_tight)
		kill_fill(&kill, &tight);
	if (kill.sharing && !stream->open)
		return 0;
	if (!stream_takes_kill(stream, &kill))
		r = begin(assembly, stream, logical);
	if (r < 0)
		return r;
	stream->chosen = stream->chosen || kill.chosen;
	retold_time(&stream->times, logical->when);
	stream->proven = true;
	return take_kill(&stream->taking, &kill, logical->number);
}

static int take_failed(struct assembly *assembly, struct stream *stream,
		       const struct logical *logical)
{
	(void)stream;
	failed_read(logical_message(logical), logical->number, &assembly->failed);
	return 0;
}

static int take_unpaged(struct assembly *assembly, struct stream *stream,
			const struct logical *logical)
{
	struct span words = logical_message(logical), comm;
	int r;

	if (span_behind(words, "process ", &comm) &&
	    stream_has_killed(stream, span_trim(comm)))
		return 0;
	r = begin(assembly, stream, logical);
	if (r == 0)
		r = take_vm_kill(&stream->taking, logical_message(logical),
				 logical->number, &assembly->failed);
	assembly->failed.gfp[0] = '\0';
	return r;
}

static int take_end(struct assembly *assembly, struct stream *stream,
		    const struct logical *logical)
{
	struct oom_report *report = &stream->taking.report;
	struct span text = logical_message(logical);
	enum oom_ending ending = OOM_ENDING_PANIC;
	int r = 0;

	if (logical->shape.kind == SHAPE_DISABLED)
		ending = OOM_ENDING_DISABLED;
	else if (span_has(text, "no killable") || span_has(text, "eadlocked"))
		ending = OOM_ENDING_NOTHING_TO_KILL;
	if (!stream->open || report->ending == OOM_ENDING_KILLED)
		r = begin(assembly, stream, logical);
	if (r < 0)
		return r;
	if (report->ending == OOM_ENDING_UNTOLD) {
		report->ending = ending;
		report->ending_line = logical->number;
	}
	/* A control group without anybody to kill is no reason to panic. */
	if (!span_behind(text, "Kernel panic - not syncing: ", &text))
		return 0;
	return take_keep(&stream->taking, span_trim(text), &report->panic);
}

static int take_foreign(struct assembly *assembly, struct stream *stream,
			const struct logical *logical)
{
	(void)stream;
	(void)logical;
	assembly->foreign = true;
	return 0;
}

static int take_group(struct assembly *assembly, struct stream *stream,
		      const struct logical *logical)
{
	(void)assembly;
	(void)logical;
	if (stream->open)
		stream->taking.report.group_kill = true;
	return 0;
}

/* A line that only says more of who asked. */
static int take_more(struct assembly *assembly, struct stream *stream,
		     const struct logical *logical)
{
	struct span text = logical_message(logical);

	(void)assembly;
	/* A panic's stack comes after it. */
	if (!stream->open || (stream_is_over(stream) &&
			      (logical->shape.kind != SHAPE_MEMCG_CALL ||
			       stream->taking.report.ending != OOM_ENDING_PANIC)))
		return 0;
	if (logical->shape.kind == SHAPE_CPU)
		return take_cpu(&stream->taking, text);
	if (logical->shape.kind == SHAPE_CPUSET)
		return take_cpuset(&stream->taking, text);
	/* A call with a mark was left on the stack by something else. */
	if (logical->shape.at < 2 || logical->text.at[logical->shape.at - 2] != '?')
		stream->taking.report.is_memcg = true;
	return 0;
}

/* What to do with a line. */
struct taker {
	int (*take)(struct assembly *assembly, struct stream *stream,
		    const struct logical *logical);
	bool memory; /* it is of the list of what memory there is */
};

static const struct taker takers[] = {
	[SHAPE_INVOKED] = { take_asked, false },
	[SHAPE_HEADER] = { take_asked, false },
	[SHAPE_CPU] = { take_more, false },
	[SHAPE_CPUSET] = { take_more, false },
	[SHAPE_MEM_INFO] = { take_mem_info, true },
	[SHAPE_TOTALS] = { take_counters, true },
	[SHAPE_NODE] = { take_figures, true },
	[SHAPE_ZONE] = { take_any_zone, true },
	[SHAPE_ZONE_24] = { take_any_zone, true },
	[SHAPE_RESERVE] = { take_kept, true },
	[SHAPE_PROTECTIONS] = { take_kept, true },
	[SHAPE_BLOCKS] = { take_figures, true },
	[SHAPE_SWAP] = { take_figures, true },
	[SHAPE_PAGES] = { take_figures, true },
	[SHAPE_SLAB_TABLE] = { take_figures, true },
	[SHAPE_TASKS] = { take_table, false },
	[SHAPE_TASK] = { take_table, false },
	[SHAPE_LIMIT] = { take_cgroup, false },
	[SHAPE_USAGE] = { take_cgroup, false },
	[SHAPE_MEMCG_STATS] = { take_cgroup, false },
	[SHAPE_CONSTRAINT] = { take_named, false },
	[SHAPE_KILL] = { take_killed, false },
	[SHAPE_VM_KILL] = { take_unpaged, false },
	[SHAPE_FAILED] = { take_failed, false },
	[SHAPE_GROUP] = { take_group, false },
	[SHAPE_DISABLED] = { take_end, false },
	[SHAPE_PANIC] = { take_end, false },
	[SHAPE_MEMCG_CALL] = { take_more, false },
	[SHAPE_FOREIGN] = { take_foreign, false },
	[SHAPE_KNOWN] = { NULL, false },
};

static int take_message(struct assembly *assembly, struct stream *stream,
			const struct logical *logical)
{
	const struct taker *taker = &takers[logical->shape.kind];
	bool ready = true;
	int r = 0;

	if (taker->memory)
		r = ready_for_memory(assembly, stream, logical, &ready);
	if (r < 0 || !ready || !taker->take)
		return r;
	return taker->take(assembly, stream, logical);
}

int assembly_take(struct assembly *assembly, const struct logical *logical)
{
	struct stream *stream = stream_of(assembly, logical->caller);
	int r;

	if (logical->shape.kind == SHAPE_NONE) {
		if (stream->open && stream->taking.report.is_memcg)
			take_memcg_stat(&stream->taking,
					span_from(logical->text, logical->prefix_len));
		return 0;
	}
	r = take_message(assembly, stream, logical);
	stream->last = logical->shape.kind;
	if (stream->open)
		stream->taking.report.last_line = logical->number;
	return r;
}
