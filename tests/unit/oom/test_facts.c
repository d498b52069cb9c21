/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "oom/facts.h"

#include "story.h"

static struct arena *room;

/* The headline and the facts, a line each. */
static const char *told(const struct oom_report *report)
{
	struct oom_verdict verdict = { 0 };
	struct findings findings;
	const char *text;

	findings_make(report, &findings);
	if (facts_make(room, &findings, &verdict) < 0)
		return NULL;
	text = arena_join(room, verdict.headline, "\n", "");
	for (size_t i = 0; text && i < verdict.facts_len; i++)
		text = arena_join(room, text, verdict.facts[i], "\n");
	return text;
}

static void test_lowmem(void)
{
	struct story story;

	story_lowmem(&story);
	is_str(told(&story.machine.report),
	       "Low memory was used up while HighMem had 1.5 GiB free: what "
	       "the kernel keeps for itself fits into low memory only\n"
	       "mailqueue asked for one page (0xd0(GFP_KERNEL)): line 1\n"
	       "Normal has 1340 kB free, below its min of 3756 kB: line 10\n"
	       "DMA has 3400 kB free, but 3460 kB are kept from such requests "
	       "(min 60 kB, lowmem_reserve 3400 kB): line 9\n"
	       "HighMem has 1.5 GiB free: line 11\n"
	       "Of the 840 MiB in Normal processes and files have 4.0 MiB: "
	       "the rest is the kernel's own: line 10\n"
	       "625 MiB of low memory are slab: caches of inodes, dentries and their "
	       "like: line 7\n"
	       "63 MiB are kernel stacks, of many tasks.\n"
	       "Swap is not what ran out: 999000 of 1000000 kB are free: line "
	       "20\n"
	       "worker was killed, which had 64 MiB: that frees HighMem "
	       "rather than low memory, and it may well be innocent: line 30\n",
	       "lowmem");
	story.machine.report.zones.len = 2;
	story.machine.report.totals.highmem = 3200000;
	story.machine.report.totals.ram_line = 25;
	story.machine.report.totals.free = 1604840;
	story.machine.report.totals.slab = 300000;
	story.machine.report.totals.pagetables = 90000;
	is_str(told(&story.machine.report),
	       "Low memory was used up while HighMem had 1.5 GiB free: what "
	       "the kernel keeps for itself fits into low memory only\n"
	       "mailqueue asked for one page (0xd0(GFP_KERNEL)): line 1\n"
	       "Normal has 1340 kB free, below its min of 3756 kB: line 10\n"
	       "DMA has 3400 kB free, but 3460 kB are kept from such requests "
	       "(min 60 kB, lowmem_reserve 3400 kB): line 9\n"
	       "HighMem has 1.5 GiB free: this kernel leaves its line out, as "
	       "the request could not have used it (free in all, without the "
	       "zones that are printed): line 25\n"
	       "Of the 840 MiB in Normal processes and files have 4.0 MiB: "
	       "the rest is the kernel's own: line 10\n"
	       "293 MiB of low memory are slab: caches of inodes, dentries and their "
	       "like: line 7\n"
	       "88 MiB are page tables, of which low memory holds at least a "
	       "part: line 7\n"
	       "63 MiB are kernel stacks, of many tasks.\n"
	       "391 MiB of Normal are in no counter: buffers of sockets or "
	       "drivers, or a leak.\n"
	       "Swap is not what ran out: 999000 of 1000000 kB are free: line "
	       "20\n"
	       "worker was killed, which had 64 MiB: that frees HighMem "
	       "rather than low memory, and it may well be innocent: line 30\n",
	       "lowmem, of which HighMem is not printed");
	story.machine.zones[1].zone.lru_kib = 700000;
	ok(strstr(told(&story.machine.report),
		  "\nworker was killed, which had 64 MiB: that frees what of it was in low memory, "
		  "and it may well be innocent: line 30\n"),
	   "a victim that may have been in low memory");
}

