/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One step: a value written once, and held against what is read back.
 *
 * How bad a failed write is, and what to tell of it, is decided here and
 * nowhere else.
 */

#include "plan/plan.h"

struct arena;
struct root;

struct step {
	const struct plan_item *item;
	int fd;		  /* open for reading and writing; -1: by path */
	const char *live; /* what was read last; NULL: not read back */
};

/*
 * Writes @item's wanted value and reads it back. 0; 1 where the kernel made something else of it
 * and that is fine (*@ret_reason says so); a negative errno where it did not take (*@ret_reason
 * says why and what the knob accepts).
 */
int step_write(struct arena *arena, const struct root *root, struct step *step,
	       const char **ret_reason) __attribute__((warn_unused_result));

/* Is the value still what step_write() left (or, for a step that wrote nothing, what is wanted)? 0, or as step_write(). */
int step_verify(struct arena *arena, const struct root *root, struct step *step,
		const char **ret_reason) __attribute__((warn_unused_result));

/* Puts back what was there before. 0, or a negative errno with *@ret_reason. */
int step_undo(struct arena *arena, const struct root *root, struct step *step,
	      const char **ret_reason) __attribute__((warn_unused_result));
