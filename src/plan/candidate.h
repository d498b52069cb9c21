/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Candidates: every value that some layer asks of some file, before it is
 * settled which of them counts. For each path the one of the highest rank
 * stays: later layers over earlier ones, and within a layer what is named
 * over what a word is translated to, over what a glob stands for.
 *
 * What another profile overrides is kept apart: once both are active, it counts
 * again when the other one is taken out. Active profiles count in the order of
 * their names, so it is kept only where that one's name comes later.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "plan/translate.h"

struct arena;
struct knob;
struct layer;
struct setting;

enum candidate_source {
	FROM_GLOB,
	FROM_WORD,
	FROM_KEY,
	CANDIDATE_SOURCES,
};

enum candidate_fate {
	CANDIDATE_COUNTS,
	CANDIDATE_OVERRIDDEN, /* by another profile */
	CANDIDATE_GONE,
};

struct candidate {
	const char *path; /* of the file; for a word without one, the word */
	const char *key;
	const struct layer *layer;
	const struct knob *knob;
	const struct setting *setting; /* NULL: from a word */
	struct translation word;       /* used where `setting` is NULL */
	struct origin from;
	const struct live *live; /* NULL: the word has no file */
	size_t rank;
	size_t place; /* where it was mentioned, among all */
	enum candidate_fate fate;
};

struct candidates {
	struct candidate *items;
	size_t len, cap;
	size_t overridden; /* how many stand behind these */
};

/* A new candidate of @layer (the @index-th), or NULL: out of memory. */
struct candidate *candidate_add(struct arena *arena, struct candidates *all,
				const struct layer *layer, size_t index,
				enum candidate_source source);

/* Leaves one candidate for each path, and none whose twin (that this host has) a higher rank sets, and behind
 * them what is overridden; both ordered by place. */
void candidates_settle(struct candidates *all);
