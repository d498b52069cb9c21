/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Text that grows in an arena. What does not fit makes it full, and is told at the end. */

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct text {
	struct arena *arena;
	char *items; /* no NUL behind */
	size_t len, cap;
	bool full; /* the arena could not hold all of it */
};

struct text text_in(struct arena *arena);
void text_add(struct text *text, const char *more, size_t len);
void text_addf(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* It, with a NUL behind; NULL where it is full. */
const char *text_finish(struct text *text) __attribute__((warn_unused_result));
