/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/zoneinfo.h"

#include <stdlib.h>

#include "tap.h"

/* Lists of each CPU have lines of like names, and statistics of the node come first. */
static const char linux6[] = "Node 0, zone      DMA\n"
			     "  per-node stats\n"
			     "      nr_inactive_anon 16940\n"
			     "      nr_shmem     1146\n"
			     "  pages free     963\n"
			     "        boost    10\n"
			     "        min      190\n"
			     "        low      237\n"
			     "        high     284\n"
			     "        promo    331\n"
			     "        spanned  4095\n"
			     "        present  3998\n"
			     "        managed  3840\n"
			     "        cma      16\n"
			     "        protection: (0, 730, 3946, 3946)\n"
			     "      nr_free_pages 963\n"
			     "      nr_free_cma  5\n"
			     "  pagesets\n"
			     "    cpu: 0\n"
			     "              count:    20\n"
			     "              high:     118\n"
			     "              batch:    1\n"
			     "              high_min: 0\n"
			     "    cpu: 1\n"
			     "              count:    7\n"
			     "              high:     118\n"
			     "        high     77\n"
			     "  vm stats threshold: 4\n"
			     "  start_pfn:           1\n"
			     "Node 0, zone  Movable\n"
			     "  pages free     0\n"
			     "        boost    0\n"
			     "        min      32\n"
			     "        low      32\n"
			     "        high     32\n"
			     "        spanned  0\n"
			     "        present  0\n"
			     "        managed  0\n"
			     "        cma      0\n"
			     "        protection: (0, 0, 0, 0)\n"
			     "Node 1, zone   Normal\n"
			     "  pages free     7\n";

static void test_linux6(void)
{
	struct span rest = span_of(linux6);
	struct zone zone;

	ok(zoneinfo_next(&rest, 4096, &zone), "the first zone");
	is_int(zone.node, 0, "its node");
	is_str(zone.name, "DMA", "its name");
	is_int(zone.free_kib, 963 * 4, "free");
	is_int(zone.min_kib, 760, "min");
	is_int(zone.low_kib, 948, "low");
	is_int(zone.high_kib, 1136, "the watermark, not a CPU's high");
	is_int(zone.boost_kib, 40, "boost");
	is_int(zone.present_kib, 15992, "present");
	is_int(zone.managed_kib, 15360, "managed");
	is_int(zone.cma_kib, 20, "what is free of CMA, not what there is of it");
	is_int(zone.percpu_kib, 108, "what two CPUs keep, besides");
	is_int(zone.classes, 4, "classes");
	is_int(zone.reserve_kib[0], 0, "no reserve for its own");
	is_int(zone.reserve_kib[1], 2920, "the reserve for Normal");
	is_int(zone.reserve_kib[3], 15784, "and the last one");
	is_int(zone.orders, 0, "blocks are elsewhere");
	ok(zone_has_memory(&zone), "it has memory");
	ok(zoneinfo_next(&rest, 4096, &zone), "an empty zone");
	is_str(zone.name, "Movable", "its name");
	ok(!zone_has_memory(&zone), "no memory");
	is_int(zone.min_kib, 128, "its min");
	ok(zoneinfo_next(&rest, 65536, &zone), "the next node");
	is_int(zone.node, 1, "its number");
	is_str(zone.name, "Normal", "its zone");
	is_int(zone.free_kib, 448, "pages of 64 KiB");
	is_int(zone.high_kib, -1, "what is not told is not made up");
	is_int(zone.managed_kib, -1, "nor is this");
	is_int(zone.boost_kib, 0, "no boost");
	is_int(zone.cma_kib, 0, "no CMA");
	is_int(zone.percpu_kib, 0, "no lists of CPUs");
	ok(!zoneinfo_next(&rest, 4096, &zone), "and no more");
}

/* RHEL 5: no managed, and other lines. */
static const char rhel5[] = "Node 0, zone   Normal\n"
			    "  pages free     335\n"
			    "        min      1010\n"
			    "        low      1262\n"
			    "        high     1515\n"
			    "        active   3402\n"
			    "        inactive 180\n"
			    "        scanned  288 (a: 0 i: 26)\n"
			    "        spanned  225280\n"
			    "        present  225280\n"
			    "    nr_anon_pages 1\n"
			    "        protection: (0, 0, 0, 25600)\n"
			    "  pagesets\n"
			    "    cpu: 0 pcp: 0\n"
			    "              count: 44\n"
			    "              high:  186\n"
			    "              batch: 31\n"
			    "  all_unreclaimable: 1\n"
			    "  prev_priority:     12\n"
			    "  start_pfn:         4096\n";

