/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/shortage.h"

#include "machine.h"

#define KERNEL	 0xd0 /* GFP_KERNEL up to 4.x: no bit of a zone */
#define HIGHUSER 0xd2
#define MOVABLE	 0xda

static void test_ranks(void)
{
	is_int(zone_rank("DMA"), ZONE_RANK_DMA, "DMA");
	is_int(zone_rank("DMA32"), ZONE_RANK_DMA32, "DMA32");
	is_int(zone_rank("Normal"), ZONE_RANK_NORMAL, "Normal");
	is_int(zone_rank("HighMem"), ZONE_RANK_HIGHMEM, "HighMem");
	is_int(zone_rank("Movable"), ZONE_RANK_MOVABLE, "Movable");
	is_int(zone_rank("Device"), ZONE_RANK_DEVICE, "Device");
	is_int(zone_rank("normal"), ZONE_RANK_UNKNOWN, "another");
	ok(ZONE_RANK_UNKNOWN > ZONE_RANK_DEVICE, "is above all");
}

static void test_classes(void)
{
	static const struct {
		int64_t mask;
		enum zone_rank class;
		bool known;
	} rows[] = {
		{ 0xd0, ZONE_RANK_NORMAL, true },      { 0xd1, ZONE_RANK_DMA, true },
		{ 0xd2, ZONE_RANK_HIGHMEM, true },     { 0xd4, ZONE_RANK_DMA32, true },
		{ 0xda, ZONE_RANK_MOVABLE, true },     { 0xd8, ZONE_RANK_NORMAL, true },
		{ 0xd3, ZONE_RANK_DMA, true },	       { 0xcc0, ZONE_RANK_NORMAL, true },
		{ 0x100cca, ZONE_RANK_MOVABLE, true }, { 0, ZONE_RANK_NORMAL, false },
		{ -1, ZONE_RANK_NORMAL, false },
	};
	static const struct zone_row none[1] = { 0 };
	struct shortage shortage;
	struct machine machine;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		machine_make(&machine, none, rows[i].mask, 0);
		shortage_find(&machine.report, &shortage);
		is_int(shortage.class, rows[i].class, "mask %llx",
		       (long long)rows[i].mask);
		is_int(shortage.class_known, rows[i].known, "is known");
		is_int((long long)shortage.len, 0, "no zones");
	}
}

/* One zone, and whether the request is to be had from it. */
struct one {
	const char *name;
	struct zone_row zone;
	int64_t mask;
	int order;
	const char *kernel;
	bool page, whole;
	int64_t kept, usable;
};

#define FREE_8 .blocks = { 2 }, .orders = 11 /* two single pages */

