/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "oom/counsel.h"

#include "story.h"

static struct arena *room;

/* What is advised, a line each: "knob value: text", "-" for what is none. */
static const char *told(const struct oom_report *report)
{
	struct oom_verdict verdict = { 0 };
	struct findings findings;
	const char *text = "";

	findings_make(report, &findings);
	if (counsel_make(room, &findings, &verdict) < 0)
		return NULL;
	for (size_t i = 0; text && i < verdict.advice_len; i++) {
		const struct oom_advice *advice = &verdict.advice[i];

		text = arena_printf(room, "%s%s %s: %s\n", text,
				    advice->knob ? advice->knob : "-",
				    advice->value ? advice->value : "-", advice->text);
	}
	return text;
}

/* The knobs alone, with their values. */
static const char *knobs(const struct oom_report *report)
{
	struct oom_verdict verdict = { 0 };
	struct findings findings;
	const char *text = "";

	findings_make(report, &findings);
	if (counsel_make(room, &findings, &verdict) < 0)
		return NULL;
	for (size_t i = 0; text && i < verdict.advice_len; i++) {
		const struct oom_advice *advice = &verdict.advice[i];

		text = arena_printf(room, "%s%s%s%s%s", text, i > 0 ? ", " : "",
				    advice->knob ? advice->knob : "-",
				    advice->value ? "=" : "",
				    advice->value ? advice->value : "");
	}
	return text;
}

/* What the setting that keeps processes out of low memory is said to bring. */
static void test_protection(void)
{
	struct story story;
	struct zone *normal = &story.machine.zones[1].zone;

	story_lowmem(&story);
	normal->lru_kib = normal->managed_kib / 4;
	ok(strstr(told(&story.machine.report),
		  "later). It helps here: processes and files had 210 MiB of low memory, where "
		  "HighMem would have done.\n"),
	   "processes in low memory");
	normal->lru_kib--;
	ok(strstr(told(&story.machine.report), "of which there were few"), "hardly any");
	normal->lru_kib = -1;
	ok(strstr(told(&story.machine.report), ", not against the kernel's own data.\n"),
	   "nobody knows");
}

static void test_golden(void)
{
	struct story story;

	story_lowmem(&story);
	is_str(told(&story.machine.report),
	       "- -: Run a 64-bit kernel: there all memory is low memory. "
	       "That is the cure; 32-bit programs run on it as they are.\n"
	       "- -: Where that cannot be, a kernel with more low memory "
	       "helps: hugemem (Red Hat Enterprise Linux 3 and 4), or one "
	       "built with another split of addresses.\n"
	       "lower_zone_protection 250: Keep more low memory from requests "
	       "that could use HighMem (vm.lower_zone_protection up to "
	       "2.6.11, vm.lowmem_reserve_ratio later). It helps against "
	       "processes in low memory, of which there were few: what the "
	       "kernel's own data takes, no setting gives back.\n"
	       "vm.min_free_kbytes 8M: Let the kernel begin earlier to make "
	       "room, so that more is free when many requests come at once.\n"
	       "vm.vfs_cache_pressure 200: Give back caches of inodes and "
	       "dentries sooner: they lie in low memory.\n"
	       "drop_caches -: 'lowmemctl drop-caches --mode slab' gives "
	       "relief at once, and shows whether it is such caches at all.\n"
	       "oom_kill -: Switching the OOM killer off (vm.oom-kill, Red "
	       "Hat Enterprise Linux 3 and 4 only) frees nothing: the host "
	       "may hang instead.\n",
	       "lowmem");
	story_memcg(&story);
	is_str(told(&story.machine.report),
	       "- -: Raise the limit of /system.slice, or have its programs "
	       "use less: no setting of the host changes this, and other "
	       "groups were not touched.\n"
	       "- -: Set memory.high (MemoryHigh=, control groups of version 2) "
	       "below the limit: the group is then slowed down, and somebody "
	       "can see it, before it is killed in.\n"
	       "- -: Allow it some swap (memory.swap.max, MemorySwapMax=): a "
	       "peak then costs time instead of a process.\n",
	       "memcg");
	story_panic(&story);
	is_str(told(&story.machine.report),
	       "- -: Add swap, or zram: without any, memory that nobody uses "
	       "cannot make room.\n"
	       "- -: Put java into a group with a limit (MemoryMax=, "
	       "MemoryHigh=): then it is that group's matter, and not the "
	       "host's.\n"
	       "- -: Say in a profile who is to go first and who last "
	       "('processes:', oom_score_adj); 'lowmemctl victims' shows what "
	       "that would do.\n"
	       "vm.overcommit_memory -: Refuse memory that is not there (2) "
	       "instead of killing for it later; programs must be able to "
	       "bear that. Try it with --trial.\n"
	       "vm.panic_on_oom -: The panic was asked for. 0 has the kernel "
	       "kill a process instead.\n",
	       "panic");
}

