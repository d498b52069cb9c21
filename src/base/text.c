/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

#define FIRST_CAP 256

struct text text_in(struct arena *arena)
{
	return (struct text){ .arena = arena };
}

/* Room for @len bytes more, and a NUL. */
static bool reserve(struct text *text, size_t len)
{
	size_t cap = text->cap > 0 ? text->cap : FIRST_CAP;
	char *larger;

	if (text->full || text->cap - text->len > len)
		return !text->full;
	while (cap - text->len <= len) {
		if (__builtin_mul_overflow(cap, 2, &cap)) {
			text->full = true;
			return false;
		}
	}
	larger = arena_alloc(text->arena, cap);
	text->full = larger == NULL;
	if (!larger)
		return false;
	if (text->len > 0)
		memcpy(larger, text->items, text->len);
	text->items = larger;
	text->cap = cap;
	return true;
}

void text_add(struct text *text, const char *more, size_t len)
{
	if (len == 0 || !reserve(text, len))
		return;
	memcpy(text->items + text->len, more, len);
	text->len += len;
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		text->full = true;
	else if (reserve(text, (size_t)len))
		text->len += (size_t)vsnprintf(text->items + text->len, (size_t)len + 1,
					       format, again);
	va_end(again);
}

const char *text_finish(struct text *text)
{
	if (!reserve(text, 0))
		return NULL;
	text->items[text->len] = '\0';
	return text->items;
}