static void test_memcg(void)
{
	struct story story;
	struct oom_memcg *memcg = &story.machine.report.memcg;

	story_memcg(&story);
	is_str(told(&story.machine.report),
	       "The memory cgroup /system.slice was at its limit of 512 MiB\n"
	       "python3 asked for one page (0xcc0(GFP_KERNEL)): line 3\n"
	       "/system.slice uses 512 MiB of its limit of 512 MiB: line 5\n"
	       "Most of that, 488 MiB, is memory of processes, not of files.\n"
	       "The victim is of /system.slice/web.service, below it: line 5\n"
	       "It may use no swap: line 6\n"
	       "The zones in the report are the machine's, and not the "
	       "reason.\n"
	       "2 processes were killed together (memory.oom.group), python3 "
	       "first: line 40\n"
	       "python3 was killed first as its oom_score_adj of 200 asks for "
	       "that: line 40\n",
	       "memcg");
	memcg->anon = 1000;
	memcg->file = 500000;
	memcg->shmem = 400000;
	memcg->victim_path = memcg->path;
	memcg->swap_limit = -1;
	story.machine.report.kills.len = 0;
	story.machine.report.zones.len = 0;
	story.machine.report.has_mem_info = false;
	is_str(told(&story.machine.report),
	       "The memory cgroup /system.slice was at its limit of 512 MiB\n"
	       "python3 asked for one page (0xcc0(GFP_KERNEL)): line 3\n"
	       "/system.slice uses 512 MiB of its limit of 512 MiB: line 5\n"
	       "Most of that, 488 MiB, are files in a tmpfs, or shared "
	       "memory.\n",
	       "memcg, of files");
	memcg->dirty = 200000;
	ok(strstr(told(&story.machine.report),
		  "\n195 MiB are files that are not written to disk yet, and cannot be given back "
		  "before.\n"),
	   "memcg, that are dirty");
	memcg->dirty = 100000;
	ok(!strstr(told(&story.machine.report), "written to disk"), "hardly");
	memcg->path = NULL;
	memcg->limit = -1;
	is_str(told(&story.machine.report),
	       "The memory cgroup was at its limit\n"
	       "python3 asked for one page (0xcc0(GFP_KERNEL)): line 3\n"
	       "The cgroup uses 512 MiB: its limit was lost: line 5\n"
	       "Most of that, 488 MiB, are files in a tmpfs, or shared "
	       "memory.\n",
	       "memcg, with nothing told of it");
}

