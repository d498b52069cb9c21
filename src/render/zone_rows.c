/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/zone_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/kib.h"
#include "render/gauge.h"
#include "render/prose.h"
#include "state/memory.h"
#include "state/usable.h"

#define FIGURE	     7 /* columns of an amount, with the blanks before it */
#define NOTE_INDENT  4
#define RESERVE	     8
/* Beside a narrower gauge there is no room for figures. */
#define ROOM_FOR_ALL (GAUGE_LEAST + 4)

static bool has_nodes(const struct memory *memory)
{
	for (size_t i = 1; i < memory->zones_len; i++) {
		if (memory->zones[i].node != memory->zones[0].node)
			return true;
	}
	return false;
}

const char *zone_rows_label(const struct memory *memory, const struct zone *zone,
			    char ret[ZONE_LABEL])
{
	if (has_nodes(memory))
		(void)snprintf(ret, ZONE_LABEL, "%s/%u", zone->name, zone->node);
	else
		(void)snprintf(ret, ZONE_LABEL, "%s", zone->name);
	return ret;
}

const char *zone_rows_title(const struct memory *memory)
{
	return has_nodes(memory) ? "ZONE/NODE" : "ZONE";
}

unsigned zone_rows_label_width(const struct memory *memory)
{
	char text[ZONE_LABEL];
	size_t width = strlen(zone_rows_title(memory));

	for (size_t i = 0; i < memory->zones_len; i++) {
		size_t len = strlen(zone_rows_label(memory, &memory->zones[i], text));

		width = len > width ? len : width;
	}
	return (unsigned)width;
}

/* Which columns there is room for. */
struct layout {
	const struct term *term;
	unsigned label, gauge; /* columns; no gauge: 0 */
	bool marks;	       /* min, low, high and the reserve as figures */
};

static bool is_told(const struct memory *memory)
{
	for (size_t i = 0; i < memory->zones_len; i++) {
		if (memory->zones[i].min_kib >= 0)
			return true;
	}
	return false;
}

static unsigned rest_of(unsigned all, unsigned taken)
{
	return all > taken ? all - taken : 0;
}

static struct layout lay_out(const struct memory *memory, const struct term *term)
{
	struct layout layout = { .term = term, .label = zone_rows_label_width(memory) };
	unsigned few = layout.label + FIGURE + 2, all = few + 3 * FIGURE + RESERVE;
	unsigned width = term_columns(term);

	if (!is_told(memory))
		return layout;
	layout.marks = rest_of(width, all) >= ROOM_FOR_ALL;
	layout.gauge = rest_of(width, layout.marks ? all : few);
	if (layout.gauge < GAUGE_LEAST)
		layout.gauge = 0;
	return layout;
}

static void put_title(const struct layout *layout, const char *title)
{
	FILE *file = layout->term->file;

	(void)fprintf(file, "%s%-*s%*s", term_paint(layout->term, PAINT_BOLD),
		      (int)layout->label, title, FIGURE, "FREE");
	if (layout->marks)
		(void)fprintf(file, "%*s%*s%*s%*s", FIGURE, "MIN", FIGURE, "LOW", FIGURE,
			      "HIGH", RESERVE, "RESERVE");
	(void)fputs(term_paint(layout->term, PAINT_NONE), file);
	/* All of it, or none. */
	if (layout->gauge >= strlen("# free = kept back : reserve"))
		(void)fprintf(file, "  %s", gauge_legend(layout->term));
	(void)fputc('\n', file);
}

static void put_figure(const struct layout *layout, int width, int64_t kib)
{
	char text[KIB_TEXT];

	(void)fprintf(layout->term->file, "%*s", width, kib_told(kib, text));
}

static void put_gauge(const struct layout *layout, const struct zone *zone,
		      const struct usable *usable)
{
	int64_t reserve = usable->users_kib > 0 ? usable->users_kib : 0;
	const struct gauge gauge = {
		.free = zone->free_kib,
		.min = zone->min_kib,
		.low = zone->low_kib,
		.high = zone->high_kib,
		.kept = zone->min_kib + reserve,
		.all = zone->managed_kib,
	};

	(void)fputs("  ", layout->term->file);
	gauge_put(layout->term, &gauge, layout->gauge);
}

static void put_note(const struct layout *layout, const struct usable *usable)
{
	const char *text = usable_text(usable);
	enum paint paint = PAINT_NONE;
	struct prose prose = prose_on(layout->term, NOTE_INDENT);

	if (!text)
		return;
	if (usable->level == USABLE_BELOW_LOW)
		paint = PAINT_CHANGE;
	if (usable->level == USABLE_BELOW_MIN)
		paint = PAINT_BAD;
	prose_add(&prose, paint, "  ");
	prose_add(&prose, paint, text);
	prose_end(&prose);
}

static void put_zone(const struct layout *layout, const struct memory *memory,
		     const struct zone *zone)
{
	const struct usable usable = usable_of(memory, zone);
	char label[ZONE_LABEL];

	(void)fprintf(layout->term->file, "%-*s", (int)layout->label,
		      zone_rows_label(memory, zone, label));
	put_figure(layout, FIGURE, zone->free_kib);
	if (layout->marks) {
		put_figure(layout, FIGURE, zone->min_kib);
		put_figure(layout, FIGURE, zone->low_kib);
		put_figure(layout, FIGURE, zone->high_kib);
		put_figure(layout, RESERVE, usable.users_kib);
	}
	if (layout->gauge > 0 && zone->min_kib >= 0)
		put_gauge(layout, zone, &usable);
	(void)fputc('\n', layout->term->file);
	put_note(layout, &usable);
}

/* "  reserve: 0 2.9M 15M 15M": in the kernel's order of zones. */
static void put_reserves(const struct layout *layout, const struct zone *zone)
{
	FILE *file = layout->term->file;
	char text[KIB_TEXT];

	(void)fprintf(file, "  managed %s", kib_told(zone->managed_kib, text));
	if (zone->boost_kib > 0)
		(void)fprintf(file, ", marks raised by %s",
			      kib_told(zone->boost_kib, text));
	if (zone->cma_kib > 0)
		(void)fprintf(file, ", free for CMA %s", kib_told(zone->cma_kib, text));
	if (zone->classes > 0)
		(void)fputs(", kept from requests by class:", file);
	for (unsigned i = 0; i < zone->classes; i++)
		(void)fprintf(file, " %s", kib_told(zone->reserve_kib[i], text));
	(void)fputc('\n', file);
}

bool zone_rows_put(const struct memory *memory, const struct term *term, bool verbose)
{
	const struct layout layout = lay_out(memory, term);
	bool told = is_told(memory);

	put_title(&layout, zone_rows_title(memory));
	for (size_t i = 0; i < memory->zones_len; i++) {
		put_zone(&layout, memory, &memory->zones[i]);
		if (verbose && told)
			put_reserves(&layout, &memory->zones[i]);
	}
	return told;
}
