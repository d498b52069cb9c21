/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/headroom.h"

#include "state/memory.h"
#include "tap.h"

static struct zone make_zone(unsigned node, const char *name, int64_t free_kib,
			     int64_t managed_kib)
{
	struct zone zone = {
		.node = node,
		.free_kib = free_kib,
		.min_kib = 100,
		.low_kib = 120,
		.high_kib = 150,
		.managed_kib = managed_kib,
		.lru_kib = 0,
		.file_kib = 0,
	};

	(void)snprintf(zone.name, sizeof(zone.name), "%s", name);
	return zone;
}

static void reserve(struct zone *zone, int64_t a, int64_t b, int64_t c, int64_t d)
{
	zone->classes = 4;
	zone->reserve_kib[0] = a;
	zone->reserve_kib[1] = b;
	zone->reserve_kib[2] = c;
	zone->reserve_kib[3] = d;
}

/* DMA, Normal, HighMem, as on a host of 4 GiB. */
struct pae {
	struct zone zones[3];
	struct memory memory;
};

static void make_pae(struct pae *pae)
{
	pae->zones[0] = make_zone(0, "DMA", 3000, 15360);
	pae->zones[1] = make_zone(0, "Normal", 40000, 750000);
	pae->zones[2] = make_zone(0, "HighMem", 2000000, 3200000);
	reserve(&pae->zones[0], 0, 2920, 15784, 15784);
	reserve(&pae->zones[1], 0, 0, 102908, 102908);
	reserve(&pae->zones[2], 0, 0, 0, 0);
	pae->memory = (struct memory){
		.info = {
			.total = 4000000,
			.free = 2043000,
			.available = -1,
			.low_total = 770000,
			.low_free = 43000,
			.high_total = 3230000,
			.high_free = 2000000,
			.buffers = 3000,
			.cached = 50000,
			.shmem = 10000,
			.slab = 500000,
			.slab_reclaimable = 100000,
			.slab_unreclaimable = 400000,
			.kernel_stack = 5000,
			.page_tables = 7000,
		},
		.zones = pae->zones,
		.zones_len = 3,
		.page_size = 4096,
	};
}

static void test_available(void)
{
	struct pae pae;
	bool estimated;

	make_pae(&pae);
	is_int(headroom_available(&pae.memory, &estimated),
	       2043000 + (50000 + 3000 - 10000) + 100000 - 450,
	       "free, files without tmpfs, slab, less the high marks");
	ok(estimated, "is an estimate");
	pae.memory.info.available = 77;
	is_int(headroom_available(&pae.memory, &estimated), 77, "what the kernel says");
	ok(!estimated, "is none");
	pae.memory.info = (struct meminfo){ .available = -1,
					    .free = 100,
					    .cached = -1,
					    .buffers = -1,
					    .shmem = -1,
					    .slab_reclaimable = -1 };
	is_int(headroom_available(&pae.memory, &estimated), 0, "never less than nothing");
	pae.memory.zones_len = 0;
	is_int(headroom_available(&pae.memory, &estimated), 100,
	       "what is not told does not count");
}

static void test_class(void)
{
	struct pae pae;

	make_pae(&pae);
	is_int(headroom_class(&pae.memory, 0), 1, "Normal's, which HighMem is kept from");
	is_int(headroom_class(&pae.memory, 1), 0, "none on a node that is not there");
	reserve(&pae.zones[1], 0, 0, 0, 0);
	is_int(headroom_class(&pae.memory, 0), 3, "the last one where nothing is kept");
	pae.zones[1].classes = 0;
	is_int(headroom_class(&pae.memory, 0), 0, "none where none are told");
	reserve(&pae.zones[1], 0, 0, 0, 5);
	is_int(headroom_class(&pae.memory, 0), 2, "with DMA32 in front");
}

static void test_margin(void)
{
	struct pae pae;
	int64_t margin = 0;

	make_pae(&pae);
	ok(headroom_margin(&pae.zones[0], 150, 1, &margin), "DMA for the kernel");
	is_int(margin, 3000 - 150 - 2920, "is shut by its reserve");
	ok(headroom_margin(&pae.zones[0], 150, 0, &margin) && margin == 2850,
	   "but not for its own class");
	pae.zones[0].cma_kib = 1000;
	ok(headroom_margin(&pae.zones[0], 150, 0, &margin) && margin == 1850,
	   "CMA is not for the kernel");
	ok(headroom_margin(&pae.zones[0], 150, 99, &margin) && margin == 1850,
	   "a class that there is not has no reserve");
	ok(!headroom_margin(&pae.zones[0], -1, 0, &margin), "no mark tells nothing");
	pae.zones[0].free_kib = -1;
	ok(!headroom_margin(&pae.zones[0], 150, 0, &margin), "nor does a zone without");
}

