/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What /proc/zoneinfo says of the zones as a whole (Linux mm/vmstat.c,
 * zoneinfo_show_print; 2.6.13 and later). Read by name: lines come and go with
 * versions, and empty zones are left out up to 4.10.
 */

#include <stdint.h>

#include "base/span.h"

struct zones {
	uint64_t present;      /* pages of all zones: more than the kernel manages */
	uint64_t high_pages;   /* of HighMem: managed (3.10 and later), else present */
	uint64_t normal_pages; /* of Normal, alike */
	/*
	 * Which element of vm.lowmem_reserve_ratio is Normal's; -1: it does not show. HighMem
	 * comes right behind Normal in the kernel's order of zones, and is the first one that Normal
	 * is protected from: the first number of its `protection:` that is not 0. Where all are 0
	 * (a ratio of 0) it is Normal's place in the file, if that names all zones.
	 */
	int normal_index;
};

struct zones zones_parse(struct span text);
