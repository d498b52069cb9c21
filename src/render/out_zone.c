/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/out_zone.h"

#include "render/out.h"
#include "render/out_parts.h"
#include "state/zone.h"

static void put_reserves(struct out *out, const struct zone *zone)
{
	if (zone->classes == 0) {
		out_null(out, "reserve_kib");
		return;
	}
	out_list(out, "reserve_kib");
	for (unsigned i = 0; i < zone->classes; i++)
		out_int(out, NULL, zone->reserve_kib[i]);
	out_end_list(out);
}

void out_zone_marks(struct out *out, const struct zone *zone)
{
	out_string(out, "zone", zone->name);
	out_told(out, "free_kib", zone->free_kib);
	out_told(out, "min_kib", zone->min_kib);
	out_told(out, "low_kib", zone->low_kib);
	out_told(out, "high_kib", zone->high_kib);
	out_told(out, "boost_kib", zone->boost_kib);
	out_told(out, "managed_kib", zone->managed_kib);
	out_told(out, "cma_kib", zone->cma_kib);
	put_reserves(out, zone);
}

void out_zone_blocks(struct out *out, const struct zone *zone)
{
	const struct blocks blocks = zone_blocks(zone);

	if (zone->orders == 0) {
		out_null(out, "free_blocks");
		out_null(out, "unusable");
		out_null(out, "fragmentation");
		out_null(out, "largest_order");
		return;
	}
	out_list(out, "free_blocks");
	for (unsigned i = 0; i < zone->orders; i++)
		out_uint(out, NULL, zone->free_blocks[i]);
	out_end_list(out);
	out_list(out, "unusable");
	for (unsigned i = 0; i < zone->orders; i++)
		out_uint(out, NULL, blocks_unusable(blocks, i));
	out_end_list(out);
	out_list(out, "fragmentation");
	for (unsigned i = 0; i < zone->orders; i++)
		out_int(out, NULL, blocks_fragmentation(blocks, i));
	out_end_list(out);
	out_told(out, "largest_order", blocks_largest(blocks));
}
