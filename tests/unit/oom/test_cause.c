/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/cause.h"

#include "machine.h"

#define KERNEL	 0xd0
#define DMA	 0xd1
#define HIGHUSER 0xd2

/* Of a 32-bit machine whose low memory is used up. */
#define SPENT                                                                            \
	{                                                                                \
		ZONE("Normal", 20, 20, 30, 9000)                                         \
	}
#define SPENT_DMA                                                                        \
	{                                                                                \
		ZONE("DMA", 10, 20, 30, 900)                                             \
	}
#define HIGH(free)                                                                       \
	{                                                                                \
		ZONE("HighMem", free, 20, 30, 90000)                                     \
	}
#define FINE                                                                             \
	{                                                                                \
		ZONE("Normal", 4000, 20, 30, 9000)                                       \
	}
#define ELSEWHERE                                                                        \
	{                                                                                \
		ZONE("Normal", 4000, 20, 30, 9000), .node = 1                            \
	}
#define IN_PIECES                                                                        \
	{                                                                                \
		ZONE("Normal", 4000, 20, 30, 9000), .blocks = { 900 }, .orders = 11,     \
						    .managed = 8000                      \
	}
#define ALMOST                                                                           \
	{                                                                                \
		ZONE("Normal", 4000, 20, 30, 9000), .blocks = { 960, 0, 10 },            \
						    .orders = 11, .managed = 8000        \
	}
#define LESS_SO                                                                          \
	{                                                                                \
		ZONE("Normal", 4000, 20, 30, 9000), .blocks = { 860, 0, 35 },            \
						    .orders = 11, .managed = 8000        \
	}
#define NEAR                                                                             \
	{                                                                                \
		ZONE("Normal", 25, 20, 30, 9000)                                         \
	}
#define NEAR_PIECES                                                                      \
	{                                                                                \
		ZONE("Normal", 29, 10, 30, 9000), .blocks = { 5 }, .orders = 11,         \
						  .managed = 8000                        \
	}

/* What else the report says; 0 is not told. */
struct more {
	bool memcg;
	enum oom_constraint constraint;
	const char *nodemask, *mems;
	int64_t highmem, free;			      /* of totals; 0: not told */
	int64_t swap_total, swap_free;		      /* -1: 0 */
	int64_t active_file, inactive_file, inactive; /* -1: 0 */
};

struct row {
	const char *name;
	struct zone_row zones[ZONES_MOST];
	int64_t mask;
	int order;
	struct more more;
	enum oom_cause cause;
	enum oom_certainty certainty;
	bool lowmem;
	int fragmented;
};

static void set(int64_t *at, int64_t value)
{
	if (value != 0)
		*at = value > 0 ? value : 0;
}

static void add_more(struct oom_report *report, const struct more *more)
{
	report->is_memcg = more->memcg;
	report->constraint = more->constraint;
	report->nodemask = more->nodemask;
	report->mems_allowed = more->mems;
	set(&report->totals.highmem, more->highmem);
	set(&report->totals.free, more->free);
	set(&report->totals.swap_total, more->swap_total);
	set(&report->totals.swap_free, more->swap_free);
	set(&report->totals.active_file, more->active_file);
	set(&report->totals.inactive_file, more->inactive_file);
	set(&report->totals.inactive, more->inactive);
}

#define MEMCG                                                                            \
	{                                                                                \
		.memcg = true                                                            \
	}
#define CPUSET                                                                           \
	{                                                                                \
		.constraint = OOM_CONSTRAINT_CPUSET                                      \
	}
#define POLICY                                                                           \
	{                                                                                \
		.constraint = OOM_CONSTRAINT_MEMPOLICY                                   \
	}
#define NODES(nodes, allowed)                                                            \
	{                                                                                \
		.nodemask = (nodes), .mems = (allowed)                                   \
	}
#define NOTHING                                                                          \
	{                                                                                \
		0                                                                        \
	}

