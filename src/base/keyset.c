/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/keyset.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#define FIRST_CAP 16

struct keyset_slot {
	const char *word;
	const void *value;
	uint32_t hash;
};

/* FNV-1a. Whoever finds words that collide only slows down the reading of their own file,
 * whose size is bounded. */
static uint32_t hash_of(const char *word)
{
	uint32_t hash = 2166136261U;

	for (; *word; word++)
		hash = (hash ^ (unsigned char)*word) * 16777619U;
	return hash;
}

/* The slot that @word has, or would get. */
static struct keyset_slot *slot_for(const struct keyset *set, const char *word,
				    uint32_t hash)
{
	size_t at = hash & (set->cap - 1);

	while (set->slots[at].word &&
	       (set->slots[at].hash != hash || strcmp(set->slots[at].word, word) != 0))
		at = (at + 1) & (set->cap - 1);
	return &set->slots[at];
}

static int grow(struct arena *arena, struct keyset *set)
{
	struct keyset larger = { .len = set->len,
				 .cap = set->cap ? set->cap * 4 : FIRST_CAP };

	larger.slots = arena_array(arena, larger.cap, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->cap; i++) {
		const struct keyset_slot *slot = &set->slots[i];

		if (slot->word)
			*slot_for(&larger, slot->word, slot->hash) = *slot;
	}
	*set = larger;
	return 0;
}

int keyset_add(struct arena *arena, struct keyset *set, const char *word,
	       const void *value, const void **ret)
{
	uint32_t hash = hash_of(word);
	struct keyset_slot *slot;

	/* A quarter stays free, so that every search ends soon. */
	if (set->len >= set->cap / 4 * 3 && grow(arena, set) < 0)
		return -ENOMEM;
	slot = slot_for(set, word, hash);
	*ret = slot->value;
	if (slot->word)
		return 0;
	*slot = (struct keyset_slot){ .word = word, .value = value, .hash = hash };
	set->len++;
	return 0;
}

const void *keyset_get(const struct keyset *set, const char *word)
{
	return set->cap ? slot_for(set, word, hash_of(word))->value : NULL;
}
