/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/stream.h"

#include "taking.h"

/* What was handed over. */
struct found {
	size_t len;
	struct oom_report last;
	int answer;
};

static int take_found(void *data, const struct oom_report *report)
{
	struct found *found = data;

	found->len++;
	found->last = *report;
	return found->answer;
}

static const struct logical first = {
	.when = { "813.000001", 10 },
	.caller = 11,
	.number = 7,
	.text = { "x", 1 },
};

/* What is added to a stream, and whether that makes a report of it. */
static void add_nothing(struct stream *stream)
{
	(void)stream;
}

static void add_header(struct stream *stream)
{
	stream->taking.report.has_header = true;
}

static void add_chosen(struct stream *stream)
{
	stream->chosen = true;
}

static void add_proof(struct stream *stream)
{
	stream->proven = true;
}

static void add_end(struct stream *stream)
{
	stream->taking.report.ending = OOM_ENDING_DISABLED;
}

static void add_zone(struct stream *stream, const char *line)
{
	if (take_zone(&stream->taking, span_of(line), 8) < 0)
		abort();
}

static void add_short(struct stream *stream)
{
	add_zone(stream, "DMA free:5kB min:4kB");
	add_zone(stream, "Normal free:3kB min:4kB");
}

static void add_nothing_free(struct stream *stream)
{
	add_zone(stream, "Normal free:0kB min:4kB");
}

static void add_enough(struct stream *stream)
{
	add_zone(stream, "DMA free:4kB min:4kB");
	add_zone(stream, "Normal free:5kB min:4kB");
}

/* Other memory dumps begin with it; a list whose beginning was lost does not. */
static void add_whole_list(struct stream *stream)
{
	stream->mem_info = true;
	add_short(stream);
}

static void add_lost_zone(struct stream *stream)
{
	if (take_blocks(&stream->taking, span_of("Normal: 1*4kB")) < 0)
		abort();
}

