/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* OOM reports, with verdicts as they might be, and how they are shown. */

#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "render/view_diagnose.h"
#include "tap.h"

#define ARENA ((size_t)16 * 1024 * 1024)

/* A report of which nothing is told. */
__attribute__((unused)) static struct oom_report untold(void)
{
	return (struct oom_report){
		.file = "messages",
		.line = 9,
		.last_line = 9,
		.time = -1,
		.trigger_pid = -1,
		.gfp_mask = -1,
		.order = OOM_UNTOLD,
		.trigger_adj = OOM_UNTOLD,
		.memcg = { .usage = -1,
			   .limit = -1,
			   .swap_usage = -1,
			   .swap_limit = -1,
			   .kmem_usage = -1,
			   .kmem_limit = -1,
			   .anon = -1,
			   .file = -1,
			   .shmem = -1,
			   .kernel = -1 },
		.page_kib = 4,
		.totals = { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
			    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0,	0,  0 },
		.sums = { .rss_kib = -1, .swap_kib = -1, .pgtables_kib = -1 },
		.chosen_pid = -1,
		.chosen_uid = -1,
		.chosen_score = -1,
	};
}

__attribute__((unused)) static struct oom_finding header(void)
{
	return (struct oom_finding){
		.report = untold(),
		.verdict = { .certainty = OOM_GUESSED,
			     .headline = "The OOM killer came, and no more is told.",
			     .fragmented = -1,
			     .highmem_free_kib = -1,
			     .hidden_free_kib = -1 },
	};
}

static struct oom_zone zones[] = {
	{ .zone = { .name = "DMA",
		    .free_kib = 3852,
		    .min_kib = 760,
		    .low_kib = 948,
		    .high_kib = 1136,
		    .managed_kib = 15360,
		    .reserve_kib = { 0, 2920, 15784, 15784 },
		    .classes = 4 },
	  .highatomic_kib = -1,
	  .all_unreclaimable = 1,
	  .line = 31 },
	{ .zone = { .name = "Normal",
		    .free_kib = 1340,
		    .min_kib = 3756,
		    .low_kib = 4692,
		    .high_kib = 5632,
		    .managed_kib = 751888,
		    .reserve_kib = { 0, 0, 25904, 25904 },
		    .classes = 4,
		    .free_blocks = { 1, 1, 1 },
		    .orders = 3 },
	  .highatomic_kib = 0,
	  .all_unreclaimable = 0,
	  .line = 33 },
	{ .zone = { .name = "HighMem",
		    .free_kib = 1677721,
		    .min_kib = 512,
		    .low_kib = 41388,
		    .high_kib = 82264,
		    .managed_kib = 3293064,
		    .classes = 4 },
	  .highatomic_kib = -1,
	  .all_unreclaimable = -1,
	  .line = 35 },
	{ .zone = { .name = "Movable" }, .highatomic_kib = -1, .all_unreclaimable = -1 },
};

static struct oom_kill killed[] = {
	{ .pid = 4071,
	  .uid = 27,
	  .comm = "mysqld",
	  .total_vm_kib = -1,
	  .anon_rss_kib = 65584,
	  .file_rss_kib = 0,
	  .shmem_rss_kib = -1,
	  .pgtables_kib = -1,
	  .oom_score_adj = -5,
	  .line = 80 },
};

static struct oom_task tasks[] = {
	{ .pid = 1,
	  .tgid = 1,
	  .uid = 0,
	  .rss_kib = 60,
	  .swap_kib = -1,
	  .oom_score_adj = 0,
	  .name = "init" },
	{ .pid = 4071,
	  .tgid = 4071,
	  .uid = 27,
	  .rss_kib = 65584,
	  .swap_kib = 1024,
	  .oom_score_adj = -5,
	  .name = "mysqld" },
	{ .pid = 7,
	  .tgid = 7,
	  .uid = -1,
	  .rss_kib = -1,
	  .swap_kib = -1,
	  .oom_score_adj = OOM_UNTOLD,
	  .name = "(sd-pam)" },
	{ .pid = 9,
	  .tgid = 9,
	  .uid = 0,
	  .rss_kib = 60,
	  .swap_kib = 0,
	  .oom_score_adj = 0,
	  .name = "tmux: server" },
};

static const char *below[] = { "Normal" };