static void test_lowmem(void)
{
	struct story story;

	story_lowmem(&story);
	story.machine.zones[1].zone.min_kib = 40960;
	story.machine.report.totals.slab = story.machine.report.totals.slab_reclaimable =
		-1;
	is_str(knobs(&story.machine.report),
	       "-, -, lower_zone_protection=250, vm.vfs_cache_pressure=200, drop_caches, oom_kill",
	       "much is kept already");
	ok(strstr(told(&story.machine.report),
		  "as far as they are what fills low memory"),
	   "what the slab has is not known");
	story.machine.report.totals.slab = story.machine.zones[1].zone.managed_kib / 10;
	ok(strstr(told(&story.machine.report), "they lie in low memory"), "a tenth");
	story.machine.report.totals.slab--;
	is_str(knobs(&story.machine.report),
	       "-, -, lower_zone_protection=250, -, oom_kill", "hardly any slab");
	ok(strstr(told(&story.machine.report), "Find the driver that has"),
	   "somebody else has it");
	story.machine.zones[1].zone.cma_kib = 1000;
	ok(strstr(told(&story.machine.report), "they lie in low memory"),
	   "of what is not for devices, a tenth");
	story.machine.zones[1].zone.managed_kib = -1;
	story.machine.report.totals.slab = 0;
	ok(!strstr(told(&story.machine.report), "Find the driver that has"),
	   "of how much, nobody knows");
}

/* What is free, and kept for a while, or for others. */
static void test_kept(void)
{
	struct zone_row rows[] = { { ZONE("Normal", 900, 100, 200, 90000) }, { 0 } };
	struct machine machine;

	machine_make(&machine, rows, 0xcc0, 0);
	ok(!strstr(told(&machine.report), "watermark"), "nothing is kept");
	rows[0].cma = 850;
	machine_make(&machine, rows, 0xcc0, 0);
	is_str(knobs(&machine.report), "-, -, vm.overcommit_memory", "CMA");
	ok(strstr(told(&machine.report), "Set less memory aside for devices"),
	   "by its own means");
	rows[0].boost = 60;
	machine_make(&machine, rows, 0xcc0, 0);
	is_str(knobs(&machine.report),
	       "-, vm.watermark_boost_factor=0, -, vm.overcommit_memory", "and a boost");
	machine.zones[0].zone.name[0] = 'M';
	ok(!strstr(told(&machine.report), "Set less memory aside"), "of another zone");
}

static void test_movable(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("Normal", 10, 20, 30, 900) },
		{ ZONE("Movable", 40, 20, 30, 900) },
		{ 0 },
	};
	struct machine machine;

	machine_make(&machine, rows, 0xcc0, 0);
	is_str(knobs(&machine.report), "-, -, vm.overcommit_memory", "Movable");
	ok(strstr(told(&machine.report), "Let the kernel have more of the memory"),
	   "is out of the kernel's reach");
}

