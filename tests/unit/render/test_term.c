/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/term.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"
#include "capture.h"
#include "tap.h"

/* NULL takes the variable away. */
static void set(const char *name, const char *value)
{
	int r = value ? setenv(name, value, 1) : unsetenv(name);

	if (r != 0)
		perror(name);
}

static FILE *open_terminal(int master, unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	const char *name = NULL;
	int fd = -1;

	if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
		name = ptsname(master);
	if (name)
		fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, TIOCSWINSZ, &size) != 0)
		return NULL;
	return fdopen(fd, "w");
}

static void test_terminal(void)
{
	static const struct {
		enum color_when when;
		const char *no_color, *type;
		bool color;
	} rows[] = {
		{ COLOR_AUTO, NULL, "xterm", true },
		{ COLOR_AUTO, "", "xterm", true },
		{ COLOR_AUTO, NULL, NULL, true },
		{ COLOR_AUTO, "1", "xterm", false },
		{ COLOR_AUTO, NULL, "dumb", false },
		{ COLOR_ALWAYS, "1", "dumb", true },
		{ COLOR_NEVER, NULL, "xterm", false },
	};
	cleanup_fd int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	cleanup_file FILE *file = open_terminal(master, 132);
	size_t i;

	if (!file) {
		skip("no pseudo terminal to be had");
		return;
	}
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		set("NO_COLOR", rows[i].no_color);
		set("TERM", rows[i].type);
		is_int(term_on(file, rows[i].when).color, rows[i].color,
		       "colour, row %zu", i);
	}
	ok(term_on(file, COLOR_AUTO).tty, "a terminal is one");
	set("COLUMNS", "60");
	is_int(term_on(file, COLOR_AUTO).width, 132,
	       "the terminal's own width counts first");
}

static void test_terminal_width_unknown(void)
{
	cleanup_fd int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	cleanup_file FILE *file = open_terminal(master, 0);

	if (!file) {
		skip("no pseudo terminal to be had");
		return;
	}
	set("COLUMNS", "60");
	is_int(term_on(file, COLOR_AUTO).width, 60, "COLUMNS where it knows none");
	set("COLUMNS", NULL);
	is_int(term_on(file, COLOR_AUTO).width, 80, "80 where nothing says");
}

/* The clients of a terminal are told of another size, and ask for it. */
static void test_resize(void)
{
	cleanup_fd int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	cleanup_file FILE *file = open_terminal(master, 132);
	const struct winsize other = { .ws_row = 50, .ws_col = 40 };
	struct term term;

	if (!file) {
		skip("no pseudo terminal to be had");
		return;
	}
	term = term_on(file, COLOR_AUTO);
	is_int(term.height, 24, "so many lines");
	is_int(ioctl(master, TIOCSWINSZ, &other), 0, "resized");
	is_int(term.width, 132, "which does not change by itself");
	term_measure(&term);
	is_int(term.width, 40, "other columns");
	is_int(term.height, 50, "other lines");
}

static void test_charset(void)
{
	cleanup_fd int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	cleanup_file FILE *file = open_terminal(master, 80);
	struct capture got;
	struct term term;

	if (!file || !setlocale(LC_CTYPE, "C.UTF-8")) {
		skip("no pseudo terminal or no locale with UTF-8 to be had");
		return;
	}
	term = term_on(file, COLOR_AUTO);
	ok(!term.utf8, "ASCII to begin with");
	term_learn_charset(&term);
	ok(term.utf8, "UTF-8 by the locale");
	term = term_on(capture(&got, 0, false)->file, COLOR_AUTO);
	term_learn_charset(&term);
	ok(!term.utf8, "a file gets ASCII in all locales");
	(void)captured(&got);
	(void)setlocale(LC_CTYPE, "C");
	term = term_on(file, COLOR_AUTO);
	term_learn_charset(&term);
	ok(!term.utf8, "ASCII by the locale");
}

static void test_file(void)
{
	static const char *const nonsense[] = { "", "0", "-1", "80x", "99999999999" };
	struct capture got;
	FILE *file = capture(&got, 0, false)->file;
	size_t i;

	set("NO_COLOR", NULL);
	set("TERM", "xterm");
	set("COLUMNS", NULL);
	ok(!term_on(file, COLOR_AUTO).tty, "a file is no terminal");
	ok(!term_on(file, COLOR_AUTO).color, "a file takes no colour");
	ok(term_on(file, COLOR_ALWAYS).color, "unless it is asked for");
	is_int(term_on(file, COLOR_AUTO).width, 0, "a file has no width");
	is_int(term_on(file, COLOR_AUTO).height, 0, "and no height");
	for (i = 0; i < sizeof(nonsense) / sizeof(*nonsense); i++) {
		set("COLUMNS", nonsense[i]);
		is_int(term_on(file, COLOR_AUTO).width, 0, "COLUMNS='%s' is ignored",
		       nonsense[i]);
	}
	set("COLUMNS", "100");
	is_int(term_on(file, COLOR_AUTO).width, 100, "COLUMNS sets one");
	(void)captured(&got);
}

static void test_paint(void)
{
	struct term plain = { .color = false };
	struct term colored = { .color = true };
	enum paint paint;

	for (paint = PAINT_NONE; paint <= PAINT_BOLD; paint++) {
		is_str(term_paint(&plain, paint), "", "paint %d without colour", paint);
		ok(term_paint(&colored, paint)[0] == '\033', "paint %d with colour",
		   paint);
	}
	is_str(term_paint(&colored, PAINT_NONE), "\033[0m", "no paint ends paint");
}

static void test_columns(void)
{
	is_int(term_columns(&(struct term){ .width = 100 }), 99, "a terminal's columns");
	is_int(term_columns(&(struct term){ .width = 0 }), 79, "the usual ones");
}

static void test_text(void)
{
	struct capture got;

	term_text(capture(&got, 0, false), "a\x1b[31m\t\xff \xc3\xa9");
	is_int(term_finish(&got.term), 0, "text is written");
	is_str(captured(&got), "a\\x1b[31m\\x09\\xff \xc3\xa9", "text made harmless");
}

static void test_full(void)
{
	cleanup_file FILE *full = fopen("/dev/full", "we");
	struct term term = { .file = full };

	if (!full) {
		skip("there is no /dev/full");
		return;
	}
	term_text(&term, "x");
	is_int(term_finish(&term), -EIO, "a full disk is told");
}

int main(void)
{
	test_terminal();
	test_terminal_width_unknown();
	test_resize();
	test_charset();
	test_file();
	test_paint();
	test_columns();
	test_text();
	test_full();
	return done();
}
