/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/reader.h"

#include "reports.h"

/* A log that is being written. */
struct text {
	char at[1 << 20];
	size_t len;
	uint64_t lines;
};

static struct text text;
static struct reports once, pieces;

static void add_bytes(const char *bytes, size_t len)
{
	if (len > sizeof(text.at) - text.len)
		abort();
	(void)memcpy(text.at + text.len, bytes, len);
	text.len += len;
	for (size_t i = 0; i < len; i++)
		text.lines += bytes[i] == '\n';
}

static void add(const char *words)
{
	add_bytes(words, strlen(words));
}

/* At least @len bytes of ordinary days. */
static void add_ordinary(size_t len)
{
	for (size_t i = 0, end = text.len + len; text.len < end; i++) {
		char line[128];

		(void)snprintf(
			line, sizeof(line),
			"Jun 10 13:33:%02zu host app[%zu]: Kitchen-kit Our [] free: %zu\n",
			i % 60, i, i * 7919);
		add(line);
	}
}

static void add_char(char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_bytes(&c, 1);
}

static const char report[] =
	"Jun 10 13:33:11 host kernel: bash invoked oom-killer: gfp_mask=0xd0, order=0, "
	"oom_score_adj=0\n"
	"Jun 10 13:33:11 host kernel: CPU: 0 PID: 77 Comm: bash Not tainted 4.4.0-31 #1\n"
	"Jun 10 13:33:11 host kernel: Mem-Info:\n"
	"Jun 10 13:33:11 host kernel: active_anon:10 inactive_anon:20 isolated_anon:0\n"
	"Jun 10 13:33:11 host kernel: Normal free:3kB min:4kB low:5kB high:6kB present:7kB\n"
	"Jun 10 13:33:11 host kernel: lowmem_reserve[]: 0 0\n"
	"Jun 10 13:33:11 host kernel: Out of memory: Kill process 5 (a) score 1 or sacrifice child\n"
	"Jun 10 13:33:11 host kernel: Killed process 5 (a) total-vm:1kB, anon-rss:2kB\n";

static void clear(void)
{
	text.len = 0;
	text.lines = 0;
}

/* Reads all of it, fed in pieces of @piece bytes; each lies where sanitizers see its end. */
static int read_in(size_t piece, struct reports *got)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	const struct oom_reader_wish wish = { .found = reports_add,
					      .data = got,
					      .base = { -1, -1 } };
	struct oom_reader *reader = oom_reader_new(arena, &wish);
	int r = reader ? oom_reader_begin(reader, "log") : -ENOMEM;

	got->len = 0;
	for (size_t at = 0; r == 0 && at < text.len; at += piece) {
		size_t len = piece < text.len - at ? piece : text.len - at;
		char *copy = malloc(len);

		if (!copy)
			abort();
		(void)memcpy(copy, text.at + at, len);
		r = oom_reader_feed(reader, copy, len);
		free(copy);
	}
	return r < 0 ? r : oom_reader_end(reader);
}

/* What the arena had is gone: numbers are compared. */
static bool is_same(const struct oom_report *a, const struct oom_report *b)
{
	return a->line == b->line && a->last_line == b->last_line &&
	       a->has_header == b->has_header && a->trigger_pid == b->trigger_pid &&
	       a->gfp_mask == b->gfp_mask && a->order == b->order &&
	       a->zones.len == b->zones.len && a->kills.len == b->kills.len &&
	       a->chosen_pid == b->chosen_pid && a->ending == b->ending &&
	       a->totals.line == b->totals.line && a->is_memcg == b->is_memcg;
}

