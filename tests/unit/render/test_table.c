/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/table.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "sample_table.h"
#include "tap.h"

/* Without a width, the output is the plain one to the byte, library or not. */
static void test_print(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct capture got;
	struct table table;

	ok(fill(arena, &table) == 0 &&
		   table_print(arena, &table, capture(&got, 0, false)) == 0,
	   "a table into a file");
	is_str(captured(&got), wide_text, "is plain");
	ok(table_print(arena, &table, capture(&got, 41, false)) == 0,
	   "a table onto a terminal");
	(void)captured(&got);
	is_str(trimmed(got.text), narrow_text, "is folded");
}

static void test_color(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct capture got;
	struct table table;

	ok(fill(arena, &table) == 0 &&
		   table_print(arena, &table, capture(&got, 80, true)) == 0,
	   "a table in colour");
	(void)captured(&got);
	ok(strstr(got.text, "\033[33m~\033[0m"), "paints a cell");
	ok(strstr(got.text, "\033[1;31mvm.\xc3\xa9\\x1b[2J"), "and harmless text");
	ok(strstr(got.text, "\033[1mKEY"), "and the titles");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 16384; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct capture got;
		struct table table;

		r = fill(arena, &table);
		if (r == 0)
			r = table_print(arena, &table, capture(&got, 0, false));
		else
			(void)capture(&got, 0, false);
		(void)captured(&got);
	}
	is_int(r, 0, "prints once memory suffices");
	ok(limit > 16, "and tells when it does not");
}

int main(void)
{
	test_print();
	test_color();
	test_no_memory();
	return done();
}
