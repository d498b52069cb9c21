/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Where the lines of profiles that are persisted go, so that they win: under which name, what else has
 * to be written or disabled for it, and what stands in the way all the same. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "plan/conflict.h"
#include "state/persisted.h"

struct arena;
struct layer;
struct persist_request;
struct plan;

struct placing {
	struct arena *arena;
	const struct persist_request *request;
	struct plan *plan;
	/* The configuration with what was edited so far, and nothing of ours in it. */
	struct persisted base;
	/* The profiles that are persisted, none of them an include. */
	struct {
		const struct layer **items;
		size_t len, cap;
	} profiles;
	const char *present; /* the file that holds our lines, or will */
	const char *old;     /* what our drop-in holds */
	struct { /* files in which a line was disabled, with what they held before */
		const struct conf_file **items;
		size_t len, cap;
	} edited;
};

/* Where our lines go, and what comes of it. */
struct place {
	const char *path; /* with a slash in front */
	const char *text; /* NULL: nothing is left to be written */
	struct conflicts conflicts;
};

/*
 * Finds the place for the items of the plan that are `persisted`. The caller has filled in the arena,
 * the request, the plan and the profiles. 0 (conflicts that are left are in *@ret); -EILSEQ: the file
 * to be edited holds NUL bytes; -ENOMEM.
 */
int placing_choose(struct placing *placing, struct place *ret)
	__attribute__((warn_unused_result));

/* What the file called @path holds, as far as that was read; NULL: it is not there. */
const char *placing_text(const struct persisted *persisted, const char *path);
