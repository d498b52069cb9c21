/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/format.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

#define LONG_64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const struct format *format;
	const char *good[8], *bad[12];
} cases[] = {
	{ &format_name,
	  { "a", "web-2", "-", "0" },
	  { "", "Web", "a b", "a.b", "a/b", "\xc3\xbc", "a\n" } },
	{ &format_line,
	  { "x", " x ", "a\tb", "text\n", "\xc3\xbc" },
	  { "", " ", "\n", "a\nb", "a\x1b", "a\x7f", "a\rb" } },
	{ &format_glob, { "chrom*", "[" }, { "", "a\nb" } },
	{ &format_account,
	  { "root", "0", " 1000\n", "4294967294", "-", "0x", "a b", "1.5" },
	  { "", "010", "00", " 01\n", "-1", "-01", "4294967295",
	    "99999999999999999999" } },
	{ &format_arch,
	  { "i686", "x86_64", "armv7l" },
	  { "", "x86 64", "i?86", "x86_64\n" } },
	{ &format_kernel,
	  { ">=2.6.5 <7", "=3.10", "!=5.4.17", " <6 " },
	  { "", "5", ">= 5", "5 <6", ">=2.6.9.1", "~5", ">=05", "=>5" } },
	{ &format_memory,
	  { ">=2G", ">=2Gi <64G", "!=0", "<1024" },
	  { "", "2G", ">=2GB", "> 2G", ">=5%", ">=02G" } },
	{ &format_schedule, { "@daily", "0 0 * * *" }, { "", "@never", "0 0 * *" } },
	{ &format_condition, { "free < 1G" }, { "", "free" } },
	{ &format_duration,
	  { "90", "6h", "1h30m", "1w" },
	  { "", "0", "0h", "6 h", "h", "1h30", "06h", "-1h" } },
	{ &format_regex,
	  { "^a(b|c)*$", "a{3}", "[[:alpha:]]+", "a{10}b{64}" },
	  { "", "a(b", "[", "a{2", "a{65}", "(a{40}){40}", "((a{200}){200}){200}",
	    "a{1,99999999999999999999999}", "a{,2000}", "a\nb",
	    LONG_64 LONG_64 LONG_64 LONG_64 "a" } },
};

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);
	size_t at;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct format *format = cases[i].format;

		ok(format->pattern[0] == '^' && format->noun[0] != '\0',
		   "format %zu has a pattern and a noun", i);
		for (size_t j = 0; j < 8 && cases[i].good[j]; j++)
			is_str(format->fault(arena, cases[i].good[j], &at), NULL,
			       "'%s' is %s", cases[i].good[j], format->noun);
		for (size_t j = 0; j < 12 && cases[i].bad[j]; j++)
			ok(format->fault(arena, cases[i].bad[j], &at) != NULL,
			   "'%s' is not %s", cases[i].bad[j], format->noun);
	}
	return done();
}
