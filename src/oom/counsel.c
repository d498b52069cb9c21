/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/counsel.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/kib.h"

#define MIB	  INT64_C(1024)
#define LEAST_MIN (INT64_C(8) * MIB) /* KiB of vm.min_free_kbytes */
#define MOST_MIN  (INT64_C(64) * MIB)
#define SOME_PART 10 /* what is less than this part of memory is not what fills it */
#define MUCH_PART 4

struct counselling {
	struct arena *arena;
	const struct findings *findings;
	const struct oom_report *report;
	struct oom_verdict *verdict;
	int error;
};

static void advise(struct counselling *counselling, const char *knob, const char *value,
		   const char *text)
{
	struct oom_verdict *verdict = counselling->verdict;

	if (!text)
		counselling->error = -ENOMEM;
	else if (verdict->advice_len < OOM_ADVICE_MOST)
		verdict->advice[verdict->advice_len++] =
			(struct oom_advice){ knob, value, text };
}

/* Low memory: what its zones keep now, and all of it. */
static void sum_up(const struct oom_report *report, int64_t *ret_min, int64_t *ret_all)
{
	*ret_min = *ret_all = 0;
	for (size_t i = 0; i < report->zones.len; i++) {
		const struct zone *zone = &report->zones.items[i].zone;

		if (zone_rank(zone->name) > ZONE_RANK_NORMAL)
			continue;
		*ret_min += zone->min_kib > 0 ? zone->min_kib : 0;
		*ret_all += zone->managed_kib > 0 ? zone->managed_kib : 0;
	}
}

/* Twice what is kept, within reason, in MiB; 0 where that is no more than now, or a loss. */
static int64_t better_min(const struct oom_report *report)
{
	int64_t now, all, wanted;

	sum_up(report, &now, &all);
	wanted = 2 * now;
	wanted = wanted < LEAST_MIN ? LEAST_MIN : wanted;
	wanted = wanted > MOST_MIN ? MOST_MIN : wanted;
	/* Of a small machine it must not take more than a 20th. */
	wanted = wanted > all / 20 ? all / 20 : wanted;
	wanted -= wanted % MIB;
	return now <= 0 || wanted <= now + now / 4 ? 0 : wanted / MIB;
}

static void advise_min(struct counselling *counselling, const char *why)
{
	int64_t mib = better_min(counselling->report);
	const char *value;

	if (mib == 0)
		return;
	value = arena_printf(counselling->arena, "%lldM", (long long)mib);
	advise(counselling, "vm.min_free_kbytes", value, value ? why : NULL);
}

/* Whether it helps is in the figures: of the kernel's own data nothing goes to HighMem. */
static const char *why_protect(struct counselling *counselling)
{
	const char *what =
		"Keep more low memory from requests that could use HighMem "
		"(vm.lower_zone_protection up to 2.6.11, vm.lowmem_reserve_ratio "
		"later).";
	int64_t held = findings_held_kib(counselling->findings);
	char text[KIB_TEXT];

	if (held > 0)
		return arena_printf(counselling->arena,
				    "%s It helps here: processes and files had %s of low "
				    "memory, where HighMem would have done.",
				    what, kib_text((uint64_t)held, text));
	return arena_printf(
		counselling->arena, "%s It helps against processes in low memory%s", what,
		held == 0
			? ", of which there were few: what the kernel's own data takes, no "
			  "setting gives back."
			: ", not against the kernel's own data.");
}

/* What is free, and not for such requests. */
static void advise_zones(struct counselling *counselling)
{
	const struct shortage *shortage = &counselling->findings->shortage;
	bool set_aside = false, boosted = false;

	for (size_t i = 0; i < shortage->len; i++) {
		const struct supply *supply = &shortage->supplies[i];

		set_aside = set_aside || (supply->eligible && !supply->has_page &&
					  supply->cma_kib > supply->usable_kib);
		boosted = boosted || (supply->eligible && supply->boosted);
	}
	if (set_aside)
		advise(counselling, NULL, NULL,
		       "Set less memory aside for devices (cma= on the kernel's command line, or "
		       "the device tree): the kernel's own data may not lie there.");
	if (boosted)
		advise(counselling, "vm.watermark_boost_factor", "0",
		       "Do not keep more free after blocks were broken up: it was enough, but for "
		       "that.");
}

