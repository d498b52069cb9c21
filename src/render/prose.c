/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/prose.h"

#include <string.h>

#include "render/utf8.h"

/* A narrower terminal is not believed. */
#define LEAST_WIDTH 24

struct prose prose_on(const struct term *term, unsigned indent)
{
	return (struct prose){ .term = term, .indent = indent };
}

/* The columns that @word takes once what is not to be shown is made visible. */
static size_t shown_width(struct span word)
{
	char text[UTF8_VISIBLE];
	size_t width = 0;

	while (word.len > 0) {
		struct span piece = { .at = text };

		piece.len = utf8_visible(&word, text);
		width += utf8_width(piece);
	}
	return width;
}

static void put_word(const struct term *term, struct span word)
{
	char text[UTF8_VISIBLE];

	while (word.len > 0) {
		(void)utf8_visible(&word, text);
		(void)fputs(text, term->file);
	}
}

static void end_paint(struct prose *prose, enum paint next)
{
	if (prose->paint == PAINT_NONE || prose->paint == next)
		return;
	(void)fputs(term_paint(prose->term, PAINT_NONE), prose->term->file);
	prose->paint = PAINT_NONE;
}

static void begin_paint(struct prose *prose, enum paint paint)
{
	if (prose->paint == paint)
		return;
	(void)fputs(term_paint(prose->term, paint), prose->term->file);
	prose->paint = paint;
}

/* Blanks are kept back until a word follows them: a line's end takes their place. The
 * last column is left to a comma that may still come. */
static void put_blanks(struct prose *prose, size_t next)
{
	const struct term *term = prose->term;
	size_t begin = prose->folded ? prose->indent : 0;

	if (prose->blanks == 0)
		return;
	if (term->width >= LEAST_WIDTH && prose->column > begin &&
	    prose->column + prose->blanks + next >= term->width) {
		(void)fprintf(term->file, "\n%*s", (int)prose->indent, "");
		prose->column = prose->indent;
		prose->folded = true;
	} else {
		(void)fprintf(term->file, "%*s", (int)prose->blanks, "");
		prose->column += prose->blanks;
	}
	prose->blanks = 0;
}

void prose_add(struct prose *prose, enum paint paint, const char *text)
{
	while (*text) {
		/* The kernel has tabs between the numbers of a value. */
		struct span word = { text, strcspn(text, " \t") };
		size_t width = shown_width(word);

		if (word.len > 0) {
			end_paint(prose, paint);
			put_blanks(prose, width);
			begin_paint(prose, paint);
			put_word(prose->term, word);
			prose->column += width;
		}
		text += word.len;
		if (*text == ' ' || *text == '\t') {
			prose->blanks++;
			text++;
		}
	}
}

void prose_end(struct prose *prose)
{
	end_paint(prose, PAINT_NONE);
	(void)fputc('\n', prose->term->file);
	*prose = prose_on(prose->term, prose->indent);
}

void prose_sentence(const struct term *term, unsigned indent, const char *before,
		    const char *text)
{
	struct prose prose = prose_on(term, indent);

	prose_add(&prose, PAINT_NONE, before);
	prose_add(&prose, PAINT_NONE, text);
	prose_end(&prose);
}
