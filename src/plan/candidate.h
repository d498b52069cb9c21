/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Candidates: every value that some layer asks of some file, before it is
 * settled which of them counts. For each path the one of the highest rank
 * stays: later layers over earlier ones, and within a layer what is named
 * over what a word is translated to, over what a glob stands for.
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
};

struct candidates {
	struct candidate *items;
	size_t len, cap;
};

/* A new candidate of @layer (the @index-th), or NULL: out of memory. */
struct candidate *candidate_add(struct arena *arena, struct candidates *all,
				const struct layer *layer, size_t index,
				enum candidate_source source);

/* Leaves one candidate for each path, and none whose twin (that this host has) a higher rank sets;
 * ordered by place. */
void candidates_settle(struct candidates *all);
