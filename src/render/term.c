/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/term.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/num.h"
#include "base/span.h"
#include "render/utf8.h"

#define USUAL_WIDTH 80
#define MAX_WIDTH   10000

const struct enumtab color_words[] = {
	{ "auto", COLOR_AUTO },
	{ "always", COLOR_ALWAYS },
	{ "never", COLOR_NEVER },
	{ NULL, 0 },
};

static bool wants_color(enum color_when when, bool tty)
{
	const char *no_color = getenv("NO_COLOR");
	const char *type = getenv("TERM");

	switch (when) {
	case COLOR_ALWAYS:
		return true;
	case COLOR_NEVER:
		return false;
	case COLOR_AUTO:
		break;
	}
	return tty && (!no_color || !*no_color) && !(type && strcmp(type, "dumb") == 0);
}

/* Nothing but zeros where it does not tell. */
static struct winsize size_of(const struct term *term)
{
	struct winsize size = { 0 };

	if (!term->tty || ioctl(fileno(term->file), TIOCGWINSZ, &size) != 0)
		return (struct winsize){ 0 };
	return size;
}

static unsigned width_by_environment(bool tty)
{
	const char *columns = getenv("COLUMNS");
	uint64_t width;

	if (columns && num_u64(span_of(columns), &width) == 0 && width > 0 &&
	    width <= MAX_WIDTH)
		return (unsigned)width;
	return tty ? USUAL_WIDTH : 0;
}

void term_measure(struct term *term)
{
	struct winsize size = size_of(term);

	term->width = size.ws_col > 0 ? size.ws_col : width_by_environment(term->tty);
	term->height = size.ws_row;
}

unsigned term_columns(const struct term *term)
{
	return (term->width > 0 ? term->width : USUAL_WIDTH) - 1;
}

struct term term_on(FILE *file, enum color_when when)
{
	int fd = fileno(file);
	bool tty = fd >= 0 && isatty(fd) == 1;
	struct term term = {
		.file = file,
		.color = wants_color(when, tty),
		.tty = tty,
	};

	term_measure(&term);
	return term;
}

void term_learn_charset(struct term *term)
{
	term->utf8 = term->tty && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

const char *term_paint(const struct term *term, enum paint paint)
{
	if (!term->color)
		return "";
	switch (paint) {
	case PAINT_NONE:
		break;
	case PAINT_GOOD:
		return "\033[32m";
	case PAINT_CHANGE:
		return "\033[33m";
	case PAINT_BAD:
		return "\033[1;31m";
	case PAINT_DIM:
		return "\033[2m";
	case PAINT_BOLD:
		return "\033[1m";
	}
	return "\033[0m";
}

void term_text(const struct term *term, const char *text)
{
	struct span rest = span_of(text);

	while (rest.len > 0) {
		char piece[UTF8_VISIBLE];

		(void)utf8_visible(&rest, piece);
		(void)fputs(piece, term->file);
	}
}

int term_finish(const struct term *term)
{
	return fflush(term->file) != 0 || ferror(term->file) ? -EIO : 0;
}
