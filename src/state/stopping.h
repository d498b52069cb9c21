/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Where a loader stops that reads nothing of a file behind a value that the kernel refuses. */

#include <stddef.h>

struct arena;
struct persisted;
struct root;

/*
 * Marks, of the lines of @persisted from @first on, which are those of one file, the one at which the
 * loader stops, and passes over those behind it. @root: the host, of which is noted what lines are
 * judged by; NULL: what was noted before must do. 0 or -ENOMEM.
 */
int stopping_find(struct arena *arena, const struct root *root,
		  struct persisted *persisted, size_t first)
	__attribute__((warn_unused_result));
