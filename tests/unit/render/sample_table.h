/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* One table, and what it looks like. */

#include <stddef.h>

#include "render/table.h"

static const struct column columns[] = {
	{ .title = "" },
	{ .title = "KEY", .wrap = true },
	{ .title = "N", .right = true },
	{ .title = "WANT", .wrap = true },
};

__attribute__((unused)) static int fill(struct arena *arena, struct table *table)
{
	static const struct cell cells[] = {
		{ "~", PAINT_CHANGE }, { "vm.lowmem_reserve_ratio", PAINT_NONE },
		{ "100", PAINT_NONE }, { "256 256 32 100 200 300", PAINT_GOOD },
		{ "!", PAINT_BAD },    { "vm.\xc3\xa9\x1b[2J", PAINT_BAD },
		{ "1", PAINT_BAD },    { NULL, PAINT_NONE },
	};
	size_t i;
	int r = 0;

	*table = (struct table){ .columns = columns, .width = 4 };
	for (i = 0; r == 0 && i < sizeof(cells) / sizeof(*cells); i++)
		r = table_add(arena, table, cells[i].text, cells[i].paint);
	return r;
}

__attribute__((unused)) static const char wide_text[] =
	"   KEY                        N  WANT\n"
	"~  vm.lowmem_reserve_ratio  100  256 256 32 100 200 300\n"
	"!  vm.\xc3\xa9\\x1b[2J                1\n";

__attribute__((unused)) static const char narrow_text[] =
	"   KEY                        N  WANT\n"
	"~  vm.lowmem_reserve_ratio  100  256 256\n"
	"                                 32 100\n"
	"                                 200 300\n"
	"!  vm.\xc3\xa9\\x1b[2J                1\n";

/* Takes the blanks off the ends of the lines of @text, which libsmartcols fills up. */
__attribute__((unused)) static const char *trimmed(char *text)
{
	char *to = text;
	const char *from;

	for (from = text; *from; from++) {
		while (*from == '\n' && to > text && to[-1] == ' ')
			to--;
		*to++ = *from;
	}
	*to = '\0';
	return text;
}