static void test_counts(void)
{
	static const struct {
		const char *name;
		void (*add)(struct stream *stream);
		size_t reports;
	} rows[] = {
		{ "nothing", add_nothing, 0 },
		{ "a header", add_header, 1 },
		{ "who is chosen", add_chosen, 1 },
		{ "a line of OOM reports alone", add_proof, 1 },
		{ "an end", add_end, 1 },
		{ "zones that ran out", add_short, 1 },
		{ "a zone of which nothing is free", add_nothing_free, 1 },
		{ "zones that did not", add_enough, 0 },
		{ "the whole list of zones", add_whole_list, 0 },
		{ "a free list alone", add_lost_zone, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
		struct found found = { 0 };
		const struct oom_reader_wish wish = { .found = take_found,
						      .data = &found,
						      .base = { -1, 1000 } };
		struct stream stream = { 0 };
		struct retold retold = { 0 };

		is_int(stream_begin(&stream, arena, "log", &first), 0, "%s",
		       rows[i].name);
		rows[i].add(&stream);
		is_int(stream_close(&stream, &wish, &retold), 0, "is closed");
		is_int((long long)found.len, (long long)rows[i].reports, "reports");
		ok(!stream.open, "is not open any more");
		is_int(stream_close(&stream, &wish, &retold), 0, "closed again");
		is_int((long long)found.len, (long long)rows[i].reports, "no more");
		if (found.len > 0) {
			is_str(found.last.file, "log", "file");
			is_int((long long)found.last.line, 7, "line");
			is_str(found.last.when, "813.000001", "when");
			is_int(found.last.time, 1813, "it is finished");
		}
		stream_done(&stream);
	}
}

static void test_begin(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct logical second = first;
	struct stream stream = { 0 };

	second.counted = true;
	second.when.len = 0;
	is_int(stream_begin(&stream, arena, "log", &first), 0, "begins");
	ok(stream.open && stream.caller == 11 && !stream.counted, "as its line says");
	stream.proven = stream.tangled = stream.late = true;
	is_int(take_task(&stream.taking, span_of("[ 1] 0 1 1 1 init")), 0, "a row");
	is_int(stream_begin(&stream, arena, "log", &second), 0, "begins anew");
	ok(!stream.proven && !stream.tangled && !stream.late, "of what was before");
	ok(stream.counted, "as its line says");
	is_int((long long)stream.taking.rows.len, 0, "nothing is left");
	is_str(stream.taking.report.when, NULL, "no time");
	is_int(stream.taking.report.order, OOM_UNTOLD, "nothing is told");
	stream_done(&stream);
	stream_done(&stream);
	ok(!stream.taking.scratch, "done");
}

static void test_answer(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct found found = { .answer = -ECANCELED };
	const struct oom_reader_wish wish = { .found = take_found, .data = &found };
	struct retold retold = { 0 };
	struct stream stream = { 0 };

	is_int(stream_begin(&stream, arena, "log", &first), 0, "begins");
	add_header(&stream);
	is_int(stream_close(&stream, &wish, &retold), -ECANCELED,
	       "what is answered is told");
	stream_done(&stream);
}

static void test_states(void)
{
	struct stream stream = { 0 };

	ok(!stream_is_over(&stream) && !stream_has_victim(&stream), "nothing");
	stream.chosen = true;
	ok(!stream_is_over(&stream) && stream_has_victim(&stream), "chosen");
	stream.chosen = false;
	stream.taking.report.kills.len = 1;
	stream.taking.report.ending = OOM_ENDING_KILLED;
	ok(stream_is_over(&stream) && stream_has_victim(&stream), "killed");
	stream.taking.report.kills.len = 0;
	stream.taking.report.ending = OOM_ENDING_PANIC;
	ok(stream_is_over(&stream) && !stream_has_victim(&stream), "panic");
}

#define CHOSE	"Out of memory: Kill process 5 (a) score 1 or sacrifice child"
#define CHOSE6	"Out of memory: Kill process 6 (b) score 1 or sacrifice child"
#define KILLED	"Killed process 5 (a) total-vm:1kB"
#define KILLED6 "Killed process 6 (b) total-vm:1kB"
#define SHARES	"Kill process 9 (z) sharing same memory"

enum state {
	NAMED = 1,  /* "oom-kill:" named 5 (a) */
	CHOSEN = 2, /* "Kill process 5 (a)" */
	DEAD = 4,   /* "Killed process 5 (a)" */
	TANGLED = 8,
	GROUP = 16,
	SORTED = 32,
	CLOSED = 64,
};

static void test_takes(void)
{
	static const struct {
		unsigned state;
		const char *line;
		bool takes;
	} rows[] = {
		{ 0, CHOSE, true },
		{ 0, KILLED, true },
		{ CLOSED, KILLED, false },
		{ CLOSED, SHARES, false },
		/* A child is not who was chosen. */
		{ CHOSEN, KILLED, true },
		{ CHOSEN, KILLED6, true },
		{ CHOSEN, CHOSE6, false },
		{ CHOSEN, CHOSE, false },
		/* Who is named is killed, unless another is chosen first. */
		{ NAMED, KILLED, true },
		{ NAMED, KILLED6, false },
		{ NAMED, "Killed process 6 (a) x", true },
		{ NAMED, CHOSE, true },
		{ NAMED, CHOSE6, false },
		{ NAMED | CHOSEN, KILLED6, true },
		/* Who is dead is dead. */
		{ DEAD, KILLED, true },
		{ DEAD, KILLED6, false },
		{ DEAD, "Killed process 6 (a) x", false },
		{ DEAD, "Out of Memory: Killed process 6 (a).", true },
		{ DEAD, "Out of Memory: Killed process 6 (b).", false },
		{ DEAD, CHOSE, false },
		{ DEAD, SHARES, true },
		{ DEAD | GROUP, KILLED6, true },
		/* Of two reports among each other only what is proven is taken. */
		{ CHOSEN | TANGLED, KILLED6, false },
		{ CHOSEN | TANGLED, KILLED, true },
		{ TANGLED, KILLED, false },
		/* Lines that are sorted are in any order. */
		{ DEAD | SORTED, KILLED6, true },
		{ CHOSEN | SORTED, CHOSE6, true },
	};
	struct oom_kill dead = { .pid = 5, .comm = "a" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned state = rows[i].state;
		struct stream stream = { .open = !(state & CLOSED),
					 .named = state & NAMED,
					 .chosen = state & CHOSEN,
					 .tangled = state & TANGLED,
					 .counted = state & SORTED };
		struct kill_line kill;

		report_clear(&stream.taking.report);
		if (state & (NAMED | CHOSEN)) {
			stream.taking.report.chosen_pid = 5;
			stream.taking.report.chosen_comm = "a";
		}
		if (state & DEAD)
			stream.taking.report.kills = (struct oom_kills){ &dead, 1, 1 };
		stream.taking.report.group_kill = state & GROUP;
		ok(kill_read(span_of(rows[i].line), &kill), "state %u: %s", state,
		   rows[i].line);
		is_int(stream_takes_kill(&stream, &kill), rows[i].takes, "is taken");
	}
}

static void test_cgroups(void)
{
	static const struct {
		unsigned state;
		enum shape_kind kind;
		bool limited, timed, takes;
	} rows[] = {
		{ CLOSED, SHAPE_LIMIT, false, true, false },
		{ 0, SHAPE_LIMIT, false, true, true },
		{ 0, SHAPE_LIMIT, true, true, false },
		{ 0, SHAPE_LIMIT, true, false, true },
		{ 0, SHAPE_USAGE, true, true, true },
		{ DEAD, SHAPE_USAGE, false, true, false },
		{ DEAD | SORTED, SHAPE_USAGE, false, true, true },
		{ SORTED, SHAPE_LIMIT, true, true, true },
	};
	struct oom_kill dead = { .pid = 5, .comm = "a" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned state = rows[i].state;
		struct stream stream = { .open = !(state & CLOSED),
					 .limited = rows[i].limited,
					 .counted = state & SORTED };
		struct logical line = { .shape = { rows[i].kind, 0 },
					.when = { "813.1", rows[i].timed ? 5 : 0 } };

		report_clear(&stream.taking.report);
		if (state & DEAD)
			stream.taking.report.kills = (struct oom_kills){ &dead, 1, 1 };
		is_int(stream_takes_cgroup(&stream, &line), rows[i].takes,
		       "a group's line in state %u, row %zu", state, i);
	}
}

static void test_names(void)
{
	struct oom_kill dead = { .pid = 5, .comm = "a" };
	struct stream stream = { .open = true };
	struct oom_report *report = &stream.taking.report;

	report_clear(report);
	ok(!stream_names(&stream, span_of("a")), "nobody is named");
	report->chosen_comm = "a";
	report->trigger_comm = "b";
	ok(stream_names(&stream, span_of("a")) && stream_names(&stream, span_of("b")),
	   "the chosen, and who asked");
	ok(!stream_names(&stream, span_of("c")), "nobody else");
	ok(!stream_has_killed(&stream, span_of("a")), "nobody is killed");
	report->kills = (struct oom_kills){ &dead, 1, 1 };
	ok(stream_has_killed(&stream, span_of("a")), "the victim");
	ok(!stream_has_killed(&stream, span_of("b")), "another");
	dead.pid = -1;
	ok(!stream_has_killed(&stream, span_of("a")), "of a name only");
	dead.pid = 5;
	stream.open = false;
	ok(!stream_names(&stream, span_of("a")) &&
		   !stream_has_killed(&stream, span_of("a")),
	   "closed");
}

static void test_memory(void)
{
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < ROOM; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct stream stream = { 0 };

		r = stream_begin(&stream, arena, "log", &first);
		stream_done(&stream);
	}
	is_int(r, 0, "succeeds once there is memory enough");
}

int main(void)
{
	test_counts();
	test_begin();
	test_answer();
	test_states();
	test_takes();
	test_cgroups();
	test_names();
	test_memory();
	return done();
}
