/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/table_fold.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "render/utf8.h"

/* A longer word than this is broken rather than kept whole at the others' cost. */
#define LONGEST_WORD 24

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Takes what must stay on one line off @rest: up to a blank or a slash, with that. */
static struct span take_piece(struct span *rest)
{
	struct span piece = { .at = rest->at };

	while (piece.len < rest->len && !strchr(" /", piece.at[piece.len]))
		piece.len++;
	if (piece.len < rest->len)
		piece.len++;
	rest->at += piece.len;
	rest->len -= piece.len;
	return piece;
}

static size_t bare_width(struct span piece)
{
	return utf8_width(piece) - (piece.len > 0 && piece.at[piece.len - 1] == ' ');
}

static size_t longest_piece(const char *text)
{
	struct span rest = span_of(text);
	size_t longest = 0;

	while (rest.len > 0)
		longest = larger(longest, bare_width(take_piece(&rest)));
	return longest;
}

struct pen {
	char *to;
	size_t column, width;
};

/* A blank at the end of a line is turned into its end. */
static void end_line(struct pen *pen)
{
	if (pen->to[-1] == ' ')
		pen->to--;
	*pen->to++ = '\n';
	pen->column = 0;
}

static void put_piece(struct pen *pen, struct span piece)
{
	if (pen->column > 0 && pen->column + bare_width(piece) > pen->width)
		end_line(pen);
	while (piece.len > 0) {
		struct span one = { .at = piece.at };

		(void)utf8_take(&piece);
		one.len = (size_t)(piece.at - one.at);
		if (pen->column > 0 && pen->column + utf8_width(one) > pen->width) {
			if (one.at[0] == ' ')
				continue;
			end_line(pen);
		}
		memcpy(pen->to, one.at, one.len);
		pen->to += one.len;
		pen->column += utf8_width(one);
	}
}

/* @text in lines of @width; NULL: no memory. */
static const char *fold(struct arena *arena, const char *text, size_t width)
{
	struct span rest = span_of(text);
	struct pen pen = { .width = width };
	char *folded;

	if (utf8_width(rest) <= width)
		return text;
	/* At worst there is a newline behind each byte. */
	folded = arena_array(arena, rest.len + 1, 2);
	if (!folded)
		return NULL;
	pen.to = folded;
	while (rest.len > 0)
		put_piece(&pen, take_piece(&rest));
	return folded;
}

/* What column @index takes unfolded, and the least that it can do with. */
static void measure(const struct table *table, size_t index, size_t *ret_wide,
		    size_t *ret_least)
{
	size_t title = utf8_width(span_of(table->columns[index].title));
	size_t wide = title, least = title;
	size_t i;

	for (i = index; i < table->len; i += table->width) {
		const char *text = table->items[i].text;
		size_t word = longest_piece(text);

		wide = larger(wide, utf8_width(span_of(text)));
		least = larger(least, word < LONGEST_WORD ? word : LONGEST_WORD);
	}
	*ret_wide = wide;
	*ret_least = table->columns[index].wrap ? least : wide;
}

/* Takes @excess off the columns, always from the widest one that can give. */
static void shrink(size_t *widths, const size_t *least, size_t len, size_t excess)
{
	for (; excess > 0; excess--) {
		size_t widest = len;
		size_t i;

		for (i = 0; i < len; i++) {
			if (widths[i] > least[i] &&
			    (widest == len || widths[i] > widths[widest]))
				widest = i;
		}
		if (widest == len)
			return;
		widths[widest]--;
	}
}

static size_t sum(const size_t *widths, size_t len)
{
	size_t total = 0;
	size_t i;

	for (i = 0; i < len; i++)
		total += widths[i] + (i > 0 ? strlen(TABLE_GAP) : 0);
	return total;
}

static int fold_cells(struct arena *arena, const struct table *table,
		      struct table_layout *layout)
{
	size_t i;

	layout->table = *table;
	layout->table.items = arena_array(arena, table->len, sizeof(*table->items));
	if (!layout->table.items)
		return -ENOMEM;
	for (i = 0; i < table->len; i++) {
		struct cell *cell = &layout->table.items[i];

		*cell = table->items[i];
		cell->text = fold(arena, cell->text, layout->widths[i % table->width]);
		if (!cell->text)
			return -ENOMEM;
	}
	return 0;
}

int table_fold(struct arena *arena, const struct table *table, unsigned width,
	       struct table_layout *ret)
{
	struct table_layout layout = { 0 };
	size_t *least = arena_array(arena, table->width, sizeof(*least));
	size_t i;
	int r;

	assert(table->width > 0);
	layout.widths = arena_array(arena, table->width, sizeof(*layout.widths));
	if (!least || !layout.widths)
		return -ENOMEM;
	for (i = 0; i < table->width; i++)
		measure(table, i, &layout.widths[i], &least[i]);
	layout.total = sum(layout.widths, table->width);
	if (width > 0 && layout.total > width)
		shrink(layout.widths, least, table->width, layout.total - width);
	layout.total = sum(layout.widths, table->width);
	r = fold_cells(arena, table, &layout);
	if (r < 0)
		return r;
	*ret = layout;
	return 0;
}
