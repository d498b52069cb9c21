/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/vec.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

struct numbers {
	int *items;
	size_t len, cap;
};

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	cleanup(arena_freep) struct arena *small = arena_new(64);
	struct numbers numbers = { 0 };
	bool in_order = true;

	for (int i = 0; i < 1000; i++) {
		int *number = vec_push(arena, &numbers);

		in_order = in_order && number && *number == 0;
		if (number)
			*number = i;
	}
	ok(in_order, "new items are zero");
	is_int((long long)numbers.len, 1000, "all are there");
	for (int i = 0; i < 1000; i++)
		in_order = in_order && numbers.items[i] == i;
	ok(in_order, "in order, with their values, through all moves");

	numbers.len = 3;
	vec_expect(arena, &numbers, numbers.cap);
	ok(numbers.len == 3 && numbers.items[2] == 2,
	   "room for more moves what is there");
	is_int((long long)numbers.cap, 1024 + 3, "and is as large as it must be");
	vec_expect(arena, &numbers, 1024);
	is_int((long long)numbers.cap, 1024 + 3, "what is large enough stays");
	vec_expect(small, &numbers, 1024 + 1);
	ok(numbers.len == 3 && numbers.items[2] == 2 && numbers.cap == 1024 + 3,
	   "no room leaves it as it was");

	numbers = (struct numbers){ 0 };
	for (int i = 0; i < 8; i++)
		ok(vec_push(small, &numbers) != NULL, "item %d fits", i);
	ok(vec_push(small, &numbers) == NULL, "a full arena is told");
	is_int((long long)numbers.len, 8, "and leaves the vector as it was");
	return done();
}
