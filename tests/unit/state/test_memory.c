/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/memory.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "state/host.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

static int read_tree(struct arena *arena, unsigned page_size, struct memory *ret)
{
	struct root root;
	int r;

	if (root_init(&root, tree) < 0)
		abort();
	r = memory_read(arena, &root, page_size, ret);
	root_done(&root);
	return r;
}

static void test_nothing(struct arena *arena)
{
	static const char *const useless[] = {
		"",
		"nonsense\n",
		"MemFree: 5 kB\n",
		"MemTotal: 5 kB\n",
		"MemTotal: 0 kB\nMemFree: 0 kB\n",
	};
	struct memory memory;

	is_int(read_tree(arena, 4096, &memory), -ENODATA, "no meminfo");
	for (size_t i = 0; i < sizeof(useless) / sizeof(*useless); i++) {
		tree_file("proc/meminfo", useless[i]);
		is_int(read_tree(arena, 4096, &memory), -ENODATA, "useless %zu", i);
	}
}

static void test_free(void)
{
	struct zone zones[] = { { .percpu_kib = 20 }, { .percpu_kib = 3 } };
	struct memory memory = { .info.free = 100, .zones = zones, .zones_len = 2 };

	is_int(memory_free(&memory), 123, "free, and kept by CPUs");
	memory.info.free = -1;
	is_int(memory_free(&memory), -1, "not told");
}

/* RHEL 3 tells of no zones. */
static void test_meminfo_only(struct arena *arena)
{
	uint64_t counts[ZONE_ORDERS] = { 9 };
	struct memory memory;

	tree_file("proc/meminfo", "MemTotal: 4000 kB\nMemFree: 1000 kB\n"
				  "HighTotal: 3000 kB\nHighFree: 900 kB\n"
				  "LowTotal: 1000 kB\nLowFree: 100 kB\n");
	is_int(read_tree(arena, 4096, &memory), 0, "meminfo alone");
	is_int((long long)memory.zones_len, 0, "no zones");
	is_int(memory_low_total(&memory), 1000, "low memory");
	is_int(memory_low_free(&memory), 100, "of which free");
	is_int(memory_low_blocks(&memory, counts).orders, 0, "no blocks");
	is_int((long long)counts[0], 0, "and none left over");
	is_int(memory.oom_kills, -1, "kills are not counted");
	ok(!memory.pressure.known, "pressure is unknown");
	is_int(memory.page_size, 4096, "page size");
}

static void test_low_memory(void)
{
	struct memory memory = { .info = {
					 .total = 4000,
					 .free = 1000,
					 .low_total = -1,
					 .low_free = -1,
					 .high_total = -1,
					 .high_free = -1,
				 } };

	is_int(memory_low_total(&memory), 4000, "without HighMem all memory is low");
	is_int(memory_low_free(&memory), 1000, "and what is free of it");
	memory.info.high_total = 3000;
	is_int(memory_low_total(&memory), 1000, "or what is no HighMem");
	is_int(memory_low_free(&memory), -1, "of which nobody knows what is free");
	memory.info.high_free = 900;
	is_int(memory_low_free(&memory), 100, "or what is not free there");
	memory.info.high_free = 1001;
	is_int(memory_low_free(&memory), -1, "figures that cannot be");
	memory.info.high_total = 0;
	memory.info.high_free = 0;
	is_int(memory_low_free(&memory), 1000, "2.6.18 on 64 bits has a HighMem of 0");
}

/* RHEL 4 has buddyinfo alone. */
static void test_buddyinfo_only(struct arena *arena)
{
	uint64_t counts[ZONE_ORDERS];
	struct memory memory;
	struct blocks blocks;

	tree_file("proc/buddyinfo",
		  "Node 0, zone      DMA      1      1      2\n"
		  "Node 0, zone   Normal     10      0      0      1\n"
		  "Node 0, zone  HighMem      5      5      5      5\n");
	is_int(read_tree(arena, 16384, &memory), 0, "buddyinfo");
	is_int((long long)memory.zones_len, 3, "three zones");
	is_str(memory.zones[1].name, "Normal", "in order");
	is_int(memory.zones[0].free_kib, 11 * 16, "what is free follows from the blocks");
	is_int(memory.zones[0].min_kib, -1, "watermarks do not");
	is_int(memory.zones[0].managed_kib, -1, "nor sizes");
	blocks = memory_low_blocks(&memory, counts);
	is_int(blocks.orders, 4, "the most orders of any zone");
	is_int((long long)counts[0], 11, "blocks of low memory");
	is_int((long long)counts[2], 2, "of each order");
	is_int((long long)counts[3], 1, "without those of HighMem");
	tree_file("proc/buddyinfo", "Node 0, zone DMA 18446744073709551615 "
				    "18446744073709551615 18446744073709551615\n");
	is_int(read_tree(arena, 65536, &memory), 0, "an impossible number of blocks");
	is_int(memory.zones[0].free_kib, (long long)1 << 48, "is cut");
}

