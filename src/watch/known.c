/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/known.h"

#include <errno.h>

#include "base/arena.h"

#define LEAST 256

int known_begin(struct known *known, size_t count)
{
	struct known fresh = { .size = LEAST };

	*known = (struct known){ 0 };
	while (fresh.size < count * 2)
		fresh.size *= 2;
	fresh.arena = arena_new((fresh.size + 1) * sizeof(*fresh.slots) + 4096);
	if (!fresh.arena)
		return -ENOMEM;
	fresh.slots = arena_array(fresh.arena, fresh.size, sizeof(*fresh.slots));
	if (!fresh.slots) {
		arena_free(fresh.arena);
		return -ENOMEM;
	}
	*known = fresh;
	return 0;
}

void known_done(struct known *known)
{
	arena_free(known->arena);
	*known = (struct known){ 0 };
}

/* Its slot, or the free one where it would be. */
static uint64_t *slot_of(const struct known *known, uint64_t inode)
{
	size_t at =
		(size_t)(inode * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (known->size - 1);

	while (known->slots[at] != 0 && known->slots[at] >> 2 != inode)
		at = (at + 1) & (known->size - 1);
	return &known->slots[at];
}

unsigned known_passes(const struct known *known, uint64_t inode)
{
	return known->size > 0 ? *slot_of(known, inode) & 3 : 0;
}

void known_add(struct known *known, uint64_t inode, unsigned passes)
{
	uint64_t *slot = known->size > 0 ? slot_of(known, inode) : NULL;

	if (!slot || (*slot == 0 && known->len * 2 >= known->size))
		return;
	known->len += *slot == 0;
	*slot = inode << 2 | (passes < KNOWN_PASSES ? passes : KNOWN_PASSES);
}