/* The same reports, whatever the pieces. */
static void is_found(const char *name, size_t reports)
{
	static const size_t sizes[] = { 1,  2,	  3,	7,    15,   16,
					17, 4096, 8191, 8192, 8193, 65536 };

	is_int(read_in(sizeof(text.at), &once), 0, "%s", name);
	is_int((long long)once.len, (long long)reports, "reports");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t same = 0;

		is_int(read_in(sizes[i], &pieces), 0, "in pieces of %zu", sizes[i]);
		for (size_t j = 0; j < pieces.len && j < once.len; j++)
			same += is_same(&pieces.items[j], &once.items[j]);
		ok(pieces.len == once.len && same == once.len, "are the same: %zu of %zu",
		   same, once.len);
	}
}

static void is_at(size_t at, uint64_t line)
{
	is_int((long long)report_at(&once, at)->line, (long long)line, "its line");
}

static void test_plain(void)
{
	clear();
	is_found("nothing", 0);
	add_ordinary(1000);
	is_found("ordinary lines", 0);
	clear();
	add(report);
	is_found("a report", 1);
	is_at(0, 1);
	is_int((long long)report_at(&once, 0)->last_line, 8, "its last");
	is_int(report_at(&once, 0)->trigger_pid, 77, "all of it");
	text.len--;
	is_found("without its last line end", 1);
	is_int(report_at(&once, 0)->ending, OOM_ENDING_KILLED, "its end");
	clear();
	add("Killed process 5 (a)");
	is_found("a line alone", 1);
	clear();
	for (int i = 0; i < 3; i++)
		add(report);
	is_found("three", 3);
	is_at(2, 17);
}

/* Of a control group's report neither its head nor who was killed: that shows, too. */
static void test_middle(void)
{
	static const char *const lines[] = {
		"kernel: memory: usage 7kB, limit 8kB, failcnt 1\n",
		"kernel: Task in /g/h killed as a result of limit of /g\n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		uint64_t line;

		clear();
		add_ordinary(30000);
		line = text.lines + 1;
		add(lines[i]);
		add_ordinary(5000);
		is_found("a line of a group", 1);
		is_at(0, line);
	}
	clear();
	add("Jun 10 13:33:11 host app[813]: Task in /queue is done, failcnt 3\n");
	is_found("such words of a program", 0);
}

/* Lines are counted right in what is run over, too. */
static void test_far(void)
{
	uint64_t first, second, third;

	clear();
	add_ordinary(100 * 1024);
	first = text.lines + 1;
	add(report);
	add_ordinary(70 * 1024);
	second = text.lines + 1;
	add(report);
	add_ordinary(9000);
	third = text.lines + 1;
	add(report);
	add_ordinary(5000);
	is_found("reports within ordinary lines", 3);
	is_at(0, first);
	is_at(1, second);
	is_at(2, third);
	is_int((long long)report_at(&once, 1)->last_line, (long long)second + 7,
	       "its last line");
}

/* The word that shows a report may come some lines behind its beginning, in another piece. */
static void test_back(void)
{
	static const char beginning[] = "Jun 10 13:33:11 host kernel: Mem-Info:\n"
					"Jun 10 13:33:11 host kernel: active_anon:10 "
					"inactive_anon:20 isolated_anon:0\n";
	static const size_t between[] = { 0, 100, 4000, 7000, 7900 };

	for (size_t i = 0; i < sizeof(between) / sizeof(*between); i++) {
		uint64_t line;

		clear();
		add_ordinary(3 * 8192 - 4000);
		line = text.lines + 1;
		add(beginning);
		for (size_t end = text.len + between[i]; text.len < end;)
			add("Jun 10 13:33:11 host kernel: HighMem per-cpu: empty\n");
		add("Jun 10 13:33:11 host kernel: Killed process 5 (a) total-vm:1kB\n");
		is_found("a beginning that shows later", 1);
		is_at(0, line);
	}
}

