/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/heat.h"

#include "tap.h"

int main(void)
{
	static const struct {
		unsigned thousandths;
		const char *ascii, *utf8;
		enum paint paint;
	} cases[] = {
		{ 0, "0", " ", PAINT_NONE },	     { 99, "0", " ", PAINT_NONE },
		{ 100, "1", " ", PAINT_NONE },	     { 199, "1", " ", PAINT_NONE },
		{ 200, "2", "░", PAINT_NONE },	     { 399, "3", "░", PAINT_NONE },
		{ 400, "4", "▒", PAINT_CHANGE },     { 599, "5", "▒", PAINT_CHANGE },
		{ 600, "6", "▓", PAINT_CHANGE },     { 799, "7", "▓", PAINT_CHANGE },
		{ 800, "8", "█", PAINT_BAD },	     { 1000, "9", "█", PAINT_BAD },
		{ 4000000000, "9", "█", PAINT_BAD },
	};
	const struct term ascii = { .width = 80 }, utf8 = { .utf8 = true };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		unsigned thousandths = cases[i].thousandths;

		is_str(heat_shade(&ascii, thousandths), cases[i].ascii, "%u",
		       thousandths);
		is_str(heat_shade(&utf8, thousandths), cases[i].utf8, "%u: shade",
		       thousandths);
		is_int(heat_paint(thousandths), cases[i].paint, "%u: paint", thousandths);
	}
	return done();
}
