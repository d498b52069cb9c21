/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/repaint.h"

#include <stdbool.h>

#include "base/span.h"

#define HIDE_CURSOR  "\033[?25l"
#define SHOW_CURSOR  "\033[?25h"
/* Longer lines end at the right margin, instead of pushing others down. */
#define NO_WRAPPING  "\033[?7l"
#define WRAPPING     "\033[?7h"
#define HOME	     "\033[H"
#define CLEAR_TO_END "\033[K"
#define CLEAR_BELOW  "\033[J"
#define LEAST_HEIGHT 2

void repaint_begin(const struct term *term)
{
	(void)fputs(HIDE_CURSOR HOME CLEAR_BELOW, term->file);
}

static size_t count_lines(struct span text, bool empty_ones)
{
	struct span line;
	size_t count = 0;

	while (span_line(&text, &line))
		count += empty_ones || line.len > 0;
	return count;
}

/* What is left to be written of a picture, and where. */
struct painting {
	const struct term *term;
	size_t lines, most;
	bool dense; /* without empty lines */
};

/* The line's end is written before the next line only: behind the last one there is none, which would
 * scroll a terminal that is full. */
static void put_line(struct painting *painting, struct span line)
{
	if (painting->lines++ > 0)
		(void)fputs("\r\n", painting->term->file);
	(void)fwrite(line.at, 1, line.len, painting->term->file);
	(void)fputs(CLEAR_TO_END, painting->term->file);
}

static void put_rest(struct painting *painting, size_t rest)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "(%zu more line%s below)", rest,
			   rest == 1 ? "" : "s");

	put_line(painting, (struct span){ text, (size_t)len });
}

static void put_lines(struct painting *painting, struct span text, size_t all)
{
	struct span line;

	while (span_line(&text, &line)) {
		if (painting->dense && line.len == 0)
			continue;
		if (painting->lines + 1 == painting->most && all > painting->most) {
			put_rest(painting, all - painting->lines);
			return;
		}
		put_line(painting, line);
	}
}

int repaint_show(const struct term *term, const char *text, size_t len)
{
	const struct span span = { text, len };
	struct painting painting = {
		.term = term,
		.most = term->height >= LEAST_HEIGHT ? term->height : (size_t)-1,
	};
	size_t all = count_lines(span, true);

	painting.dense = all > painting.most;
	if (painting.dense)
		all = count_lines(span, false);
	(void)fputs(HOME NO_WRAPPING, term->file);
	put_lines(&painting, span, all);
	(void)fputs(CLEAR_BELOW WRAPPING, term->file);
	return term_finish(term);
}

void repaint_end(const struct term *term)
{
	(void)fputs(SHOW_CURSOR "\r\n", term->file);
	(void)fflush(term->file);
}