static void test_quiet(void)
{
	clear();
	add(report);
	add_ordinary(5000);
	add("Jun 10 13:33:12 host kernel: Free swap  = 7kB\n");
	is_found("a report that is over", 1);
	is_int((long long)report_at(&once, 0)->last_line, 8, "ends");
	clear();
	add("Jun 10 13:33:11 host kernel: bash invoked oom-killer: gfp_mask=0xd0, order=0\n");
	add_ordinary(40 * 1024);
	add("Jun 10 13:33:12 host kernel: Killed process 5 (a) total-vm:1kB\n");
	is_found("one that is not", 1);
	is_int((long long)report_at(&once, 0)->kills.len, 1, "waits");
	clear();
	add("Jun 10 13:33:11 host kernel: bash invoked oom-killer: gfp_mask=0xd0, order=0\n");
	add_ordinary(100 * 1024);
	add("Jun 10 13:33:12 host kernel: Killed process 5 (a) total-vm:1kB\n");
	is_found("but not for ever", 2);
}

static void test_overlong(void)
{
	uint64_t line;

	clear();
	add("x\n");
	add_char('y', 200000);
	add("\n");
	line = text.lines + 1;
	add(report);
	is_found("a line that is too long, before", 1);
	is_at(0, line);
	clear();
	add("Jun 10 13:33:11 host kernel: bash invoked oom-killer: gfp_mask=0xd0, order=0\n");
	add_char('y', 60000);
	add("\n");
	add("Jun 10 13:33:12 host kernel: Killed process 5 (a) total-vm:1kB\n");
	is_found("a long one, within", 1);
	is_int((long long)report_at(&once, 0)->last_line, 3, "its last line");
	clear();
	add("Jun 10 13:33:11 host kernel: bash invoked oom-killer: gfp_mask=0xd0, order=0\n");
	add_char('y', 200000);
	add(" Killed process 6 (b)\n");
	line = text.lines + 1;
	add(report);
	is_int(read_in(sizeof(text.at), &once), 0, "a longer one");
	is_int((long long)once.len, 2, "two reports");
	is_int((long long)report_at(&once, 0)->kills.len, 0, "its end is left out");
	is_at(1, line);
	is_int(read_in(4096, &once), 0, "in pieces");
	is_int((long long)once.len, 2, "two reports");
	is_at(1, line);
}

static void test_bytes(void)
{
	uint64_t line;

	clear();
	add_char('\0', 300);
	add("\n");
	add_ordinary(20000);
	add_bytes("a\0b\n", 4);
	line = text.lines + 1;
	add_bytes(report, 160);
	add_bytes("\n\0\0\0\n\xff\xfe\n", 8);
	add("Jun 10 13:33:12 host kernel: Killed process 5 (a");
	add_bytes("\0) total-vm:1kB\n", 16);
	add_char('\0', 5000);
	is_found("NULs and their like", 1);
	is_at(0, line);
	is_int(victim_of(report_at(&once, 0), 7), -1, "no more victims");
	clear();
	add("Out of memory: Killed process 5 (a) x\r\n");
	is_found("of another system", 1);
}

/* rsyslog makes one line of a whole report. */
static void test_one_line(void)
{
	clear();
	add_ordinary(30000);
	for (const char *at = report; *at; at++) {
		if (*at == '\n')
			add("#012");
		else
			add_bytes(at, 1);
	}
	add("\n");
	is_found("a report in one line", 1);
	is_at(0, text.lines);
	is_int((long long)report_at(&once, 0)->zones.len, 1, "all of it");
}

/* Each byte of it may be the last one: what is read of it is the same in pieces. */
static void test_cut(void)
{
	size_t wrong = 0;

	for (size_t len = 0; len < sizeof(report); len += 5) {
		clear();
		add_bytes(report, len);
		wrong += read_in(sizeof(text.at), &once) != 0 || read_in(7, &pieces) != 0;
		wrong += once.len > 1 || pieces.len != once.len ||
			 (once.len > 0 && !is_same(&once.items[0], &pieces.items[0]));
	}
	is_int((long long)wrong, 0, "cut anywhere");
}

