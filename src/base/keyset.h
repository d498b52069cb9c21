/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A set of words that finds the one that was there before: how duplicates are seen. */

#include <stddef.h>

struct arena;

struct keyset {
	struct keyset_slot *slots;
	size_t len, cap; /* cap: a power of two, or 0 */
};

/*
 * Adds @word, with @value (not NULL) for it, unless the set has it already: then *@ret is
 * the value of the earlier one, else NULL. 0 or -ENOMEM.
 */
int keyset_add(struct arena *arena, struct keyset *set, const char *word,
	       const void *value, const void **ret) __attribute__((warn_unused_result));

/* The value of @word, or NULL. */
const void *keyset_get(const struct keyset *set, const char *word);
