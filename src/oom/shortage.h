/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Was the request of a report to be had from its zones? The allocator's own check, on the figures that
 * were printed (Linux mm/page_alloc.c, __zone_watermark_ok()). Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oom/report.h"

/* Zones from the lowest to the highest. */
enum zone_rank {
	ZONE_RANK_DMA,
	ZONE_RANK_DMA32,
	ZONE_RANK_NORMAL,
	ZONE_RANK_HIGHMEM,
	ZONE_RANK_MOVABLE,
	ZONE_RANK_DEVICE,
	ZONE_RANK_UNKNOWN,
};

enum zone_rank zone_rank(const char *name);

/* What one zone had for the request. */
struct supply {
	const struct oom_zone *zone;
	bool eligible;	/* the request may be served from it */
	bool marked;	/* its marks are in the report */
	bool has_page;	/* a single page was to be had */
	bool has_order; /* what was asked for was */
	int64_t kept_kib; /* of what is free, for others: min, the reserve; more is to be had */
	int64_t reserve_kib; /* the reserve's part of that */
	int64_t usable_kib;  /* free, without what such requests may never take */
	int64_t cma_kib;     /* of what they may not, set aside for devices */
	bool boosted; /* no page was to be had, but for the boost of its marks (5.16) */
	bool plenty;  /* more is free than its high mark and the reserve */
};

#define SUPPLIES_MOST 64

struct shortage {
	enum zone_rank class; /* the highest zone that the request may use */
	bool class_known;     /* else Normal is assumed */
	struct supply supplies[SUPPLIES_MOST];
	size_t len;
	size_t eligible; /* zones with memory that the request may use, and with marks */
	bool any_page, any_order; /* some of these had one */
	bool near; /* none of these had more than its high mark and the reserve */
	/* Of the free lists alone, where marks are lost. */
	bool has_blocks, any_block;
};

void shortage_find(const struct oom_report *report, struct shortage *ret);
/* The zone for what can be moved, where it has memory that the request could not use; else NULL. */
const struct supply *shortage_movable(const struct shortage *shortage);
/* Was all that one node has for the request used up, while another had plenty? */
bool shortage_of_node(const struct shortage *shortage, unsigned *ret_node);
/* Does the zone have any memory? */
bool supply_has_memory(const struct supply *supply);