/* Are caches a part of low memory that is worth a word? Yes, where nothing is told. */
static bool is_slab(const struct counselling *counselling)
{
	const struct supply *normal = counselling->findings->normal;
	int64_t slab = counselling->report->totals.slab;

	return slab < 0 || !normal || normal->zone->zone.managed_kib < 0 ||
	       slab >= (normal->zone->zone.managed_kib - normal->cma_kib) / SOME_PART;
}

static void advise_slab(struct counselling *counselling)
{
	const struct oom_totals *totals = &counselling->report->totals;

	if (!is_slab(counselling)) {
		advise(counselling, NULL, NULL,
		       "Find the driver that has the kernel's part of low memory, which is no "
		       "cache of inodes or dentries: /proc/slabinfo and /proc/vmallocinfo show "
		       "others.");
		return;
	}
	advise(counselling, "vm.vfs_cache_pressure", "200",
	       totals->slab_reclaimable > 0 || totals->slab > 0
		       ? "Give back caches of inodes and dentries sooner: they lie in low "
			 "memory."
		       : "Give back caches of inodes and dentries sooner, as far as they are "
			 "what fills low memory.");
	advise(counselling, "drop_caches", NULL,
	       "'lowmemctl drop-caches --mode slab' gives relief at once, and shows whether it "
	       "is such caches at all.");
}

static void advise_lowmem(struct counselling *counselling)
{
	advise(counselling, NULL, NULL,
	       "Run a 64-bit kernel: there all memory is low memory. That is the cure; 32-bit "
	       "programs run on it as they are.");
	advise(counselling, NULL, NULL,
	       "Where that cannot be, a kernel with more low memory helps: hugemem (Red Hat "
	       "Enterprise Linux 3 and 4), or one built with another split of addresses.");
	advise_zones(counselling);
	advise(counselling, "lower_zone_protection", "250", why_protect(counselling));
	advise_min(
		counselling,
		"Let the kernel begin earlier to make room, so that more is free when many "
		"requests come at once.");
	advise_slab(counselling);
	advise(counselling, "oom_kill", NULL,
	       "Switching the OOM killer off (vm.oom-kill, Red Hat Enterprise Linux 3 and 4 "
	       "only) frees nothing: the host may hang instead.");
}

static void advise_dma(struct counselling *counselling)
{
	advise(counselling, "vm.lowmem_reserve_ratio", NULL,
	       counselling->findings->shortage.class == ZONE_RANK_DMA32
		       ? "Lower the second number (it is a divisor): more of the memory below 4 GiB is "
			 "then kept from requests that do not need it."
		       : "Lower the first number (it is a divisor): more of the DMA zone is then kept "
			 "from requests that do not need it.");
	advise(counselling, NULL, NULL,
	       "Find the driver that needs DMA memory, and whether a newer one does without: "
	       "kernels since 2.6.34 kill nobody for such requests.");
}

static void advise_fragmentation(struct counselling *counselling)
{
	if (counselling->findings->is_32bit)
		advise(counselling, NULL, NULL,
		       "Run a 64-bit kernel: there all memory is low memory, and blocks are easier "
		       "to be had.");
	advise_min(
		counselling,
		"Keep more free: the more is free, the more of it lies in large blocks.");
	advise(counselling, "vm.compaction_proactiveness", "40",
	       "Let the kernel put blocks together before they are asked for (5.9 and later).");
	advise(counselling, "vm.compact_memory", NULL,
	       "'lowmemctl drop-caches --compact' does so once (2.6.35 and later), and shows by "
	       "order what it brought.");
	advise(counselling, NULL, NULL,
	       "Find who asks for such blocks: a smaller MTU or ring, or a driver or module "
	       "that allocates page by page, does without them.");
}

static void advise_memcg(struct counselling *counselling)
{
	const struct oom_memcg *memcg = &counselling->report->memcg;

	advise(counselling, NULL, NULL,
	       arena_printf(
		       counselling->arena,
		       "Raise the limit of %s, or have its programs use less: no setting of "
		       "the host changes this, and other groups were not touched.",
		       memcg->path ? memcg->path : "the group"));
	advise(counselling, NULL, NULL,
	       memcg->is_v1
		       ? "Use control groups of version 2, of which memory.high (MemoryHigh=) slows "
			 "a group down below its limit, where somebody can see it: version 1, "
			 "of which this log is, has no such mark."
		       : "Set memory.high (MemoryHigh=, control groups of version 2) below the "
			 "limit: the group is then slowed down, and somebody can see it, before "
			 "it is killed in.");
	if (memcg->swap_limit == 0)
		advise(counselling, NULL, NULL,
		       "Allow it some swap (memory.swap.max, MemorySwapMax=): a peak then costs "
		       "time instead of a process.");
	if (memcg->dirty > 0 && memcg->usage > 0 &&
	    memcg->dirty >= memcg->usage / MUCH_PART)
		advise(counselling, NULL, NULL,
		       "Write less at once, or past the page cache (dd oflag=direct): what its disk "
		       "has not taken yet piles up in the group.");
	if (memcg->shmem > 0 && memcg->file > 0 && memcg->shmem > memcg->file / 2)
		advise(counselling, NULL, NULL,
		       "Give its tmpfs a size: what lies in there counts against the group and "
		       "cannot be given back.");
}

