/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "taking.h"

static int zone(struct taking *taking, const char *line)
{
	return take_zone(taking, span_of(line), 9);
}

static const struct oom_zone *zone_at(const struct taking *taking, size_t at)
{
	static const struct oom_zone none;

	return ok(at < taking->report.zones.len, "zone %zu", at)
		       ? &taking->report.zones.items[at]
		       : &none;
}

static void test_modern(struct arena *arena)
{
	const struct oom_zone *got;
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(zone(&taking,
		    "Node 1 DMA32 free:44kB boost:1kB min:20kB low:25kB high:30kB "
		    "reserved_highatomic:4KB free_highatomic:2KB active_anon:100kB "
		    "inactive_anon:200kB active_file:1000kB inactive_file:2000kB "
		    "unevictable:9kB writepending:9kB present:500kB managed:400kB "
		    "mlocked:0kB bounce:0kB free_pcp:0kB local_pcp:0kB free_cma:7kB"),
	       0, "6.x");
	got = zone_at(&taking, 0);
	is_str(got->zone.name, "DMA32", "name");
	is_int(got->zone.node, 1, "node");
	ok(got->has_node, "was told");
	is_int((long long)got->line, 9, "line");
	is_int(got->zone.free_kib, 44, "free");
	is_int(got->zone.boost_kib, 1, "boost");
	is_int(got->zone.min_kib, 20, "min");
	is_int(got->zone.low_kib, 25, "low");
	is_int(got->zone.high_kib, 30, "high");
	is_int(got->highatomic_kib, 4, "reserved_highatomic");
	is_int(got->zone.lru_kib, 3300, "active and inactive");
	is_int(got->zone.file_kib, 3000, "files of these");
	is_int(got->zone.present_kib, 500, "present");
	is_int(got->zone.managed_kib, 400, "managed");
	is_int(got->zone.cma_kib, 7, "free_cma");
	is_int(got->all_unreclaimable, -1, "not told");
	is_int(taking.report.totals.kernel_stack, -1, "not told");
}

static void test_old(struct arena *arena)
{
	const struct oom_zone *got;
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(zone(&taking, "HighMem free:44kB min:20kB low:25kB high:30kB active:100kB "
			     "inactive:20kB present:500kB pages_scanned:0 "
			     "all_unreclaimable? yes"),
	       0, "2.6.9");
	is_int(zone(&taking, "Normal free:1kB min:2kB present:3kB kernel_stack:5kB "
			     "all_unreclaimable? no"),
	       0, "2.6.32");
	is_int(zone(&taking, "DMA free:1kB kernel_stack:6kB"), 0, "another one");
	got = zone_at(&taking, 0);
	is_int(got->zone.managed_kib, 500, "managed is what is present");
	is_int(got->zone.lru_kib, 120, "active and inactive");
	is_int(got->zone.file_kib, -1, "of files it does not tell");
	is_int(got->all_unreclaimable, 1, "given up");
	ok(!got->has_node, "no node");
	is_int(zone_at(&taking, 1)->all_unreclaimable, 0, "not given up");
	is_int(zone_at(&taking, 2)->zone.min_kib, -1, "no marks");
	is_int(zone_at(&taking, 2)->zone.managed_kib, -1, "no size");
	is_int(taking.report.totals.kernel_stack, 11, "kernel stacks of all zones");
}

static void test_twice(struct arena *arena)
{
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(zone(&taking, "Node 0 Normal free:1kB"), 0, "node 0");
	is_int(zone(&taking, "Node 1 Normal free:2kB"), 0, "node 1");
	is_int(zone(&taking, "Node 0 Normal free:3kB"), -EEXIST, "again");
	is_int(zone(&taking, "Normal free:3kB"), -EEXIST, "again, without its node");
	is_int(zone(&taking, "Node 2 Normal free:0kB"), 0, "nothing free");
	is_int(zone(&taking, "Node 2 Normal free:3kB"), -EEXIST, "again");
	is_int((long long)taking.report.zones.len, 3, "three zones");
	is_int(zone_at(&taking, 0)->zone.free_kib, 1, "the first stays");
}

