/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/table_smartcols.h"

#include <errno.h>

#if !defined(LOWMEMCTL_STATIC) && __has_include(<libsmartcols/libsmartcols.h>)

#include <dlfcn.h>
#include <libsmartcols/libsmartcols.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define FUNCTIONS(row)                                                                   \
	row(new_table);                                                                  \
	row(unref_table);                                                                \
	row(print_table);                                                                \
	row(table_set_stream);                                                           \
	row(table_set_termforce);                                                        \
	row(table_set_termwidth);                                                        \
	row(table_set_column_separator);                                                 \
	row(table_enable_noencoding);                                                    \
	row(table_enable_colors);                                                        \
	row(table_new_column);                                                           \
	row(table_new_line);                                                             \
	row(column_get_header);                                                          \
	row(column_set_wrapfunc);                                                        \
	row(cell_set_color);                                                             \
	row(line_get_cell);                                                              \
	row(line_set_data);                                                              \
	row(wrapnl_chunksize);                                                           \
	row(wrapnl_nextchunk)

#define MEMBER(name) __typeof__(scols_##name) *name

struct library {
	FUNCTIONS(MEMBER);
};

static void close_library(void **handle)
{
	if (*handle)
		(void)dlclose(*handle);
}

/* ISO C converts no void pointer to a function's; POSIX promises that the bytes fit. */
static bool find_function(void *handle, const char *name, void *function)
{
	void *symbol = dlsym(handle, name);

	memcpy(function, &symbol, sizeof(symbol));
	return symbol;
}

/* An older library that lacks any of them counts as none. */
static bool find_all(void *handle, struct library *library)
{
	bool all = true;

#define FIND(name) all = find_function(handle, "scols_" #name, &library->name) && all
	FUNCTIONS(FIND);
	return all;
}

struct drawing {
	const struct library *library;
	struct libscols_table *table;
};

static void drop_drawing(struct drawing *drawing)
{
	if (drawing->table)
		drawing->library->unref_table(drawing->table);
}

/* Cells are folded and made harmless already, so the library is kept from doing either. */
static int set_up(const struct drawing *to, const struct table_layout *layout,
		  const struct term *term)
{
	const struct library *library = to->library;
	size_t width = layout->total > term->width ? layout->total : term->width;
	int r = library->table_set_stream(to->table, term->file);

	r |= library->table_set_termforce(to->table, SCOLS_TERMFORCE_ALWAYS);
	r |= library->table_set_termwidth(to->table, width);
	r |= library->table_set_column_separator(to->table, TABLE_GAP);
	r |= library->table_enable_noencoding(to->table, 1);
	r |= library->table_enable_colors(to->table, term->color);
	return r ? -ENOMEM : 0;
}

static int add_columns(const struct drawing *to, const struct table *table,
		       const struct term *term)
{
	const struct library *library = to->library;
	size_t i;

	for (i = 0; i < table->width; i++) {
		const struct column *column = &table->columns[i];
		int flags = (column->right ? SCOLS_FL_RIGHT : 0) |
			    (column->wrap ? SCOLS_FL_WRAP : 0);
		struct libscols_column *made =
			library->table_new_column(to->table, column->title, 0, flags);

		if (!made)
			return -ENOMEM;
		if (library->cell_set_color(library->column_get_header(made),
					    term_paint(term, PAINT_BOLD)))
			return -ENOMEM;
		if (column->wrap &&
		    library->column_set_wrapfunc(made, library->wrapnl_chunksize,
						 library->wrapnl_nextchunk, NULL))
			return -ENOMEM;
	}
	return 0;
}

static int add_row(const struct drawing *to, const struct table *table, size_t first,
		   const struct term *term)
{
	const struct library *library = to->library;
	struct libscols_line *line = library->table_new_line(to->table, NULL);
	size_t i;

	if (!line)
		return -ENOMEM;
	for (i = 0; i < table->width; i++) {
		const struct cell *cell = &table->items[first + i];

		if (library->line_set_data(line, i, cell->text))
			return -ENOMEM;
		if (cell->paint == PAINT_NONE)
			continue;
		if (library->cell_set_color(library->line_get_cell(line, i),
					    term_paint(term, cell->paint)))
			return -ENOMEM;
	}
	return 0;
}

static int draw(const struct library *library, const struct table_layout *layout,
		const struct term *term)
{
	cleanup(drop_drawing) struct drawing to = {
		.library = library,
		.table = library->new_table(),
	};
	size_t i;
	int r;

	if (!to.table)
		return -ENOMEM;
	r = set_up(&to, layout, term);
	if (r == 0)
		r = add_columns(&to, &layout->table, term);
	for (i = 0; r == 0 && i + layout->table.width <= layout->table.len;
	     i += layout->table.width)
		r = add_row(&to, &layout->table, i, term);
	if (r < 0)
		return r;
	return library->print_table(to.table) ? -ENOMEM : 0;
}

/* The library goes round for ever at a byte that the locale cannot read (2.38, told to
 * leave the encoding alone): "é" in the C locale. */
static bool locale_reads(const struct table *table)
{
	size_t i;

	for (i = 0; i < table->len; i++) {
		if (mbstowcs(NULL, table->items[i].text, 0) == (size_t)-1)
			return false;
	}
	return true;
}

int table_smartcols(const struct table_layout *layout, const struct term *term)
{
	cleanup(close_library) void *handle =
		dlopen("libsmartcols.so.1", RTLD_NOW | RTLD_LOCAL);
	struct library library = { 0 };

	if (!handle || !find_all(handle, &library) || !locale_reads(&layout->table))
		return -ENOSYS;
	return draw(&library, layout, term);
}

#else

int table_smartcols(const struct table_layout *layout, const struct term *term)
{
	(void)layout;
	(void)term;
	return -ENOSYS;
}

#endif
