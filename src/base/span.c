/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/span.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

struct span span_trim(struct span span)
{
	while (span.len > 0 && is_blank(span.at[0])) {
		span.at++;
		span.len--;
	}
	while (span.len > 0 && is_blank(span.at[span.len - 1]))
		span.len--;
	return span;
}

int span_compare(struct span a, struct span b)
{
	size_t least = a.len < b.len ? a.len : b.len;
	int order = least > 0 ? memcmp(a.at, b.at, least) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool span_same(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool span_word(struct span *rest, struct span *ret_word)
{
	struct span left = *rest;
	size_t len = 0;

	while (left.len > 0 && is_blank(left.at[0])) {
		left.at++;
		left.len--;
	}
	while (len < left.len && !is_blank(left.at[len]))
		len++;
	*rest = (struct span){ left.at + len, left.len - len };
	if (len == 0)
		return false;
	*ret_word = (struct span){ left.at, len };
	return true;
}

bool span_line(struct span *rest, struct span *ret_line)
{
	return span_until(rest, '\n', ret_line);
}

bool span_until(struct span *rest, char mark, struct span *ret_part)
{
	const char *end;
	size_t len;

	if (rest->len == 0)
		return false;
	end = memchr(rest->at, mark, rest->len);
	len = end ? (size_t)(end - rest->at) : rest->len;
	*ret_part = (struct span){ rest->at, len };
	len += end ? 1 : 0;
	*rest = (struct span){ rest->at + len, rest->len - len };
	return true;
}
