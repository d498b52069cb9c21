/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Words of an enum, both ways, from one table: rows ended by a NULL word. */

#include "base/span.h"

struct enumtab {
	const char *word;
	int value;
};

/* The word for @value; "?" where the table has none. */
const char *enumtab_word(const struct enumtab *table, int value);
/* The value for @word: 0 and *@ret, or -EINVAL. */
int enumtab_value(const struct enumtab *table, struct span word, int *ret)
	__attribute__((warn_unused_result));
