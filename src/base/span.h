/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A span is a piece of text that belongs to somebody else: pointer and length,
 * no NUL promised. Text is taken apart as spans.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *at;
	size_t len;
};

struct span span_of(const char *text);
/* Without the blanks, tabs, CR and LF at either end. */
struct span span_trim(struct span span);
bool span_same(struct span a, struct span b);
/* Bytewise: <0, 0 or >0. */
int span_compare(struct span a, struct span b);
/* Inline: of a constant the length is one, too. */
static inline bool span_is(struct span span, const char *text)
{
	size_t len = strlen(text);

	return span.len == len && (len == 0 || memcmp(span.at, text, len) == 0);
}
static inline bool span_starts(struct span span, const char *prefix)
{
	size_t len = strlen(prefix);

	return span.len >= len && memcmp(span.at, prefix, len) == 0;
}

/* Takes the next word (up to a blank, tab or newline) off *@rest. False at the end. */
bool span_word(struct span *rest, struct span *ret_word);
/* Takes the next line off *@rest, without its newline. False at the end. */
bool span_line(struct span *rest, struct span *ret_line);
/* Takes what stands before the first @mark off *@rest, the mark too; all of it where
 * there is none. False at the end. */
bool span_until(struct span *rest, char mark, struct span *ret_part);