static const struct row rows[] = {
	/* What the kernel says comes before what its figures show. */
	{ "memcg",
	  { SPENT, HIGH(9000) },
	  KERNEL,
	  0,
	  MEMCG,
	  OOM_CAUSE_MEMCG,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "memcg in a cpuset",
	  { SPENT },
	  KERNEL,
	  0,
	  { .memcg = true, .constraint = OOM_CONSTRAINT_CPUSET },
	  OOM_CAUSE_MEMCG,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "memcg by hand",
	  { SPENT },
	  KERNEL,
	  -1,
	  MEMCG,
	  OOM_CAUSE_MEMCG,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "memcg without zones",
	  { { 0 } },
	  KERNEL,
	  0,
	  MEMCG,
	  OOM_CAUSE_MEMCG,
	  OOM_CERTAIN,
	  false,
	  -1 },
	{ "memcg, in pieces",
	  { IN_PIECES },
	  KERNEL,
	  2,
	  MEMCG,
	  OOM_CAUSE_MEMCG,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "cpuset",
	  { SPENT, HIGH(9000) },
	  KERNEL,
	  0,
	  CPUSET,
	  OOM_CAUSE_CPUSET,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "mempolicy",
	  { SPENT, HIGH(9000) },
	  KERNEL,
	  0,
	  POLICY,
	  OOM_CAUSE_MEMPOLICY,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "mempolicy by its nodes",
	  { SPENT },
	  KERNEL,
	  0,
	  NODES("0", "0-1"),
	  OOM_CAUSE_MEMPOLICY,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "all nodes",
	  { SPENT },
	  KERNEL,
	  0,
	  NODES("(null)", "0-1"),
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "the cpuset's nodes",
	  { SPENT },
	  KERNEL,
	  0,
	  NODES("0-1", "0-1"),
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "nodes, but no constraint",
	  { SPENT },
	  KERNEL,
	  0,
	  { .nodemask = "0", .mems = "0-1", .constraint = OOM_CONSTRAINT_NONE },
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "by hand",
	  { SPENT, HIGH(9000) },
	  KERNEL,
	  -1,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_CERTAIN,
	  false,
	  0 },
	/* Low memory. */
	{ "lowmem",
	  { SPENT_DMA, SPENT, HIGH(4096) },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_CERTAIN,
	  true,
	  0 },
	{ "lowmem, for HighMem that is there",
	  { SPENT, HIGH(9000) },
	  HIGHUSER,
	  0,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_LIKELY,
	  true,
	  0 },
	{ "lowmem, for nobody knows what",
	  { SPENT, HIGH(9000) },
	  -1,
	  0,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_LIKELY,
	  true,
	  0 },
	{ "lowmem that is the DMA zone",
	  { SPENT_DMA, HIGH(9000) },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_CERTAIN,
	  true,
	  0 },
	{ "DMA, where what is above it is not printed",
	  { SPENT_DMA, HIGH(9000) },
	  DMA,
	  0,
	  NOTHING,
	  OOM_CAUSE_DMA,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "lowmem, of which the rest is for devices",
	  { { ZONE("Normal", 500, 20, 30, 9000), .cma = 480 }, HIGH(9000) },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_CERTAIN,
	  true,
	  0 },
	{ "lowmem and HighMem",
	  { SPENT, HIGH(4095) },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "HighMem full of files",
	  { SPENT, { ZONE("HighMem", 96, 20, 30, 90000), .lru = 9000, .file = 4000 } },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_CERTAIN,
	  true,
	  0 },
	{ "with less of them",
	  { SPENT, { ZONE("HighMem", 96, 20, 30, 90000), .lru = 9000, .file = 3999 } },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "of nobody knows what",
	  { SPENT, { ZONE("HighMem", 96, 20, 30, 90000), .lru = 8000 } },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_CERTAIN,
	  true,
	  0 },
	{ "of less",
	  { SPENT, { ZONE("HighMem", 96, 20, 30, 90000), .lru = 7998 } },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "Normal above min",
	  { { ZONE("Normal", 21, 20, 30, 9000) }, HIGH(9000) },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "up to protections[]",
	  { { ZONE("Normal", 60, 20, 30, 9000), .reserve = { 60, 60 }, .classes = 2,
	      .old = true },
	    HIGH(9000) },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_CERTAIN,
	  true,
	  0 },
	{ "HighMem's line left out",
	  { SPENT_DMA, SPENT },
	  KERNEL,
	  0,
	  { .highmem = 90000, .free = 9000 },
	  OOM_CAUSE_LOWMEM,
	  OOM_CERTAIN,
	  true,
	  0 },
	{ "with nothing free in it",
	  { SPENT_DMA, SPENT },
	  KERNEL,
	  0,
	  { .highmem = 90000, .free = 1054 },
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "with nothing told of it",
	  { SPENT },
	  KERNEL,
	  0,
	  { .highmem = 90000 },
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "MovableOnly of x86_64",
	  { { ZONE("DMA32", 10, 20, 30, 9000) }, SPENT },
	  KERNEL,
	  0,
	  { .highmem = 90000, .free = 9000 },
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "MovableOnly",
	  { SPENT, { ZONE("Movable", 9000, 20, 30, 9000) } },
	  KERNEL,
	  0,
	  { .highmem = 90000, .free = 9999 },
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "HighMem that is empty",
	  { SPENT, { ZONE("HighMem", 0, 0, 0, 0) } },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "lowmem before fragmentation",
	  { { ZONE("Normal", 20, 20, 30, 9000), .blocks = { 5 }, .orders = 11,
	      .managed = 8000 },
	    { ZONE("HighMem", 9000, 20, 30, 90000), .blocks = { 2250 }, .orders = 11 } },
	  HIGHUSER,
	  2,
	  NOTHING,
	  OOM_CAUSE_LOWMEM,
	  OOM_LIKELY,
	  true,
	  1 },
	/* Blocks. */
	{ "fragmentation",
	  { IN_PIECES },
	  KERNEL,
	  2,
	  NOTHING,
	  OOM_CAUSE_FRAGMENTATION,
	  OOM_CERTAIN,
	  false,
	  1 },
	{ "but for a few blocks",
	  { ALMOST },
	  KERNEL,
	  2,
	  NOTHING,
	  OOM_CAUSE_FRAGMENTATION,
	  OOM_LIKELY,
	  false,
	  1 },
	{ "for more of them",
	  { LESS_SO },
	  KERNEL,
	  2,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "one page of many pieces",
	  { IN_PIECES },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "no page at all",
	  { SPENT },
	  KERNEL,
	  2,
	  NOTHING,
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "blocks alone",
	  { { ZONE("Normal", -1, 0, 0, 0), .blocks = { 900 }, .orders = 11 } },
	  KERNEL,
	  2,
	  NOTHING,
	  OOM_CAUSE_FRAGMENTATION,
	  OOM_CERTAIN,
	  false,
	  1 },
	{ "blocks alone, that are closed, for a page",
	  { { ZONE("Normal", -1, 0, 0, 0), .blocks = { [4] = 7 }, .orders = 11,
	      .closed = 1 << 4 } },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  -1 },
	{ "what devices reach, of 64 bits",
	  { { ZONE("DMA32", 10, 20, 30, 900) }, FINE },
	  KERNEL | 4,
	  0,
	  NOTHING,
	  OOM_CAUSE_DMA,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "what devices reach, and all else",
	  { { ZONE("DMA32", 10, 20, 30, 900) }, NEAR },
	  KERNEL | 4,
	  0,
	  NOTHING,
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "DMA, with plenty of it",
	  { { ZONE("DMA", 400, 20, 30, 900) }, FINE },
	  DMA,
	  0,
	  { .swap_total = -1 },
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "DMA, with little of it",
	  { { ZONE("DMA", 25, 20, 30, 900) }, FINE },
	  DMA,
	  0,
	  { .swap_total = -1 },
	  OOM_CAUSE_DMA,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "one node, of those that the cpuset allows",
	  { SPENT, ELSEWHERE },
	  HIGHUSER,
	  0,
	  { .mems = "0-1" },
	  OOM_CAUSE_MEMPOLICY,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "one node, and no cpuset is told of",
	  { SPENT, ELSEWHERE },
	  HIGHUSER,
	  0,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "one node, and the kernel tells of no policy",
	  { SPENT, ELSEWHERE },
	  HIGHUSER,
	  0,
	  NODES("(null)", "0-1"),
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "a block, and the free lists are lost",
	  { { ZONE("Normal", 4000, 20, 30, 9000), .classes = 2 } },
	  KERNEL,
	  2,
	  NOTHING,
	  OOM_CAUSE_FRAGMENTATION,
	  OOM_GUESSED,
	  false,
	  1 },
	{ "a block, and all behind the zone is lost",
	  { FINE },
	  KERNEL,
	  2,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "blocks alone, large ones",
	  { { ZONE("Normal", -1, 0, 0, 0), .blocks = { [2] = 1 }, .orders = 11 } },
	  KERNEL,
	  2,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "fragmentation before a near end",
	  { NEAR_PIECES },
	  KERNEL,
	  1,
	  { .swap_total = -1 },
	  OOM_CAUSE_FRAGMENTATION,
	  OOM_CERTAIN,
	  false,
	  1 },
	/* The rest. */
	{ "dma",
	  { SPENT_DMA, FINE },
	  DMA,
	  0,
	  NOTHING,
	  OOM_CAUSE_DMA,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "dma that is there",
	  { { ZONE("DMA", 31, 20, 30, 900) }, SPENT },
	  DMA,
	  0,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "global",
	  { SPENT_DMA, SPENT },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_GLOBAL,
	  OOM_CERTAIN,
	  false,
	  0 },
	{ "global for nobody knows what",
	  { SPENT },
	  0,
	  0,
	  NOTHING,
	  OOM_CAUSE_GLOBAL,
	  OOM_LIKELY,
	  false,
	  0 },
	{ "near, without swap",
	  { NEAR },
	  KERNEL,
	  0,
	  { .swap_total = -1 },
	  OOM_CAUSE_GLOBAL,
	  OOM_LIKELY,
	  false,
	  0 },
	{ "near, swap full",
	  { NEAR },
	  KERNEL,
	  0,
	  { .swap_total = 5000, .swap_free = 99 },
	  OOM_CAUSE_GLOBAL,
	  OOM_LIKELY,
	  false,
	  0 },
	{ "near, swap not full",
	  { NEAR },
	  KERNEL,
	  0,
	  { .swap_total = 5000, .swap_free = 100 },
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "near, and no cache left",
	  { NEAR },
	  KERNEL,
	  0,
	  { .free = 100, .active_file = 50, .inactive_file = 50 },
	  OOM_CAUSE_GLOBAL,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "near, and cache left",
	  { NEAR },
	  KERNEL,
	  0,
	  { .free = 100, .active_file = 50, .inactive_file = 51 },
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "near, and no cache left, of old",
	  { NEAR },
	  KERNEL,
	  0,
	  { .free = 100, .inactive = 100 },
	  OOM_CAUSE_GLOBAL,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "fine, without swap",
	  { FINE },
	  KERNEL,
	  0,
	  { .swap_total = -1 },
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  0 },
	{ "nothing",
	  { { 0 } },
	  KERNEL,
	  0,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  -1 },
	{ "nothing of a large block",
	  { { 0 } },
	  KERNEL,
	  3,
	  NOTHING,
	  OOM_CAUSE_UNKNOWN,
	  OOM_GUESSED,
	  false,
	  -1 },
};

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		struct findings findings;
		struct machine machine;

		machine_make(&machine, row->zones, row->mask, row->order);
		add_more(&machine.report, &row->more);
		findings_make(&machine.report, &findings);
		is_int(findings.cause, row->cause, "%s", row->name);
		is_int(findings.certainty, row->certainty, "how sure");
		is_int(findings.lowmem_exhausted, row->lowmem, "low memory");
		is_int(findings.fragmented, row->fragmented, "in pieces: %s", row->name);
		ok(findings.report == &machine.report, "the report");
	}
}

