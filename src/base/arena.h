/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * An arena hands out memory that is given back all at once.
 *
 * Models (profile, state, plan, result, diagnostics) are carved from one and
 * die with it, so their code owns and frees nothing. An arena has a limit in
 * bytes; at the limit allocations return NULL and callers return -ENOMEM,
 * which is also how every out-of-memory path is tested.
 */

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena that hands out at most @limit bytes; NULL when there is no memory.
 */
struct arena *arena_new(size_t limit) __attribute__((warn_unused_result));
/* Gives everything back. @arena may be NULL. */
void arena_free(struct arena *arena);
/* For cleanup(): frees *@arena. */
void arena_freep(struct arena **arena);

/* @size zeroed bytes, aligned for any type; NULL at the limit. */
void *arena_alloc(struct arena *arena, size_t size)
	__attribute__((warn_unused_result, malloc));
/* @count times @size bytes; NULL at the limit or where the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size)
	__attribute__((warn_unused_result));
/* A copy of the @len bytes at @text, with a NUL behind. */
char *arena_copy(struct arena *arena, const char *text, size_t len)
	__attribute__((warn_unused_result));
/* The three texts, one behind the other. */
char *arena_join(struct arena *arena, const char *a, const char *b, const char *c)
	__attribute__((warn_unused_result));
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((warn_unused_result, format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
	__attribute__((warn_unused_result, format(printf, 2, 0)));

/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);
