/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/keyset.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

#define MANY 1000

static void test_few(struct arena *arena)
{
	struct keyset set = { 0 };
	const void *before = &set;
	int one = 1, two = 2;

	ok(keyset_get(&set, "a") == NULL, "an empty set has nothing");
	is_int(keyset_add(arena, &set, "a", &one, &before), 0, "a word is added");
	ok(before == NULL, "it was not there before");
	is_int(keyset_add(arena, &set, "a", &two, &before), 0, "the same word again");
	ok(before == &one, "the earlier value comes back");
	ok(keyset_get(&set, "a") == &one, "the earlier value stays");
	is_int((long long)set.len, 1, "it is there once");
	ok(keyset_get(&set, "b") == NULL, "another word is not there");
}

/* Two words that have one hash. */
static void test_collision(struct arena *arena)
{
	struct keyset set = { 0 };
	const void *before;
	int one = 1;

	is_int(keyset_add(arena, &set, "costarring", &one, &before), 0, "a word");
	is_int(keyset_add(arena, &set, "liquid", &one, &before), 0, "one that collides");
	ok(before == NULL, "is another word");
	is_int((long long)set.len, 2, "both are there");
}

static void test_many(struct arena *arena)
{
	struct keyset set = { 0 };
	const void *before;
	size_t fresh = 0, found = 0;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			const char *word = arena_printf(arena, "net.eth%d", i);

			if (!word || keyset_add(arena, &set, word, word, &before) < 0)
				break;
			fresh += before == NULL;
			found += before && strcmp(before, word) == 0;
		}
	}
	is_int((long long)fresh, MANY, "many words are new the first time");
	is_int((long long)found, MANY, "and found the second time");
}

static void test_no_memory(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(0);
	struct keyset set = { 0 };
	const void *before;

	is_int(keyset_add(arena, &set, "a", &set, &before), -ENOMEM, "a full arena");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);

	test_few(arena);
	test_collision(arena);
	test_many(arena);
	test_no_memory();
	return done();
}
