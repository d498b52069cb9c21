/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What a best-effort apply had to leave out, for whoever asks later:
 * var/lib/lowmemctl/left-out below the root, of the newest run only; a line
 * "key<tab>reason" for each, after the names of the profiles.
 */

#include <stddef.h>

struct arena;
struct plan;
struct root;

/* The record, as it is read. */
struct leftout {
	const char *profiles; /* as the user named them; NULL: there is no record */
	struct leftout_item {
		const char *name, *reason;
	} * items;
	size_t len, cap;
};

/* Writes the record, or removes it where nothing was left out. 0 or -errno. */
int leftout_record(struct arena *arena, const struct root *root, const struct plan *plan,
		   const char *profiles) __attribute__((warn_unused_result));

/* Reads it; no record is one of nothing. Lines of another shape are passed over. 0 or -errno. */
int leftout_read(struct arena *arena, const struct root *root, struct leftout *ret)
	__attribute__((warn_unused_result));