static const struct one ones[] = {
	{ "one page above min",
	  { ZONE("Normal", 24, 20, 30, 900) },
	  KERNEL,
	  0,
	  NULL,
	  true,
	  true,
	  20,
	  24 },
	{ "at min",
	  { ZONE("Normal", 20, 20, 30, 900) },
	  KERNEL,
	  0,
	  NULL,
	  false,
	  false,
	  20,
	  20 },
	{ "below",
	  { ZONE("Normal", 19, 20, 30, 900) },
	  KERNEL,
	  0,
	  NULL,
	  false,
	  false,
	  20,
	  19 },
	{ "above min and the reserve",
	  { ZONE("Normal", 64, 20, 30, 900), .reserve = { 0, 40 }, .classes = 2 },
	  HIGHUSER,
	  0,
	  NULL,
	  true,
	  true,
	  60,
	  64 },
	{ "at min and the reserve",
	  { ZONE("Normal", 60, 20, 30, 900), .reserve = { 0, 40 }, .classes = 2 },
	  MOVABLE,
	  0,
	  NULL,
	  false,
	  false,
	  60,
	  60 },
	{ "its own requests have no reserve",
	  { ZONE("Normal", 60, 20, 30, 900), .reserve = { 0, 40 }, .classes = 2 },
	  KERNEL,
	  0,
	  NULL,
	  true,
	  true,
	  20,
	  60 },
	{ "protections[] have the mark in them",
	  { ZONE("Normal", 44, 20, 30, 900), .reserve = { 0, 40 }, .classes = 2,
	    .old = true },
	  HIGHUSER,
	  0,
	  NULL,
	  true,
	  true,
	  40,
	  44 },
	{ "no more than they are",
	  { ZONE("Normal", 40, 20, 30, 900), .reserve = { 0, 40 }, .classes = 2,
	    .old = true },
	  HIGHUSER,
	  0,
	  NULL,
	  false,
	  false,
	  40,
	  40 },
	{ "but min is kept whatever they are",
	  { ZONE("Normal", 20, 20, 30, 900), .reserve = { 0, 40 }, .classes = 2,
	    .old = true },
	  KERNEL,
	  0,
	  NULL,
	  false,
	  false,
	  20,
	  20 },
	{ "high-atomic is not to be had",
	  { ZONE("Normal", 24, 20, 30, 900), .highatomic = 4 },
	  KERNEL,
	  0,
	  NULL,
	  false,
	  false,
	  20,
	  20 },
	{ "CMA is not to be had",
	  { ZONE("Normal", 40, 20, 30, 900), .cma = 20 },
	  KERNEL,
	  0,
	  NULL,
	  false,
	  false,
	  20,
	  20 },
	{ "but by movable pages",
	  { ZONE("Normal", 40, 20, 30, 900), .cma = 20 },
	  MOVABLE,
	  0,
	  NULL,
	  true,
	  true,
	  20,
	  40 },
	/* order > 0 */
	{ "the pages asked for but one count",
	  { ZONE("Normal", 32, 20, 30, 900), .managed = 800 },
	  KERNEL,
	  2,
	  NULL,
	  true,
	  false,
	  20,
	  32 },
	{ "one more is enough",
	  { ZONE("Normal", 36, 20, 30, 900), .managed = 800 },
	  KERNEL,
	  2,
	  NULL,
	  true,
	  true,
	  20,
	  36 },
	{ "no block",
	  { ZONE("Normal", 400, 20, 30, 900), FREE_8, .managed = 800 },
	  KERNEL,
	  2,
	  NULL,
	  true,
	  false,
	  20,
	  400 },
	{ "a block of just that",
	  { ZONE("Normal", 400, 20, 30, 900), .blocks = { 0, 0, 1 }, .orders = 11,
	    .managed = 800 },
	  KERNEL,
	  2,
	  NULL,
	  true,
	  true,
	  20,
	  400 },
	{ "a larger one",
	  { ZONE("Normal", 400, 20, 30, 900), .blocks = { [5] = 1 }, .orders = 11,
	    .managed = 800 },
	  KERNEL,
	  2,
	  NULL,
	  true,
	  true,
	  20,
	  400 },
	{ "one that is closed",
	  { ZONE("Normal", 400, 20, 30, 900), .blocks = { [5] = 1 }, .orders = 11,
	    .closed = 1 << 5, .managed = 800 },
	  KERNEL,
	  2,
	  NULL,
	  true,
	  false,
	  20,
	  400 },
	{ "a smaller one",
	  { ZONE("Normal", 400, 20, 30, 900), .blocks = { 0, 50 }, .orders = 11,
	    .managed = 800 },
	  KERNEL,
	  2,
	  NULL,
	  true,
	  false,
	  20,
	  400 },
	{ "the largest order there is",
	  { ZONE("Normal", 9000000, 20, 30, 9000000), .blocks = { [19] = 1 },
	    .orders = 20, .managed = 800 },
	  KERNEL,
	  19,
	  NULL,
	  true,
	  true,
	  20,
	  9000000 },
	{ "an order beyond all is taken for a page",
	  { ZONE("Normal", 400, 20, 30, 900), FREE_8, .managed = 800 },
	  KERNEL,
	  20,
	  NULL,
	  true,
	  true,
	  20,
	  400 },
	{ "by hand",
	  { ZONE("Normal", 400, 20, 30, 900), FREE_8 },
	  KERNEL,
	  -1,
	  NULL,
	  true,
	  true,
	  20,
	  400 },
	/* before 4.4, every order has to have its part */
	{ "one block is not enough",
	  { ZONE("Normal", 400, 320, 330, 900), .blocks = { 90, 0, 2 }, .orders = 11 },
	  KERNEL,
	  1,
	  NULL,
	  true,
	  false,
	  320,
	  400 },
	{ "for 4.3",
	  { ZONE("Normal", 400, 320, 330, 900), .blocks = { 90, 0, 2 }, .orders = 11,
	    .managed = 800 },
	  KERNEL,
	  1,
	  "4.3.9",
	  true,
	  false,
	  320,
	  400 },
	{ "for 4.4 it is",
	  { ZONE("Normal", 400, 320, 330, 900), .blocks = { 90, 0, 2 }, .orders = 11 },
	  KERNEL,
	  1,
	  "4.4.0",
	  true,
	  true,
	  320,
	  400 },
	{ "more of them are",
	  { ZONE("Normal", 400, 320, 330, 900), .blocks = { 50, 20, 2 }, .orders = 11 },
	  KERNEL,
	  1,
	  NULL,
	  true,
	  true,
	  320,
	  400 },
	{ "half of the mark for one order",
	  { ZONE("Normal", 164, 80, 90, 900), .blocks = { 30, 5 }, .orders = 11 },
	  KERNEL,
	  1,
	  NULL,
	  true,
	  false,
	  80,
	  164 },
	{ "and a byte above it",
	  { ZONE("Normal", 168, 80, 90, 900), .blocks = { 30, 6 }, .orders = 11 },
	  KERNEL,
	  1,
	  NULL,
	  true,
	  true,
	  80,
	  168 },
};

