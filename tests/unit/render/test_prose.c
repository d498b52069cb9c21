/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"
#include "render/prose.h"
#include "tap.h"

/* @text as a sentence, with later lines indented by two. */
static void is_sentence(unsigned width, const char *text, const char *want,
			const char *name)
{
	struct capture got;

	prose_sentence(capture(&got, width, false), 2, "", text);
	is_str(captured(&got), want, "%s", name);
}

static void test_folding(void)
{
	is_sentence(0, "one two three four five six seven", /* no terminal */
		    "one two three four five six seven\n", "a pipe gets one line");
	is_sentence(80, "short", "short\n", "what fits stays");
	is_sentence(24, "one two three four five six seven eight",
		    "one two three four five\n  six seven eight\n", "at blanks");
	is_sentence(24, "one two three four fives six",
		    "one two three four\n  fives six\n", "the last column stays free");
	is_sentence(24, "a /sys/kernel/mm/transparent_hugepage/enabled b",
		    "a\n  /sys/kernel/mm/transparent_hugepage/enabled\n  b\n",
		    "a long word is kept whole, on a line of its own");
	is_sentence(24, "/sys/kernel/mm/transparent_hugepage/enabled",
		    "/sys/kernel/mm/transparent_hugepage/enabled\n",
		    "no line is empty before it");
	is_sentence(23, "one two three four five six seven",
		    "one two three four five six seven\n",
		    "a very narrow terminal is not believed");
	is_sentence(24, "one  two ", "one  two\n",
		    "blanks between words stay, the last ones do not");
	is_sentence(24, "twenty-two columns\x1b[2J x",
		    "twenty-two\n  columns\\x1b[2J x\n",
		    "what moves the cursor is shown, and counted as shown");
	is_sentence(80, "is 256\t32\t0", "is 256 32 0\n", "a tab is a blank");
	is_sentence(24, "", "\n", "nothing");
}

static void test_pieces(void)
{
	struct capture got;
	struct prose prose = prose_on(capture(&got, 24, true), 4);

	prose_add(&prose, PAINT_BAD, "! ");
	prose_add(&prose, PAINT_BAD, "vm.swappiness");
	prose_add(&prose, PAINT_BAD, ": ");
	prose_add(&prose, PAINT_NONE, "not so");
	prose_add(&prose, PAINT_DIM, " (p.yaml:3)");
	prose_end(&prose);
	prose_add(&prose, PAINT_NONE, "next");
	prose_end(&prose);
	is_str(captured(&got),
	       "\033[1;31m! vm.swappiness:\033[0m not so\n"
	       "    \033[2m(p.yaml:3)\033[0m\n"
	       "next\n",
	       "pieces of one colour are painted at once, and end with the sentence");
}

int main(void)
{
	test_folding();
	test_pieces();
	return done();
}
