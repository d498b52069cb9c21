/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/repaint.h"

#include <errno.h>

#include "base/cleanup.h"
#include "capture.h"
#include "tap.h"

/* The screen of @height lines: what a picture is drawn between, left out. */
static void shows(unsigned height, const char *text, const char *want, const char *name)
{
	struct capture got;
	const char *begin = "\033[H\033[?7l", *end = "\033[J\033[?7h", *at;
	size_t len;

	capture(&got, 80, false)->height = height;
	is_int(repaint_show(&got.term, text, strlen(text)), 0, "%s", name);
	at = captured(&got);
	len = strlen(at);
	ok(strncmp(at, begin, strlen(begin)) == 0, "%s: at home", name);
	ok(len > strlen(end) && strcmp(at + len - strlen(end), end) == 0,
	   "%s: what is below is cleared", name);
	got.text[len - strlen(end)] = '\0';
	is_str(at + strlen(begin), want, "%s: text", name);
}

static void test_show(void)
{
	shows(24, "a\nbc\n", "a\033[K\r\nbc\033[K", "two lines");
	shows(24, "a\n\nbc\n", "a\033[K\r\n\033[K\r\nbc\033[K", "an empty line");
	shows(24, "", "", "nothing");
	shows(0, "1\n2\n3\n", "1\033[K\r\n2\033[K\r\n3\033[K", "an unknown height");
}

static void test_height(void)
{
	shows(3, "1\n\n3\n", "1\033[K\r\n\033[K\r\n3\033[K",
	      "as many as there is room for");
	shows(3, "1\n\n2\n3\n", "1\033[K\r\n2\033[K\r\n3\033[K", "empty ones go first");
	shows(3, "1\n\n2\n3\n4\n", "1\033[K\r\n2\033[K\r\n(2 more lines below)\033[K",
	      "what has no room is counted");
	shows(3, "1\n2\n3\n4\n5\n6\n", "1\033[K\r\n2\033[K\r\n(4 more lines below)\033[K",
	      "more of it");
	shows(2, "1\n2\n3\n", "1\033[K\r\n(2 more lines below)\033[K", "two lines' room");
	shows(1, "1\n2\n", "1\033[K\r\n2\033[K", "a height that is not believed");
}

static void test_cursor(void)
{
	struct capture got;

	repaint_begin(capture(&got, 80, false));
	is_int(repaint_show(&got.term, "a\n", 2), 0, "shown");
	repaint_end(&got.term);
	is_str(captured(&got),
	       "\033[?25l\033[H\033[J"
	       "\033[H\033[?7la\033[K\033[J\033[?7h"
	       "\033[?25h\r\n",
	       "hidden, and back");
}

static void test_full(void)
{
	cleanup_file FILE *full = fopen("/dev/full", "we");
	const struct term term = { .file = full };

	if (!full) {
		skip("there is no /dev/full");
		return;
	}
	is_int(repaint_show(&term, "a\n", 2), -EIO, "a terminal that is gone");
}

int main(void)
{
	test_show();
	test_height();
	test_cursor();
	test_full();
	return done();
}
