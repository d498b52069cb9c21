/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/headroom.h"

#include <string.h>

#include "state/memory.h"

static int64_t told(int64_t kib)
{
	return kib > 0 ? kib : 0;
}

static int64_t sum_high_marks(const struct memory *memory)
{
	int64_t sum = 0;

	for (size_t i = 0; i < memory->zones_len; i++)
		sum += told(memory->zones[i].high_kib);
	return sum;
}

/* As si_mem_available() has it (Linux mm/show_mem.c), but for a part of the caches that it takes
 * for hard to give back. Before 2.6.32 tmpfs is among them. */
int64_t headroom_available(const struct memory *memory, bool *ret_estimated)
{
	const struct meminfo *info = &memory->info;
	int64_t files = told(info->cached) + told(info->buffers);

	*ret_estimated = info->available < 0;
	if (!*ret_estimated)
		return info->available;
	files = told(files - told(info->shmem));
	return told(info->free + files + told(info->slab_reclaimable) -
		    sum_high_marks(memory));
}

/* The highest zone of low memory. NULL: there is none. */
static const struct zone *highest_low(const struct memory *memory, unsigned node)
{
	const struct zone *highest = NULL;

	for (size_t i = 0; i < memory->zones_len; i++) {
		const struct zone *zone = &memory->zones[i];

		if (zone->node == node && zone_is_low(zone))
			highest = zone;
	}
	return highest;
}

/* It is the highest zone's own, and that keeps nothing from it: HighMem is the next one. Where
 * there is none all classes above are the same. */
unsigned headroom_class(const struct memory *memory, unsigned node)
{
	const struct zone *zone = highest_low(memory, node);

	if (!zone || zone->classes == 0)
		return 0;
	for (unsigned i = 1; i < zone->classes; i++) {
		if (zone->reserve_kib[i] > 0)
			return i - 1;
	}
	return zone->classes - 1;
}

bool headroom_margin(const struct zone *zone, int64_t mark_kib, unsigned class,
		     int64_t *ret_kib)
{
	if (zone->free_kib < 0 || mark_kib < 0)
		return false;
	*ret_kib = zone->free_kib - zone->cma_kib - mark_kib;
	if (class < zone->classes)
		*ret_kib -= zone->reserve_kib[class];
	return true;
}

static bool is_closed(const struct memory *memory)
{
	bool closed = false;

	for (size_t i = 0; i < memory->zones_len; i++) {
		const struct zone *zone = &memory->zones[i];
		int64_t margin;

		if (!zone_is_low(zone))
			continue;
		if (!headroom_margin(zone, zone->high_kib,
				     headroom_class(memory, zone->node), &margin) ||
		    margin > 0)
			return false;
		closed = true;
	}
	return closed;
}

/* What processes and files have of low memory. False: not all zones tell. */
static bool sum_lists(const struct memory *memory, int64_t *ret_lru, int64_t *ret_file)
{
	bool found = false;

	*ret_lru = 0;
	*ret_file = 0;
	for (size_t i = 0; i < memory->zones_len; i++) {
		const struct zone *zone = &memory->zones[i];

		if (!zone_is_low(zone))
			continue;
		if (zone->lru_kib < 0)
			return false;
		*ret_lru += zone->lru_kib;
		*ret_file += told(zone->file_kib);
		found = true;
	}
	return found;
}

bool headroom_low(const struct memory *memory, struct headroom_low *ret)
{
	const struct meminfo *info = &memory->info;
	struct headroom_low low = {
		.total = memory_low_total(memory),
		.free = memory_low_free(memory),
		.own = -1,
		.uncounted = -1,
		.closed = is_closed(memory),
	};
	/* Page tables are partly in HighMem. */
	int64_t counted = told(info->kernel_stack) + told(info->page_tables);
	int64_t used = low.total - low.free, lru, file;

	if (info->high_total <= 0 || low.total <= 0 || low.free < 0 || used < 0)
		return false;
	if (sum_lists(memory, &lru, &file)) {
		low.sure = info->slab_reclaimable >= 0;
		low.back = file + told(info->slab_reclaimable);
		low.own = told(used - lru - told(info->slab_reclaimable));
		low.uncounted = told(used - lru - told(info->slab) - counted);
	} else {
		/* All block devices' pages are in low memory. */
		low.back = told(info->buffers) + told(info->slab_reclaimable);
		if (info->slab >= 0)
			low.own = counted + info->slab - told(info->slab_reclaimable);
	}
	*ret = low;
	return true;
}

static struct headroom_node sum_node(const struct memory *memory, unsigned number)
{
	struct headroom_node node = { .number = number, .closed = true, .failing = true };

	for (size_t i = 0; i < memory->zones_len; i++) {
		const struct zone *zone = &memory->zones[i];
		unsigned class = zone->classes > 0 ? zone->classes - 1 : 0;
		int64_t above_high, above_min;

		if (zone->node != number)
			continue;
		node.told = zone->file_kib >= 0 && zone->managed_kib >= 0 &&
			    headroom_margin(zone, zone->high_kib, class, &above_high) &&
			    headroom_margin(zone, zone->min_kib, class, &above_min);
		if (!node.told)
			return node;
		node.managed += zone->managed_kib;
		node.free += zone->free_kib;
		node.file += zone->file_kib;
		node.closed = node.closed && above_high <= 0;
		node.failing = node.failing && above_min <= 0;
	}
	return node;
}

bool headroom_next_node(const struct memory *memory, int64_t after,
			struct headroom_node *ret)
{
	bool found = false;
	unsigned number = 0;

	for (size_t i = 0; i < memory->zones_len; i++) {
		unsigned node = memory->zones[i].node;

		if (node > after && (!found || node < number)) {
			number = node;
			found = true;
		}
	}
	if (found)
		*ret = sum_node(memory, number);
	return found;
}

static bool is_loose(const struct memory *memory, const struct zone *zone)
{
	int64_t margin;

	if (zone->high_kib < 0)
		return true;
	return headroom_margin(zone, 2 * zone->high_kib,
			       headroom_class(memory, zone->node), &margin) &&
	       margin > 0;
}

struct blocks headroom_blocks(const struct memory *memory, uint64_t counts[ZONE_ORDERS])
{
	struct blocks blocks = { .counts = counts };

	memset(counts, 0, ZONE_ORDERS * sizeof(*counts));
	for (size_t i = 0; i < memory->zones_len; i++) {
		const struct zone *zone = &memory->zones[i];

		if (zone_is_low(zone) && is_loose(memory, zone))
			zone_add_blocks(zone, counts, &blocks.orders);
	}
	return blocks;
}
