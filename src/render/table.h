/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Tables for people, by libsmartcols.
 *
 * The library is loaded when the first table is drawn, so that hooks and
 * `--json` do not pay for it, and a host without it (an initramfs, a static
 * build) gets the same columns padded with blanks.
 */

#include <stdbool.h>
#include <stddef.h>

#include "render/term.h"

struct arena;

struct column {
	const char *title;
	bool right; /* aligned to the right: numbers */
	bool wrap;  /* may be folded where the terminal is narrow */
};

struct cell {
	const char *text; /* NULL: "" */
	enum paint paint;
};

struct table {
	const struct column *columns;
	size_t width;	    /* number of columns */
	struct cell *items; /* row by row */
	size_t len, cap;
};

/* Appends one cell. 0 or -ENOMEM. */
int table_add(struct arena *arena, struct table *table, const char *text,
	      enum paint paint) __attribute__((warn_unused_result));
/* 0 or -ENOMEM. */
int table_print(struct arena *arena, const struct table *table, const struct term *term)
	__attribute__((warn_unused_result));
