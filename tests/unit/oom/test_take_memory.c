/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "taking.h"

static struct taking take_all(const char *const lines[], size_t len,
			      void (*take)(struct taking *taking, struct span line))
{
	struct taking taking;

	taking_begin(&taking, NULL);
	for (size_t i = 0; i < len; i++)
		take(&taking, span_of(lines[i]));
	return taking;
}

#define LEN(array) (sizeof(array) / sizeof(*(array)))

static void test_totals(void)
{
	static const char *const lines[] = {
		"active_anon:1 inactive_anon:2 isolated_anon:99",
		" active_file:3 inactive_file:4 isolated_file:99",
		" unevictable:5 dirty:99 writeback:99 unstable:99",
		" slab_reclaimable:6 slab_unreclaimable:7",
		" mapped:8 shmem:9 pagetables:10 bounce:11",
		" free:12 free_pcp:99 free_cma:13",
	};
	const struct taking taking = take_all(lines, LEN(lines), take_totals);
	const struct oom_totals *totals = &taking.report.totals;

	is_int(totals->active_anon, 1, "active_anon");
	is_int(totals->inactive_anon, 2, "inactive_anon");
	is_int(totals->active_file, 3, "active_file");
	is_int(totals->inactive_file, 4, "inactive_file");
	is_int(totals->unevictable, 5, "unevictable");
	is_int(totals->slab_reclaimable, 6, "slab_reclaimable");
	is_int(totals->slab_unreclaimable, 7, "slab_unreclaimable");
	is_int(totals->mapped, 8, "mapped");
	is_int(totals->shmem, 9, "shmem");
	is_int(totals->pagetables, 10, "pagetables");
	is_int(totals->bounce, 11, "bounce");
	is_int(totals->free, 12, "free");
	is_int(totals->free_cma, 13, "free_cma");
	is_int(totals->active, -1, "no sum of two");
	is_int(totals->inactive, -1, "nor of these");
	is_int(totals->slab, -1, "nor of slab");
}

static void test_old_totals(void)
{
	static const char *const old[] = {
		"Active:1 inactive:2 dirty:99 writeback:0 unstable:0 free:3 slab:4 "
		"mapped-file:5 mapped-anon:99 pagetables:6",
	};
	static const char *const middle[] = {
		"Active_anon:1 active_file:2 inactive_anon:3"
	};
	struct taking taking = take_all(old, 1, take_totals);

	is_int(taking.report.totals.active, 1, "active");
	is_int(taking.report.totals.inactive, 2, "inactive");
	is_int(taking.report.totals.free, 3, "free");
	is_int(taking.report.totals.slab, 4, "slab");
	is_int(taking.report.totals.pagetables, 6, "pagetables");
	is_int(taking.report.totals.active_anon, -1, "not in two");
	taking = take_all(middle, 1, take_totals);
	is_int(taking.report.totals.active_anon, 1, "Active_anon");
	is_int(taking.report.totals.active_file, 2, "active_file");
	is_int(taking.report.totals.inactive_anon, 3, "inactive_anon");
}

/* Sizes are of a zone whose line was wrapped; what is there stays; nonsense is large. */
static void test_damage(void)
{
	static const char *const lines[] = {
		"free:44kB active_anon:7KB",
		"free:5 slab:18446744073709551615",
		"free:6",
		"mapped",
		"shmem:",
		"bounce:-x",
	};
	const struct taking taking = take_all(lines, LEN(lines), take_totals);

	is_int(taking.report.totals.free, 5, "free");
	is_int(taking.report.totals.active_anon, -1, "active_anon");
	is_int(taking.report.totals.slab, FIELD_MOST, "slab");
	is_int(taking.report.totals.mapped, -1, "mapped");
	is_int(taking.report.totals.shmem, -1, "shmem");
	is_int(taking.report.totals.bounce, -1, "bounce");
}

static void test_nodes(void)
{
	static const char *const lines[] = {
		"Node 0 active_anon:100kB inactive_anon:20kB active_file:7kB "
		"kernel_stack:3kB all_unreclaimable? no",
		"Node 1 active_anon:1000kB inactive_anon:200kB kernel_stack:4kB "
		"all_unreclaimable? yes",
	};
	struct taking taking = take_all(lines, 2, take_node);

	is_int(taking.node_anon_kib, 1320, "anonymous memory of all nodes");
	is_int(taking.report.totals.kernel_stack, 7, "kernel stacks of all nodes");
	is_int(taking.node, 1, "the last one");
	is_int(taking.node_unreclaimable, 1, "was given up");
	take_node(&taking, span_of("Node 99999999999 active_file:7kB"));
	is_int(taking.node, UINT16_MAX, "no such node");
	is_int(taking.node_unreclaimable, -1, "does not say");
	is_int(taking.node_anon_kib, 1320, "adds nothing");
	take_node(&taking, span_of("Node 0 all_unreclaimable? no"));
	is_int(taking.node_unreclaimable, 0, "was not given up");
}

static void test_swap(void)
{
	static const struct {
		const char *line;
		int64_t free, total;
	} rows[] = {
		{ "Free swap  = 12kB", 12, -1 },
		{ "Free swap:       13kB", 13, -1 },
		{ "Total swap = 14kB", -1, 14 },
		{ "Total swap = 0kB", -1, 0 },
		{ "Free swap  = 99999999999999999999kB", FIELD_MOST, -1 },
		{ "Free swap  = ", -1, -1 },
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		struct taking taking = take_all(&rows[i].line, 1, take_swap);

		is_int(taking.report.totals.swap_free, rows[i].free, "%s", rows[i].line);
		is_int(taking.report.totals.swap_total, rows[i].total, "total");
		take_swap(&taking, span_of("Free swap  = 1kB"));
		take_swap(&taking, span_of("Total swap = 2kB"));
		is_int(taking.report.totals.swap_free,
		       rows[i].free < 0 ? 1 : rows[i].free, "the first counts");
		is_int(taking.report.totals.swap_total,
		       rows[i].total < 0 ? 2 : rows[i].total, "of either");
	}
}

static void test_pages(void)
{
	static const char *const lines[] = { "262014 pages RAM",
					     "32768 pages HighMem/MovableOnly",
					     "9 pages reserved", "1 pages RAM" };
	static const char *const old[] = { "99999999999999999999 pages of RAM",
					   "32768 pages of HIGHMEM", "9 reserved pages",
					   "7 pages of slabcache", "x pages RAM" };
	static const char *const none[] = { "0 pages HighMem", "9 pages HighMem" };
	struct taking taking = take_all(lines, LEN(lines), take_pages);

	is_int(taking.report.totals.ram, 262014, "RAM");
	is_int(taking.report.totals.highmem, 32768, "HighMem");
	is_int(taking.report.totals.reserved, 9, "reserved");
	taking = take_all(old, LEN(old), take_pages);
	is_int(taking.report.totals.ram, FIELD_MOST, "RAM of old, too much of it");
	is_int(taking.report.totals.highmem, 32768, "HIGHMEM");
	is_int(taking.report.totals.reserved, 9, "reserved");
	is_int(taking.report.totals.slab, 7, "slabcache");
	taking = take_all(none, LEN(none), take_pages);
	is_int(taking.report.totals.highmem, 0, "no HighMem is told, too");
}

int main(void)
{
	test_totals();
	test_old_totals();
	test_damage();
	test_nodes();
	test_swap();
	test_pages();
	return done();
}
