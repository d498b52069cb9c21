/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What a best-effort apply had to leave out, for whoever asks later:
 * var/lib/lowmemctl/left-out below the root: for each profile, or profiles that were applied
 * together, of the newest run only; a line "key<tab>reason" for each setting, after the line
 * "# profiles". The newest come last. What is left of a profile whose file is gone is forgotten.
 */

#include <stddef.h>

struct arena;
struct plan;
struct root;

/* The record, as it is read. */
struct leftout {
	struct leftout_item {
		const char *name, *reason;
		const char *
			profiles; /* as the user named them; NULL: of which it is, is not told */
	} * items;
	size_t len, cap;
};

/* How many settings that is, or a part of them: not those that wait for a process or their time. */
size_t leftout_count(const struct plan *plan);

/*
 * Writes what @plan leaves out in place of what was there of the same @profiles; removes the
 * record where nothing is left out of any. 0 or -errno.
 */
int leftout_record(struct arena *arena, const struct root *root, const struct plan *plan,
		   const char *profiles) __attribute__((warn_unused_result));

/* Reads it; no record is one of nothing. Lines of another shape are passed over. 0 or -errno. */
int leftout_read(struct arena *arena, const struct root *root, struct leftout *ret)
	__attribute__((warn_unused_result));
