/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "capture.h"
#include "render/view.h"
#include "tap.h"

#define TEN "0123456789"

static struct source source_of(const char *text)
{
	return (struct source){ .name = "p.yaml", .text = text, .len = strlen(text) };
}

/* One error at @line and @column of @text. */
static void is_shown(const char *text, unsigned line, unsigned column, unsigned width,
		     const char *want, const char *name)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct source source = source_of(text);
	struct diags diags = diags_in(arena);
	struct capture got;

	(void)diag_error(&diags, (struct origin){ &source, line, column }, EINVAL, "bad");
	view_diags(&diags, capture(&got, width, false));
	is_str(captured(&got), want, "%s", name);
}

static void test_lines(void)
{
	is_shown("a: 1\n  b: 2\n", 2, 3, 0, "p.yaml:2:3: error: bad\n    b: 2\n    ^\n",
		 "a line and a caret");
	is_shown("a: 1", 1, 4, 0, "p.yaml:1:4: error: bad\n  a: 1\n     ^\n",
		 "the last line has no newline");
	is_shown("a:\r\n", 1, 3, 0, "p.yaml:1:3: error: bad\n  a:\n    ^\n",
		 "behind the end of a line, CR LF");
	is_shown("a:\n", 1, 99, 0, "p.yaml:1:99: error: bad\n  a:\n    ^\n",
		 "a column far behind the end");
	is_shown("\xef\xbb\xbf"
		 "a: 1\n",
		 1, 1, 0, "p.yaml:1:1: error: bad\n  a: 1\n  ^\n",
		 "a byte order mark is no column");
	is_shown("a\tb\x1b[2Jc\n", 1, 9, 0,
		 "p.yaml:1:9: error: bad\n  a b\\x1b[2Jc\n             ^\n",
		 "tabs and control characters");
	is_shown("\xc3\xa9\xff: x\n", 1, 3, 0,
		 "p.yaml:1:3: error: bad\n  \xc3\xa9\\xff: x\n       ^\n",
		 "columns are characters");
	is_shown("\nx\n", 1, 1, 0, "p.yaml:1:1: error: bad\n",
		 "an empty line is not shown");
	is_shown("x\n", 9, 1, 0, "p.yaml:9:1: error: bad\n", "nor one that is not there");
	is_shown("x\n", 1, 0, 0, "p.yaml:1: error: bad\n",
		 "nor where no place in it is meant");
	is_shown("x\n", 0, 0, 0, "p.yaml: error: bad\n", "a file without a line");
}

static void test_long_lines(void)
{
	is_shown(TEN TEN TEN, 1, 1, 32,
		 "p.yaml:1:1: error: bad\n  " TEN TEN "0123...\n  ^\n",
		 "a long line is cut behind");
	is_shown(TEN TEN TEN TEN TEN, 1, 26, 32,
		 "p.yaml:1:26: error: bad\n"
		 "  ...345678901234567890123456...\n"
		 "                 ^\n",
		 "on both sides of the column");
	is_shown(TEN TEN TEN TEN TEN, 1, 51, 32,
		 "p.yaml:1:51: error: bad\n"
		 "  ...678901234567890123456789\n"
		 "                             ^\n",
		 "and before its end");
	is_shown(TEN TEN TEN "\x1b", 1, 31, 32,
		 "p.yaml:1:31: error: bad\n"
		 "  ...0123456789" TEN "\\x1b\n"
		 "                         ^\n",
		 "also where the last character is shown as four");
	is_shown(TEN TEN TEN, 1, 1, 5,
		 "p.yaml:1:1: error: bad\n  " TEN "01234567...\n  ^\n",
		 "a terminal of five columns is not believed");
}

static void test_places(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct source source = { .name = "a\x1b.yaml" };
	struct diags diags = diags_in(arena);
	struct capture got;

	diag_warning(&diags, NOWHERE, "odd\n%s", "\xff");
	diag_note(&diags, (struct origin){ &source, 3, 4 }, "see");
	diags.lost = true;
	view_diags(&diags, capture(&got, 0, false));
	is_str(captured(&got),
	       "lowmemctl: warning: odd\\x0a\\xff\n"
	       "a\\x1b.yaml:3:4: note: see\n"
	       "lowmemctl: there was more to say, and no memory to keep it in\n",
	       "no place, no text, lost ones");
}

static void test_folding(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct source source = source_of("a: 1\n");
	struct diags diags = diags_in(arena);
	struct capture got;

	(void)diag_error(&diags, (struct origin){ &source, 1, 4 }, EINVAL,
			 "1 is not what is wanted here, which is 2");
	view_diags(&diags, capture(&got, 40, false));
	is_str(captured(&got),
	       "p.yaml:1:4: error: 1 is not what is\n"
	       "      wanted here, which is 2\n"
	       "  a: 1\n     ^\n",
	       "a sentence is folded, deeper than the line of the file");
}

static void test_color(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct source source = source_of("a: 1\n");
	struct diags diags = diags_in(arena);
	struct capture got;

	(void)diag_error(&diags, (struct origin){ &source, 1, 4 }, EINVAL, "bad");
	view_diags(&diags, capture(&got, 80, true));
	is_str(captured(&got),
	       "\033[1mp.yaml:1:4:\033[0m \033[1;31merror:\033[0m bad\n"
	       "  a: 1\n     \033[1;31m^\033[0m\n",
	       "colour");
}

int main(void)
{
	test_lines();
	test_long_lines();
	test_places();
	test_folding();
	test_color();
	return done();
}