static void test_memcg(void)
{
	struct story story;

	story_memcg(&story);
	story.machine.report.memcg.swap_limit = 100;
	is_str(knobs(&story.machine.report), "-, -", "a group with swap");
	story.machine.report.memcg.shmem = 10001;
	ok(strstr(told(&story.machine.report), "Give its tmpfs a size"), "a tmpfs");
	story.machine.report.memcg.shmem = 10000;
	ok(!strstr(told(&story.machine.report), "Give its tmpfs a size"),
	   "a smaller one");
	ok(!strstr(told(&story.machine.report), "process 1"), "who was killed");
	story.kills[1].pid = 1;
	ok(strstr(told(&story.machine.report), "Keep process 1 out"), "was process 1");
	story.machine.report.memcg.dirty = story.machine.report.memcg.usage / 4;
	ok(strstr(told(&story.machine.report), "Write less at once"), "not written yet");
	story.machine.report.memcg.dirty--;
	ok(!strstr(told(&story.machine.report), "Write less at once"), "hardly any");
	story.machine.report.memcg.path = NULL;
	ok(strstr(told(&story.machine.report), "Raise the limit of the group, "),
	   "which, nobody knows");
}

/* Twice what is kept, where that is more, and no loss. */
static void test_min(void)
{
	static const struct {
		int64_t min, managed;
		const char *value; /* NULL: none */
	} rows[] = {
		{ 2000, 800000, "8M" },	   { 6553, 800000, "12M" },
		{ 6553, 120000, NULL },	   { 20000, 8000000, "39M" },
		{ 40000, 8000000, "64M" }, { 52429, 8000000, NULL },
		{ 52428, 8000000, "64M" }, { 819, 30720, "1M" },
		{ 820, 30720, NULL },	   { 500, 20000, NULL },
		{ 0, 8000000, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct zone_row zones[] = {
			{ ZONE("Normal", 90000, rows[i].min, rows[i].min + 9,
			       rows[i].managed),
			  .blocks = { 900 }, .orders = 11 },
			{ ZONE("Movable", 90000, 50000, 50009, 9000000) },
			{ 0 },
		};
		struct machine machine;
		char want[128];

		machine_make(&machine, zones, 0xcc0, 3);
		machine.report.kernel = "5.10.0";
		(void)snprintf(want, sizeof(want),
			       "%s%s%svm.compaction_proactiveness=40, "
			       "vm.compact_memory, -",
			       rows[i].value ? "vm.min_free_kbytes=" : "",
			       rows[i].value ? rows[i].value : "",
			       rows[i].value ? ", " : "");
		is_str(knobs(&machine.report), want, "min %lld of %lld",
		       (long long)rows[i].min, (long long)rows[i].managed);
	}
}

static void test_pieces(void)
{
	static const struct zone_row rows[] = {
		{ ZONE("Normal", 90000, 4000, 6000, 800000), .blocks = { 900 },
		  .orders = 11 },
		{ ZONE("HighMem", 9000, 4000, 6000, 800000) },
		{ 0 },
	};
	struct machine machine;

	machine_make(&machine, rows, 0xd0, 3);
	is_str(knobs(&machine.report),
	       "-, vm.min_free_kbytes=8M, vm.compaction_proactiveness=40, vm.compact_memory, -",
	       "pieces of a 32-bit machine");
}

static void test_others(void)
{
	static const struct zone_row dma[] = { { ZONE("DMA", 20, 20, 30, 900) },
					       { ZONE("Normal", 99, 20, 30, 900) },
					       { 0 } };
	static const struct zone_row fine[] = { { ZONE("Normal", 90, 20, 30, 900) },
						{ 0 } };
	static const struct zone_row none[1] = { 0 };
	struct machine machine;

	machine_make(&machine, dma, 0xd1, 0);
	is_str(knobs(&machine.report), "vm.lowmem_reserve_ratio, -", "DMA");
	machine.report.constraint = OOM_CONSTRAINT_CPUSET;
	is_str(knobs(&machine.report), "-, vm.zone_reclaim_mode=0", "a cpuset");
	ok(strstr(told(&machine.report), "cpuset.mems"), "by its own means");
	machine.report.constraint = OOM_CONSTRAINT_MEMPOLICY;
	ok(strstr(told(&machine.report), "--preferred"), "a policy");
	machine_make(&machine, fine, 0xcc0, -1);
	is_str(knobs(&machine.report), "", "by hand");
	machine_make(&machine, fine, 0xcc0, 0);
	is_str(knobs(&machine.report), "", "a report that was cut");
	machine.report.ending = OOM_ENDING_KILLED;
	is_str(knobs(&machine.report), "vm.oom_dump_tasks=1",
	       "a whole one, without tasks");
	machine.report.sums.processes = 1;
	is_str(knobs(&machine.report), "", "and the tasks are there");
	machine_make(&machine, none, 0xcc0, 0);
	is_str(knobs(&machine.report), "-", "a header alone");
	machine.report.gfp_mask = 0;
	ok(strstr(told(&machine.report), "a limit of kernel memory"), "a page fault");
	machine.report.has_header = false;
	is_str(knobs(&machine.report), "-", "a kill alone");
	machine.report.ending = OOM_ENDING_NOTHING_TO_KILL;
	ok(strstr(told(&machine.report), "while the kernel starts"), "nobody to kill");
	machine.report.sums.processes = 1;
	ok(strstr(told(&machine.report), "to kill: too many processes"),
	   "nobody who may be");
	machine.report.ending = OOM_ENDING_DISABLED;
	ok(!strstr(told(&machine.report), "panic"), "no panic");
}

static void test_global(void)
{
	static const char behind[] = "-, vm.overcommit_memory";
	struct story story;
	struct oom_report *report = &story.machine.report;
	char want[128];

	story_panic(&story);
	report->ending = OOM_ENDING_KILLED;
	(void)snprintf(want, sizeof(want), "-, -, %s", behind);
	is_str(knobs(report), want, "without swap");
	report->totals.swap_total = 500000;
	report->totals.swap_free = 500;
	is_str(knobs(report), want, "swap full");
	ok(strstr(told(report), "More swap only puts it off"), "is no cure");
	report->totals.swap_free = 400000;
	(void)snprintf(want, sizeof(want), "vm.swappiness=60, -, %s", behind);
	is_str(knobs(report), want, "swap free");
	report->totals.active_anon = 100000;
	report->totals.inactive_anon = 99999;
	(void)snprintf(want, sizeof(want), "-, %s", behind);
	is_str(knobs(report), want, "swap free, and nothing to put there");
	report->totals.inactive_anon = 100000;
	ok(strstr(told(report), "Swap was free"), "a tenth of memory");
	ok(strstr(told(report), "Put java into a group"), "the largest");
	report->totals.inactive_file = report->totals.active_file = 0;
	report->totals.unevictable = 0;
	report->totals.free = 700000;
	report->totals.slab = 600000;
	ok(strstr(told(report), "Find who has what is in no counter"), "a quarter");
	report->totals.free++;
	ok(!strstr(told(report), "Find who has what is in no counter"), "less");
	report->totals.active_anon = -1;
	report->sums.most = (struct oom_user){ "sh", 100, 9 };
	report->sums.processes = 199;
	ok(strstr(told(report), "Limit how many processes sh may have"), "a storm");
	report->sums.processes = 200;
	ok(strstr(told(report), "Put java into a group"), "no storm");
	report->sums = (struct oom_sums){ 0 };
	report->totals.swap_free = report->totals.swap_total = -1;
	is_str(knobs(report), behind, "nothing is told");
	report->slab_table = true;
	report->totals.slab_unreclaimable = 500000;
	ok(strstr(told(report), "slabtop"), "slab");
}

static int make(size_t limit, const struct oom_report *report)
{
	cleanup(arena_freep) struct arena *arena = arena_new(limit);
	struct oom_verdict verdict = { 0 };
	struct findings findings;

	findings_make(report, &findings);
	return counsel_make(arena, &findings, &verdict);
}

static void test_memory(void)
{
	struct story stories[3];

	story_lowmem(&stories[0]);
	story_memcg(&stories[1]);
	story_panic(&stories[2]);
	for (size_t i = 0; i < 3; i++) {
		int r = -ENOMEM;
		size_t limit = 0;

		for (; r == -ENOMEM && limit < 1 << 14; limit += 8)
			r = make(limit, &stories[i].machine.report);
		is_int(r, 0, "succeeds once there is memory enough");
		ok(limit > 8, "and not before");
	}
}

/* What the kernel itself holds, and files that wait for a disk. */
static void test_not_processes(void)
{
	struct story story;
	struct oom_totals *totals = &story.machine.report.totals;

	story_panic(&story);
	totals->slab_unreclaimable = 499000;
	ok(!strstr(told(&story.machine.report), "slabtop"), "a part of slab");
	totals->slab_unreclaimable = 500000;
	ok(strstr(told(&story.machine.report), "slabtop"), "a quarter is worth a word");
	ok(strstr(told(&story.machine.report), "vm.overcommit_memory"),
	   "and processes are, too");
	totals->slab_unreclaimable = 1000000;
	ok(strstr(told(&story.machine.report), "slabtop"), "half of memory");
	ok(!strstr(told(&story.machine.report), "vm.overcommit_memory") &&
		   !strstr(told(&story.machine.report), "who is to go first"),
	   "no process can give that back");
	story_panic(&story);
	totals->dirty = 400000;
	ok(strstr(told(&story.machine.report), "vm.dirty_ratio 10: Have whoever writes"),
	   "files that are not written yet");
	totals->dirty = 399999;
	ok(!strstr(told(&story.machine.report), "vm.dirty_ratio"), "fewer of them");
}

static void test_versions(void)
{
	struct story story;
	struct oom_report *report = &story.machine.report;

	story_memcg(&story);
	report->memcg.is_v1 = true;
	ok(strstr(told(report), "version 1, of which this log is, has no such mark"),
	   "a knob that is not there");
	ok(!strstr(told(report), "Set memory.high"), "is not advised");
}

static void test_devices(void)
{
	static const struct zone_row rows[] = { { ZONE("DMA32", 10, 20, 30, 900) },
						{ ZONE("Normal", 4000, 20, 30, 9000) },
						{ 0 } };
	struct machine machine;

	machine_make(&machine, rows, 0xd4, 0);
	ok(strstr(told(&machine.report), "vm.lowmem_reserve_ratio -: Lower the second"),
	   "below 4 GiB");
}

/* Kernels that have no list of processes to be asked for. */
static void test_lists(void)
{
	static const struct zone_row rows[] = { { ZONE("Normal", 4000, 20, 30, 9000) },
						{ 0 } };
	struct machine machine;

	machine_make(&machine, rows, 0xd0, 0);
	machine.report.ending = OOM_ENDING_KILLED;
	is_str(knobs(&machine.report), "vm.oom_dump_tasks=1", "may have it");
	machine.report.totals.active = 1;
	is_str(knobs(&machine.report), "", "does not");
	machine.report.kernel = "2.6.25";
	is_str(knobs(&machine.report), "vm.oom_dump_tasks=1", "has it");
}

int main(void)
{
	room = arena_new((size_t)1 << 20);
	test_golden();
	test_protection();
	test_lowmem();
	test_kept();
	test_movable();
	test_memcg();
	test_min();
	test_pieces();
	test_others();
	test_global();
	test_memory();
	test_not_processes();
	test_versions();
	test_devices();
	test_lists();
	arena_free(room);
	return done();
}
