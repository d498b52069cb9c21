/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Growing arrays in an arena: any struct with the members items, len and cap.
 *
 *	struct { struct step *items; size_t len, cap; } steps = { 0 };
 *	struct step *step = vec_push(arena, &steps);   (NULL: out of memory)
 *
 * Growing moves the items: keep indexes, not pointers, while pushing.
 */

#include <stddef.h>

struct arena;

/* Room for at least one item more than @len: @items itself, or a larger copy of it; NULL
 * when the arena is full. */
void *vec_reserve(struct arena *arena, void *items, size_t len, size_t *cap, size_t size)
	__attribute__((warn_unused_result));

/* The same for @more items: for who knows how many are to come. */
void *vec_reserve_more(struct arena *arena, void *items, size_t len, size_t *cap,
		       size_t more, size_t size) __attribute__((warn_unused_result));

/* Makes room for so many. Without it pushing makes its own, or tells that there is none. */
#define vec_expect(arena, vec, more)                                                     \
	__extension__({                                                                  \
		void *vec_room_ =                                                        \
			vec_reserve_more((arena), (vec)->items, (vec)->len, &(vec)->cap, \
					 (more), sizeof(*(vec)->items));                 \
		if (vec_room_)                                                           \
			(vec)->items = vec_room_;                                        \
	})

/* A new zeroed last item, or NULL with the vector as it was. */
#define vec_push(arena, vec)                                                             \
	__extension__({                                                                  \
		void *vec_room_ = vec_reserve((arena), (vec)->items, (vec)->len,         \
					      &(vec)->cap, sizeof(*(vec)->items));       \
		if (vec_room_)                                                           \
			(vec)->items = vec_room_;                                        \
		vec_room_ ? &(vec)->items[(vec)->len++] : NULL;                          \
	})
