/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "base/kib.h"
#include "render/heat.h"
#include "render/prose.h"
#include "render/view_status.h"
#include "render/zone_rows.h"
#include "state/memory.h"

/* A count, and a shade; in ASCII a digit behind a mark, as two numbers in a row would be one. */
#define COUNT	    4
#define COUNT_SIZE  8
/* Narrow: only the shade. */
#define NARROW	    3
#define NARROWER    2
#define LARGEST	    4
#define LARGEST_KIB 12 /* with its size: "  10 (4.0M)" */

/* Which form there is room for. */
struct layout {
	const struct term *term;
	unsigned label, orders, cell;
	bool counts, sizes;
	unsigned page_kib;
};

static unsigned most_orders(const struct memory *memory)
{
	unsigned most = 0;

	for (size_t i = 0; i < memory->zones_len; i++) {
		if (memory->zones[i].orders > most)
			most = memory->zones[i].orders;
	}
	return most;
}

static bool fits(const struct layout *layout, unsigned cell, unsigned width)
{
	return layout->label + layout->orders * cell + LARGEST <= width;
}

static struct layout lay_out(const struct memory *memory, const struct term *term)
{
	struct layout layout = {
		.term = term,
		.label = zone_rows_label_width(memory),
		.orders = most_orders(memory),
		.page_kib = memory->page_size / 1024,
	};
	unsigned wide = COUNT + (term->utf8 ? 1 : 2), width = term_columns(term);

	layout.counts = fits(&layout, wide, width);
	layout.cell = layout.counts		     ? wide
		      : fits(&layout, NARROW, width) ? NARROW
						     : NARROWER;
	layout.sizes = fits(&layout, layout.cell, width - (LARGEST_KIB - LARGEST));
	return layout;
}

/* At most three digits, but four from a hundred thousand on: "999", "52k", "784k". */
static const char *count_text(uint64_t count, char ret[COUNT_SIZE])
{
	static const char units[] = "\0kMGTPE";
	size_t unit = 0;

	while (count > 999) {
		count = count / 1000 + (count % 1000 >= 500);
		unit++;
	}
	(void)snprintf(ret, COUNT_SIZE, "%u%.1s", (unsigned)count, &units[unit]);
	return ret;
}

static void put_title(const struct layout *layout, const char *title)
{
	FILE *file = layout->term->file;

	(void)fprintf(file, "%s%-*s", term_paint(layout->term, PAINT_BOLD),
		      (int)layout->label, title);
	for (unsigned i = 0; i < layout->orders; i++) {
		unsigned behind = layout->counts ? layout->cell - COUNT : 0;

		(void)fprintf(file, "%*u%*s", (int)(layout->cell - behind), i,
			      (int)behind, "");
	}
	(void)fprintf(file, "%s%s\n", layout->sizes ? "  LARGEST" : " MAX",
		      term_paint(layout->term, PAINT_NONE));
}

static void put_cell(const struct layout *layout, const struct zone *zone, unsigned order)
{
	const struct term *term = layout->term;
	unsigned unusable = blocks_unusable(zone_blocks(zone), order);
	enum paint paint = heat_paint(unusable);
	char count[COUNT_SIZE];

	if (layout->counts)
		(void)fprintf(term->file, "%*s%s", COUNT,
			      count_text(zone->free_blocks[order], count),
			      term->utf8 ? "" : ":");
	else
		(void)fprintf(term->file, "%*s", (int)layout->cell - 1, "");
	if (paint != PAINT_NONE)
		(void)fputs(term_paint(term, paint), term->file);
	(void)fputs(heat_shade(term, unusable), term->file);
	if (paint != PAINT_NONE)
		(void)fputs(term_paint(term, PAINT_NONE), term->file);
}

static void put_largest(const struct layout *layout, const struct zone *zone)
{
	FILE *file = layout->term->file;
	int largest = blocks_largest(zone_blocks(zone));
	char size[KIB_TEXT];

	if (largest < 0)
		(void)fprintf(file, "%*s", LARGEST, "-");
	else
		(void)fprintf(file, "%*d", LARGEST, largest);
	if (largest >= 0 && layout->sizes)
		(void)fprintf(file, " (%s)",
			      kib_told((int64_t)layout->page_kib << largest, size));
	(void)fputc('\n', file);
}

static void put_zone(const struct layout *layout, const struct memory *memory,
		     const struct zone *zone)
{
	char label[ZONE_LABEL];

	(void)fprintf(layout->term->file, "%-*s", (int)layout->label,
		      zone_rows_label(memory, zone, label));
	for (unsigned i = 0; i < layout->orders; i++) {
		if (i < zone->orders)
			put_cell(layout, zone, i);
		else
			(void)fprintf(layout->term->file, "%*s", (int)layout->cell, "");
	}
	put_largest(layout, zone);
}

/* Why a request fails, or that it does not. */
static void put_indexes(const struct layout *layout, const struct zone *zone)
{
	FILE *file = layout->term->file;

	(void)fputs("  fragmentation index:", file);
	for (unsigned i = 0; i < zone->orders; i++)
		(void)fprintf(file, " %d", blocks_fragmentation(zone_blocks(zone), i));
	(void)fputs("\n  unusable:", file);
	for (unsigned i = 0; i < zone->orders; i++)
		(void)fprintf(file, " %u", blocks_unusable(zone_blocks(zone), i));
	(void)fputc('\n', file);
}

void view_status_blocks(const struct status_view *view, const struct term *term)
{
	const struct memory *memory = view->memory;
	const struct layout layout = lay_out(memory, term);

	if (layout.orders == 0)
		return;
	(void)fputc('\n', term->file);
	prose_sentence(
		term, 0, "",
		term->utf8 ? "Free blocks by order; the darker, the more of what is free "
			     "is too small for it:"
			   : "Free blocks by order: how much of what is free is too "
			     "small for it, 0 to 9:");
	put_title(&layout, zone_rows_title(memory));
	for (size_t i = 0; i < memory->zones_len; i++) {
		put_zone(&layout, memory, &memory->zones[i]);
		if (view->verbose)
			put_indexes(&layout, &memory->zones[i]);
	}
}