static void advise_nodes(struct counselling *counselling)
{
	if (counselling->findings->cause == OOM_CAUSE_CPUSET)
		advise(counselling, NULL, NULL,
		       "Allow the group more nodes (cpuset.mems, --cpuset-mems): memory elsewhere "
		       "was not allowed to help.");
	else
		advise(counselling, NULL, NULL,
		       "Let the program prefer its node instead of being bound to it (numactl "
		       "--preferred instead of --membind; NUMAPolicy=).");
	advise(counselling, "vm.zone_reclaim_mode", "0",
	       "Let nodes help each other out before they make room for themselves, wherever "
	       "that is allowed.");
}

/* Who has little of the machine is not who filled it. */
static bool is_much(const struct oom_report *report, uint64_t kib)
{
	int64_t all = report->totals.ram > 0 ? report->totals.ram : report->sums.rss_kib;

	return kib > 0 && kib >= (uint64_t)(all > 0 ? all : 0) / 8;
}

static void advise_users(struct counselling *counselling)
{
	const struct oom_sums *sums = &counselling->report->sums;

	if (sums->most.count >= 100 && sums->most.count * 2 > sums->processes) {
		advise(counselling, NULL, NULL,
		       arena_printf(
			       counselling->arena,
			       "Limit how many processes %s may have (TasksMax=, ulimit -u).",
			       sums->most.name));
	} else if (is_much(counselling->report, sums->users[0].rss_kib)) {
		advise(counselling, NULL, NULL,
		       arena_printf(
			       counselling->arena,
			       "Put %s into a group with a limit (MemoryMax=, MemoryHigh=): "
			       "then it is that group's matter, and not the host's.",
			       sums->users[0].name));
	}
}

/* Is there what could go to swap? Yes, where nothing is told. */
static bool is_anonymous(const struct oom_report *report)
{
	const struct oom_totals *totals = &report->totals;
	int64_t all = oom_report_total(report);

	return all < 0 || totals->active_anon < 0 || totals->inactive_anon < 0 ||
	       totals->active_anon + totals->inactive_anon >= all / SOME_PART;
}

static void advise_unwritten(struct counselling *counselling)
{
	if (findings_unwritten_kib(counselling->findings) > 0)
		advise(counselling, "vm.dirty_ratio", "10",
		       "Have whoever writes wait sooner, so that less of the memory is files that "
		       "the disk has not taken yet.");
}

/* Has the kernel itself more than half of all memory? */
static bool is_kernels(const struct counselling *counselling)
{
	const struct oom_totals *totals = &counselling->report->totals;
	int64_t all = oom_report_total(counselling->report);
	int64_t uncounted = findings_uncounted_kib(counselling->findings);

	return all > 0 &&
	       (totals->slab_unreclaimable > 0 ? totals->slab_unreclaimable : 0) +
			       (uncounted > 0 ? uncounted : 0) >=
		       all / 2;
}

