/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One step: a value written once, and held against what is read back.
 *
 * How bad a failed write is, and what to tell of it, is decided here and
 * nowhere else.
 */

#include <stddef.h>

#include "plan/plan.h"

struct arena;
struct root;

struct step {
	const struct plan_item *item;
	int fd;		  /* open for reading and writing; -1: by path */
	const char *live; /* what was read last; NULL: not read back */
	/*
	 * For putting back, which must not need memory: after a write to overcommit_memory there
	 * may be none.
	 */
	const char *old_path; /* what was there before, and in which file */
	const char *old_line; /* with its newline; NULL: it cannot be put back */
	char *room;	      /* to read it back into */
	size_t room_size;
};

/* The step for @item. 0 or -ENOMEM. */
int step_prepare(struct arena *arena, const struct plan_item *item, struct step *ret)
	__attribute__((warn_unused_result));

/*
 * Writes @item's wanted value and reads it back. 0; 1 where the kernel made something else of it
 * and that is fine (*@ret_reason says so); a negative errno where it did not take (*@ret_reason
 * says why and what the knob accepts).
 */
int step_write(struct arena *arena, const struct root *root, struct step *step,
	       const char **ret_reason) __attribute__((warn_unused_result));

/* Is the value still what step_write() left (or, for a step that wrote nothing, what is wanted)?
 * 0, or as step_write(). */
int step_verify(struct arena *arena, const struct root *root, struct step *step,
		const char **ret_reason) __attribute__((warn_unused_result));

/* Is what was there before there (again)? 0; 1 where it is not; or why that cannot be told. */
int step_is_undone(const struct root *root, const struct step *step)
	__attribute__((warn_unused_result));

/*
 * Puts back what was there before. 0, or a negative errno with *@ret_reason. Of @arena only what
 * there is to say is taken, which is shorter where it is full.
 */
int step_undo(struct arena *arena, const struct root *root, struct step *step,
	      const char **ret_reason) __attribute__((warn_unused_result));
