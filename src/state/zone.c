/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/zone.h"

#include <string.h>

/* No machine has as many pages. Sums of that over all orders, times 1000, still fit. */
#define MOST (UINT64_C(1) << 48)

bool zone_is_low(const struct zone *zone)
{
	static const char *const others[] = { "HighMem", "Movable", "Device" };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (strcmp(zone->name, others[i]) == 0)
			return false;
	}
	return true;
}

/* What buddyinfo alone tells of always has some. */
bool zone_has_memory(const struct zone *zone)
{
	return zone->managed_kib != 0;
}

void zone_add_blocks(const struct zone *zone, uint64_t counts[ZONE_ORDERS],
		     unsigned *orders)
{
	for (unsigned i = 0; i < zone->orders; i++) {
		if (__builtin_add_overflow(counts[i], zone->free_blocks[i], &counts[i]))
			counts[i] = UINT64_MAX;
	}
	if (zone->orders > *orders)
		*orders = zone->orders;
}

static uint64_t at_most(uint64_t value)
{
	return value < MOST ? value : MOST;
}

/* Pages in the blocks of @order and larger ones. */
static uint64_t pages_from(struct blocks blocks, unsigned order)
{
	uint64_t pages = 0;

	for (unsigned i = order; i < blocks.orders; i++) {
		uint64_t count = blocks.counts[i];

		pages += count > MOST >> i ? MOST : count << i;
	}
	return pages;
}

static uint64_t count_blocks(struct blocks blocks)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < blocks.orders; i++)
		count += at_most(blocks.counts[i]);
	return count;
}

unsigned blocks_unusable(struct blocks blocks, unsigned order)
{
	uint64_t free = pages_from(blocks, 0);

	if (free == 0)
		return 1000;
	return (unsigned)((free - pages_from(blocks, order)) * 1000 / free);
}

int blocks_fragmentation(struct blocks blocks, unsigned order)
{
	uint64_t count = count_blocks(blocks), requested;

	if (count == 0)
		return 0;
	if (pages_from(blocks, order) > 0)
		return -1000;
	requested = (uint64_t)1 << (order < 48 ? order : 48);
	return 1000 - (int)((1000 + pages_from(blocks, 0) * 1000 / requested) / count);
}

int blocks_largest(struct blocks blocks)
{
	for (unsigned i = blocks.orders; i > 0; i--) {
		if (blocks.counts[i - 1] > 0)
			return (int)i - 1;
	}
	return -1;
}

uint64_t blocks_pages(struct blocks blocks)
{
	return pages_from(blocks, 0);
}