static void test_highmem(void)
{
	static const struct zone_row seen[] = { SPENT, HIGH(9000), { 0 } };
	static const struct zone_row hidden[] = { SPENT_DMA, SPENT, { 0 } };
	struct findings findings;
	struct machine machine;

	machine_make(&machine, seen, KERNEL, 0);
	findings_make(&machine.report, &findings);
	ok(findings.is_32bit, "32-bit");
	ok(findings.highmem && findings.highmem->zone == &machine.zones[1], "HighMem");
	ok(findings.normal && findings.normal->zone == &machine.zones[0], "Normal");
	is_int(findings.highmem_free_kib, 9000, "free of the line");
	machine_make(&machine, hidden, KERNEL, 0);
	findings_make(&machine.report, &findings);
	ok(!findings.is_32bit && !findings.normal && !findings.highmem, "not 32-bit");
	is_int(findings.highmem_free_kib, -1, "no HighMem");
	machine.report.totals.highmem = 0;
	machine.report.totals.free = 9030;
	findings_make(&machine.report, &findings);
	ok(!findings.is_32bit && !findings.lowmem_exhausted, "nor with 0 pages of it");
	machine.report.totals.highmem = 90000;
	findings_make(&machine.report, &findings);
	ok(findings.is_32bit && findings.normal && !findings.highmem,
	   "32-bit, without its line");
	is_int(findings.highmem_free_kib, 9000, "free in no line");
	machine.report.totals.free = 1054;
	findings_make(&machine.report, &findings);
	is_int(findings.highmem_free_kib, 0, "sums are not of the same moment");
	machine.report.totals.free = 1055;
	findings_make(&machine.report, &findings);
	is_int(findings.highmem_free_kib, 1025, "that is more");
}

