/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/gauge.h"

#include "capture.h"
#include "tap.h"

static void draws(struct gauge gauge, unsigned width, const char *want, const char *name)
{
	struct capture got;

	gauge_put(capture(&got, 80, false), &gauge, width);
	is_str(captured(&got), want, "%s", name);
}

static void test_shapes(void)
{
	draws((struct gauge){ 0, 10, 20, 30, 10, 1000 }, 42,
	      "[::::::::::m         l         h         ]", "nothing is free");
	draws((struct gauge){ 5, 10, 20, 30, 10, 1000 }, 42,
	      "[=====:::::m         l         h         ]", "below min");
	draws((struct gauge){ 10, 10, 20, 30, 10, 1000 }, 42,
	      "[==========m         l         h         ]", "at min");
	draws((struct gauge){ 11, 10, 20, 30, 10, 1000 }, 42,
	      "[==========m         l         h         ]", "a page above it");
	draws((struct gauge){ 25, 10, 20, 30, 10, 1000 }, 42,
	      "[==========m#########l####     h         ]", "between low and high");
	draws((struct gauge){ 40, 10, 20, 30, 10, 1000 }, 42,
	      "[==========m#########l#########h#########]", "full, and no more");
	draws((struct gauge){ 41, 10, 20, 30, 10, 1000 }, 42,
	      "[==========m#########l#########h#########>", "there is more");
}

static void test_reserve(void)
{
	draws((struct gauge){ 8, 2, 4, 6, 30, 1000 }, 42,
	      "[==m=l=h=::::::::::::::::::::::          ]",
	      "above high, below the reserve");
	draws((struct gauge){ 35, 2, 4, 6, 30, 1000 }, 42,
	      "[==m=l=h=======================#####     ]", "above the reserve");
	draws((struct gauge){ 9, 1, 2, 3, 600, 20 }, 42,
	      "[==m=l=h===========::::::::::::::::::::::]",
	      "no zone is as large as its reserve");
	draws((struct gauge){ 9, 1, 2, 3, 600, 0 }, 12, "[m::::::   ]",
	      "of unknown size");
}

static void test_edges(void)
{
	draws((struct gauge){ 0 }, 12, "[m         ]", "nothing at all");
	draws((struct gauge){ 5, 0, 0, 0, 0, 0 }, 12, "[m#########>", "no marks");
	draws((struct gauge){ INT64_MAX / 4, INT64_MAX / 8, INT64_MAX / 8, INT64_MAX / 8,
			      INT64_MAX / 8, 0 },
	      12, "[=======m##>", "large");
	draws((struct gauge){ 1, 100, 100, 100, 100, 0 }, GAUGE_LEAST - 1, "",
	      "too narrow");
	draws((struct gauge){ 1, 100, 100, 100, 100, 0 }, GAUGE_LEAST, "[::::::m ]",
	      "as narrow as it can be");
}

static void test_paint(void)
{
	struct capture got;
	const struct gauge low = { 5, 10, 20, 30, 10, 0 },
			   kept = { 20, 10, 15, 18, 30, 0 };

	gauge_put(capture(&got, 80, true), &low, 10);
	is_str(captured(&got),
	       "[\033[1;31m=\033[0m\033[2m:\033[0m\033[1mm\033[0m \033[1ml\033[0m "
	       "\033[1mh\033[0m ]",
	       "below min is bad");
	gauge_put(capture(&got, 80, true), &kept, 10);
	ok(strstr(captured(&got), "\033[33m=") != NULL, "kept back is to be seen");
	gauge_put(capture(&got, 80, true), &(struct gauge){ 40, 1, 2, 3, 1, 0 }, 10);
	ok(strstr(captured(&got), "\033[32m#") != NULL, "free is good");
}

static void test_utf8(void)
{
	struct capture got;
	const struct gauge gauge = { 8, 2, 4, 6, 30, 1000 };

	capture(&got, 80, false)->utf8 = true;
	ok(strstr(gauge_legend(&got.term), "▒ kept back") != NULL, "its legend");
	gauge_put(&got.term, &gauge, 22);
	is_str(captured(&got), "[▒mlh░░░░░░░░░░░     ]", "shades");
	capture(&got, 80, false);
	ok(strstr(gauge_legend(&got.term), "= kept back") != NULL, "that of ASCII");
	(void)captured(&got);
}

int main(void)
{
	test_shapes();
	test_reserve();
	test_edges();
	test_paint();
	test_utf8();
	return done();
}
