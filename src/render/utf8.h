/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* UTF-8 that somebody else wrote: any byte may come. */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct arena;

#define UTF8_BAD UINT32_MAX

/* Takes the next character off @rest, which is not empty; UTF8_BAD takes one byte.
 * Overlong forms, surrogates and what lies above U+10FFFF are bad. */
uint32_t utf8_take(struct span *rest);

/* Columns that @text takes on a terminal, in the locale's opinion. */
size_t utf8_width(struct span text);

#define UTF8_VISIBLE 17
/*
 * Takes the next character off @rest as a terminal may be shown it: what is not UTF-8,
 * moves the cursor or turns the direction of writing becomes "\x1b". At most
 * UTF8_VISIBLE - 1 bytes and a NUL go to @text. Returns their number.
 */
size_t utf8_visible(struct span *rest, char *text);
/* The whole of @text so; @text itself where nothing is to be changed. NULL: no memory. */
const char *utf8_tame(struct arena *arena, const char *text)
	__attribute__((warn_unused_result));
