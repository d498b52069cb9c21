/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/logprefix.h"

#include "oom/fields.h"
#include "tap.h"

#define KERNEL	 "Node 0 DMA free:44kB"

/* What the callers of printk() are told apart by. */
#define TASK(id) ((id)*2U + 1)
#define CPU(id)	 ((id)*2U + 2)

enum flags {
	STAMPED = 1,
	COUNTED = 2,
	GUESSED = 4,
	FOREIGN = 8,
};

struct row {
	const char *prefix;
	unsigned flags;
	const char *when; /* NULL: none */
	uint32_t caller;
};

/* Before KERNEL, all of which must be left. */
static const struct row rows[] = {
	{ "", 0, NULL, 0 },
	{ "   \t ", 0, NULL, 0 },
	{ "> > ", 0, NULL, 0 },
	{ ">>", 0, NULL, 0 },
	{ "** ", 0, NULL, 0 },
	{ "`", 0, NULL, 0 },
	{ "| : ", 0, NULL, 0 },
	/* syslog */
	{ "Jun 10 13:33:11 host kernel: ", STAMPED, "Jun 10 13:33:11", 0 },
	{ "Jun  9 13:33:11 host kernel: ", STAMPED, "Jun  9 13:33:11", 0 },
	{ "Jun 9 13:33:11 host kernel: ", STAMPED, "Jun 9 13:33:11", 0 },
	{ "Jun 10 13:33:11 kernel: ", STAMPED, "Jun 10 13:33:11", 0 },
	{ "Jun 10 13:33:11 host kernel: [ 5864.708440] ", STAMPED, "Jun 10 13:33:11", 0 },
	{ "Jun 10 13:33:11 host kernel: [ 5864.708440][ T5241] ", STAMPED,
	  "Jun 10 13:33:11", TASK(5241) },
	{ "Jun 10 13:33:11 host kernel[-]: ", STAMPED, "Jun 10 13:33:11", 0 },
	{ "Jun 10 13:33:11 user.warn kernel: ", STAMPED, "Jun 10 13:33:11", 0 },
	{ "Jun 10 13:33:11 host user.warn kernel: ", STAMPED, "Jun 10 13:33:11", 0 },
	{ "Jun 10 2026 13:33:11 host kernel: ", STAMPED, "Jun 10 2026 13:33:11", 0 },
	{ "> Jun 10 13:33:11 host kernel: ", STAMPED, "Jun 10 13:33:11", 0 },
	/* of the year, and journalctl's */
	{ "2026-06-10T13:33:11+0200 host kernel: ", STAMPED, "2026-06-10T13:33:11+0200",
	  0 },
	{ "2026-06-10T13:33:11.123456+02:00 host kernel: ", STAMPED,
	  "2026-06-10T13:33:11.123456+02:00", 0 },
	{ "2026-06-10 13:33:11 host kernel: ", STAMPED, "2026-06-10 13:33:11", 0 },
	{ "2026/06/10 13:33:11 host kernel: ", STAMPED, "2026/06/10 13:33:11", 0 },
	/* RFC 5424 */
	{ "<4>1 2026-06-10T13:33:11.5Z host kernel - - - ", STAMPED,
	  "2026-06-10T13:33:11.5Z", 0 },
	{ "2026-06-10T13:33:11Z host kernel - - ", STAMPED, "2026-06-10T13:33:11Z", 0 },
	/* dmesg */
	{ "[ 5864.708440] ", STAMPED, "5864.708440", 0 },
	{ "[123456.708440] ", STAMPED, "123456.708440", 0 },
	{ "[  828.600750][ T5241] ", STAMPED, "828.600750", TASK(5241) },
	{ "[  828.600750][   C1] ", STAMPED, "828.600750", CPU(1) },
	{ "[  828.600750][   T0] ", STAMPED, "828.600750", TASK(0) },
	{ "<4>[76541.123456] ", STAMPED, "76541.123456", 0 },
	{ "<6>", STAMPED, NULL, 0 },
	{ "[Mon Jun 10 13:33:11 2024] ", STAMPED, "Mon Jun 10 13:33:11 2024", 0 },
	{ "[Di Aug 12 03:54:03 2025] ", STAMPED, "Di Aug 12 03:54:03 2025", 0 },
	{ "[2024-06-10T13:33:11,5+02:00] ", STAMPED, "2024-06-10T13:33:11,5+02:00", 0 },
	/* /dev/kmsg */
	{ "4,1234,5678901,-;", STAMPED, "5678901", 0 },
	{ "4,1234,5678901,c,caller=T1;", STAMPED, "5678901", TASK(1) },
	{ "4,1234,5678901,-,caller=C3;", STAMPED, "5678901", CPU(3) },
	/* kernel alone, facilities, bars */
	{ "kernel: ", STAMPED, NULL, 0 },
	{ "kernel: kernel: ", STAMPED, NULL, 0 },
	{ "kernel: [   12.345678] ", STAMPED, "12.345678", 0 },
	{ "kern.warn kernel: ", STAMPED, NULL, 0 },
	{ "err|kernel[-]| ", STAMPED, NULL, 0 },
	{ "err|kernel[-]|[   12.345678] ", STAMPED, "12.345678", 0 },
	/* logwatch, grep */
	{ "1 Time(s): ", STAMPED | COUNTED, NULL, 0 },
	{ "   813 Time(s): ", STAMPED | COUNTED, NULL, 0 },
	{ "messages.1:Jun 10 13:33:11 host kernel: ", STAMPED, "Jun 10 13:33:11", 0 },
	{ "813:[   12.345678] ", STAMPED, "12.345678", 0 },
	{ "/var/log/kern.log:2026-06-10T13:33:11Z host kernel: ", STAMPED,
	  "2026-06-10T13:33:11Z", 0 },
	/* a host without "kernel:" */
	{ "Jun 10 13:33:11 host ", STAMPED | GUESSED, "Jun 10 13:33:11", 0 },
};

