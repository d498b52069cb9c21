/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/ere.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

#define A16	"aaaaaaaaaaaaaaaa"
#define A64	A16 A16 A16 A16
#define A256	A64 A64 A64 A64

/* The reason is the library's. */
#define INVALID "not a regular expression: "
#define LONG	"longer than 256 bytes"
#define COUNT	"a repetition count above 64"
#define EMPTY	"an endless repetition of what can be empty"
#define WRITTEN "longer than 1000 characters with its repetitions written out"

static const char *const good[] = {
	"^postgres: .*(writer|checkpointer)$",
	"a{3}",
	"a{64}b{,64}c{64,}",
	"(a{8}){8}",
	"[[:alpha:]]+",
	"a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u+v+w+x+y+z+",
	/* Where it is a character, it asks for nothing. */
	"^a{3}b{1,20}[{]$",
	"a\\{99\\}",
	"[{99}]",
	"[^]{99}]",
	"[]{99}[.].]{99}]",
	"[[:alpha:]{99}]",
	"[\\1]",
	"\\\\1",
	"a\\.b\\+",
	A256,
	/* What cannot be empty may be repeated for ever, what can be only so often. */
	"(a?b)*(a|bc*)+(a?b{0,3}c|d)*(^a){2,}",
	"(a*){3}(a?|b)?(^)?a*?(|a){0,3}",
	/* The blanks around it go. */
	"  a|b\n",
};

static const struct {
	const char *text, *why;
	size_t at;
} bad[] = {
	{ "a(b", INVALID, 0 },
	{ "[", INVALID, 0 },
	{ " a{2", INVALID, 0 },
	{ "ab\\ ", INVALID, 0 },
	{ "[[:no:]]", INVALID, 0 },
	{ A256 "a", LONG, 0 },
	{ "a{65}", COUNT, 1 },
	{ "  a{1,65}", COUNT, 3 },
	{ "a{,2000}", COUNT, 1 },
	{ "[a]]{1,99999999999999999999999}", COUNT, 4 },
	{ "[[:alpha:]]{65}", COUNT, 11 },
	{ "(a)\\1", "back-references such as \\1 are not supported", 3 },
	{ "\\\\\\9", "back-references such as \\9 are not supported", 2 },
	{ "(a{40}){40}", WRITTEN, 7 },
	{ "((a{64}){64}){64}", WRITTEN, 8 },
	{ "a{64}{64}", WRITTEN, 5 },
	/* Each + doubles what is within. */
	{ "((((((((((a+)+)+)+)+)+)+)+)+)+)", WRITTEN, 29 },
	{ "a++++++++++", WRITTEN, 10 },
	{ "(a(b[c]){64}){8}", WRITTEN, 13 },
	{ "(a*)*", EMPTY, 4 },
	{ "(a?)+", EMPTY, 4 },
	{ "(a{0,3}){2,}", EMPTY, 8 },
	{ "(a{,3})*", EMPTY, 7 },
	{ "a*+", EMPTY, 2 },
	{ "(b|)*", EMPTY, 4 },
	{ "(|b)*", EMPTY, 4 },
	{ "(a|b?c*|d)*", EMPTY, 10 },
	{ "()*", EMPTY, 2 },
	{ "(^$)*", EMPTY, 4 },
	{ "(\\b\\<)*", EMPTY, 6 },
	{ "((a?)(b*))*", EMPTY, 10 },
	{ "*a", INVALID, 0 },
};

static void test_bad(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t at = 99;
		const char *why = ere_fault(arena, bad[i].text, &at);

		if (strcmp(bad[i].why, INVALID) == 0)
			ok(why && strncmp(why, INVALID, strlen(INVALID)) == 0 &&
				   why[strlen(INVALID)],
			   "bad %zu: with a reason", i);
		else
			is_str(why, bad[i].why, "bad %zu", i);
		is_int((long long)at, (long long)bad[i].at, "bad %zu: and where", i);
	}
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);
	cleanup(arena_freep) struct arena *none = arena_new(0);
	size_t at;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		is_str(ere_fault(arena, good[i], &at), NULL, "good %zu", i);
	test_bad(arena);
	is_str(ere_fault(none, "(", &at), "", "no memory for the reason");
	is_str(ere_fault(none, "\\1", &at), "", "nor for this one");
	return done();
}
