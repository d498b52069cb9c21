/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The files of a plan, carried out: each is replaced as a whole, one after the other, and put back
 * when one cannot be, or when the loader would not make of them what is wanted.
 */

#include <stdbool.h>
#include <stddef.h>

#include "apply/result.h"

struct arena;
struct plan;
struct root;

struct files_run {
	struct arena *arena;
	const struct root *root;
	const struct plan *plan;
	struct file_outcome *outcomes; /* one for each file of the plan */
};

/* What stands in the way of writing file @path; -EXDEV: a package's file is at its end; 0: nothing. */
int files_may_write(const struct root *root, const char *path)
	__attribute__((warn_unused_result));

/* Writes them all, in order. True: they are written. Of one that could not be, the outcome says why;
 * nothing is put back. */
bool files_write(struct files_run *run);

/*
 * Reads the persisted configuration again, and asks for every item that the plan persists. True: all
 * will be as wanted after a reboot; else *@ret_reason says what will not, or why that cannot be told.
 */
bool files_verify(struct files_run *run, const char **ret_reason);

/* Puts those that were written back, the last one first, and those that cannot be are stuck. */
void files_undo(struct files_run *run);

/*
 * What the file at @path holds: NULL in *@ret where it is not there. 0, -EILSEQ (it holds NUL bytes:
 * no text), or -errno.
 */
int files_read(struct arena *arena, const struct root *root, const char *path,
	       const char **ret) __attribute__((warn_unused_result));
/* Are the two the same text, or both none? */
bool files_same(const char *a, const char *b);
