/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* "Did you mean": the known word that a mistyped one is nearest to. */

#include <stddef.h>

/*
 * How many insertions, deletions, substitutions and swaps of neighbours turn @a into @b;
 * words of over 63 characters count as far (SIZE_MAX).
 */
size_t near_distance(const char *a, const char *b);

/* Holds the best candidate while the caller walks its words. */
struct near {
	const char *word; /* what was typed */
	const char *best; /* NULL: nothing is near enough to be worth naming */
	size_t distance;
};

struct near near_to(const char *word);
/* Takes @candidate (which must outlive @near) where it is nearer than the best so far and
 * near enough. */
void near_try(struct near *near, const char *candidate);