static void test_ones(void)
{
	for (size_t i = 0; i < sizeof(ones) / sizeof(*ones); i++) {
		const struct one *one = &ones[i];
		const struct zone_row rows[] = { one->zone, { 0 } };
		struct shortage shortage;
		const struct supply *supply = shortage.supplies;
		struct machine machine;

		machine_make(&machine, rows, one->mask, one->order);
		machine.report.kernel = one->kernel;
		shortage_find(&machine.report, &shortage);
		is_int((long long)shortage.len, 1, "%s", one->name);
		ok(supply->zone == machine.zones && supply->eligible && supply->marked,
		   "counts");
		is_int((long long)shortage.eligible, 1, "a zone");
		is_int(supply->has_page, one->page, "a page");
		is_int(supply->has_order, one->whole, "what was asked for");
		is_int(supply->kept_kib, one->kept, "kept");
		is_int(supply->usable_kib, one->usable, "usable");
		is_int(shortage.any_page, one->page, "any page");
		is_int(shortage.any_order, one->whole, "any of that order");
	}
}

/* Which of the numbers is meant: the list has one for each of the kernel's zones. */
static void test_index(void)
{
	static const struct {
		const char *name;
		const char *zones[4];
		int64_t mask, highmem;
		unsigned classes;
		int64_t want;
	} rows[] = {
		{ "i386: Normal", { "DMA", "Normal", "HighMem" }, KERNEL, 0, 4, 2 },
		{ "i386: HighMem", { "DMA", "Normal", "HighMem" }, HIGHUSER, 0, 4, 3 },
		{ "i386: Movable", { "DMA", "Normal", "HighMem" }, MOVABLE, 0, 4, 4 },
		{ "i386: of three", { "DMA", "Normal", "HighMem" }, MOVABLE, 0, 3, 3 },
		{ "i386: HighMem's line left out",
		  { "DMA", "Normal" },
		  MOVABLE,
		  9,
		  4,
		  4 },
		{ "x86_64: DMA", { "DMA", "DMA32", "Normal" }, 0xd1, 0, 4, 1 },
		{ "x86_64: DMA32", { "DMA", "DMA32", "Normal" }, 0xd4, 0, 4, 2 },
		{ "x86_64: Normal", { "DMA", "DMA32", "Normal" }, KERNEL, 0, 4, 3 },
		{ "x86_64: HighMem is Normal",
		  { "DMA", "DMA32", "Normal" },
		  HIGHUSER,
		  0,
		  3,
		  3 },
		{ "x86_64: Movable",
		  { "DMA", "DMA32", "Normal", "Movable" },
		  MOVABLE,
		  0,
		  5,
		  4 },
		{ "x86_64: DMA not printed", { "DMA32", "Normal" }, KERNEL, 0, 4, 3 },
		{ "x86_64: DMA32 alone", { "DMA", "DMA32" }, KERNEL, 0, 4, 3 },
		{ "one zone", { "Normal" }, KERNEL, 0, 2, 1 },
		{ "no list", { "Normal" }, KERNEL, 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct zone_row zones[ZONES_MOST + 1] = { 0 };
		struct shortage shortage;
		struct machine machine;

		for (size_t j = 0; j < ZONES_MOST && rows[i].zones[j]; j++)
			zones[j] =
				(struct zone_row){ ZONE(rows[i].zones[j], 99, 0, 0, 999),
						   .reserve = { 1, 2, 3, 4, 5 },
						   .classes = rows[i].classes };
		machine_make(&machine, zones, rows[i].mask, 0);
		machine.report.totals.highmem = rows[i].highmem;
		shortage_find(&machine.report, &shortage);
		is_int(shortage.supplies[0].reserve_kib, rows[i].want, "%s",
		       rows[i].name);
	}
}

static const struct zone_row pae[] = {
	{ ZONE("DMA", 60, 20, 30, 900), .reserve = { 0, 40, 80, 80 }, .classes = 4 },
	{ ZONE("Normal", 10, 20, 30, 9000) },
	{ ZONE("HighMem", 5000, 20, 30, 90000) },
	{ 0 },
};

static void test_several(void)
{
	struct shortage shortage;
	struct machine machine;

	machine_make(&machine, pae, KERNEL, 0);
	shortage_find(&machine.report, &shortage);
	is_int((long long)shortage.len, 3, "all zones");
	is_int((long long)shortage.eligible, 2, "two may be used");
	ok(!shortage.supplies[2].eligible, "HighMem may not");
	ok(!shortage.any_page, "neither has a page");
	ok(shortage.near, "nor nearly");
	machine_make(&machine, pae, HIGHUSER, 0);
	shortage_find(&machine.report, &shortage);
	is_int((long long)shortage.eligible, 3, "all may be used");
	ok(shortage.any_page && shortage.supplies[2].has_page, "HighMem has a page");
	ok(!shortage.near, "and more than that");
}

/* Near: none has more than its high mark and the reserve; DMA does not count beside others. */
static void test_near(void)
{
	static const struct {
		const char *name;
		struct zone_row rows[3];
		bool near;
	} cases[] = {
		{ "at high", { { ZONE("Normal", 30, 20, 30, 900) } }, true },
		{ "above high", { { ZONE("Normal", 31, 20, 30, 900) } }, false },
		{ "above high, less what is high-atomic",
		  { { ZONE("Normal", 31, 20, 30, 900), .highatomic = 1 } },
		  true },
		{ "at high and the reserve",
		  { { ZONE("Normal", 40, 20, 30, 900), .reserve = { 10 },
		      .classes = 1 } },
		  true },
		{ "above these",
		  { { ZONE("Normal", 41, 20, 30, 900), .reserve = { 10 },
		      .classes = 1 } },
		  false },
		{ "DMA beside it",
		  { { ZONE("DMA", 99, 20, 30, 900) },
		    { ZONE("Normal", 30, 20, 30, 900) } },
		  true },
		{ "DMA alone", { { ZONE("DMA", 99, 20, 30, 900) } }, false },
		{ "DMA32 beside it",
		  { { ZONE("DMA32", 99, 20, 30, 900) },
		    { ZONE("Normal", 30, 20, 30, 900) } },
		  false },
	};
	struct shortage shortage;
	struct machine machine;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		machine_make(&machine, cases[i].rows, KERNEL, 0);
		shortage_find(&machine.report, &shortage);
		is_int(shortage.near, cases[i].near, "%s", cases[i].name);
	}
}