static void advise_global(struct counselling *counselling)
{
	const struct findings *findings = counselling->findings;
	const struct oom_totals *totals = &counselling->report->totals;
	int64_t all = oom_report_total(counselling->report);

	if (findings->swap_none)
		advise(counselling, NULL, NULL,
		       "Add swap, or zram: without any, memory that nobody uses cannot make room.");
	else if (findings->swap_full)
		advise(counselling, NULL, NULL,
		       "More swap only puts it off: look for what grows.");
	else if (totals->swap_free > 0 && is_anonymous(counselling->report))
		advise(counselling, "vm.swappiness", "60",
		       "Swap was free: with a swappiness of 0 the kernel does not use it until it "
		       "is too late.");
	advise_zones(counselling);
	if (shortage_movable(&findings->shortage))
		advise(counselling, NULL, NULL,
		       "Let the kernel have more of the memory (kernelcore= or movablecore= on its "
		       "command line, memory_hotplug.online_policy): what it needs for itself may not "
		       "lie in Movable.");
	advise_users(counselling);
	advise_unwritten(counselling);
	if (all > 0 && findings_uncounted_kib(findings) >= all / MUCH_PART)
		advise(counselling, NULL, NULL,
		       "Find who has what is in no counter: huge pages that were set aside "
		       "(vm.nr_hugepages), a driver (/proc/vmallocinfo), the balloon of a virtual "
		       "machine.");
	if (totals->slab_unreclaimable > 0 &&
	    (counselling->report->slab_table ||
	     (all > 0 && totals->slab_unreclaimable >= all / MUCH_PART)))
		advise(counselling, NULL, NULL,
		       "The kernel's own caches have the memory: 'slabtop -s c' names the one that "
		       "grows. What leaks there a newer kernel or driver mends, and no setting.");
	/* Of what is not theirs, no process can give anything back. */
	if (is_kernels(counselling))
		return;
	advise(counselling, NULL, NULL,
	       "Say in a profile who is to go first and who last ('processes:', oom_score_adj); "
	       "'lowmemctl victims' shows what that would do.");
	advise(counselling, "vm.overcommit_memory", NULL,
	       "Refuse memory that is not there (2) instead of killing for it later; programs "
	       "must be able to bear that. Try it with --trial.");
}

static void advise_unknown(struct counselling *counselling)
{
	const struct oom_report *report = counselling->report;

	if (report->order == -1)
		return;
	if (report->has_header && report->gfp_mask == 0)
		advise(counselling, NULL, NULL,
		       "Look for a control group with a limit of kernel memory (memory.kmem.limit_in_bytes, "
		       "docker --kernel-memory): kernels before 5.16 kill on the whole host when a page "
		       "fault runs into it.");
	if (report->zones.len == 0)
		advise(counselling, NULL, NULL,
		       "Look for a whole report: the lines that grep left out, the console, dmesg, "
		       "or the log of another time.");
	advise_unwritten(counselling);
	/* Of a report that was cut, the list may have been; 2.6.24 and earlier have none, nor tell a release. */
	if (report->sums.processes == 0 && report->zones.len > 0 &&
	    (report->kernel || report->totals.active < 0) &&
	    report->ending == OOM_ENDING_KILLED)
		advise(counselling, "vm.oom_dump_tasks", "1",
		       "Have the next report list the processes (2.6.25 and later).");
}

static bool has_killed_init(const struct oom_report *report)
{
	for (size_t i = 0; i < report->kills.len; i++) {
		if (report->kills.items[i].pid == 1)
			return true;
	}
	return false;
}

static void advise_end(struct counselling *counselling)
{
	if (has_killed_init(counselling->report))
		advise(counselling, NULL, NULL,
		       "Keep process 1 out of what is killed as one (memory.oom.group): the host, or "
		       "the container, ends with it.");
	if (counselling->report->ending == OOM_ENDING_PANIC)
		advise(counselling, "vm.panic_on_oom", NULL,
		       "The panic was asked for. 0 has the kernel kill a process instead.");
	if (counselling->report->ending != OOM_ENDING_NOTHING_TO_KILL)
		return;
	advise(counselling, NULL, NULL,
	       counselling->report->sums.processes > 0
		       ? "Leave the OOM killer somebody to kill: too many processes have an "
			 "oom_score_adj of -1000."
		       : "Leave the OOM killer somebody to kill, where it is processes with an "
			 "oom_score_adj of -1000. When there is none yet, while the kernel "
			 "starts, it has too little memory for itself.");
}

int counsel_make(struct arena *arena, const struct findings *findings,
		 struct oom_verdict *ret)
{
	struct counselling counselling = { .arena = arena,
					   .findings = findings,
					   .report = findings->report,
					   .verdict = ret };

	switch (findings->cause) {
	case OOM_CAUSE_LOWMEM:
		advise_lowmem(&counselling);
		break;
	case OOM_CAUSE_DMA:
		advise_dma(&counselling);
		break;
	case OOM_CAUSE_FRAGMENTATION:
		advise_fragmentation(&counselling);
		break;
	case OOM_CAUSE_MEMCG:
		advise_memcg(&counselling);
		break;
	case OOM_CAUSE_CPUSET:
	case OOM_CAUSE_MEMPOLICY:
		advise_nodes(&counselling);
		break;
	case OOM_CAUSE_GLOBAL:
		advise_global(&counselling);
		break;
	case OOM_CAUSE_UNKNOWN:
		advise_unknown(&counselling);
		break;
	}
	advise_end(&counselling);
	return counselling.error;
}
