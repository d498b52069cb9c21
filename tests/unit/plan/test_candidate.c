/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/candidate.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "profile/profile.h"
#include "state/state.h"
#include "tap.h"

/* One profile with an include, and then two with names before and behind its own. */
static const struct layer profiles[] = {
	{ .name = "base", .includer = &profiles[1] },
	{ .name = "web" },
	{ .name = "db" },
	{ .name = "zoo" },
};

struct row {
	const char *key;
	size_t layer;
	enum candidate_source source;
	enum candidate_fate fate;
};

/* What is asked for, in this order, and whether it counts in the end. */
static const struct row rows[] = {
	{ "vm.swappiness", 0, FROM_KEY, CANDIDATE_GONE },  /* a later layer names it */
	{ "vm.swappiness", 1, FROM_GLOB, CANDIDATE_GONE }, /* its own layer does, too */
	{ "vm.swappiness", 1, FROM_KEY, CANDIDATE_COUNTS },
	{ "vm.laptop_mode", 0, FROM_KEY, CANDIDATE_COUNTS },
	/* named in the same layer */
	{ "vm.lowmem_reserve_ratio", 0, FROM_WORD, CANDIDATE_GONE },
	{ "vm.lowmem_reserve_ratio", 0, FROM_KEY, CANDIDATE_COUNTS },
	/* the twin is set later */
	{ "vm.dirty_ratio", 0, FROM_KEY, CANDIDATE_GONE },
	{ "vm.dirty_bytes", 1, FROM_KEY, CANDIDATE_COUNTS },
	/* a glob gives way to a name */
	{ "vm.dirty_background_bytes", 1, FROM_KEY, CANDIDATE_COUNTS },
	{ "vm.dirty_background_ratio", 1, FROM_GLOB, CANDIDATE_GONE },
};

static const struct row of_several[] = {
	/* an include's is the profile's own: overridden by its includer for good */
	{ "vm.swappiness", 0, FROM_KEY, CANDIDATE_GONE },
	{ "vm.swappiness", 1, FROM_KEY, CANDIDATE_OVERRIDDEN },
	{ "vm.swappiness", 3, FROM_KEY, CANDIDATE_COUNTS },
	/* where both are active, web's would win by its name */
	{ "vm.laptop_mode", 1, FROM_KEY, CANDIDATE_GONE },
	{ "vm.laptop_mode", 2, FROM_KEY, CANDIDATE_COUNTS },
	/* so would it against db's, whoever wins now */
	{ "vm.page-cluster", 1, FROM_KEY, CANDIDATE_GONE },
	{ "vm.page-cluster", 2, FROM_KEY, CANDIDATE_OVERRIDDEN },
	{ "vm.page-cluster", 3, FROM_KEY, CANDIDATE_COUNTS },
	{ "vm.dirty_ratio", 1, FROM_KEY, CANDIDATE_OVERRIDDEN },
	{ "vm.dirty_bytes", 3, FROM_KEY, CANDIDATE_COUNTS },
	/* nor does what the profile itself overrules count again */
	{ "vm.dirty_background_ratio", 0, FROM_KEY, CANDIDATE_GONE },
	{ "vm.dirty_background_bytes", 1, FROM_KEY, CANDIDATE_OVERRIDDEN },
	{ "vm.dirty_background_ratio", 3, FROM_GLOB, CANDIDATE_COUNTS },
};

/* A twin that this kernel lacks takes nothing's place: its file has to be there. */
static void test_absent_twin(struct arena *arena)
{
	static const struct live there = { .text = "20" }, absent = { .error = ENOENT };
	struct candidates all = { 0 };
	struct candidate *candidate =
		candidate_add(arena, &all, &profiles[0], 0, FROM_KEY);

	candidate->key = candidate->path = "vm.dirty_ratio";
	candidate->knob = knob_find(candidate->key, NULL);
	candidate->live = &there;
	candidate = candidate_add(arena, &all, &profiles[1], 1, FROM_KEY);
	candidate->key = candidate->path = "vm.dirty_bytes";
	candidate->knob = knob_find(candidate->key, NULL);
	candidate->live = &absent;
	candidates_settle(&all);
	is_int((long long)all.len, 2, "a twin that is not there overrules nothing");
}

static enum candidate_fate fate_of(const struct candidates *all, size_t place)
{
	for (size_t i = 0; i < all->len + all->overridden; i++) {
		if (all->items[i].place == place)
			return i < all->len ? CANDIDATE_COUNTS : CANDIDATE_OVERRIDDEN;
	}
	return CANDIDATE_GONE;
}

static void test_rows(struct arena *arena, const struct row *given, size_t len)
{
	struct candidates all = { 0 };

	for (size_t i = 0; i < len; i++) {
		struct candidate *candidate =
			candidate_add(arena, &all, &profiles[given[i].layer],
				      given[i].layer, given[i].source);

		candidate->key = candidate->path = given[i].key;
		candidate->knob = knob_find(given[i].key, NULL);
	}
	candidates_settle(&all);
	for (size_t i = 0; i < len; i++)
		is_int(fate_of(&all, i + 1), given[i].fate, "row %zu: %s", i,
		       given[i].key);
	for (size_t i = 1; i < all.len + all.overridden; i++)
		ok(i == all.len || all.items[i - 1].place < all.items[i].place,
		   "in the order in which they were mentioned");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct candidates none = { 0 };

	candidates_settle(&none);
	is_int((long long)none.len, 0, "none");
	test_rows(arena, rows, sizeof(rows) / sizeof(*rows));
	test_rows(arena, of_several, sizeof(of_several) / sizeof(*of_several));
	test_absent_twin(arena);
	return done();
}
