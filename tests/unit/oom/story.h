/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Reports with all that makes a story of them. */

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "machine.h"
#include "oom/cause.h"

struct story {
	struct machine machine;
	struct oom_kill kills[3];
};

__attribute__((unused)) static struct oom_kill
victim(int64_t pid, const char *comm, int64_t anon_kib, int adj, uint64_t line)
{
	return (struct oom_kill){
		pid, 0, comm, anon_kib * 2, anon_kib, 0, 0, 8, adj, line
	};
}

/* A 32-bit server: slab has low memory, HighMem is free. */
__attribute__((unused)) static void story_lowmem(struct story *story)
{
	static const struct zone_row rows[] = {
		{ ZONE("DMA", 3400, 60, 100, 16000), .reserve = { 0, 3400, 3600 },
		  .classes = 3 },
		{ ZONE("Normal", 1340, 3756, 5600, 880000), .managed = 860000,
		  .lru = 4096 },
		{ ZONE("HighMem", 1600000, 512, 900, 3200000), .lru = 900, .file = 800 },
		{ 0 },
	};
	struct oom_report *report = &story->machine.report;

	machine_make(&story->machine, rows, 0xd0, 0);
	report->line = 1;
	report->trigger_comm = "mailqueue";
	report->gfp_text = "0xd0(GFP_KERNEL)";
	report->totals.line = 7;
	report->totals.slab = 640000;
	report->totals.slab_reclaimable = 600000;
	report->totals.pagetables = 10000;
	report->totals.kernel_stack = 64000;
	report->totals.swap_total = 1000000;
	report->totals.swap_free = 999000;
	report->totals.swap_line = 20;
	report->ending = OOM_ENDING_KILLED;
	story->kills[0] = victim(108, "worker", 65536, 0, 30);
	report->kills = (struct oom_kills){ story->kills, 1, 1 };
}

/* A group at its limit, on a machine with memory. */
__attribute__((unused)) static void story_memcg(struct story *story)
{
	static const struct zone_row rows[] = { { ZONE("Normal", 9000, 20, 30, 90000) },
						{ 0 } };
	struct oom_report *report = &story->machine.report;

	machine_make(&story->machine, rows, 0xcc0, 0);
	report->line = 3;
	report->trigger_comm = "python3";
	report->gfp_text = "0xcc0(GFP_KERNEL)";
	report->is_memcg = true;
	report->memcg.path = "/system.slice";
	report->memcg.victim_path = "/system.slice/web.service";
	report->memcg.usage = report->memcg.limit = 524288;
	report->memcg.swap_usage = report->memcg.swap_limit = 0;
	report->memcg.anon = 500000;
	report->memcg.file = 20000;
	report->memcg.line = 5;
	report->memcg.swap_line = 6;
	report->ending = OOM_ENDING_KILLED;
	report->group_kill = true;
	story->kills[0] = victim(11, "python3", 300000, 200, 40);
	story->kills[1] = victim(12, "sh", 100, 0, 41);
	report->kills = (struct oom_kills){ story->kills, 2, 2 };
}

/* A machine without swap, that is to panic. */
__attribute__((unused)) static void story_panic(struct story *story)
{
	static const struct zone_row rows[] = {
		{ ZONE("DMA32", 3000, 3100, 4000, 900000), .reserve = { 0, 0, 500 },
		  .classes = 3 },
		{ ZONE("Normal", 4000, 4100, 6000, 1100000) },
		{ 0 },
	};
	struct oom_report *report = &story->machine.report;
	struct oom_sums *sums = &report->sums;

	machine_make(&story->machine, rows, 0x100cca, 1);
	report->line = 2;
	report->trigger_comm = "java";
	report->gfp_text = "0x100cca(GFP_HIGHUSER_MOVABLE)";
	report->totals.line = 7;
	report->totals.swap_total = report->totals.swap_free = 0;
	report->totals.swap_line = 21;
	report->totals.ram = 2050000;
	report->totals.reserved = 50000;
	report->totals.shmem = 600000;
	sums->processes = 30;
	sums->rss_kib = 1300000;
	sums->users[0] = sums->most = (struct oom_user){ "java", 2, 1100000 };
	report->ending = OOM_ENDING_PANIC;
	report->ending_line = 50;
	report->panic = "Kernel panic - not syncing: Out of memory";
}
