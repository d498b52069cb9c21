/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/candidate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "state/state.h"

struct candidate *candidate_add(struct arena *arena, struct candidates *all,
				const struct layer *layer, size_t index,
				enum candidate_source source)
{
	struct candidate *candidate = vec_push(arena, all);

	if (candidate) {
		candidate->layer = layer;
		candidate->rank = index * CANDIDATE_SOURCES + source;
		candidate->place = all->len;
	}
	return candidate;
}

static int by_path_and_rank(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	int order = strcmp(left->path, right->path);

	if (order != 0)
		return order;
	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return left->place < right->place ? -1 : 1;
}

static int by_place(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return (left->place > right->place) - (left->place < right->place);
}

static void keep_highest_of_each_path(struct candidates *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->len; i++) {
		bool last = i + 1 == all->len ||
			    strcmp(all->items[i].path, all->items[i + 1].path) != 0;

		if (last)
			all->items[kept++] = all->items[i];
	}
	all->len = kept;
}

static bool is_there(const struct candidate *candidate)
{
	return !candidate->live || candidate->live->error != ENOENT;
}

static bool overruled(const struct candidates *all, const struct candidate *candidate)
{
	if (!candidate->knob || !candidate->knob->excludes)
		return false;
	for (size_t i = 0; i < all->len; i++) {
		const struct candidate *other = &all->items[i];

		if (other->rank > candidate->rank && is_there(other) && other->knob &&
		    knob_are_twins(candidate->knob, other->knob))
			return true;
	}
	return false;
}

static void drop_overruled_twins(struct candidates *all)
{
	size_t kept = 0;

	/* The overruling one has a higher rank and is never dropped for the one it
	 * overrules, so looking at a list that is being shortened finds the same. */
	for (size_t i = 0; i < all->len; i++) {
		if (!overruled(all, &all->items[i]))
			all->items[kept++] = all->items[i];
	}
	all->len = kept;
}

void candidates_settle(struct candidates *all)
{
	if (all->len == 0)
		return;
	qsort(all->items, all->len, sizeof(*all->items), by_path_and_rank);
	keep_highest_of_each_path(all);
	drop_overruled_twins(all);
	qsort(all->items, all->len, sizeof(*all->items), by_place);
}