/* From 4.8 on the line about a node says whether its zones were given up. */
static void test_node(struct arena *arena)
{
	struct taking taking;

	taking_begin(&taking, arena);
	take_node(&taking, span_of("Node 1 active_anon:0kB all_unreclaimable? yes"));
	is_int(zone(&taking, "Node 1 Normal free:1kB"), 0, "of that node");
	is_int(zone(&taking, "Node 0 Normal free:1kB"), 0, "of another one");
	is_int(zone_at(&taking, 0)->all_unreclaimable, 1, "given up");
	is_int(zone_at(&taking, 1)->all_unreclaimable, -1, "not told");
}

static void test_damage(struct arena *arena)
{
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(zone(&taking, "Node 99999999 Averylongnameofazone free:1kB min:"), 0,
	       "a long name");
	is_str(zone_at(&taking, 0)->zone.name, "Averylongnameof", "is cut");
	is_int(zone_at(&taking, 0)->zone.node, UINT16_MAX, "no such node");
	is_int(zone_at(&taking, 0)->zone.min_kib, -1, "cut before the number");
	is_int(zone(&taking,
		    "Normal free:18446744073709551615kB min:2kB min:3kB "
		    "active_anon:18446744073709551615kB inactive_anon:18446744073709551615kB"),
	       0, "nonsense");
	is_int(zone_at(&taking, 1)->zone.free_kib, FIELD_MOST, "is large");
	is_int(zone_at(&taking, 1)->zone.min_kib, 2, "the first counts");
	is_int(zone_at(&taking, 1)->zone.lru_kib, FIELD_MOST, "sums are no larger");
}

static void reserve(struct taking *taking, const char *line, bool marks)
{
	take_reserve(taking, span_of(line), marks);
}

static void test_reserve(struct arena *arena)
{
	const struct oom_zone *got;
	struct taking taking;

	taking_begin(&taking, arena);
	reserve(&taking, "lowmem_reserve[]: 1 2", false);
	is_int((long long)taking.report.zones.len, 0, "of no zone");
	is_int(zone(&taking, "DMA free:1kB"), 0, "a zone");
	reserve(&taking, "lowmem_reserve[]: 0 0 880 4080", false);
	reserve(&taking, "lowmem_reserve[]: 5 5 5 5 5", false);
	got = zone_at(&taking, 0);
	is_int(got->zone.classes, 4, "classes");
	is_int(got->zone.reserve_kib[2], 880, "in pages, as printed");
	is_int(got->zone.reserve_kib[3], 4080, "the last one");
	ok(!got->classes_hold_marks, "without marks");
	is_int(zone(&taking, "Normal free:1kB"), 0, "the next zone");
	reserve(&taking, "protections[]: 0 18446744073709551615 3 4 5 6 7 8 9 10", true);
	got = zone_at(&taking, 1);
	is_int(got->zone.classes, ZONE_CLASSES, "no more than there is room for");
	is_int(got->zone.reserve_kib[1], FIELD_MOST, "nonsense");
	is_int(got->zone.reserve_kib[7], 8, "the last that fits");
	ok(got->classes_hold_marks, "with marks");
	is_int(zone(&taking, "HighMem free:1kB"), 0, "the last zone");
	reserve(&taking, "lowmem_reserve[]: 1 x 2", false);
	is_int(zone_at(&taking, 2)->zone.classes, 1, "up to what is no number");
}

