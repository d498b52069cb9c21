/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/procstat.h"

#include <errno.h>

#include "base/span.h"
#include "tap.h"

#define REST                                                                             \
	" S 1 2 3 0 -1 4194560 5 6 7 8 900 100 11 12 30 10 4 0 12345 104857600 2560 1 2 3\n"

static const struct {
	const char *text, *comm;
} names[] = {
	{ "42 (sleep)" REST, "sleep" },
	{ "42 (a b)" REST, "a b" },
	{ "42 ())" REST, ")" },
	{ "42 (()" REST, "(" },
	{ "42 ()" REST, "" },
	{ "42 (odd) S 1 (name)" REST, "odd) S 1 (name" },
	{ "42 (x) R 9 9 9 9 9 )" REST, "x) R 9 9 9 9 9 " },
	{ "42 (two\nlines)" REST, "two\nlines" },
	{ "42 (\n)" REST, "\n" },
	{ "42 (\t)\n)" REST, "\t)\n" },
};

static void test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct procstat stat = { 0 };

		is_int(procstat_parse(span_of(names[i].text), &stat), 0, "name %zu", i);
		ok(span_is(stat.comm, names[i].comm), "name %zu: is the name", i);
		is_int(stat.pid, 42, "name %zu: PID", i);
		is_int(stat.state, 'S', "name %zu: state", i);
		is_int(stat.ppid, 1, "name %zu: parent", i);
	}
}

static void test_fields(void)
{
	struct procstat stat = { 0 };

	is_int(procstat_parse(span_of("42 (sleep)" REST), &stat), 0, "a line");
	is_int((long long)stat.flags, 4194560, "flags");
	is_int((long long)stat.utime, 900, "user time");
	is_int((long long)stat.stime, 100, "system time");
	is_int(stat.nice, 10, "nice");
	is_int(stat.threads, 4, "threads");
	is_int((long long)stat.start_time, 12345, "start");
	is_int((long long)stat.vsize, 104857600, "size");
	is_int(stat.rss, 2560, "resident pages");
}

/* Lines of real kernels, the first one 2.6.9's, which ends after fewer fields. */
static const struct {
	const char *name, *text;
	bool is_kernel;
} kinds[] = {
	{ "2.6.9: pdflush",
	  "37 (pdflush) S 5 0 0 0 -1 33024 0 0 0 0 0 0 0 0 15 0 1 0 4711 0 0 4294967295 0 0 "
	  "0 0 0 0 2147483647 0 0 0 0 0 17 0 0 0\n",
	  true },
	{ "6.1: kthreadd",
	  "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 2 0 0 4294967295 0 0 0\n",
	  true },
	{ "a process", "42 (sleep)" REST, false },
	{ "a zombie",
	  "101 (sh) Z 99 0 0 0 -1 4227148 30 0 0 0 1 2 0 0 20 0 1 0 300 0 0 0 0 0\n",
	  false },
	{ "one that has been waited for",
	  "9 (sh) X 1 0 0 0 -1 4 0 0 0 0 1 2 0 0 20 0 1 0 3 0 0 0\n", false },
	{ "one that is exiting",
	  "9 (sh) R 1 0 0 0 -1 4194308 0 0 0 0 1 2 0 0 20 0 1 0 3 0 0 0\n", false },
};

static void test_kinds(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct procstat stat = { 0 };

		is_int(procstat_parse(span_of(kinds[i].text), &stat), 0, "%s",
		       kinds[i].name);
		is_int(procstat_is_kernel(&stat), kinds[i].is_kernel,
		       "%s: kernel thread?", kinds[i].name);
	}
}

static const char *const wrong[] = {
	"",
	"\n",
	")",
	"(",
	"()",
	" (x)" REST,
	"42 x)" REST,
	"42(" REST,
	"x (x)" REST,
	"42 (x",
	"42 (x)",
	"42 (x) S",
	"42 (x) SS 1 2 3 0 -1 4194560 5 6 7 8 900 100 11 12 30 10 4 0 12345 104857600 2560 1\n",
	"42 (x) S y 2 3 0 -1 4194560 5 6 7 8 900 100 11 12 30 10 4 0 12345 104857600 2560 1\n",
	"42 (x) S 1 2 3 0 -1 -1 5 6 7 8 900 100 11 12 30 10 4 0 12345 104857600 2560 1\n",
	"42 (x) S 1 2 3 0 -1 0 5 6 7 8 900 99999999999999999999 1 1 30 10 4 0 12345 1 2560 1\n",
	"42 (x) S 1 2 3 0 -1 4194560 5 6 7 8 900 100 11 12 30 10 4 0 12345 104857600",
};

static void test_wrong(void)
{
	static const char whole[] =
		"42 (sleep) S 1 2 3 0 -1 4194560 5 6 7 8 900 100 11 12 30 10 "
		"4 0 12345 104857600 2560 ";
	struct procstat stat = { .pid = 7 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		is_int(procstat_parse(span_of(wrong[i]), &stat), -EINVAL, "wrong %zu", i);
	for (size_t len = 0; len < sizeof(whole) - 1; len++)
		is_int(procstat_parse((struct span){ whole, len }, &stat), -EINVAL,
		       "cut short at %zu", len);
	is_int(stat.pid, 7, "nothing is written on failure");
	is_int(procstat_parse(span_of(whole), &stat), 0, "the whole of it is good");
}

int main(void)
{
	test_names();
	test_fields();
	test_kinds();
	test_wrong();
	return done();
}
