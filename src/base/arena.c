/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The first is enough for a small profile and its plan; the later ones grow with the use, and come
 * zeroed from the kernel.
 */
#define FIRST_CHUNK   ((size_t)64 * 1024)
#define LARGEST_CHUNK ((size_t)1024 * 1024)

struct chunk {
	struct chunk *next;
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct chunk *chunks;
	size_t limit, used;
};

struct arena *arena_new(size_t limit)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (arena)
		arena->limit = limit;
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	while (arena->chunks) {
		struct chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		free(chunk);
	}
	free(arena);
}

void arena_freep(struct arena **arena)
{
	arena_free(*arena);
}

static struct chunk *chunk_with_room(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	size_t wanted = chunk ? 2 * arena->used : FIRST_CHUNK;

	if (chunk && chunk->size - chunk->used >= size)
		return chunk;
	wanted = wanted < LARGEST_CHUNK ? wanted : LARGEST_CHUNK;
	wanted = wanted < arena->limit ? wanted : arena->limit;
	wanted = wanted > size ? wanted : size;
	/* calloc(): what is never handed out is never touched. */
	chunk = calloc(1, sizeof(*chunk) + wanted);
	if (!chunk)
		return NULL;
	chunk->size = wanted;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct chunk *chunk;
	void *bytes;

	if (size > SIZE_MAX - align - sizeof(struct chunk))
		return NULL;
	size = (size + align - 1) / align * align;
	if (size > arena->limit - arena->used)
		return NULL;
	chunk = chunk_with_room(arena, size);
	if (!chunk)
		return NULL;
	bytes = chunk->bytes + chunk->used;
	chunk->used += size;
	arena->used += size;
	return bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return arena_alloc(arena, total);
}

char *arena_copy(struct arena *arena, const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? arena_alloc(arena, len + 1) : NULL;

	if (copy && len > 0)
		memcpy(copy, text, len);
	return copy;
}

char *arena_join(struct arena *arena, const char *a, const char *b, const char *c)
{
	size_t a_len = strlen(a), b_len = strlen(b), c_len = strlen(c);
	char *text = arena_alloc(arena, a_len + b_len + c_len + 1);

	if (!text)
		return NULL;
	memcpy(text, a, a_len);
	memcpy(text + a_len, b, b_len);
	memcpy(text + a_len + b_len, c, c_len);
	return text;
}

/* Room that the newest chunk still has, as far as the limit goes. */
static size_t room_left(const struct arena *arena)
{
	const struct chunk *chunk = arena->chunks;
	size_t room = chunk ? chunk->size - chunk->used : 0;
	size_t allowed = arena->limit - arena->used;

	return room < allowed ? room : allowed;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	size_t room = room_left(arena);
	char *free_space = room > 0 ? arena->chunks->bytes + arena->chunks->used : NULL;
	va_list again;
	char *text = NULL;
	int len;

	va_copy(again, args);
	/* Mostly it fits where it is going to be, and formatting once is enough. */
	len = vsnprintf(free_space, room, format, args);
	if (len >= 0 && (size_t)len >= room) {
		/* Memory is handed out zeroed. */
		if (free_space)
			memset(free_space, 0, room);
		text = arena_alloc(arena, (size_t)len + 1);
		if (text)
			(void)vsnprintf(text, (size_t)len + 1, format, again);
	} else if (len >= 0) {
		text = arena_alloc(arena, (size_t)len + 1);
	}
	va_end(again);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
