/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Lines of the persisted configuration that stand in the way of what is to be persisted. Pure. */

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct conf_line;
struct persisted;
struct plan;

/* The names that our drop-in may have; each sorts behind the one before it: behind numbers, behind
 * 99-sysctl.conf, behind letters. */
#define DROPIN_PATHS 4
extern const char *const dropin_paths[DROPIN_PATHS];

/* An item of a plan that would not come out as wanted, and the line that decides instead. */
struct conflict {
	size_t item;
	const struct conf_line *line; /* NULL: none does */
	bool stops; /* the loader stops there, and does not get to ours */
};

struct conflicts {
	struct conflict *items;
	size_t len, cap;
};

/* Those of the items that @plan persists to which @with does not give what they want. 0 or -ENOMEM. */
int conflicts_find(struct arena *arena, const struct plan *plan,
		   const struct persisted *with, struct conflicts *ret)
	__attribute__((warn_unused_result));

/* Is @path, with a slash in front, one of our drop-in's names? */
bool dropin_is_ours(const char *path);

/* Does not persist the items of @conflicts, found in @persisted, and says what stands in the way. 0 or
 * -ENOMEM. */
int conflicts_leave_out(struct arena *arena, struct plan *plan,
			const struct persisted *persisted,
			const struct conflicts *conflicts)
	__attribute__((warn_unused_result));

/* Only the administrator's own files are edited: nothing below /usr, be it by a link, no line of ours, no
 * file that holds NUL bytes, and no line that is several to the loader (parted by CR). */
bool conflict_may_be_edited(const struct persisted *persisted,
			    const struct conf_line *line);

/* Refuses the items of @conflicts, found in @persisted, and says what stands in the way. 0 or -ENOMEM. */
int conflicts_refuse(struct arena *arena, struct plan *plan,
		     const struct persisted *persisted, const struct conflicts *conflicts)
	__attribute__((warn_unused_result));