static void test_uncounted(void)
{
	static const struct zone_row zones[] = { FINE, { 0 } };
	struct findings findings;
	struct machine machine;
	struct oom_totals *totals = &machine.report.totals;

	machine_make(&machine, zones, KERNEL, 0);
	findings_make(&machine.report, &findings);
	is_int(findings_uncounted_kib(&findings), -1, "no counters");
	totals->ram = 1100;
	totals->reserved = 100;
	totals->active_anon = totals->inactive_anon = totals->active_file = 100;
	totals->inactive_file = totals->unevictable = totals->free = 100;
	is_int(findings_uncounted_kib(&findings), -1, "no slab");
	totals->slab = 100;
	is_int(findings_uncounted_kib(&findings), 300, "the rest");
	totals->pagetables = 90;
	totals->kernel_stack = 10;
	is_int(findings_uncounted_kib(&findings), 200, "without these");
	totals->free = 400;
	is_int(findings_uncounted_kib(&findings), 0, "counted twice");
}

static void test_swap(void)
{
	static const struct zone_row zones[] = { FINE, { 0 } };
	static const struct {
		int64_t total, free;
		bool none, full;
	} swaps[] = {
		{ -1, -1, false, false },     { 0, -1, true, false },
		{ 0, 0, true, false },	      { 5000, 99, false, true },
		{ 5000, 100, false, false },  { 5000, -1, false, false },
		{ 5000, 5000, false, false }, { 49, 0, false, false },
		{ 50, 0, false, true },
	};
	struct findings findings;
	struct machine machine;

	for (size_t i = 0; i < sizeof(swaps) / sizeof(*swaps); i++) {
		machine_make(&machine, zones, KERNEL, 0);
		machine.report.totals.swap_total = swaps[i].total;
		machine.report.totals.swap_free = swaps[i].free;
		findings_make(&machine.report, &findings);
		is_int(findings.swap_none, swaps[i].none, "%lld of %lld: none",
		       (long long)swaps[i].free, (long long)swaps[i].total);
		is_int(findings.swap_full, swaps[i].full, "full");
	}
}

static void test_unwritten(void)
{
	static const struct zone_row zones[] = { FINE, { 0 } };
	struct findings findings;
	struct machine machine;
	struct oom_totals *totals = &machine.report.totals;

	machine_make(&machine, zones, KERNEL, 0);
	findings_make(&machine.report, &findings);
	is_int(findings_unwritten_kib(&findings), 0, "not told");
	totals->dirty = 150;
	totals->writeback = 60;
	is_int(findings_unwritten_kib(&findings), 0, "of nobody knows how much");
	totals->active = 800;
	totals->inactive = 250;
	is_int(findings_unwritten_kib(&findings), 210, "a fifth of what is in use");
	totals->ram = 1055;
	is_int(findings_unwritten_kib(&findings), 0, "less than that of all there is");
	totals->dirty = 151;
	is_int(findings_unwritten_kib(&findings), 211, "as much");
}

int main(void)
{
	test_rows();
	test_unwritten();
	test_highmem();
	test_uncounted();
	test_swap();
	return done();
}
