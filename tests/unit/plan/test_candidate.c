/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/candidate.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "state/state.h"
#include "tap.h"

/* What is asked for, in this order; `stays` is whether it counts in the end. */
static const struct {
	const char *key;
	size_t layer;
	enum candidate_source source;
	bool stays;
} rows[] = {
	{ "vm.swappiness", 0, FROM_KEY, false },  /* a later layer names it */
	{ "vm.swappiness", 1, FROM_GLOB, false }, /* its own layer names it, too */
	{ "vm.swappiness", 1, FROM_KEY, true },
	{ "vm.laptop_mode", 0, FROM_KEY, true },
	{ "vm.lowmem_reserve_ratio", 0, FROM_WORD, false }, /* named in the same layer */
	{ "vm.lowmem_reserve_ratio", 0, FROM_KEY, true },
	{ "vm.dirty_ratio", 0, FROM_KEY, false }, /* the twin is set later */
	{ "vm.dirty_bytes", 1, FROM_KEY, true },
	{ "vm.dirty_background_bytes", 1, FROM_KEY, true },
	{ "vm.dirty_background_ratio", 1, FROM_GLOB,
	  false }, /* a glob gives way to a name */
};

/* A twin that this kernel lacks takes nothing's place: its file has to be there. */
static void test_absent_twin(struct arena *arena)
{
	static const struct live there = { .text = "20" }, absent = { .error = ENOENT };
	struct candidates all = { 0 };
	struct candidate *candidate = candidate_add(arena, &all, NULL, 0, FROM_KEY);

	candidate->key = candidate->path = "vm.dirty_ratio";
	candidate->knob = knob_find(candidate->key, NULL);
	candidate->live = &there;
	candidate = candidate_add(arena, &all, NULL, 1, FROM_KEY);
	candidate->key = candidate->path = "vm.dirty_bytes";
	candidate->knob = knob_find(candidate->key, NULL);
	candidate->live = &absent;
	candidates_settle(&all);
	is_int((long long)all.len, 2, "a twin that is not there overrules nothing");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct candidates all = { 0 };
	size_t next = 0;

	candidates_settle(&all);
	is_int((long long)all.len, 0, "none");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct candidate *candidate =
			candidate_add(arena, &all, NULL, rows[i].layer, rows[i].source);

		candidate->key = candidate->path = rows[i].key;
		candidate->knob = knob_find(rows[i].key, NULL);
	}
	candidates_settle(&all);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool here = next < all.len && all.items[next].place == i + 1;

		is_int(here, rows[i].stays, "row %zu: %s", i, rows[i].key);
		next += here;
	}
	is_int((long long)next, (long long)all.len, "nothing else stays");
	test_absent_twin(arena);
	return done();
}
