/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What a best-effort apply had to leave out, for whoever asks later:
 * var/lib/lowmemctl/left-out below the root, of the newest run only; a line
 * "key<tab>reason" for each, after the names of the profiles.
 */

struct arena;
struct plan;
struct root;

/* Writes the record, or removes it where nothing was left out. 0 or -errno. */
int leftout_record(struct arena *arena, const struct root *root, const struct plan *plan,
		   const char *profiles) __attribute__((warn_unused_result));