#define ZONE(node, name, pages)                                                          \
	"Node " #node ", zone " name "\n  pages free " #pages "\n        min 10\n"       \
	"        low 12\n        high 15\n        present " #pages "\n"
#define EMPTY "Node 0, zone Movable\n  pages free 0\n        present 0\n"

static void test_both(struct arena *arena)
{
	uint64_t counts[ZONE_ORDERS];
	struct memory memory;

	tree_file("proc/zoneinfo", ZONE(0, "DMA", 100) EMPTY ZONE(0, "Normal", 200)
					   ZONE(1, "Normal", 300) ZONE(2, "Normal", 9));
	tree_file("proc/buddyinfo", "Node 1, zone   Normal     30      3\n"
				    "Node 0, zone      DMA     10      1\n"
				    "Node 7, zone      DMA     99     99\n"
				    "Node 0, zone   Normal     20      2\n");
	is_int(read_tree(arena, 4096, &memory), 0, "zoneinfo and buddyinfo");
	is_int((long long)memory.zones_len, 4, "the empty zone is left out");
	is_int(memory.zones[0].free_kib, 400, "free as zoneinfo says");
	is_int((long long)memory.zones[0].free_blocks[0], 10, "blocks by name and node");
	is_int((long long)memory.zones[1].free_blocks[0], 20, "in whatever order");
	is_int((long long)memory.zones[2].free_blocks[1], 3, "of each node");
	is_int(memory.zones[2].node, 1, "which is told");
	is_int(memory.zones[3].orders, 0, "and none where buddyinfo tells nothing");
	is_int(memory_low_blocks(&memory, counts).orders, 2, "two orders");
	is_int((long long)counts[0], 60, "of all nodes");
}

static void test_more(struct arena *arena)
{
	struct memory memory;

	tree_file("proc/pressure/memory",
		  "some avg10=1.50 avg60=0.00 avg300=0.00 total=5\n"
		  "full avg10=0.50 avg60=0.00 avg300=0.00 total=5\n");
	tree_file("proc/vmstat", "nr_free_pages 5\noom_kill_more 9\noom_kill 3\nx\n");
	is_int(read_tree(arena, 4096, &memory), 0, "pressure and kills");
	ok(memory.pressure.known && memory.pressure.some_avg10 == 150, "pressure");
	is_int(memory.oom_kills, 3, "kills");
	tree_file("proc/vmstat", "oom_kill -3\n");
	is_int(read_tree(arena, 4096, &memory), 0, "a number that cannot be");
	is_int(memory.oom_kills, -1, "tells nothing");
}

/* More zones than there can be: in both files, and in the worst order. */
static void test_many(struct arena *arena)
{
	static char zones[1 << 20], blocks[1 << 20];
	size_t at = 0, to = 0;
	struct memory memory;

	for (unsigned i = 0; i < 10000; i++) {
		at += (size_t)snprintf(zones + at, sizeof(zones) - at,
				       "Node %u, zone A\n present 5\n", i);
		to += (size_t)snprintf(blocks + to, sizeof(blocks) - to,
				       "Node %u, zone A 1\n", 9999 - i);
	}
	tree_file("proc/zoneinfo", zones);
	tree_file("proc/buddyinfo", blocks);
	is_int(read_tree(arena, 4096, &memory), 0, "10000 zones");
	is_int((long long)memory.zones_len, 8192, "are cut");
	is_int((long long)memory.zones[8191].free_blocks[0], 1, "and have their blocks");
}

static void test_out_of_memory(void)
{
	struct memory memory;
	unsigned failed = 0;
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 18; limit += 512) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = read_tree(arena, 4096, &memory);
		failed += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failed > 3, "and tells before");
}