static void test_rhel5(void)
{
	struct span rest = span_of(rhel5);
	struct zone zone;

	ok(zoneinfo_next(&rest, 4096, &zone), "RHEL 5");
	is_int(zone.free_kib, 1340, "free");
	is_int(zone.high_kib, 6060, "high");
	is_int(zone.managed_kib, 901120, "what is present stands for managed");
	is_int(zone.reserve_kib[3], 102400, "reserve");
	is_int(zone.percpu_kib, 176, "what a CPU keeps");
}

/* Counters of what processes and files have, by version. */
static const struct {
	const char *name, *text;
	long long lru, file;
} counters[] = {
	{ "none", "  pages free 5\n        min 5\n", -1, -1 },
	{ "6.1: the node's do not count",
	  "  per-node stats\n      nr_inactive_anon 100\n      nr_active_file 100\n"
	  "      nr_anon_pages 100\n      nr_file_pages 100\n  pages free     5\n"
	  "      nr_zone_inactive_anon 1\n      nr_zone_active_anon 2\n"
	  "      nr_zone_inactive_file 4\n      nr_zone_active_file 8\n"
	  "      nr_zone_unevictable 16\n",
	  124, 48 },
	{ "2.6.32 has both kinds",
	  "  pages free     5\n    nr_inactive_anon 1\n    nr_active_anon 2\n"
	  "    nr_inactive_file 4\n    nr_active_file 8\n    nr_unevictable 16\n"
	  "    nr_mlock     16\n    nr_anon_pages 90\n    nr_file_pages 90\n",
	  124, 48 },
	{ "2.6.18", "  pages free     5\n    nr_anon_pages 3\n    nr_file_pages 5\n", 32,
	  20 },
	{ "not to be read",
	  "  pages free     5\n      nr_zone_inactive_anon -1\n      nr_zone_active_file x\n",
	  -1, -1 },
	{ "behind pagesets", "  pages free     5\n  pagesets\n nr_zone_active_file 5\n",
	  -1, -1 },
};

static void test_counters(void)
{
	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		char text[640];
		struct span rest;
		struct zone zone;

		(void)snprintf(text, sizeof(text), "Node 0, zone DMA\n%s",
			       counters[i].text);
		rest = span_of(text);
		ok(zoneinfo_next(&rest, 4096, &zone), "%s", counters[i].name);
		is_int(zone.lru_kib, counters[i].lru, "%s: in use", counters[i].name);
		is_int(zone.file_kib, counters[i].file, "%s: files'", counters[i].name);
	}
}

/* Sums of what cannot be do not overflow. */
static void test_sums(void)
{
	static char text[1 << 20];
	size_t len =
		(size_t)snprintf(text, sizeof(text), "Node 0, zone A\n pages free 1\n");
	struct span rest;
	struct zone zone;

	while (len + 64 < sizeof(text))
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"nr_active_file 4398046511104\n");
	rest = span_of(text);
	ok(zoneinfo_next(&rest, 65536, &zone), "a line that comes 30000 times");
	is_int(zone.file_kib, (long long)1 << 48, "adds up to the most");
}

static const struct {
	const char *name, *text;
	unsigned classes;
} reserves[] = {
	{ "no reserves", "protection:\n", 0 },
	{ "none in brackets", "protection: ()\n", 0 },
	{ "cut short", "protection: (0, 0", 2 },
	{ "not a number", "protection: (0, x, 3)\n", 1 },
	{ "too large", "protection: (0, 99999999999999999999)\n", 1 },
	{ "no bracket", "protection: 0, 0\n", 0 },
	{ "more than there are classes", "protection: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)\n",
	  ZONE_CLASSES },
};

static void test_reserves(void)
{
	for (size_t i = 0; i < sizeof(reserves) / sizeof(*reserves); i++) {
		char text[256];
		struct span rest;
		struct zone zone;

		(void)snprintf(text, sizeof(text), "Node 0, zone DMA\n  %s",
			       reserves[i].text);
		rest = span_of(text);
		ok(zoneinfo_next(&rest, 4096, &zone), "%s", reserves[i].name);
		is_int(zone.classes, reserves[i].classes, "%s: classes",
		       reserves[i].name);
	}
}

