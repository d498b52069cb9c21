/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * /proc/zoneinfo (Linux mm/vmstat.c, zoneinfo_show_print(); 2.6.13 and later), and /proc/buddyinfo
 * (frag_show_print(); 2.5.40 and later) taken apart. Read by name: lines come and go with versions,
 * and empty zones are left out up to 4.10. Pure.
 */

#include <stdbool.h>

#include "base/span.h"
#include "state/zone.h"

/* The next zone of a zoneinfo, with pages of @page_size bytes turned into KiB. False at the end. */
bool zoneinfo_next(struct span *rest, unsigned page_size, struct zone *ret);

/* The next line of a buddyinfo: node, name and blocks of a zone. Lines of another shape are
 * passed over. False at the end. */
bool buddyinfo_next(struct span *rest, struct zone *ret);