static void test_blocks(struct arena *arena)
{
	const struct oom_zone *got;
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(zone(&taking, "Node 0 Normal free:1kB"), 0, "a zone");
	is_int(take_blocks(
		       &taking,
		       span_of("Node 0 Normal: 44*4kB (UME) 18*8kB (H) 3*16kB (CI) "
			       "0*32kB 1*64kB (HM) 2*128kB 0*256kB 1*4096kB (R) = 7kB")),
	       0, "its blocks");
	got = zone_at(&taking, 0);
	is_int(got->zone.orders, 11, "orders");
	is_int((long long)got->zone.free_blocks[0], 44, "of 4 kB");
	is_int((long long)got->zone.free_blocks[1], 18, "of 8 kB");
	is_int((long long)got->zone.free_blocks[3], 0, "of 32 kB");
	is_int((long long)got->zone.free_blocks[7], 0, "not told");
	is_int((long long)got->zone.free_blocks[10], 1, "of 4 MB");
	is_int(got->closed, 1 << 1 | 1 << 2,
	       "high-atomic, CMA and isolated alone are closed");
	is_int(taking.report.page_kib, 4, "page");
	ok(taking.report.page_told, "was told");
	is_int(take_blocks(&taking, span_of("Node 0 Normal: 1*4kB 1*8kB = 12kB")), 0,
	       "again");
	is_int((long long)zone_at(&taking, 0)->zone.free_blocks[0], 44, "the first stay");
	is_int(take_blocks(&taking, span_of("HighMem: empty")), 0, "nothing");
	is_int((long long)taking.report.zones.len, 1, "is no zone");
	is_int(take_blocks(&taking, span_of("Node 1 DMA: 1*4kB = 4kB")), 0,
	       "of a zone whose line was lost");
	is_int(zone_at(&taking, 1)->zone.free_kib, -1, "its figures are not told");
	is_int(zone(&taking, "Node 1 DMA free:7kB min:3kB"), 0, "until they come");
	is_int(zone_at(&taking, 1)->zone.free_kib, 7, "then they are");
}

static void test_pages(struct arena *arena)
{
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take_blocks(&taking, span_of("Normal: 7*64kB 1*128kB 1*524288kB = 9kB")),
	       0, "large pages");
	is_int(taking.report.page_kib, 64, "page");
	is_int(zone_at(&taking, 0)->zone.orders, 14, "orders");
	is_int((long long)zone_at(&taking, 0)->zone.free_blocks[0], 7, "single pages");
	is_int((long long)zone_at(&taking, 0)->zone.free_blocks[13], 1, "the largest");
	taking_begin(&taking, arena);
	is_int(take_blocks(&taking, span_of("Normal: 1*4096kB 1*8192kB")), 0,
	       "the first are lost");
	ok(!taking.report.page_told, "no page is so large");
	is_int(zone_at(&taking, 0)->zone.orders, 12, "orders of 4 kB");
	taking_begin(&taking, arena);
	is_int(take_blocks(
		       &taking,
		       span_of("Normal: 99999999999999999999*4kB 1*18446744073709551615kB "
			       "1*8kB (U 1*16kB 2*0kB 1*32kB")),
	       0, "nonsense");
	is_int((long long)zone_at(&taking, 0)->zone.free_blocks[0], FIELD_MOST,
	       "is large");
	is_int((long long)zone_at(&taking, 0)->zone.free_blocks[1], 1, "and passed over");
	is_int(zone_at(&taking, 0)->zone.orders, 2,
	       "up to a bracket that does not close");
	is_int(zone_at(&taking, 0)->closed, 0, "which closes nothing");
}

static void test_24(struct arena *arena)
{
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take_zone_24(&taking,
			    span_of("Zone:Normal freepages:  1276 min:  1279 low:  "
				    "4544 high:  6304"),
			    5),
	       0, "2.4");
	is_str(zone_at(&taking, 0)->zone.name, "Normal", "name");
	is_int(zone_at(&taking, 0)->zone.free_kib, 1276 * 4, "in pages");
	is_int(zone_at(&taking, 0)->zone.min_kib, 1279 * 4, "min");
	is_int(zone_at(&taking, 0)->zone.low_kib, 4544 * 4, "low");
	is_int(zone_at(&taking, 0)->zone.high_kib, 6304 * 4, "high");
	is_int((long long)zone_at(&taking, 0)->line, 5, "line");
	is_int(take_zone_24(&taking, span_of("Zone:Normal freepages:  1"), 6), -EEXIST,
	       "again");
}

static int add_zone(struct taking *taking)
{
	return zone(taking, "Node 0 DMA free:1kB");
}

static int add_zone_24(struct taking *taking)
{
	return take_zone_24(taking, span_of("Zone:DMA freepages: 1"), 1);
}

static int add_blocks(struct taking *taking)
{
	return take_blocks(taking, span_of("Node 0 DMA: 1*4kB"));
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);

	test_modern(arena);
	test_old(arena);
	test_twice(arena);
	test_node(arena);
	test_damage(arena);
	test_reserve(arena);
	test_blocks(arena);
	test_pages(arena);
	test_24(arena);
	needs_memory(add_zone);
	needs_memory(add_zone_24);
	needs_memory(add_blocks);
	return done();
}