static void test_low(void)
{
	struct headroom_low low;
	struct pae pae;

	make_pae(&pae);
	pae.zones[1].lru_kib = 60000;
	pae.zones[1].file_kib = 20000;
	pae.zones[2].lru_kib = 900000;
	ok(headroom_low(&pae.memory, &low), "a host with HighMem");
	is_int(low.total, 770000, "low memory");
	is_int(low.free, 43000, "free");
	is_int(low.back, 120000, "files and slab could be given back");
	is_int(low.own, 727000 - 60000 - 100000, "the kernel keeps the rest");
	is_int(low.uncounted, 727000 - 60000 - 500000 - 12000,
	       "of which some is nowhere");
	ok(low.sure, "all of that is told");
	ok(!low.closed, "Normal is above its high mark");
	pae.zones[1].free_kib = 150;
	ok(headroom_low(&pae.memory, &low) && low.closed, "or not, and DMA is shut");
	pae.zones[0].free_kib = 5000;
	ok(headroom_low(&pae.memory, &low) && !low.closed, "or not even that");
	pae.zones[0].free_kib = -1;
	ok(headroom_low(&pae.memory, &low) && !low.closed,
	   "what is not told is not shut");
}

static void test_low_untold(void)
{
	struct headroom_low low;
	struct pae pae;

	make_pae(&pae);
	pae.memory.info.slab_reclaimable = -1;
	ok(headroom_low(&pae.memory, &low) && !low.sure, "2.6.18 has one slab");
	is_int(low.own, 727000, "which may all be kept");
	is_int(low.back, 0, "or given back, who knows");
	pae.zones[0].lru_kib = -1;
	ok(headroom_low(&pae.memory, &low) && !low.sure, "2.6.9 does not tell of zones");
	is_int(low.own, 500000 + 5000 + 7000, "what has a name is kept");
	is_int(low.back, 3000, "and devices' pages could be given back");
	is_int(low.uncounted, -1, "the rest may be files");
	pae.memory.info.slab = -1;
	ok(headroom_low(&pae.memory, &low) && low.own == -1, "2.4 has no slab");
	pae.memory.zones_len = 0;
	ok(headroom_low(&pae.memory, &low) && !low.closed, "and no zones");
	pae.memory.info.low_free = 800000;
	ok(!headroom_low(&pae.memory, &low), "more free than there is");
	pae.memory.info.low_free = 1;
	pae.memory.info.high_total = 0;
	ok(!headroom_low(&pae.memory, &low), "no HighMem");
	pae.memory.info.high_total = -1;
	ok(!headroom_low(&pae.memory, &low), "or none told");
}

static void test_nodes(void)
{
	struct zone zones[] = {
		make_zone(3, "Normal", 90, 1000),
		make_zone(0, "DMA32", 160, 2000),
		make_zone(0, "Normal", 140, 3000),
		make_zone(1, "Normal", 120, 1000),
	};
	const struct memory memory = { .zones = zones, .zones_len = 4 };
	struct headroom_node node = { 0 };

	ok(headroom_next_node(&memory, -1, &node), "the first node");
	is_int(node.number, 0, "is 0");
	ok(node.told && !node.closed && !node.failing, "one zone of it is open");
	is_int(node.managed, 5000, "its size");
	is_int(node.free, 300, "free");
	ok(headroom_next_node(&memory, 0, &node) && node.number == 1, "then 1");
	ok(node.closed && !node.failing, "which is between its marks");
	zones[0].file_kib = 7;
	ok(headroom_next_node(&memory, 1, &node) && node.number == 3, "then 3");
	ok(node.closed && node.failing && node.file == 7, "which is below them");
	ok(!headroom_next_node(&memory, 3, &node), "and no more");
	zones[2].high_kib = -1;
	ok(headroom_next_node(&memory, -1, &node) && !node.told, "no marks");
	zones[2].high_kib = 150;
	reserve(&zones[1], 0, 0, 20, 20);
	ok(headroom_next_node(&memory, -1, &node) && node.closed,
	   "a reserve shuts the lower zone");
	zones[2].file_kib = -1;
	ok(headroom_next_node(&memory, -1, &node) && !node.told, "no counters");
}

static void test_blocks(void)
{
	uint64_t counts[ZONE_ORDERS];
	struct blocks blocks;
	struct pae pae;

	make_pae(&pae);
	for (size_t i = 0; i < 3; i++) {
		pae.zones[i].orders = 3 - (unsigned)i;
		pae.zones[i].free_blocks[0] = 10 * (i + 1);
	}
	blocks = headroom_blocks(&pae.memory, counts);
	is_int(blocks.orders, 2, "Normal alone: DMA is shut, HighMem not for the kernel");
	is_int((long long)counts[0], 20, "its blocks");
	pae.zones[1].free_kib = 300;
	is_int(headroom_blocks(&pae.memory, counts).orders, 0, "not near its marks");
	is_int((long long)counts[0], 0, "then there are none");
	pae.zones[0].high_kib = -1;
	pae.zones[1].high_kib = -1;
	blocks = headroom_blocks(&pae.memory, counts);
	is_int((long long)counts[0], 30, "without marks all of low memory's");
	is_int(blocks.orders, 3, "and their orders");
}

int main(void)
{
	test_available();
	test_class();
	test_margin();
	test_low();
	test_low_untold();
	test_nodes();
	test_blocks();
	return done();
}