__attribute__((unused)) static struct oom_finding lowmem(void)
{
	struct oom_finding finding = header();
	struct oom_report *report = &finding.report;

	report->last_line = 80;
	report->when = "Jun 10 13:33:11";
	report->time = 1749562391;
	report->has_header = true;
	report->trigger_comm = "mailqueue";
	report->trigger_pid = 112;
	report->kernel = "6.1.0-50-686-pae";
	report->gfp_text = "0x40cc0(GFP_KERNEL|__GFP_COMP)";
	report->gfp_mask = 0x40cc0;
	report->order = 2;
	report->constraint = OOM_CONSTRAINT_NONE;
	report->zones = (struct oom_zones){ zones, 4, 4 };
	report->totals.ram = 4060312;
	report->totals.free = 1682913;
	report->totals.swap_total = 0;
	report->totals.swap_free = 0;
	report->tasks = (struct oom_tasks){ tasks, 4, 4 };
	report->sums = (struct oom_sums){
		.processes = 4,
		.rss_kib = 65704,
		.swap_kib = 1024,
		.pgtables_kib = -1,
		.users = { { "mysqld", 1, 65584 }, { "init", 2, 120 } },
		.most = { "init", 2, 120 },
	};
	report->kills = (struct oom_kills){ killed, 1, 1 };
	report->ending = OOM_ENDING_KILLED;
	finding.verdict = (struct oom_verdict){
		.cause = OOM_CAUSE_LOWMEM,
		.certainty = OOM_CERTAIN,
		.headline = "Low memory was used up while 1.6 GiB of HighMem were free.",
		.facts = { "Normal has 1340 kB free, below min 3756 kB; HighMem has 1.6 "
			   "GB free: line 33",
			   "mysqld was killed, and mailqueue had asked: mysqld may well "
			   "be innocent" },
		.facts_len = 2,
		.advice = { { NULL, NULL, "A 64-bit kernel cures it." },
			    { "lower_zone_protection", "250",
			      "Keep a part of low memory from requests that HighMem can "
			      "serve." },
			    { "vm.vfs_cache_pressure", "150",
			      "Set vm.vfs_cache_pressure to 150." } },
		.advice_len = 3,
		.lowmem_exhausted = true,
		.fragmented = 0,
		.watermarks = true,
		.below_min = below,
		.below_min_len = 1,
		.highmem_free_kib = 1677721,
		.hidden_free_kib = -1,
	};
	return finding;
}

static struct oom_kill group_kills[] = {
	{ .pid = 20, .uid = -1, .comm = "webapp", .anon_rss_kib = 65536, .line = 3 },
	{ .pid = 21, .uid = -1, .comm = "helper", .line = 4 },
	{ .pid = 20, .uid = -1, .comm = "webapp", .line = 5 },
	{ .pid = 22, .uid = -1, .comm = "log", .line = 6 },
};

__attribute__((unused)) static struct oom_finding memcg(void)
{
	struct oom_finding finding = header();
	struct oom_report *report = &finding.report;

	for (size_t i = 0; i < 4; i++) {
		group_kills[i].file_rss_kib = group_kills[i].shmem_rss_kib = -1;
		group_kills[i].total_vm_kib = group_kills[i].pgtables_kib = -1;
		group_kills[i].oom_score_adj = OOM_UNTOLD;
	}
	report->has_header = true;
	report->trigger_comm = "webapp";
	report->trigger_pid = 20;
	report->gfp_mask = 0xcc0;
	report->order = 0;
	report->constraint = OOM_CONSTRAINT_MEMCG;
	report->is_memcg = true;
	report->memcg.path = "/shop";
	report->memcg.victim_path = "/shop/web";
	report->memcg.usage = report->memcg.limit = 65536;
	report->zones = (struct oom_zones){ zones, 4, 4 };
	report->kills = (struct oom_kills){ group_kills, 4, 4 };
	report->group_kill = true;
	report->ending = OOM_ENDING_KILLED;
	finding.verdict.cause = OOM_CAUSE_MEMCG;
	finding.verdict.certainty = OOM_LIKELY;
	finding.verdict.headline = "The group /shop was at its limit of 64 MiB.";
	return finding;
}

__attribute__((unused)) static struct oom_finding panic(void)
{
	struct oom_finding finding = header();
	struct oom_report *report = &finding.report;

	report->trigger_comm = "init";
	report->chosen_pid = 3;
	report->chosen_score = 900;
	report->order = -1;
	report->ending = OOM_ENDING_NOTHING_TO_KILL;
	report->panic = "System is deadlocked on memory";
	finding.verdict.cause = OOM_CAUSE_GLOBAL;
	finding.verdict.headline = "All memory was used up, and nobody could be killed.";
	return finding;
}

/* What @view shows, by an arena of its own. */
__attribute__((unused)) static const char *show_as(struct capture *got,
						   struct diagnose_view view,
						   unsigned width, bool color, bool json)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);

	view.arena = arena;
	is_int(view_diagnose(&view, capture(got, width, color), json), 0, "is shown");
	return captured(got);
}
