/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/zones.h"

#include <stdbool.h>
#include <string.h>

#include "state/zone.h"
#include "state/zoneinfo.h"

/* Pages, where a page is taken for a KiB. */
#define PAGES 1024

/* Which zones the file names, and in what order. */
struct order {
	int zones;  /* so far, of all nodes */
	int normal; /* how many stand before the first Normal; -1: not seen */
	bool whole; /* an empty one is among them: then they are all there */
};

static int first_protected(const struct zone *zone)
{
	for (unsigned i = 0; i < zone->classes; i++) {
		if (zone->reserve_kib[i] > 0)
			return (int)i;
	}
	return -1;
}

static void add_zone(struct zones *zones, struct order *order, const struct zone *zone)
{
	int64_t pages = zone->managed_kib > 0 ? zone->managed_kib : zone->present_kib;
	bool normal = strcmp(zone->name, "Normal") == 0;

	if (zone->present_kib > 0)
		zones->present += (uint64_t)zone->present_kib;
	if (pages > 0 && strcmp(zone->name, "HighMem") == 0)
		zones->high_pages += (uint64_t)pages;
	if (pages > 0 && normal)
		zones->normal_pages += (uint64_t)pages;
	if (normal && zones->normal_index < 0)
		zones->normal_index = first_protected(zone) - 1;
	if (normal && order->normal < 0)
		order->normal = order->zones;
	order->whole |= zone->present_kib == 0;
	order->zones++;
}

struct zones zones_parse(struct span text)
{
	struct zones zones = { .normal_index = -1 };
	struct order order = { .normal = -1 };
	struct zone zone;

	while (zoneinfo_next(&text, PAGES, &zone))
		add_zone(&zones, &order, &zone);
	if (zones.normal_index < 0)
		zones.normal_index = order.whole ? order.normal : -1;
	return zones;
}