static void test_logs(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	const struct oom_reader_wish wish = { .found = reports_add,
					      .data = &once,
					      .base = { 1781100000, -1 } };
	struct oom_reader *reader = oom_reader_new(arena, &wish);

	once.len = 0;
	ok(reader && oom_reader_begin(reader, "one") == 0 &&
		   oom_reader_feed(reader, "x\n", 2) == 0 &&
		   oom_reader_feed(reader, report, 110) == 0,
	   "half a report");
	is_int((long long)once.len, 0, "is none yet");
	ok(reader && oom_reader_begin(reader, "two") == 0, "another log");
	is_int((long long)once.len, 1, "what was open is handed over");
	ok(reader && oom_reader_feed(reader, "y\n\n", 3) == 0 &&
		   oom_reader_feed(reader, report, sizeof(report) - 1) == 0 &&
		   oom_reader_end(reader) == 0 && oom_reader_end(reader) == 0,
	   "all of it");
	if (is_int((long long)once.len, 2, "two reports")) {
		is_str(once.items[0].file, "one", "of the first");
		is_int((long long)once.items[0].line, 2, "its line");
		is_int((long long)once.items[0].kills.len, 0, "nothing of the second");
		is_str(once.items[1].file, "two", "of the second");
		is_int((long long)once.items[1].line, 3, "its line");
		ok(once.items[1].time > 1780900000 && once.items[1].time < 1781200000,
		   "its time");
		is_int((long long)once.items[1].tasks.len, 0, "tasks were not asked for");
	}
}

static void test_memory(void)
{
	int r = -ENOMEM;
	size_t failed = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 18; limit += 512) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const struct oom_reader_wish wish = { .found = reports_add,
						      .data = &once };
		struct oom_reader *reader = oom_reader_new(arena, &wish);

		once.len = 0;
		failed++;
		if (!reader)
			continue;
		r = oom_reader_begin(reader, "log");
		if (r == 0)
			r = oom_reader_feed(reader, report, sizeof(report) - 1);
		if (r == 0)
			r = oom_reader_end(reader);
	}
	is_int(r, 0, "succeeds once there is memory enough");
	ok(failed > 1, "and not before");
}

static void test_answer(void)
{
	clear();
	for (int i = 0; i < 4; i++)
		add(report);
	once.answer = -ECANCELED;
	is_int(read_in(sizeof(text.at), &once), -ECANCELED, "an answer ends it");
	is_int((long long)once.len, 2, "at once");
	is_int(read_in(1, &once), -ECANCELED, "in pieces");
	is_int((long long)once.len, 2, "at once");
	once.answer = 0;
}

/* An error ends the log, and nothing but that. */
static void test_error(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	const struct oom_reader_wish wish = { .found = reports_add,
					      .data = &once,
					      .base = { -1, -1 } };
	struct oom_reader *reader = oom_reader_new(arena, &wish);

	clear();
	for (int i = 0; i < 3; i++)
		add(report);
	once.len = 0;
	once.answer = -ECANCELED;
	if (!ok(reader && oom_reader_begin(reader, "one") == 0, "begins"))
		return;
	is_int(oom_reader_feed(reader, text.at, text.len), -ECANCELED, "an error");
	is_int(oom_reader_end(reader), 0, "ends");
	is_int((long long)once.len, 2, "with no more");
	once.answer = 0;
	once.len = 0;
	ok(oom_reader_begin(reader, "two") == 0 &&
		   oom_reader_feed(reader, report, sizeof(report) - 1) == 0 &&
		   oom_reader_end(reader) == 0,
	   "another log");
	is_int((long long)once.len, 1, "a report");
	is_at(0, 1);
}

int main(void)
{
	test_plain();
	test_middle();
	test_far();
	test_back();
	test_quiet();
	test_overlong();
	test_bytes();
	test_one_line();
	test_cut();
	test_logs();
	test_memory();
	test_answer();
	test_error();
	return done();
}
