/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How wide each column of a table becomes, and its cells folded to that. */

#include <stddef.h>

#include "render/table.h"

struct arena;

#define TABLE_GAP "  " /* between two columns */

struct table_layout {
	struct table table; /* cells hold newlines where they are folded */
	size_t *widths;
	size_t total; /* what a row takes; may be more than was asked for */
};

/* Fits @table into @width columns (0: as wide as it takes) as far as its columns allow.
 * Nothing is ever cut off. 0 or -ENOMEM. */
int table_fold(struct arena *arena, const struct table *table, unsigned width,
	       struct table_layout *ret) __attribute__((warn_unused_result));