static void test_panic(void)
{
	struct story story;

	story_panic(&story);
	is_str(told(&story.machine.report),
	       "All memory was used up, and there is no swap\n"
	       "java asked for 2^1 pages in one piece, 8 kB "
	       "(0x100cca(GFP_HIGHUSER_MOVABLE)): line 2\n"
	       "Normal has 4000 kB free, below its min of 4100 kB: line 10\n"
	       "DMA32 has 3000 kB free, below its min of 3100 kB: line 9\n"
	       "There is no swap: line 21\n"
	       "586 MiB are shared memory or files in a tmpfs, which only "
	       "swap could take: line 7\n"
	       "java has 1.0 GiB of 1.9 GiB: most of the memory, in several "
	       "processes.\n"
	       "The kernel panicked, as vm.panic_on_oom asks for: line 50\n",
	       "panic");
	story.machine.report.ending = OOM_ENDING_NOTHING_TO_KILL;
	story.machine.report.sums.unkillable = 16;
	story.machine.report.totals.swap_total = 1000000;
	story.machine.report.totals.swap_free = 100;
	story.machine.report.totals.pagetables = 200000;
	story.machine.report.totals.slab_unreclaimable = 500000;
	story.machine.report.totals.shmem = 1000;
	story.machine.report.sums.users[0].rss_kib = 999999;
	is_str(told(&story.machine.report),
	       "All memory and all swap were used up\n"
	       "java asked for 2^1 pages in one piece, 8 kB "
	       "(0x100cca(GFP_HIGHUSER_MOVABLE)): line 2\n"
	       "Normal has 4000 kB free, below its min of 4100 kB: line 10\n"
	       "DMA32 has 3000 kB free, below its min of 3100 kB: line 9\n"
	       "Swap is full: 100 of 1000000 kB are free: line 21\n"
	       "195 MiB are page tables: line 7\n"
	       "488 MiB are slab that cannot be given back: line 7\n"
	       "All processes together have 1.2 GiB; java has more of it than any other, 977 "
	       "MiB.\n"
	       "16 of 30 processes may not be killed.\n"
	       "There was no process left that may be killed: the kernel "
	       "panicked: line 50\n",
	       "nobody to kill");
	story.machine.report.panic = NULL;
	ok(strstr(told(&story.machine.report),
		  "There was no process left that may be killed: line 50\n"),
	   "which a group's limit is no panic for");
	story.machine.report.ending = OOM_ENDING_DISABLED;
	story.machine.report.sums.unkillable = 15;
	story.machine.report.sums.most = (struct oom_user){ "sh", 100, 900 };
	story.machine.report.sums.processes = 199;
	story.machine.report.sums.rss_kib = 0;
	story.machine.report.sums.users[0] = story.machine.report.sums.most;
	story.machine.report.totals.swap_free = 500000;
	story.machine.report.totals.pagetables = -1;
	story.machine.report.totals.slab_unreclaimable = -1;
	story.machine.report.slab_table = true;
	is_str(told(&story.machine.report),
	       "All memory that the request could use was used up\n"
	       "java asked for 2^1 pages in one piece, 8 kB "
	       "(0x100cca(GFP_HIGHUSER_MOVABLE)): line 2\n"
	       "Normal has 4000 kB free, below its min of 4100 kB: line 10\n"
	       "DMA32 has 3000 kB free, below its min of 3100 kB: line 9\n"
	       "Swap is not what ran out: 500000 of 1000000 kB are free: line "
	       "21\n"
	       "100 of 199 processes are sh: a fork storm.\n"
	       "Nobody was killed, as vm.oom-kill is 0: the host may hang "
	       "instead: line 50\n",
	       "a storm, and nobody is killed");
}

/* Memory that is in no counter, and in no process. */
static void test_leak(void)
{
	static const struct zone_row rows[] = { { ZONE("Normal", 20, 20, 30, 2000000) },
						{ 0 } };
	struct machine machine;
	struct oom_totals *totals = &machine.report.totals;

	machine_make(&machine, rows, 0xcc0, 0);
	totals->ram = 2000000;
	totals->active_anon = 100000;
	totals->inactive_anon = totals->active_file = totals->inactive_file = 10000;
	totals->unevictable = totals->free = 10000;
	totals->slab = 350000;
	totals->slab_unreclaimable = 300000;
	totals->line = 7;
	machine.report.slab_table = true;
	machine.report.ending = OOM_ENDING_KILLED;
	machine.report.allocating_task = true;
	machine.report.chosen_pid = 5;
	machine.report.chosen_comm = "a";
	is_str(told(&machine.report),
	       "All memory that the request could use was used up\n"
	       "Somebody asked for one page (gfp_mask lost).\n"
	       "Normal has 20 kB free, no more than its min of 20 kB: line 9\n"
	       "293 MiB are slab that cannot be given back: line 7\n"
	       "1.4 GiB are in no counter of the report: a driver, vmalloc, "
	       "huge pages, stacks of the kernel or a balloon has them: line 7\n"
	       "vm.oom_kill_allocating_task is set: whoever asks is killed.\n",
	       "a leak");
	totals->kernel_stack = 60000;
	ok(strstr(told(&machine.report), "\n59 MiB are kernel stacks, of many tasks.\n"),
	   "stacks");
	totals->kernel_stack = 50000;
	ok(!strstr(told(&machine.report), "stacks"), "as they are in counters");
	totals->kernel_stack = -1;
	totals->slab = 1400000;
	totals->slab_unreclaimable = 500000;
	machine.report.slab_table = false;
	machine.report.order = OOM_UNTOLD;
	machine.report.has_header = false;
	is_str(told(&machine.report),
	       "All memory that the request could use was used up\n"
	       "Normal has 20 kB free, no more than its min of 20 kB: line 9\n"
	       "488 MiB are slab that cannot be given back: line 7\n"
	       "vm.oom_kill_allocating_task is set: whoever asks is killed.\n",
	       "of slab");
}

