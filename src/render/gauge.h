/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A zone as a bar that has the marks in sight: of a zone of gigabytes they are the first few
 * hundredths. What is free fills it from the left; up to `kept` that is not for ordinary requests.
 *
 *	[=====m=l:h::::::      ]     in ASCII; a '>' at its end: there is more
 */

#include <stdint.h>

#include "render/term.h"

struct gauge {
	int64_t free, min, low, high; /* any unit */
	int64_t kept;		      /* min and the reserve */
	int64_t all;		      /* no more can be free; <= 0: not known */
};

/* Narrower ones say nothing. */
#define GAUGE_LEAST 10
/* Puts it into @width columns, two of them for its ends. */
void gauge_put(const struct term *term, const struct gauge *gauge, unsigned width);
/* What its parts are, in few words. */
const char *gauge_legend(const struct term *term);
