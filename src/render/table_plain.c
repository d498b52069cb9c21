/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/table_plain.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "render/utf8.h"

/* The @index-th line of a folded cell; empty where it has fewer. */
static struct span line_of(const char *text, size_t index)
{
	struct span rest = span_of(text);
	struct span line = { .at = text };

	for (;; index--) {
		if (!span_line(&rest, &line))
			return (struct span){ .at = text };
		if (index == 0)
			return line;
	}
}

static size_t count_lines(const char *text)
{
	size_t lines = 1;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void put_cell(const struct term *term, size_t blanks, struct span text,
		     enum paint paint)
{
	(void)fprintf(term->file, "%*s", (int)blanks, "");
	if (paint != PAINT_NONE)
		(void)fputs(term_paint(term, paint), term->file);
	(void)fwrite(text.at, 1, text.len, term->file);
	if (paint != PAINT_NONE)
		(void)fputs(term_paint(term, PAINT_NONE), term->file);
}

/* One line of a row. Blanks are kept back until something follows them, so that no line
 * ends in one. */
static void put_line(const struct table_layout *layout, const struct cell *cells,
		     size_t index, const struct term *term)
{
	size_t blanks = 0;
	size_t i;

	for (i = 0; i < layout->table.width; i++) {
		struct span text = line_of(cells[i].text, index);
		size_t width = utf8_width(text);
		size_t padding =
			layout->widths[i] > width ? layout->widths[i] - width : 0;

		if (layout->table.columns[i].right) {
			blanks += padding;
			padding = 0;
		}
		if (text.len > 0) {
			put_cell(term, blanks, text, cells[i].paint);
			blanks = 0;
		}
		blanks += padding + strlen(TABLE_GAP);
	}
	(void)fputc('\n', term->file);
}

static void put_row(const struct table_layout *layout, const struct cell *cells,
		    const struct term *term)
{
	size_t lines = 1;
	size_t i;

	for (i = 0; i < layout->table.width; i++) {
		size_t wanted = count_lines(cells[i].text);

		lines = wanted > lines ? wanted : lines;
	}
	for (i = 0; i < lines; i++)
		put_line(layout, cells, i, term);
}

int table_plain(struct arena *arena, const struct table_layout *layout,
		const struct term *term)
{
	const struct table *table = &layout->table;
	struct cell *titles = arena_array(arena, table->width, sizeof(*titles));
	size_t i;

	if (!titles)
		return -ENOMEM;
	for (i = 0; i < table->width; i++)
		titles[i] = (struct cell){ table->columns[i].title, PAINT_BOLD };
	put_row(layout, titles, term);
	for (i = 0; i + table->width <= table->len; i += table->width)
		put_row(layout, &table->items[i], term);
	return 0;
}