/* What is free, and kept for a while, or for others. */
static void test_kept(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("DMA", 900, 100, 200, 90000), .cma = 850, .boost = 60,
		  .lru = 30000 },
		{ ZONE("HighMem", 9000, 100, 200, 90000) },
		{ 0 },
	};
	struct machine machine;

	machine_make(&machine, rows, 0xcc0, 0);
	is_str(told(&machine.report),
	       "Low memory was used up while HighMem had enough: what the kernel keeps "
	       "for itself fits into low memory only\n"
	       "Somebody asked for one page (gfp_mask lost).\n"
	       "DMA has 50 kB free, no more than its min of 100 kB: line 9\n"
	       "Another 850 kB of DMA are free, but set aside for devices (CMA): only what can "
	       "be moved may lie there: line 9\n"
	       "The min of DMA is raised by 60 kB for a while, as blocks were broken up "
	       "(vm.watermark_boost_factor): without that there was enough: line 9\n"
	       "HighMem has 8.8 MiB free: line 10\n"
	       "Of the 87 MiB in DMA processes and files have 29 MiB: the rest is the kernel's "
	       "own: line 9\n",
	       "low memory that is the DMA zone");
	machine.zones[0].zone.cma_kib = machine.zones[0].zone.boost_kib = 0;
	machine.zones[0].zone.free_kib = 50;
	ok(!strstr(told(&machine.report), "Another") &&
		   !strstr(told(&machine.report), "is raised"),
	   "nothing is kept");
}

static void test_movable(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("Normal", 10, 20, 30, 2048) },
		{ ZONE("Movable", 1024, 20, 30, 4096) },
		{ 0 },
	};
	struct machine machine;

	machine_make(&machine, rows, 0xcc0, 0);
	machine.report.totals.swap_total = machine.report.totals.swap_free = 0;
	is_str(told(&machine.report),
	       "All memory that the request could use was used up\n"
	       "Somebody asked for one page (gfp_mask lost).\n"
	       "Normal has 10 kB free, below its min of 20 kB: line 9\n"
	       "Movable has 4.0 MiB, 1.0 MiB of it free: only what can be moved may lie there: "
	       "line 10\n"
	       "There is no swap.\n",
	       "Movable");
	machine.zones[1].zone.managed_kib = -1;
	ok(!strstr(told(&machine.report), "Movable has"), "of which nothing is told");
}

static void test_pieces(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("DMA", 10, 20, 30, 900), .managed = 800 },
		{ ZONE("Normal", 40000, 2000, 3000, 900000), .blocks = { 10000 },
		  .orders = 11, .managed = 800000 },
		{ 0 },
	};
	struct machine machine;

	machine_make(&machine, rows, 0x20, 3);
	machine.report.page_kib = 16;
	machine.report.line = 1;
	is_str(told(&machine.report),
	       "Memory was free, but not in one piece of 128 kB\n"
	       "Somebody asked for 2^3 pages in one piece, 128 kB (gfp_mask "
	       "lost): line 1\n"
	       "Normal has 40000 kB free above its min of 2000 kB, but no "
	       "block of 128 kB: line 10\n"
	       "DMA has 10 kB free, below its min of 20 kB: line 9\n",
	       "pieces");
}

static void test_dma(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("DMA", 20, 20, 30, 900), .highatomic = 4 },
		{ ZONE("Normal", 40000, 2000, 3000, 900000) },
		{ 0 },
	};
	struct machine machine;

	machine_make(&machine, rows, 0xd1, 0);
	is_str(told(&machine.report),
	       "The DMA zone was used up, from which some devices' buffers "
	       "must come\n"
	       "Somebody asked for one page (gfp_mask lost).\n"
	       "DMA has 16 kB free, no more than its min of 20 kB: line 9\n",
	       "DMA");
}

