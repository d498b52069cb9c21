/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

void *vec_reserve(struct arena *arena, void *items, size_t len, size_t *cap, size_t size)
{
	size_t wanted = *cap ? *cap * 2 : 8;
	void *larger;

	if (len < *cap)
		return items;
	if (*cap > SIZE_MAX / 4)
		return NULL;
	larger = arena_array(arena, wanted, size);
	if (!larger)
		return NULL;
	if (len > 0)
		memcpy(larger, items, len * size);
	*cap = wanted;
	return larger;
}