static const char *const no_heads[] = {
	"",
	"Node",
	"Node 0",
	"Node 0,",
	"Node 0, zone",
	"Node x, zone DMA",
	"Node -1, zone DMA",
	"Node 99999999999999999999, zone DMA",
	"Node 4294967296, zone DMA",
	"Node 0, zone \033[2J",
	"Node 0, zone DMA\x01",
	"Node 0, zon DMA",
	"node 0, zone DMA",
	"  pages free 3\nmin 2\n",
};

static void test_no_heads(void)
{
	for (size_t i = 0; i < sizeof(no_heads) / sizeof(*no_heads); i++) {
		struct span rest = span_of(no_heads[i]);
		struct zone zone;

		ok(!zoneinfo_next(&rest, 4096, &zone), "no zone in %zu", i);
		rest = span_of(no_heads[i]);
		ok(!buddyinfo_next(&rest, &zone), "nor blocks");
	}
}

static void test_numbers(void)
{
	struct span rest = span_of("Node 0, zone AVeryLongNameOfAZone\n"
				   "  pages free     99999999999999999999\n"
				   "        min      9223372036854775807\n"
				   "        low      -5\n"
				   "        high     0x10\n"
				   "        boost    x\n"
				   "        managed\n"
				   "        present  4398046511104\n"
				   "        nr_free_cma -1\n");
	struct zone zone;

	ok(zoneinfo_next(&rest, 65536, &zone), "a zone of impossible numbers");
	is_str(zone.name, "AVeryLongNameOf", "its name is cut");
	is_int(zone.free_kib, -1, "what does not fit is not told");
	is_int(zone.min_kib, -1, "nor what no machine has");
	is_int(zone.low_kib, -1, "nor what is negative");
	is_int(zone.high_kib, -1, "nor what is no number");
	is_int(zone.boost_kib, 0, "no boost");
	is_int(zone.cma_kib, 0, "no CMA");
	is_int(zone.present_kib, (long long)1 << 48, "the most that is taken");
	is_int(zone.managed_kib, (long long)1 << 48, "stands for managed");
}

static void test_buddyinfo(void)
{
	struct span rest =
		span_of("Node 0, zone      DMA      1      1      2\n"
			"Node 0, zone   Normal  \n"
			"Node 0, zone  HighMem   3      x      0\n"
			"nonsense\n"
			"Node 12, zone  Normal 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 "
			"18 19 20 21 22 \n"
			"Node 13, zone DMA 18446744073709551616\n");
	struct zone zone;

	ok(buddyinfo_next(&rest, &zone), "the first line");
	is_str(zone.name, "DMA", "its zone");
	is_int(zone.node, 0, "its node");
	is_int(zone.orders, 3, "as many orders as columns");
	is_int((long long)zone.free_blocks[2], 2, "the last one");
	is_int((long long)zone.free_blocks[3], 0, "and none behind");
	is_int(zone.free_kib, -1, "how much that is takes the size of a page");
	is_int(zone.min_kib, -1, "watermarks are elsewhere");
	ok(buddyinfo_next(&rest, &zone), "lines of another shape are passed over");
	is_int(zone.node, 12, "up to the next good one");
	is_int(zone.orders, ZONE_ORDERS, "more orders than any kernel has");
	is_int((long long)zone.free_blocks[ZONE_ORDERS - 1], ZONE_ORDERS, "are cut");
	ok(!buddyinfo_next(&rest, &zone), "a number that does not fit is none");
}

/* How many zones two parsers find in it. */
static unsigned count(struct span text)
{
	struct span rest = text;
	struct zone zone;
	unsigned found = 0;

	while (zoneinfo_next(&rest, 4096, &zone))
		found++;
	while (buddyinfo_next(&text, &zone))
		found++;
	return found;
}

static void test_noise(void)
{
	static char noise[1 << 16];
	bool good = true;

	for (size_t len = 0; len < sizeof(linux6); len++)
		good = good && count((struct span){ linux6, len }) <= 3;
	ok(good, "one that is cut short anywhere");
	srandom(1);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)random();
	is_int(count((struct span){ noise, sizeof(noise) }), 0, "noise");
}

int main(void)
{
	test_linux6();
	test_rhel5();
	test_counters();
	test_sums();
	test_reserves();
	test_no_heads();
	test_numbers();
	test_buddyinfo();
	test_noise();
	return done();
}
