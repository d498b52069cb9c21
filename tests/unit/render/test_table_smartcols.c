/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/table_smartcols.h"

#include <errno.h>
#include <locale.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "sample_table.h"
#include "tap.h"

static void test_smartcols(unsigned width, const char *want, const char *name)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct table_layout layout;
	struct capture got;
	struct table table;
	int r = fill(arena, &table);

	if (r == 0)
		r = table_fold(arena, &table, width, &layout);
	if (r == 0)
		r = table_smartcols(&layout, capture(&got, width, false));
	if (r == -ENOSYS) {
		skip("no libsmartcols here");
		(void)captured(&got);
		return;
	}
	is_int(r, 0, "%s: libsmartcols", name);
	(void)captured(&got);
	is_str(trimmed(got.text), want, "%s: libsmartcols shows the same", name);
}

static void test_color(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct table_layout layout;
	struct capture got;
	struct table table;
	int r = fill(arena, &table);

	if (r == 0)
		r = table_fold(arena, &table, 41, &layout);
	if (r == 0)
		r = table_smartcols(&layout, capture(&got, 41, true));
	(void)captured(&got);
	if (r == -ENOSYS) {
		skip("no libsmartcols here");
		return;
	}
	is_int(r, 0, "in colour");
	ok(strstr(got.text, "\033[33m~\033[0m"), "a cell is painted");
	ok(strstr(got.text, "\033[1mKEY"), "the titles are bold");
	ok(strstr(got.text, "\033[32m32 100"), "each line of a folded cell is painted");
}

/* A byte that the locale cannot read would keep the library busy for ever. */
static void test_unreadable(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct table_layout layout;
	struct capture got;
	struct table table;
	int r = -EINVAL;

	(void)setlocale(LC_CTYPE, "C");
	if (fill(arena, &table) == 0 && table_fold(arena, &table, 80, &layout) == 0)
		r = table_smartcols(&layout, capture(&got, 80, false));
	is_int(r, -ENOSYS, "what the C locale cannot read is left to others");
	is_str(captured(&got), "", "and nothing is written");
}

int main(void)
{
	if (setlocale(LC_CTYPE, "C.UTF-8")) {
		test_smartcols(100, wide_text, "wide");
		test_smartcols(41, narrow_text, "narrow");
		test_color();
	} else {
		skip("no locale C.UTF-8");
	}
	test_unreadable();
	return done();
}
