/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap.h"

static bool all_zero(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static void test_alloc(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	char *first = arena_alloc(arena, 3), *second = arena_alloc(arena, 100);
	char *large = arena_alloc(arena, 300000);

	ok(first && second && large, "small and large pieces");
	ok((uintptr_t)second % alignof(max_align_t) == 0, "aligned for any type");
	ok(all_zero(second, 100) && all_zero(large, 300000), "zeroed");
	memset(second, 'x', 100);
	ok(all_zero(first, 3), "pieces do not overlap");
	is_int((long long)arena_used(arena), 16 + 112 + 300000,
	       "what was handed out is counted");
}

static void test_limit(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(64);
	cleanup(arena_freep) struct arena *roomy = arena_new(64);

	ok(arena_alloc(arena, 48) != NULL, "up to the limit");
	ok(arena_alloc(arena, 17) == NULL, "and not beyond");
	ok(arena_alloc(arena, 16) != NULL, "what still fits is handed out");
	ok(arena_alloc(arena, 1) == NULL, "then it is full");
	ok(arena_alloc(arena, SIZE_MAX) == NULL, "no overflow of the size");
	ok(arena_array(arena, SIZE_MAX / 2, 4) == NULL, "nor of a product");
	ok(arena_array(roomy, SIZE_MAX / 16 + 2, 16) == NULL,
	   "nor of one that comes round to a small number");
	ok(arena_copy(arena, "x", SIZE_MAX) == NULL, "nor of a length");
}

static void test_text(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	cleanup(arena_freep) struct arena *small = arena_new(16);

	is_str(arena_copy(arena, "swappiness", 4), "swap", "a copy ends in a NUL");
	is_str(arena_copy(arena, NULL, 0), "", "of nothing, too");
	is_str(arena_join(arena, "proc/", "1", "/stat"), "proc/1/stat",
	       "three texts joined");
	is_str(arena_join(arena, "", "", ""), "", "three empty ones");
	ok(arena_join(small, "longer ", "than sixteen ", "bytes") == NULL,
	   "joined at the limit");
	is_str(arena_printf(arena, "%s=%d", "vm.swappiness", 60), "vm.swappiness=60",
	       "printf");
	ok(arena_printf(small, "%s", "longer than sixteen bytes") == NULL,
	   "printf at the limit");
	arena_free(NULL);
}

int main(void)
{
	test_alloc();
	test_limit();
	test_text();
	return done();
}
