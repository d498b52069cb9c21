/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/diag.h"
#include "base/span.h"
#include "render/prose.h"
#include "render/utf8.h"
#include "render/view.h"

#define SELF	    "lowmemctl: "
#define INDENT	    "  "
#define HANG	    6 /* deeper than the line that is shown below */
#define CUT	    "..."
#define ENDLESS	    200 /* what is shown of a line where no terminal sets the width */
#define LEAST_WIDTH 24

/* Line @number of @source, without its end. */
static struct span line_of(const struct source *source, unsigned number)
{
	struct span rest = { source->text, source->len };
	struct span line = { .at = source->text };

	if (span_starts(rest, "\xef\xbb\xbf")) {
		rest.at += 3;
		rest.len -= 3;
	}
	for (; number > 0; number--) {
		if (!span_line(&rest, &line))
			return (struct span){ .at = source->text };
	}
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* Takes a character off @rest as it is shown: a tab as one blank, so that the caret is
 * right. Returns the columns it takes. */
static size_t take_shown(struct span *rest, char *text)
{
	bool tab = rest->at[0] == '\t';
	struct span shown = { .at = text };

	shown.len = utf8_visible(rest, text);
	if (!tab)
		return utf8_width(shown);
	text[0] = ' ';
	text[1] = '\0';
	return 1;
}

/* Columns that the first @count characters of @line take; all of them where it has
 * fewer. */
static size_t shown_width(struct span line, size_t count)
{
	char text[UTF8_VISIBLE];
	size_t width = 0;

	for (; line.len > 0 && count > 0; count--)
		width += take_shown(&line, text);
	return width;
}

/* The part of a line that is shown, in columns. */
struct window {
	size_t from, to;
	bool cut_before, cut_after;
};

/* What lies around @caret of a line of @width columns, @room columns of it. */
static struct window window_around(size_t width, size_t caret, size_t room)
{
	struct window window = { .to = width };

	if (width < room)
		return window;
	room -= 2 * strlen(CUT);
	if (caret > room / 2)
		window.from = caret - room / 2;
	if (window.from > width - room)
		window.from = width - room;
	window.to = window.from + room;
	window.cut_before = window.from > 0;
	window.cut_after = window.to < width;
	return window;
}

static void show_line(const struct term *term, struct span line, struct window window)
{
	size_t column = 0;

	(void)fprintf(term->file, INDENT "%s", window.cut_before ? CUT : "");
	while (line.len > 0 && column < window.to) {
		char text[UTF8_VISIBLE];
		size_t width = take_shown(&line, text);

		if (column >= window.from)
			(void)fputs(text, term->file);
		else if (column + width > window.from)
			(void)fprintf(term->file, "%*s",
				      (int)(column + width - window.from), "");
		column += width;
	}
	(void)fprintf(term->file, "%s\n", window.cut_after ? CUT : "");
}

static void show_source(const struct term *term, struct origin at, enum paint paint)
{
	struct span line = line_of(at.source, at.line);
	size_t caret = shown_width(line, at.column - 1);
	size_t room = term->width ? term->width : ENDLESS;
	struct window window;

	if (line.len == 0)
		return;
	room = room > LEAST_WIDTH ? room - strlen(INDENT) : LEAST_WIDTH;
	window = window_around(shown_width(line, line.len), caret, room);
	show_line(term, line, window);
	caret = caret - window.from + (window.cut_before ? strlen(CUT) : 0);
	(void)fprintf(term->file, INDENT "%*s%s^%s\n", (int)caret, "",
		      term_paint(term, paint), term_paint(term, PAINT_NONE));
}

static void show_place(struct prose *prose, struct origin at)
{
	char place[sizeof(":4294967295:4294967295:")] = ":";

	if (!at.source) {
		prose_add(prose, PAINT_NONE, SELF);
		return;
	}
	if (at.line > 0 && at.column > 0)
		(void)snprintf(place, sizeof(place), ":%u:%u:", at.line, at.column);
	else if (at.line > 0)
		(void)snprintf(place, sizeof(place), ":%u:", at.line);
	prose_add(prose, PAINT_BOLD, at.source->name);
	prose_add(prose, PAINT_BOLD, place);
	prose_add(prose, PAINT_NONE, " ");
}

static enum paint paint_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return PAINT_BAD;
	case SEVERITY_WARNING:
		return PAINT_CHANGE;
	case SEVERITY_NOTE:
		break;
	}
	return PAINT_BOLD;
}

/* The line is shown where a part of it is meant: a caret points there. */
static void show_diag(const struct diag *diag, const struct term *term)
{
	enum paint paint = paint_of(diag->severity);
	struct prose prose = prose_on(term, HANG);

	show_place(&prose, diag->at);
	prose_add(&prose, paint, severity_word(diag->severity));
	prose_add(&prose, paint, ": ");
	prose_add(&prose, PAINT_NONE, diag->message);
	prose_end(&prose);
	if (diag->at.source && diag->at.source->text && diag->at.line > 0 &&
	    diag->at.column > 0)
		show_source(term, diag->at, paint);
}

void view_diags(const struct diags *diags, const struct term *term)
{
	const struct diag *diag;

	for (diag = diags->first; diag; diag = diag->next) {
		show_diag(diag, term);
	}
	if (diags->lost)
		(void)fputs(SELF "there was more to say, and no memory to keep it in\n",
			    term->file);
	(void)fflush(term->file);
}
