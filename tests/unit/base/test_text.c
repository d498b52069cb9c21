/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

static void test_growing(struct arena *arena)
{
	struct text text = text_in(arena);
	const char *done;
	size_t len = 0;

	is_str(text_finish(&text), "", "nothing is an empty text");
	text_add(&text, "abc", 2);
	text_add(&text, "x", 0);
	text_addf(&text, "%s-%d", "c", 7);
	is_str(text_finish(&text), "abc-7", "pieces stand one behind the other");
	for (int i = 0; i < 2000; i++)
		text_addf(&text, "%04d", i);
	text_add(&text, "\n", 1);
	done = text_finish(&text);
	len = done ? strlen(done) : 0;
	is_int((long long)len, 5 + 4 * 2000 + 1, "it grows");
	ok(done && strncmp(done + 5 + 4 * 1999, "1999\n", 5) == 0, "to the last piece");
}

static void test_full(void)
{
	bool whole = false;

	for (size_t limit = 0; limit < 4096 && !whole; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct text text = text_in(arena);
		const char *done;

		for (int i = 0; i < 100; i++)
			text_addf(&text, "line %d\n", i);
		done = text_finish(&text);
		whole = done != NULL;
		if (whole != !text.full || (done && strlen(done) != 790))
			ok(false, "all of it or nothing, with %zu bytes", limit);
	}
	ok(whole, "all of it, once there is room");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	test_growing(arena);
	test_full();
	return done();
}
