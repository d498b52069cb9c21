/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/shortage.h"

#include <string.h>

#include "base/kver.h"

enum zone_rank zone_rank(const char *name)
{
	static const char *const names[] = { "DMA",	"DMA32",   "Normal",
					     "HighMem", "Movable", "Device" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0)
			return (enum zone_rank)i;
	}
	return ZONE_RANK_UNKNOWN;
}

static enum zone_rank class_of(const struct oom_report *report, bool *ret_known)
{
	unsigned mask = (unsigned)report->gfp_mask;

	/* 0: from a page fault that failed, of which the mask is not known any more. */
	*ret_known = report->gfp_mask > 0;
	if (!*ret_known)
		return ZONE_RANK_NORMAL;
	if (mask & OOM_GFP_DMA)
		return ZONE_RANK_DMA;
	if (mask & OOM_GFP_HIGHMEM)
		return mask & OOM_GFP_MOVABLE ? ZONE_RANK_MOVABLE : ZONE_RANK_HIGHMEM;
	return mask & OOM_GFP_DMA32 ? ZONE_RANK_DMA32 : ZONE_RANK_NORMAL;
}

/* Which of the kernel's zones are below that of @rank: the lists of reserves leave none out. */
static unsigned index_of(const struct oom_report *report, enum zone_rank rank)
{
	bool has[ZONE_RANK_UNKNOWN + 1] = { false };
	unsigned index = 0;

	for (size_t i = 0; i < report->zones.len; i++)
		has[zone_rank(report->zones.items[i].zone.name)] = true;
	has[ZONE_RANK_NORMAL] = true;
	if (report->totals.highmem > 0)
		has[ZONE_RANK_HIGHMEM] = true;
	/* Every kernel for x86 and 64-bit ARM with a DMA32 zone has a DMA zone, printed or not. */
	has[ZONE_RANK_DMA] = has[ZONE_RANK_DMA] || has[ZONE_RANK_DMA32];
	for (enum zone_rank lower = 0; lower < rank; lower++)
		index += has[lower];
	return index;
}

static int64_t reserve_of(const struct oom_report *report, const struct zone *zone,
			  enum zone_rank class)
{
	unsigned index = index_of(report, class);

	if (zone->classes == 0)
		return 0;
	return zone->reserve_kib[index < zone->classes ? index : zone->classes - 1];
}

/* Up to 4.3 every order had to have its part of the free memory above a mark halved each time. */
static bool halves_marks(const struct oom_report *report, const struct zone *zone)
{
	struct kver version;

	if (report->kernel && kver_parse(report->kernel, &version) == 0)
		return kver_compare(version, KVER(4, 4, 0)) < 0;
	return zone->managed_kib == zone->present_kib; /* before 3.9 there is but one */
}

static bool has_block(const struct oom_zone *zone, unsigned order)
{
	for (unsigned i = order; i < zone->zone.orders; i++) {
		if (zone->zone.free_blocks[i] > 0 && !(zone->closed & UINT32_C(1) << i))
			return true;
	}
	return false;
}

static bool passes_halved(const struct supply *supply, unsigned order, unsigned page_kib)
{
	const struct zone *zone = &supply->zone->zone;
	int64_t left = supply->usable_kib, mark = supply->kept_kib - supply->reserve_kib;

	left -= (int64_t)((UINT64_C(1) << order) - 1) * page_kib;
	if (left <= mark + supply->reserve_kib)
		return false;
	for (unsigned i = 0; i < order && i < zone->orders; i++) {
		left -= (int64_t)(zone->free_blocks[i] << i) * page_kib;
		mark >>= 1;
		if (left <= mark)
			return false;
	}
	return true;
}

static bool passes(const struct oom_report *report, const struct supply *supply,
		   unsigned order)
{
	int64_t left = supply->usable_kib -
		       (int64_t)((UINT64_C(1) << order) - 1) * report->page_kib;

	if (left <= supply->kept_kib)
		return false;
	if (order == 0 || supply->zone->zone.orders == 0)
		return true;
	if (halves_marks(report, &supply->zone->zone))
		return passes_halved(supply, order, report->page_kib);
	return has_block(supply->zone, order);
}

static unsigned order_of(const struct oom_report *report)
{
	return report->order > 0 && report->order < ZONE_ORDERS ? (unsigned)report->order
								: 0;
}

bool supply_has_memory(const struct supply *supply)
{
	const struct zone *zone = &supply->zone->zone;

	/* Kernels have printed nonsense for what is present. */
	return zone->managed_kib != 0 && zone->present_kib != 0 &&
	       (zone->present_kib > 0 || zone->free_kib > 0);
}

