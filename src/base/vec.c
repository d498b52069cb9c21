/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

static void *grow(struct arena *arena, const void *items, size_t len, size_t *cap,
		  size_t wanted, size_t size)
{
	void *larger = arena_array(arena, wanted, size);

	if (!larger)
		return NULL;
	if (len > 0)
		memcpy(larger, items, len * size);
	*cap = wanted;
	return larger;
}

void *vec_reserve(struct arena *arena, void *items, size_t len, size_t *cap, size_t size)
{
	if (len < *cap)
		return items;
	if (*cap > SIZE_MAX / 4)
		return NULL;
	return grow(arena, items, len, cap, *cap ? *cap * 2 : 8, size);
}

void *vec_reserve_more(struct arena *arena, void *items, size_t len, size_t *cap,
		       size_t more, size_t size)
{
	if (more <= *cap - len)
		return items;
	if (more > SIZE_MAX - len)
		return NULL;
	return grow(arena, items, len, cap, len + more, size);
}
