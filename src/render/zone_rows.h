/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Zones of memory, a row each: what is free and the marks, as figures and as a bar, and below it
 * what an administrator has to know of one that is not well.
 *
 *	ZONE      FREE    MIN    LOW   HIGH RESERVE  # free = kept back : reserve
 *	Normal     43M    36M    45M    54M    100M  [======ml:h::::::::::::::        ]
 */

#include <stdbool.h>

#include "render/term.h"
#include "state/zone.h"

struct memory;

/* Of @memory its zones, as many columns as there is room for; @verbose: with their sizes and all
 * reserves. False: no zone told its marks. */
bool zone_rows_put(const struct memory *memory, const struct term *term, bool verbose);

/* "Normal", or "Normal/1" where there are several nodes. Returns @ret. */
#define ZONE_LABEL (ZONE_NAME + 12)
const char *zone_rows_label(const struct memory *memory, const struct zone *zone,
			    char ret[ZONE_LABEL]);
/* What stands above labels, and the columns that both take. */
const char *zone_rows_title(const struct memory *memory);
unsigned zone_rows_label_width(const struct memory *memory);