/* Zones without memory, and zones of which the figures are lost. */
static void test_lost(void)
{
	static const struct zone_row empty[] = { { ZONE("DMA32", 0, 0, 0, 0) },
						 { ZONE("Normal", 10, 20, 30, 900) },
						 { 0 } };
	static const struct zone_row nothing[] = { { ZONE("Normal", 0, 20, 30, 900) },
						   { 0 } };
	static const struct zone_row lists[] = {
		{ ZONE("DMA", -1, 0, 0, 0), .blocks = { 0, 0, 7 }, .orders = 11 },
		{ ZONE("Normal", -1, 0, 0, 0), .blocks = { 7 }, .orders = 11 },
		{ 0 },
	};
	static const struct zone_row closed[] = {
		{ ZONE("Normal", -1, 0, 0, 0), .blocks = { [4] = 7 }, .orders = 11,
		  .closed = 1 << 4 },
		{ 0 },
	};
	struct shortage shortage;
	struct machine machine;

	machine_make(&machine, empty, KERNEL, 0);
	shortage_find(&machine.report, &shortage);
	is_int((long long)shortage.eligible, 1, "a zone without memory is none");
	ok(!supply_has_memory(&shortage.supplies[0]), "has none");
	ok(supply_has_memory(&shortage.supplies[1]), "has some");
	machine_make(&machine, nothing, KERNEL, 0);
	shortage_find(&machine.report, &shortage);
	is_int((long long)shortage.eligible, 1, "one of which nothing is free is one");
	ok(shortage.supplies[0].marked && !shortage.any_page, "without a page");
	machine_make(&machine, lists, KERNEL, 2);
	shortage_find(&machine.report, &shortage);
	is_int((long long)shortage.eligible, 0, "no marks");
	ok(shortage.has_blocks && !shortage.any_block, "no block, but in DMA");
	ok(!shortage.supplies[1].marked && !shortage.supplies[1].has_page, "is not told");
	machine_make(&machine, lists, KERNEL, 0);
	shortage_find(&machine.report, &shortage);
	ok(shortage.any_block, "a page");
	machine_make(&machine, closed, KERNEL, 0);
	shortage_find(&machine.report, &shortage);
	ok(shortage.has_blocks && !shortage.any_block, "none that is open");
}

