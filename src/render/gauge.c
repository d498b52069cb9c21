/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/gauge.h"

enum part {
	PART_OUT,  /* neither free nor kept */
	PART_KEPT, /* kept, and not free */
	PART_SHUT, /* free, and kept */
	PART_FREE, /* free for all */
	PART_COUNT,
};

static const char *const ascii[PART_COUNT] = { " ", ":", "=", "#" };
static const char *const blocks[PART_COUNT] = { " ", "\xe2\x96\x91", "\xe2\x96\x92",
						"\xe2\x96\x88" };

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What the whole bar stands for: the marks and the reserve take three quarters of it. */
static int64_t scale_of(const struct gauge *gauge)
{
	int64_t most = larger(gauge->high, gauge->kept);
	int64_t scale = most + most / 3;

	return larger(1, gauge->all > 0 && gauge->all < scale ? gauge->all : scale);
}

/* In which cell @value lies. */
static unsigned cell_of(int64_t value, int64_t scale, unsigned cells)
{
	if (value <= 0)
		return 0;
	return value >= scale ? cells : (unsigned)((double)value / (double)scale * cells);
}

struct drawing {
	const struct term *term;
	unsigned cells, free, kept, min, low, high;
	enum paint full;
	enum paint paint; /* in force */
};

/* '\0': no mark; where two meet the more urgent one is shown. */
static char mark_at(const struct drawing *drawing, unsigned cell)
{
	if (cell == drawing->min)
		return 'm';
	if (cell == drawing->low)
		return 'l';
	return cell == drawing->high ? 'h' : '\0';
}

static enum part part_at(const struct drawing *drawing, unsigned cell)
{
	if (cell < drawing->free)
		return cell < drawing->kept ? PART_SHUT : PART_FREE;
	return cell < drawing->kept ? PART_KEPT : PART_OUT;
}

static enum paint paint_of(const struct drawing *drawing, enum part part)
{
	switch (part) {
	case PART_FREE:
		return PAINT_GOOD;
	case PART_SHUT:
		return drawing->full;
	case PART_KEPT:
		return PAINT_DIM;
	case PART_OUT:
	case PART_COUNT:
		break;
	}
	return PAINT_NONE;
}

static void change_paint(struct drawing *drawing, enum paint paint)
{
	if (paint == drawing->paint)
		return;
	if (drawing->paint != PAINT_NONE)
		(void)fputs(term_paint(drawing->term, PAINT_NONE), drawing->term->file);
	if (paint != PAINT_NONE)
		(void)fputs(term_paint(drawing->term, paint), drawing->term->file);
	drawing->paint = paint;
}

static void put_cell(struct drawing *drawing, unsigned cell)
{
	char mark = mark_at(drawing, cell);
	enum part part = part_at(drawing, cell);

	change_paint(drawing, mark ? PAINT_BOLD : paint_of(drawing, part));
	if (mark)
		(void)fputc(mark, drawing->term->file);
	else
		(void)fputs(drawing->term->utf8 ? blocks[part] : ascii[part],
			    drawing->term->file);
}

void gauge_put(const struct term *term, const struct gauge *gauge, unsigned width)
{
	int64_t scale = scale_of(gauge);
	struct drawing drawing = {
		.term = term,
		.cells = width - 2,
		.full = gauge->free <= gauge->min ? PAINT_BAD : PAINT_CHANGE,
	};

	if (width < GAUGE_LEAST)
		return;
	drawing.free = cell_of(gauge->free, scale, drawing.cells);
	drawing.kept = cell_of(gauge->kept, scale, drawing.cells);
	drawing.min = cell_of(gauge->min, scale, drawing.cells);
	drawing.low = cell_of(gauge->low, scale, drawing.cells);
	drawing.high = cell_of(gauge->high, scale, drawing.cells);
	(void)fputc('[', term->file);
	for (unsigned i = 0; i < drawing.cells; i++)
		put_cell(&drawing, i);
	change_paint(&drawing, PAINT_NONE);
	(void)fputc(gauge->free > scale ? '>' : ']', term->file);
}

const char *gauge_legend(const struct term *term)
{
	return term->utf8
		       ? "\xe2\x96\x88 free \xe2\x96\x92 kept back \xe2\x96\x91 reserve"
		       : "# free = kept back : reserve";
}
