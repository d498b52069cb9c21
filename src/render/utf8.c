/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/arena.h"

static size_t size_from(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >> 5 == 0x6)
		return 2;
	if (lead >> 4 == 0xe)
		return 3;
	return lead >> 3 == 0x1e ? 4 : 0;
}

/* The character of @size bytes at @at, whose lead byte promised that many. */
static uint32_t decode(const char *at, size_t size)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code = (unsigned char)at[0];
	size_t i;

	if (size > 1)
		code &= 0x7fU >> size;
	for (i = 1; i < size; i++) {
		unsigned char byte = (unsigned char)at[i];

		if ((byte & 0xc0) != 0x80)
			return UTF8_BAD;
		code = code << 6 | (byte & 0x3f);
	}
	if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return UTF8_BAD;
	return code;
}

uint32_t utf8_take(struct span *rest)
{
	size_t size = size_from((unsigned char)rest->at[0]);
	uint32_t code = UTF8_BAD;

	if (size > 0 && size <= rest->len)
		code = decode(rest->at, size);
	if (code == UTF8_BAD)
		size = 1;
	rest->at += size;
	rest->len -= size;
	return code;
}

size_t utf8_width(struct span text)
{
	size_t width = 0;

	while (text.len > 0) {
		uint32_t code = utf8_take(&text);
		int columns = code < 0x80 ? 1 : wcwidth((wchar_t)code);

		/* The C locale knows no width of these; most take one column. */
		width += columns < 0 ? 1 : (size_t)columns;
	}
	return width;
}

static bool tame(uint32_t code)
{
	if (code < 0x80)
		return code >= 0x20 && code != 0x7f;
	if (code == UTF8_BAD || code < 0xa0 || code == 0xfeff)
		return false;
	/* Line and paragraph separators, and what turns the direction of writing. */
	if (code == 0x61c || code == 0x200e || code == 0x200f)
		return false;
	return !(code >= 0x2028 && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069);
}

size_t utf8_visible(struct span *rest, char *text)
{
	const char *from = rest->at;
	bool good = tame(utf8_take(rest));
	size_t size = (size_t)(rest->at - from);
	size_t i;

	if (good) {
		memcpy(text, from, size);
		text[size] = '\0';
		return size;
	}
	for (i = 0; i < size; i++)
		(void)snprintf(text + 4 * i, 5, "\\x%02x",
			       (unsigned)(unsigned char)from[i]);
	return 4 * size;
}

static bool all_tame(struct span text)
{
	while (text.len > 0) {
		if (!tame(utf8_take(&text)))
			return false;
	}
	return true;
}

const char *utf8_tame(struct arena *arena, const char *text)
{
	struct span rest = span_of(text);
	char *room, *to;

	if (all_tame(rest))
		return text;
	/* At worst every byte is shown as four. */
	room = to = arena_array(arena, rest.len + 1, 4);
	if (!room)
		return NULL;
	while (rest.len > 0) {
		char piece[UTF8_VISIBLE];
		size_t size = utf8_visible(&rest, piece);

		memcpy(to, piece, size);
		to += size;
	}
	return room;
}
