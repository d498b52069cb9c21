/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How a stream is written to: its width and whether it takes colour. */

#include <stdbool.h>
#include <stdio.h>

#include "base/enumtab.h"

enum color_when {
	COLOR_AUTO, /* a terminal, TERM is not "dumb", NO_COLOR is not set */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* Their words, as --color takes them. */
extern const struct enumtab color_words[];

enum paint {
	PAINT_NONE,
	PAINT_GOOD,
	PAINT_CHANGE,
	PAINT_BAD,
	PAINT_DIM,
	PAINT_BOLD,
};

struct term {
	FILE *file;
	bool color;
	bool tty;
	unsigned width;	 /* columns; 0: no terminal, as wide as it takes */
	unsigned height; /* lines; 0: no terminal, or it does not tell */
	bool utf8; /* a terminal whose locale has more than ASCII: files get the same bytes everywhere */
};

struct term term_on(FILE *file, enum color_when when);
/* Asks for the size again: terminals are resized. */
void term_measure(struct term *term);
/* The columns to fill: what the terminal has, or 80; but for the last one, which clearing to the end of
 * a full line takes away. */
unsigned term_columns(const struct term *term);
/* To be called once the locale is set: before, there is ASCII only. */
void term_learn_charset(struct term *term);
/* The escape sequence for @paint, "" without colour. term_paint(t, PAINT_NONE) ends it.
 */
const char *term_paint(const struct term *term, enum paint paint);
/* @text with what would move the cursor or is not UTF-8 made visible ("\x1b"). */
void term_text(const struct term *term, const char *text);
/* What was written reaches the file: 0, or -EIO where any of it could not. */
int term_finish(const struct term *term) __attribute__((warn_unused_result));
