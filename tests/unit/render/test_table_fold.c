/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/table_fold.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

static const struct column columns[] = {
	{ .title = "KEY", .wrap = true },
	{ .title = "WANT", .wrap = true },
	{ .title = "N" },
};

static struct cell cells[] = {
	{ "vm.lowmem_reserve_ratio", PAINT_BOLD },
	{ "256 256 32 100 200 300", PAINT_NONE },
	{ "12", PAINT_NONE },
	{ "/sys/kernel/mm/enabled", PAINT_NONE },
	{ "", PAINT_NONE },
	{ "", PAINT_NONE },
};

static const struct table table = {
	.columns = columns,
	.width = 3,
	.items = cells,
	.len = 6,
};

static void test_wide(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct table_layout layout;

	is_int(table_fold(arena, &table, 0, &layout), 0, "a table without a width");
	is_int((long long)layout.total, 23 + 2 + 22 + 2 + 2, "is as wide as it takes");
	ok(layout.table.items[1].text == cells[1].text, "and nothing is folded");
	is_int(table_fold(arena, &table, 51, &layout), 0, "a table that just fits");
	ok(layout.table.items[1].text == cells[1].text, "is not folded");
}

static void test_narrow(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct table_layout layout;

	is_int(table_fold(arena, &table, 40, &layout), 0, "a table in 40 columns");
	is_int((long long)layout.total, 40, "takes 40");
	is_str(layout.table.items[0].text, "vm.lowmem_reserve_ratio",
	       "a word stays whole");
	is_str(layout.table.items[1].text, "256 256 32\n100 200 300",
	       "a value is folded at a blank");
	is_int(layout.table.items[0].paint, PAINT_BOLD, "paint is kept");
	is_int(table_fold(arena, &table, 30, &layout), 0, "a table in 30 columns");
	ok(layout.total > 30, "takes more rather than to cut");
	is_int((long long)layout.widths[2], 2, "a column that may not fold does not");
}

static void test_slashes(void)
{
	static const struct column one[] = { { .title = "K", .wrap = true } };
	static struct cell items[] = {
		{ "/sys/kernel/mm/hugepages/enabled", PAINT_NONE },
		{ "a_word_that_is_longer_than_any_other", PAINT_NONE },
	};
	const struct table paths = {
		.columns = one, .width = 1, .items = items, .len = 2
	};
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct table_layout layout;

	is_int(table_fold(arena, &paths, 24, &layout), 0, "a path in 24 columns");
	is_str(layout.table.items[0].text, "/sys/kernel/mm/\nhugepages/enabled",
	       "is folded behind a slash");
	is_str(layout.table.items[1].text, "a_word_that_is_longer_th\nan_any_other",
	       "a word that is too long is broken");
}

static void test_blanks(void)
{
	static const struct column one[] = { { .title = "V", .wrap = true } };
	static struct cell items[] = { { "aaaa   bbbb", PAINT_NONE },
				       { "  ", PAINT_NONE },
				       { " cccccc ", PAINT_NONE } };
	const struct table blanks = {
		.columns = one, .width = 1, .items = items, .len = 3
	};
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct table_layout layout;

	is_int(table_fold(arena, &blanks, 5, &layout), 0, "blanks in 5 columns");
	is_int((long long)layout.total, 6, "the longest word sets the width");
	is_str(layout.table.items[0].text, "aaaa \nbbbb", "a run of blanks");
	is_str(layout.table.items[1].text, "  ", "blanks alone");
	is_str(layout.table.items[2].text, "\ncccccc", "blanks at the ends");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 4096; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct table_layout layout;

		r = table_fold(arena, &table, 40, &layout);
	}
	is_int(r, 0, "folds once memory suffices");
	ok(limit > 16, "and tells when it does not");
}

int main(void)
{
	test_wide();
	test_narrow();
	test_slashes();
	test_blanks();
	test_no_memory();
	return done();
}
