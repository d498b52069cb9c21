/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/zone.h"

#include "tap.h"

static const struct {
	const char *name;
	bool low;
} names[] = {
	{ "DMA", true },      { "DMA32", true },    { "Normal", true },
	{ "HighMem", false }, { "Movable", false }, { "Device", false },
};

static void test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct zone zone = { .node = 0 };

		(void)snprintf(zone.name, sizeof(zone.name), "%s", names[i].name);
		is_int(zone_is_low(&zone), names[i].low, "%s: low memory", zone.name);
	}
}

static void test_has_memory(void)
{
	ok(zone_has_memory(&(struct zone){ .managed_kib = 4 }), "a zone with memory");
	ok(!zone_has_memory(&(struct zone){ .managed_kib = 0 }), "an empty one");
	ok(zone_has_memory(&(struct zone){ .managed_kib = -1 }),
	   "one that only buddyinfo names has some");
}

/* The figures of /sys/kernel/debug/extfrag follow from Linux mm/vmstat.c. */
static const struct {
	const char *name;
	uint64_t counts[5];
	unsigned orders, order, unusable;
	int fragmentation, largest;
	uint64_t pages;
} cases[] = {
	{ "nothing", { 0 }, 5, 0, 1000, 0, -1, 0 },
	{ "no orders", { 0 }, 0, 3, 1000, 0, -1, 0 },
	{ "a thousand single pages", { 1000 }, 5, 1, 1000, 499, 0, 1000 },
	{ "and order 9", { 1000 }, 5, 9, 1000, 998, 0, 1000 },
	{ "and order 0", { 1000 }, 5, 0, 0, -1000, 0, 1000 },
	{ "four single pages", { 4 }, 5, 1, 1000, 250, 0, 4 },
	{ "one single page", { 1 }, 5, 1, 1000, -500, 0, 1 },
	{ "all sizes", { 2, 1, 1, 0, 1 }, 5, 2, 166, -1000, 4, 24 },
	{ "all sizes, order 4", { 2, 1, 1, 0, 1 }, 5, 4, 333, -1000, 4, 24 },
	{ "too large an order", { 2, 1, 1, 0, 1 }, 5, 64, 1000, 800, 4, 24 },
	{ "fewer orders than a request", { 3, 1 }, 2, 2, 1000, 438, 1, 5 },
};

static void test_indexes(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct blocks blocks = { cases[i].counts, cases[i].orders };

		is_int(blocks_unusable(blocks, cases[i].order), cases[i].unusable,
		       "%s: unusable", cases[i].name);
		is_int(blocks_fragmentation(blocks, cases[i].order),
		       cases[i].fragmentation, "%s: fragmentation", cases[i].name);
		is_int(blocks_largest(blocks), cases[i].largest, "%s: largest",
		       cases[i].name);
		is_int((long long)blocks_pages(blocks), (long long)cases[i].pages,
		       "%s: pages", cases[i].name);
	}
}

/* As the kernel has it, with numbers that fit. */
static int kernels_index(const uint64_t *counts, unsigned orders, unsigned order)
{
	uint64_t free = 0, blocks = 0, suitable = 0;

	for (unsigned k = 0; k < orders; k++) {
		free += counts[k] << k;
		blocks += counts[k];
		suitable += k >= order ? counts[k] << (k - order) : 0;
	}
	if (blocks == 0)
		return 0;
	if (suitable > 0)
		return -1000;
	return 1000 - (int)((1000 + free * 1000 / ((uint64_t)1 << order)) / blocks);
}

static void test_against_formula(void)
{
	uint64_t state = 1, counts[11];
	unsigned differing = 0, negative = 0;

	for (unsigned i = 0; i < 20000; i++) {
		unsigned order, filled;

		for (unsigned k = 0; k < 11; k++) {
			state = state * 6364136223846793005U + 1442695040888963407U;
			counts[k] = state >> 60;
		}
		order = (unsigned)(state >> 33) % 11;
		filled = (unsigned)(state >> 40) % 12;
		for (unsigned k = filled; k < 11; k++)
			counts[k] = 0;
		differing += kernels_index(counts, 11, order) !=
			     blocks_fragmentation((struct blocks){ counts, 11 }, order);
		negative += kernels_index(counts, 11, order) < 0;
	}
	is_int(differing, 0, "20000 lists have the kernel's index");
	ok(negative > 1000 && negative < 19000, "of both signs");
}

static void test_overflow(void)
{
	uint64_t counts[ZONE_ORDERS];
	const struct blocks blocks = { counts, ZONE_ORDERS };

	for (unsigned i = 0; i < ZONE_ORDERS; i++)
		counts[i] = UINT64_MAX;
	ok(blocks_pages(blocks) >= (uint64_t)1 << 48, "too many pages are many");
	is_int(blocks_unusable(blocks, 0), 0, "all of them usable");
	is_int(blocks_fragmentation(blocks, 1), -1000, "and there is a block");
	counts[ZONE_ORDERS - 1] = 0;
	ok(blocks_fragmentation(blocks, ZONE_ORDERS - 1) > 0, "or none");
	ok(blocks_fragmentation(blocks, UINT32_MAX) > 0, "of any order");
}

static void test_adding(void)
{
	struct zone zone = { .free_blocks = { 1, 2, UINT64_MAX }, .orders = 3 };
	uint64_t counts[ZONE_ORDERS] = { 10, 0, 1, 7 };
	unsigned orders = 2;

	zone_add_blocks(&zone, counts, &orders);
	is_int((long long)counts[0], 11, "blocks are added");
	is_int((long long)counts[1], 2, "of each order");
	ok(counts[2] == UINT64_MAX, "up to the most");
	is_int((long long)counts[3], 7, "and no more than there are");
	is_int(orders, 3, "there are more orders now");
	zone.orders = 1;
	zone_add_blocks(&zone, counts, &orders);
	is_int(orders, 3, "and no fewer");
}

int main(void)
{
	test_names();
	test_has_memory();
	test_indexes();
	test_against_formula();
	test_overflow();
	test_adding();
	return done();
}