static bool is_whole(const struct row *row, const struct logprefix *got)
{
	return got->stamped == ((row->flags & STAMPED) > 0) &&
	       got->counted == ((row->flags & COUNTED) > 0) &&
	       got->guessed == ((row->flags & GUESSED) > 0) &&
	       got->foreign == ((row->flags & FOREIGN) > 0) && got->caller == row->caller;
}

static void is_row(const struct row *row, const char *line, const struct logprefix *got)
{
	ok(is_whole(row, got),
	   "'%s': stamped %d, counted %d, guessed %d, foreign %d, caller %u", line,
	   got->stamped, got->counted, got->guessed, got->foreign, got->caller);
	ok(row->when ? span_is(got->when, row->when) : got->when.len == 0, "when: '%.*s'",
	   (int)got->when.len, got->when.at);
}

static void test_prefixes(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		size_t want = strlen(row->prefix);
		struct logprefix got;
		char line[128];

		(void)snprintf(line, sizeof(line), "%s" KERNEL, row->prefix);
		got = logprefix_read(span_of(line));
		is_row(row, line, &got);
		if (row->flags & GUESSED)
			is_int((long long)got.len, (long long)want, "what is left");
		else
			ok(strcmp(line + got.len, KERNEL) == 0, "what is left: '%s'",
			   line + got.len);
	}
}

