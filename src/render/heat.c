/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/heat.h"

const char *heat_shade(const struct term *term, unsigned thousandths)
{
	static const char *const shades[] = { " ", "\xe2\x96\x91", "\xe2\x96\x92",
					      "\xe2\x96\x93", "\xe2\x96\x88" };
	static const char *const digits[] = { "0", "1", "2", "3", "4",
					      "5", "6", "7", "8", "9" };

	if (term->utf8)
		return shades[thousandths < 1000 ? thousandths / 200 : 4];
	return digits[thousandths < 1000 ? thousandths / 100 : 9];
}

enum paint heat_paint(unsigned thousandths)
{
	if (thousandths < 400)
		return PAINT_NONE;
	return thousandths < 800 ? PAINT_CHANGE : PAINT_BAD;
}
