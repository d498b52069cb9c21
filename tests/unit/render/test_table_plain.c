/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/table_plain.h"

#include <errno.h>
#include <locale.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "sample_table.h"
#include "tap.h"

static void test_plain(unsigned width, bool color, const char *want, const char *name)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct table_layout layout;
	struct capture got;
	struct table table;

	ok(fill(arena, &table) == 0 && table_fold(arena, &table, width, &layout) == 0 &&
		   table_plain(arena, &layout, capture(&got, width, color)) == 0,
	   "%s: plain", name);
	is_str(captured(&got), want, "%s: plain text", name);
}

int main(void)
{
	static const char *const locales[] = { "C", "C.UTF-8" };
	size_t i;

	for (i = 0; i < 2; i++) {
		if (!setlocale(LC_CTYPE, locales[i])) {
			skip("no locale %s", locales[i]);
			continue;
		}
		test_plain(0, false, wide_text, locales[i]);
		test_plain(41, false, narrow_text, locales[i]);
	}
	test_plain(0, true,
		   "   \033[1mKEY\033[0m                        \033[1mN\033[0m  "
		   "\033[1mWANT\033[0m\n"
		   "\033[33m~\033[0m  vm.lowmem_reserve_ratio  100  "
		   "\033[32m256 256 32 100 200 300\033[0m\n"
		   "\033[1;31m!\033[0m  \033[1;31mvm.\xc3\xa9\\x1b[2J\033[0m"
		   "                \033[1;31m1\033[0m\n",
		   "colour");
	return done();
}