/* Hosts of each era, if the program runs where they are. */
static const struct {
	const char *name;
	unsigned page_size, zones, orders;
	long long low_total, low_free, kills;
	const char *last; /* its last zone */
	long long last_free, last_min, last_managed;
	unsigned classes;
} fixtures[] = {
	{ "rhel3-2.4.21-i686", 4096, 0, 0, 842860, 9472, -1, NULL, 0, 0, 0, 0 },
	{ "rhel4-2.6.9-x86_64", 4096, 2, 11, 8165160, 52628, -1, "Normal", 40588, -1, -1,
	  0 },
	{ "rhel5-2.6.18-i686-pae", 4096, 3, 11, 873324, 15908, -1, "HighMem", 2175352,
	  512, 3276800, 4 },
	{ "rhel5-2.6.18-ia64", 16384, 2, 17, 6182208, 488320, -1, "Normal", 370176, 11760,
	  4193440, 4 },
	{ "rhel6-2.6.32-x86_64", 4096, 3, 11, 8060928, 59448, -1, "Normal", 25100, 44588,
	  5171200, 4 },
	{ "rhel7-3.10-x86_64-numa", 4096, 4, 11, 32719020, 323108, -1, "Normal", 101260,
	  34416, 16511668, 4 },
	{ "rhel8-4.18-x86_64-numa", 4096, 4, 11, 16044328, 4907432, 2, "Normal", 10308,
	  17616, 8164720, 5 },
	{ "rhel9-5.14-aarch64-64k", 65536, 2, 14, 14958912, 691840, 0, "Normal", 62400,
	  196864, 12499904, 4 },
	{ "linux-6.18-x86_64", 4096, 3, 11, 24683620, 24033592, 0, "Normal", 5379336,
	  44600, 6029312, 5 },
	{ "i686-pae-lowmem-1", 4096, 3, 11, 767248, 48112, -1, "HighMem", 3217696, 512,
	  3293064, 4 },
	{ "amd64-mempolicy-1", 4096, 3, 11, 481648, 445608, -1, "DMA32", 231856, 1480,
	  257464, 5 },
};

static void check_last(size_t i, const struct memory *memory)
{
	const struct zone *zone;
	long long free;

	if (memory->zones_len == 0)
		return;
	zone = &memory->zones[memory->zones_len - 1];
	is_str(zone->name, fixtures[i].last, "%s: the last zone", fixtures[i].name);
	is_int(zone->free_kib, fixtures[i].last_free, "%s: its free", fixtures[i].name);
	is_int(zone->min_kib, fixtures[i].last_min, "%s: its min", fixtures[i].name);
	is_int(zone->managed_kib, fixtures[i].last_managed, "%s: its size",
	       fixtures[i].name);
	is_int(zone->classes, fixtures[i].classes, "%s: its reserves", fixtures[i].name);
	free = (long long)blocks_pages(zone_blocks(zone)) * memory->page_size / 1024;
	/* A captured buddyinfo was read a moment later. */
	ok(llabs(free - zone->free_kib) <= zone->free_kib / 100,
	   "%s: its blocks make up what is free", fixtures[i].name);
}

static void test_fixture(struct arena *arena, size_t i)
{
	const char *name = fixtures[i].name;
	uint64_t counts[ZONE_ORDERS];
	struct memory memory;
	struct host host;
	struct root root;
	char path[128];

	(void)snprintf(path, sizeof(path), "tests/fixtures/memory/%s", name);
	if (root_init(&root, path) < 0) {
		skip("%s is not here", path);
		return;
	}
	is_int(host_read(arena, &root, HOST_KERNEL | HOST_PAGE, &host), 0, "%s", name);
	is_int(host.page_size, fixtures[i].page_size, "%s: pages", name);
	ok(host.release != NULL, "%s: a release", name);
	is_int(memory_read(arena, &root, host.page_size, &memory), 0, "%s is read", name);
	root_done(&root);
	is_int((long long)memory.zones_len, fixtures[i].zones, "%s: zones", name);
	is_int(memory_low_total(&memory), fixtures[i].low_total, "%s: low memory", name);
	is_int(memory_low_free(&memory), fixtures[i].low_free, "%s: free of it", name);
	is_int(memory_low_blocks(&memory, counts).orders, fixtures[i].orders,
	       "%s: orders", name);
	is_int(memory.oom_kills, fixtures[i].kills, "%s: kills", name);
	check_last(i, &memory);
}

static void test_running(struct arena *arena)
{
	struct memory memory;
	struct root root;
	uint64_t counts[ZONE_ORDERS];

	is_int(root_init(&root, "/"), 0, "the running host");
	is_int(memory_read(arena, &root, (unsigned)sysconf(_SC_PAGESIZE), &memory), 0,
	       "is read");
	ok(memory.info.total > memory.info.free && memory.info.available > 0,
	   "its memory");
	ok(memory_low_free(&memory) > 0 &&
		   memory_low_free(&memory) < memory_low_total(&memory),
	   "low memory");
	if (memory.zones_len > 0)
		ok(memory.zones[0].high_kib > 0 &&
			   memory_low_blocks(&memory, counts).orders > 0,
		   "and its zones");
	else
		skip("no zones here");
	root_done(&root);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 26);

	tree_begin();
	test_nothing(arena);
	test_free();
	test_meminfo_only(arena);
	test_low_memory();
	test_buddyinfo_only(arena);
	test_both(arena);
	test_more(arena);
	test_out_of_memory();
	test_many(arena);
	for (size_t i = 0; i < sizeof(fixtures) / sizeof(*fixtures); i++)
		test_fixture(arena, i);
	test_running(arena);
	tree_end();
	return done();
}
