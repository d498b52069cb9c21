/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/glob.h"

#include <fnmatch.h>

#include "tap.h"

/* @least is a text of the shortest length that matches; NULL: the glob matches nothing. */
static const struct {
	const char *glob, *least;
	size_t shortest, prefix;
} lengths[] = {
	{ "sshd", "sshd", 4, 4 },
	{ "*", "", 0, 0 },
	{ "a*b?c", "abxc", 4, 1 },
	{ "\\*a", "*a", 2, 0 },
	{ "a\\", NULL, 2, 1 },
	{ "x[abc]y", "xay", 3, 1 },
	{ "x[]a]y", "x]y", 3, 1 },
	{ "x[!]a]y", "x-y", 3, 1 },
	{ "x[^]a]y", "x-y", 3, 1 },
	{ "x[[:digit:]a]y", "x1y", 3, 1 },
	{ "x[a\\]b]y", "x]y", 3, 1 },
	{ "x[ab", "x[ab", 4, 1 },
	{ "x[[:x]yz:]", "xxyz:]", 6, 1 },
	{ "x[[.a.]]y", NULL, 2, 1 },
	{ "[", "[", 1, 0 },
};

static const struct {
	bool covers;
	const char *glob, *other;
} pairs[] = {
	{ true, "sshd", "sshd" },
	{ true, "*", "sshd" },
	{ true, "*", "s*" },
	{ true, "s*", "sshd" },
	{ true, "s*", "s*" },
	{ true, "/usr/*", "/usr/sbin/sshd" },
	{ true, "*", ".hidden" },
	{ false, "sshd", "ssh" },
	{ false, "sshd", "s*" },
	{ false, "s*", "ssh*" },
	{ false, "[!x]*", "[y]*" },
	{ false, "t*", "sshd" },
	{ false, "s?", "sshd" },
	{ false, "**", "s*" },
	/* A text with a mark is a glob, and may stand for something else. */
	{ false, "a*", "a[b]" },
	{ false, "a?b", "a\\b" },
	/* How many characters these are depends on the locale. */
	{ false, "??", "\xc3\xbc" },
	{ false, "?", "\xc3\xbc" },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		const char *glob = lengths[i].glob, *least = lengths[i].least;

		is_int((long long)glob_shortest(glob), (long long)lengths[i].shortest,
		       "'%s' and its shortest match", glob);
		is_int((long long)glob_prefix(glob), (long long)lengths[i].prefix,
		       "'%s' and its prefix", glob);
		ok(!least || (strlen(least) == lengths[i].shortest &&
			      fnmatch(glob, least, 0) == 0),
		   "'%s' matches it", glob);
	}
	ok(glob_is_literal("sshd") && glob_is_literal(""), "literals");
	ok(!glob_is_literal("s*") && !glob_is_literal("s?") && !glob_is_literal("[") &&
		   !glob_is_literal("a\\b"),
	   "and what is none");
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		is_int(glob_covers(pairs[i].glob, pairs[i].other), pairs[i].covers,
		       "'%s' and '%s'", pairs[i].glob, pairs[i].other);
	return done();
}