/* Lines of other programs, and what is a part of the message. */
static void test_others(void)
{
	static const struct {
		const char *line;
		unsigned flags;
		const char *rest;
	} lines[] = {
		{ "Jun 10 13:33:11 host sshd[813]: kernel oops",
		  STAMPED | GUESSED | FOREIGN, "sshd[813]: kernel oops" },
		{ "Jun 10 13:33:11 sshd[813]: no host", STAMPED | FOREIGN,
		  "sshd[813]: no host" },
		{ "Jun 10 13:33:11 host a b sshd[813]: x", STAMPED | GUESSED,
		  "a b sshd[813]: x" },
		{ "Jun 10 13:33:11 host runc:[2:INIT] invoked", STAMPED | GUESSED,
		  "runc:[2:INIT] invoked" },
		{ "Jun 10 13:33:11 host one two three four five kernel: x",
		  STAMPED | GUESSED, "one two three four five kernel: x" },
		{ "Jun 10 13:33:11", STAMPED, "" },
		{ "Jun 10 13:33:11 [x] y", STAMPED, "[x] y" },
		{ "Jun 9 13:33:11", STAMPED, "" },
		{ "Jun 10 13:33", 0, "Jun 10 13:33" },
		{ "[  813]     0   813     1234", 0, "[  813]     0   813     1234" },
		{ "[  813]     0   813  [meta a=\"7\"] x", 0,
		  "[  813]     0   813  [meta a=\"7\"] x" },
		{ "[ pid ]   uid", 0, "[ pid ]   uid" },
		{ "2026-06/10 13:33:11 x", 0, "2026-06/10 13:33:11 x" },
		{ "2026/06/10T13:33:11 x", 0, "2026/06/10T13:33:11 x" },
		{ "Jun 10 13:33:1 kernel", 0, "Jun 10 13:33:1 kernel" },
		{ "Jun 10 13:3 :11 kernel", 0, "Jun 10 13:3 :11 kernel" },
		{ "Jun 100 13:33:11 kernel", 0, "Jun 100 13:33:11 kernel" },
		{ "J1n 10 13:33:11 kernel", 0, "J1n 10 13:33:11 kernel" },
		{ "[12.34] x", STAMPED, "x" },
		{ "[ T5241 x", 0, "[ T5241 x" },
		{ "<x> y", 0, "<x> y" },
		{ "<pre class=\"log\">y", 0, "y" },
		{ "&gt; &gt;<br /> y", 0, "y" },
		{ "MESSAGE=y", 0, "y" },
		{ "\u21aa\u21b3 y", 0, "y" },
		{ "\u2192 y", 0, "\u2192 y" },
		{ "f.log.1:813:[12.345678] y", STAMPED, "y" },
		{ "Jun 10 13:33:11 h kernel - - [meta a=\"813\"] y", STAMPED, "y" },
		{ "4,1234,x,-;y", 0, "4,1234,x,-;y" },
		{ "4,1234,5678901,- y", 0, "4,1234,5678901,- y" },
		{ "813 total pagecache pages", 0, "813 total pagecache pages" },
		{ "kernels are fine", 0, "kernels are fine" },
		{ "kernel[12 x", 0, "kernel[12 x" },
		{ "(sd-pam) invoked oom-killer: x", 0, "(sd-pam) invoked oom-killer: x" },
		{ "tmux: server invoked oom-killer: x", 0,
		  "tmux: server invoked oom-killer: x" },
		{ "", 0, "" },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct row row = { .flags = lines[i].flags };
		struct logprefix got = logprefix_read(span_of(lines[i].line));

		ok(is_whole(&row, &got), "'%s': stamped %d, guessed %d, foreign %d",
		   lines[i].line, got.stamped, got.guessed, got.foreign);
		ok(span_is(span_trim(span_from(span_of(lines[i].line), got.len)),
			   lines[i].rest),
		   "left: '%s'", lines[i].line + got.len);
	}
}

/* The first time is the log's; a later one is the kernel's. */
static void test_first_time(void)
{
	struct logprefix got = logprefix_read(
		span_of("[ 1.234567] Jun 10 13:33:11 host kernel: [ 2.345678] x"));

	ok(span_is(got.when, "1.234567"), "the first counts");
	got = logprefix_read(span_of("4,1,5678901,-;[ 2.345678] x"));
	ok(span_is(got.when, "5678901"), "of a record, too");
	ok(span_is(span_from(span_of("4,1,5678901,-;[ 2.345678] x"), got.len), "x"),
	   "all of them go");
}

static void test_uptime(void)
{
	static const struct {
		const char *line;
		size_t at, want;
	} lines[] = {
		{ "[12345.678901] x", 0, 14 },
		{ "[    1.678901] x", 0, 14 },
		{ "race 0+4[4325.461] x", 8, 10 },
		{ "race 0+4[4325.461] x", 7, 0 },
		{ "[1.123]", 0, 7 },
		{ "[1.1]", 0, 5 },
		{ "[1.]", 0, 0 },
		{ "[1.123", 0, 0 },
		{ "[1]", 0, 0 },
		{ "[.123456]", 0, 0 },
		{ "[ x.123456]", 0, 0 },
		{ "[", 0, 0 },
		{ "", 0, 0 },
		{ "[1.123]", 7, 0 },
		{ "[1.123]", 70, 0 },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		is_int((long long)logprefix_uptime(span_of(lines[i].line), lines[i].at),
		       (long long)lines[i].want, "'%s' at %zu", lines[i].line,
		       lines[i].at);
}

/* Cut anywhere, it reads no further, and takes no more than there is. */
static void test_cut(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (size_t len = 0; len <= strlen(rows[i].prefix); len++) {
			struct logprefix got =
				logprefix_read((struct span){ rows[i].prefix, len });

			wrong += got.len > len;
			wrong += got.when.len > 0 &&
				 (got.when.at < rows[i].prefix ||
				  got.when.at + got.when.len > rows[i].prefix + len);
		}
	}
	is_int((long long)wrong, 0, "cut at every place");
}

int main(void)
{
	test_prefixes();
	test_others();
	test_first_time();
	test_uptime();
	test_cut();
	return done();
}
