/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/candidate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "profile/profile.h"
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

static int by_fate_and_place(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->fate != right->fate)
		return left->fate < right->fate ? -1 : 1;
	return (left->place > right->place) - (left->place < right->place);
}

/* @other, which is of a higher rank, takes the place of @candidate. */
static void override(struct candidate *candidate, const struct candidate *other)
{
	const struct layer *mine = layer_root(candidate->layer);
	const struct layer *theirs = layer_root(other->layer);
	enum candidate_fate fate = mine != theirs && strcmp(mine->name, theirs->name) < 0
					   ? CANDIDATE_OVERRIDDEN
					   : CANDIDATE_GONE;

	if (fate > candidate->fate)
		candidate->fate = fate;
}

static bool is_there(const struct candidate *candidate)
{
	return !candidate->live || candidate->live->error != ENOENT;
}

static void override_by_twins(const struct candidates *all, struct candidate *candidate)
{
	if (!candidate->knob || !candidate->knob->excludes)
		return;
	for (size_t i = 0; i < all->len; i++) {
		const struct candidate *other = &all->items[i];

		if (other->rank > candidate->rank && is_there(other) && other->knob &&
		    knob_are_twins(candidate->knob, other->knob))
			override(candidate, other);
	}
}

void candidates_settle(struct candidates *all)
{
	size_t of_fate[CANDIDATE_GONE + 1] = { 0 };

	if (all->len == 0)
		return;
	qsort(all->items, all->len, sizeof(*all->items), by_path_and_rank);
	for (size_t i = 0; i < all->len; i++) {
		struct candidate *candidate = &all->items[i];

		for (size_t j = i + 1;
		     j < all->len && strcmp(candidate->path, all->items[j].path) == 0;
		     j++)
			override(candidate, &all->items[j]);
		override_by_twins(all, candidate);
		of_fate[candidate->fate]++;
	}
	qsort(all->items, all->len, sizeof(*all->items), by_fate_and_place);
	all->len = of_fate[CANDIDATE_COUNTS];
	all->overridden = of_fate[CANDIDATE_OVERRIDDEN];
}