/* What is free, and kept for a while, or for others. */
static void test_kept(void)
{
	static const struct {
		int64_t free, boost, cma;
		bool boosted;
	} zones[] = {
		{ 15, 10, 0, true },   { 10, 10, 0, false }, { 20, 10, 0, true },
		{ 21, 10, 0, false },  { 15, 0, 0, false },  { 35, 10, 20, true },
		{ 30, 10, 20, false },
	};
	struct shortage shortage;
	struct machine machine;

	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
		const struct zone_row rows[] = {
			{ ZONE("Normal", zones[i].free, 20, 30, 900),
			  .boost = zones[i].boost, .cma = zones[i].cma },
			{ 0 },
		};

		machine_make(&machine, rows, KERNEL, 0);
		shortage_find(&machine.report, &shortage);
		is_int(shortage.supplies[0].boosted, zones[i].boosted,
		       "%lld kB free, boosted by %lld", (long long)zones[i].free,
		       (long long)zones[i].boost);
		is_int(shortage.supplies[0].cma_kib, zones[i].cma, "set aside");
		machine.report.gfp_mask = MOVABLE;
		shortage_find(&machine.report, &shortage);
		is_int(shortage.supplies[0].cma_kib, 0, "but not for what can be moved");
	}
}

static void test_movable(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("Normal", 10, 20, 30, 900) },
		{ ZONE("Movable", 40, 20, 30, 900) },
		{ 0 },
	};
	struct shortage shortage;
	struct machine machine;

	machine_make(&machine, rows, KERNEL, 0);
	shortage_find(&machine.report, &shortage);
	ok(shortage_movable(&shortage) == &shortage.supplies[1], "out of reach");
	machine.zones[1].zone.managed_kib = 0;
	shortage_find(&machine.report, &shortage);
	ok(!supply_has_memory(&shortage.supplies[1]), "whatever is said to be present");
	ok(!shortage_movable(&shortage), "is none");
	machine_make(&machine, rows, MOVABLE, 0);
	shortage_find(&machine.report, &shortage);
	ok(!shortage_movable(&shortage), "not out of reach");
}

/* All that node 0 has is used up. */
static void test_nodes(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("DMA32", 10, 20, 30, 900) },
		{ ZONE("Normal", 15, 20, 30, 900) },
		{ ZONE("Normal", 40, 20, 30, 900), .node = 1 },
		{ 0 },
	};
	struct shortage shortage;
	struct machine machine;
	unsigned node = 7;

	machine_make(&machine, rows, KERNEL, 0);
	shortage_find(&machine.report, &shortage);
	ok(!shortage.supplies[1].plenty && shortage.supplies[2].plenty, "plenty");
	ok(shortage_of_node(&shortage, &node), "while another has plenty");
	is_int(node, 0, "the node");
	machine.zones[2].zone.free_kib = 30;
	shortage_find(&machine.report, &shortage);
	ok(!shortage_of_node(&shortage, &node), "or no more than its high mark");
	machine.zones[2].zone.free_kib = 40;
	machine.zones[0].zone.free_kib = 25;
	shortage_find(&machine.report, &shortage);
	ok(!shortage_of_node(&shortage, &node), "a lower zone has some");
	machine.zones[0].zone.free_kib = 10;
	machine.zones[2].zone.node = 0;
	shortage_find(&machine.report, &shortage);
	ok(!shortage_of_node(&shortage, &node), "one node");
}

static void test_many(void)
{
	static struct oom_zone zones[SUPPLIES_MOST + 3];
	struct shortage shortage;
	struct machine machine;

	machine_make(&machine, pae, KERNEL, 0);
	for (size_t i = 0; i < SUPPLIES_MOST + 3; i++)
		zones[i] = zone_of(&pae[1]);
	machine.report.zones =
		(struct oom_zones){ zones, SUPPLIES_MOST + 3, SUPPLIES_MOST + 3 };
	shortage_find(&machine.report, &shortage);
	is_int((long long)shortage.len, SUPPLIES_MOST, "no more than there is room for");
}

int main(void)
{
	test_ranks();
	test_classes();
	test_ones();
	test_index();
	test_several();
	test_near();
	test_lost();
	test_kept();
	test_movable();
	test_nodes();
	test_many();
	return done();
}