/* A zone's marks are far apart: is what is free above all of them? */
static bool is_plenty(const struct supply *supply)
{
	return supply->usable_kib > supply->zone->zone.high_kib + supply->reserve_kib;
}

static void examine(const struct oom_report *report, const struct shortage *shortage,
		    struct supply *supply)
{
	const struct zone *zone = &supply->zone->zone;
	int64_t mark = zone->min_kib;

	supply->eligible = zone_rank(zone->name) <= shortage->class;
	supply->marked = zone->free_kib >= 0 && mark >= 0;
	if (!supply->marked)
		return;
	supply->reserve_kib = reserve_of(report, zone, shortage->class);
	supply->kept_kib = mark + supply->reserve_kib;
	/* protections[] have the marks of the zone and of those below in them. */
	if (supply->zone->classes_hold_marks) {
		supply->kept_kib =
			supply->reserve_kib > mark ? supply->reserve_kib : mark;
		supply->reserve_kib = supply->kept_kib - mark;
	}
	supply->usable_kib = zone->free_kib - supply->zone->highatomic_kib;
	if (!((uint64_t)report->gfp_mask & OOM_GFP_MOVABLE) && zone->cma_kib > 0)
		supply->cma_kib = zone->cma_kib;
	supply->usable_kib -= supply->cma_kib;
	supply->has_page = passes(report, supply, 0);
	supply->plenty = is_plenty(supply);
	supply->boosted = !supply->has_page && zone->boost_kib > 0 &&
			  supply->usable_kib > supply->kept_kib - zone->boost_kib;
	supply->has_order = passes(report, supply, order_of(report));
}

/* The DMA zone beside a larger one is kept back from all who can use that. */
static bool is_open_zone(const struct oom_report *report, const struct shortage *shortage,
			 const struct supply *supply)
{
	return report->zones.len == 1 || shortage->class == ZONE_RANK_DMA ||
	       zone_rank(supply->zone->zone.name) != ZONE_RANK_DMA;
}

void shortage_find(const struct oom_report *report, struct shortage *ret)
{
	*ret = (struct shortage){ .near = true };
	ret->class = class_of(report, &ret->class_known);
	for (size_t i = 0; i < report->zones.len && i < SUPPLIES_MOST; i++) {
		struct supply *supply = &ret->supplies[ret->len++];

		supply->zone = &report->zones.items[i];
		examine(report, ret, supply);
		if (!supply->eligible)
			continue;
		if (supply->zone->zone.orders > 0 && is_open_zone(report, ret, supply)) {
			ret->has_blocks = true;
			ret->any_block = ret->any_block ||
					 has_block(supply->zone, order_of(report));
		}
		if (!supply->marked || !supply_has_memory(supply))
			continue;
		ret->eligible++;
		ret->any_page = ret->any_page || supply->has_page;
		ret->any_order = ret->any_order || supply->has_order;
		if (is_open_zone(report, ret, supply))
			ret->near = ret->near && !supply->plenty;
	}
}

const struct supply *shortage_movable(const struct shortage *shortage)
{
	for (size_t i = 0; i < shortage->len; i++) {
		const struct supply *supply = &shortage->supplies[i];

		if (!supply->eligible && supply_has_memory(supply) &&
		    zone_rank(supply->zone->zone.name) == ZONE_RANK_MOVABLE)
			return supply;
	}
	return NULL;
}

/* May the request use the zone, and is it known what that has? */
static bool counts(const struct supply *supply)
{
	return supply->eligible && supply->marked && supply_has_memory(supply);
}

static bool is_used_up(const struct shortage *shortage, unsigned node)
{
	for (size_t i = 0; i < shortage->len; i++) {
		const struct supply *supply = &shortage->supplies[i];

		if (counts(supply) && supply->zone->zone.node == node && supply->has_page)
			return false;
	}
	return true;
}

static bool has_plenty_beside(const struct shortage *shortage, unsigned node)
{
	for (size_t i = 0; i < shortage->len; i++) {
		const struct supply *supply = &shortage->supplies[i];

		if (counts(supply) && supply->zone->zone.node != node && supply->plenty)
			return true;
	}
	return false;
}

bool shortage_of_node(const struct shortage *shortage, unsigned *ret_node)
{
	for (size_t i = 0; i < shortage->len; i++) {
		const struct supply *supply = &shortage->supplies[i];

		*ret_node = supply->zone->zone.node;
		if (counts(supply) && !supply->has_page &&
		    zone_rank(supply->zone->zone.name) >= ZONE_RANK_NORMAL &&
		    is_used_up(shortage, *ret_node))
			return has_plenty_beside(shortage, *ret_node);
	}
	return false;
}