static void test_nodes(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("Normal", 10, 20, 30, 900), .node = 1 },
		{ ZONE("Normal", 40, 20, 30, 900) },
		{ 0 },
	};
	static const struct zone_row movable[] = { { ZONE("Movable", 10, 20, 30, 900) },
						   { 0 } };
	struct machine machine;

	machine_make(&machine, rows, 0xcc0, 0);
	machine.report.constraint = OOM_CONSTRAINT_CPUSET;
	machine.report.cpuset = "/batch";
	machine.report.mems_allowed = "0-1";
	machine.report.totals.free = 70000;
	machine.report.totals.line = 7;
	is_str(told(&machine.report),
	       "The nodes that a cpuset allows had no memory for the request\n"
	       "Somebody asked for one page (gfp_mask lost).\n"
	       "The cpuset /batch allows memory of node 0-1 only.\n"
	       "Normal of node 0 has 40 kB free, above its min of 20 kB: line "
	       "10\n"
	       "Normal of node 1 has 10 kB free, below its min of 20 kB: line "
	       "9\n"
	       "Other nodes have 68 MiB free: line 7\n",
	       "a cpuset");
	machine_make(&machine, movable, 0xcc0, 0);
	machine.report.constraint = OOM_CONSTRAINT_MEMPOLICY;
	machine.report.nodemask = "1";
	machine.report.totals.free = 10;
	is_str(told(&machine.report),
	       "The nodes that a memory policy allows had no memory left\n"
	       "Somebody asked for one page (gfp_mask lost).\n"
	       "The memory policy allows node 1 only.\n"
	       "That has a Movable zone only, which is not for the kernel's "
	       "own requests: line 9\n",
	       "a policy");
}

static void test_unknown(void)
{
	static const struct zone_row fine[] = { { ZONE("Normal", 90, 20, 30, 900) },
						{ 0 } };
	static const struct zone_row none[1] = { 0 };
	struct machine machine;

	machine_make(&machine, fine, 0, 0);
	machine.report.line = 4;
	is_str(told(&machine.report),
	       "Nothing was short any more when the report was printed\n"
	       "Somebody could not be given a page that it touched; the "
	       "report before this one may tell why: line 4\n"
	       "Normal has 90 kB free, above its min of 20 kB: line 9\n",
	       "a page fault");
	machine_make(&machine, fine, 0xcc0, -1);
	is_str(told(&machine.report),
	       "Somebody called the OOM killer by hand (SysRq-f): nothing was "
	       "short\n"
	       "Normal has 90 kB free, above its min of 20 kB: line 9\n",
	       "by hand");
	machine_make(&machine, none, -1, 0);
	is_str(told(&machine.report),
	       "The log has too little of the report to tell why\n"
	       "Somebody asked for one page (gfp_mask lost).\n",
	       "nothing");
}

static void test_memory(void)
{
	struct oom_verdict verdict;
	struct findings findings;
	struct story story;
	int r = -ENOMEM;

	story_lowmem(&story);
	findings_make(&story.machine.report, &findings);
	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		verdict = (struct oom_verdict){ 0 };
		r = facts_make(arena, &findings, &verdict);
	}
	is_int(r, 0, "succeeds once there is memory enough");
}

/* What is too much is left out, and nothing is written behind the end. */
static void test_most(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);
	struct oom_verdict verdict = { .facts_len = OOM_FACTS_MOST - 1 };
	struct findings findings;
	struct story story;

	story_lowmem(&story);
	findings_make(&story.machine.report, &findings);
	is_int(facts_make(arena, &findings, &verdict), 0, "too many");
	is_int((long long)verdict.facts_len, OOM_FACTS_MOST,
	       "as many as there is room for");
	ok(strstr(verdict.facts[OOM_FACTS_MOST - 1], "asked for one page"),
	   "the first of them");
}

int main(void)
{
	room = arena_new((size_t)1 << 20);
	test_lowmem();
	test_memcg();
	test_panic();
	test_leak();
	test_kept();
	test_movable();
	test_pieces();
	test_dma();
	test_nodes();
	test_unknown();
	test_memory();
	test_most();
	arena_free(room);
	return done();
}
