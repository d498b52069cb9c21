/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/facts.h"

#include <errno.h>
#include <string.h>

#include "base/kib.h"
#include "oom/headline.h"
#include "oom/telling.h"

/* From this part of memory on something is worth a word, in hundredths. */
#define MUCH	    25
#define MUCH_TABLES 10
#define MUCH_STACKS 3
#define MOSTLY	    50
#define STORM	    100 /* processes of one name */

static void tell_zone(struct telling *telling, const struct supply *supply)
{
	const struct zone *zone = &supply->zone->zone;
	uint64_t line = supply->zone->line;
	char label[TELLING_LABEL];

	(void)telling_label(telling, supply->zone, label);
	if (zone->free_kib < zone->min_kib)
		tell(telling, line, "%s has %lld kB free, below its min of %lld kB",
		     label, (long long)zone->free_kib, (long long)zone->min_kib);
	else if (!supply->has_page && supply->reserve_kib > 0) {
		tell(telling, line,
		     "%s has %lld kB free, but %lld kB are kept from such requests "
		     "(min %lld kB, %s %lld kB)",
		     label, (long long)zone->free_kib, (long long)supply->kept_kib,
		     (long long)zone->min_kib,
		     supply->zone->classes_hold_marks ? "protection" : "lowmem_reserve",
		     (long long)supply->reserve_kib);
	} else if (!supply->has_page) {
		tell(telling, line,
		     "%s has %lld kB free, no more than its min of %lld kB", label,
		     (long long)supply->usable_kib, (long long)zone->min_kib);
	} else if (!supply->has_order) {
		tell(telling, line,
		     "%s has %lld kB free above its min of %lld kB, but no block of %llu kB",
		     label, (long long)zone->free_kib, (long long)zone->min_kib,
		     (unsigned long long)telling->report->page_kib
			     << telling->report->order);
	} else {
		tell(telling, line, "%s has %lld kB free, above its min of %lld kB",
		     label, (long long)zone->free_kib, (long long)zone->min_kib);
	}
}

/* What else stands in the way of what is free. */
static void tell_kept(struct telling *telling, const struct supply *supply)
{
	const struct zone *zone = &supply->zone->zone;
	uint64_t line = supply->zone->line;
	char label[TELLING_LABEL];

	if (supply->has_page)
		return;
	(void)telling_label(telling, supply->zone, label);
	if (supply->cma_kib > supply->usable_kib)
		tell(telling, line,
		     "Another %lld kB of %s are free, but set aside for devices (CMA): only what "
		     "can be moved may lie there",
		     (long long)supply->cma_kib, label);
	if (supply->boosted)
		tell(telling, line,
		     "The min of %s is raised by %lld kB for a while, as blocks were broken up "
		     "(vm.watermark_boost_factor): without that there was enough",
		     label, (long long)zone->boost_kib);
}

static void tell_zones(struct telling *telling)
{
	const struct shortage *shortage = &telling->findings->shortage;

	for (size_t i = shortage->len; i-- > 0;) {
		const struct supply *supply = &shortage->supplies[i];

		if (!supply->eligible || !supply->marked || !supply_has_memory(supply))
			continue;
		tell_zone(telling, supply);
		tell_kept(telling, supply);
	}
}

static void tell_movable(struct telling *telling)
{
	const struct supply *supply = shortage_movable(&telling->findings->shortage);
	char all[KIB_TEXT], free_text[KIB_TEXT];

	if (supply && supply->zone->zone.managed_kib > 0 &&
	    supply->zone->zone.free_kib >= 0)
		tell(telling, supply->zone->line,
		     "Movable has %s, %s of it free: only what can be moved may lie there",
		     kib_text((uint64_t)supply->zone->zone.managed_kib, all),
		     kib_text((uint64_t)supply->zone->zone.free_kib, free_text));
}

static void tell_highmem(struct telling *telling)
{
	const struct findings *findings = telling->findings;
	char free_text[KIB_TEXT], file_text[KIB_TEXT];
	const struct zone *zone;

	if (!findings->is_32bit || findings->highmem_free_kib < 0)
		return;
	(void)kib_text((uint64_t)findings->highmem_free_kib, free_text);
	if (!findings->highmem) {
		tell(telling, telling->report->totals.ram_line,
		     "HighMem has %s free: this kernel leaves its line out, as the request could "
		     "not have used it (free in all, without the zones that are printed)",
		     free_text);
		return;
	}
	zone = &findings->highmem->zone->zone;
	if (zone->file_kib > zone->free_kib)
		tell(telling, findings->highmem->zone->line,
		     "HighMem has %s free, and %s of files that can be given back",
		     free_text, kib_text((uint64_t)zone->file_kib, file_text));
	else
		tell(telling, findings->highmem->zone->line, "HighMem has %s free",
		     free_text);
}

static void tell_slab(struct telling *telling, int64_t lowmem)
{
	const struct oom_totals *totals = &telling->report->totals;
	char text[KIB_TEXT];

	if (telling_is_part(totals->slab, lowmem, MUCH_TABLES))
		tell(telling, totals->line,
		     "%s of low memory are slab: caches of inodes, dentries and their like",
		     kib_text((uint64_t)totals->slab, text));
}

/* What holds low memory, which is in no process. */
static void tell_low_memory(struct telling *telling)
{
	const struct supply *normal = telling->findings->normal;
	const struct oom_totals *totals = &telling->report->totals;
	const char *name = normal ? normal->zone->zone.name : NULL;
	int64_t size, rest;
	char lru[KIB_TEXT], all[KIB_TEXT], text[KIB_TEXT];

	/* 2.4 does not say how large a zone is. */
	if (normal && normal->zone->zone.managed_kib <= 0)
		tell_slab(telling, totals->ram - totals->highmem);
	if (!normal || normal->zone->zone.managed_kib <= 0 ||
	    normal->zone->zone.lru_kib < 0)
		return;
	size = normal->zone->zone.managed_kib - normal->cma_kib;
	(void)kib_text((uint64_t)size, all);
	tell(telling, normal->zone->line,
	     normal->zone->zone.lru_kib > size / 2
		     ? "Of the %s in %s processes and files have %s, which was not given "
		       "back in time: it may be in use, or not be written to disk yet"
		     : "Of the %s in %s processes and files have %s: the rest is the "
		       "kernel's own",
	     all, name, kib_text((uint64_t)normal->zone->zone.lru_kib, lru));
	tell_slab(telling, size);
	if (telling_is_part(totals->pagetables, size, MUCH_TABLES))
		tell(telling, totals->line,
		     "%s are page tables, of which low memory holds at least a part",
		     kib_text((uint64_t)totals->pagetables, text));
	if (telling_is_part(totals->kernel_stack, size, MUCH_TABLES / 2))
		tell(telling, 0, "%s are kernel stacks, of many tasks",
		     kib_text((uint64_t)totals->kernel_stack, text));
	rest = normal->zone->zone.managed_kib - normal->zone->zone.free_kib -
	       normal->zone->zone.lru_kib - (totals->slab > 0 ? totals->slab : 0) -
	       (totals->pagetables > 0 ? totals->pagetables : 0) -
	       (totals->kernel_stack > 0 ? totals->kernel_stack : 0);
	if (totals->slab >= 0 && telling_is_part(rest, size, MUCH))
		tell(telling, 0,
		     "%s of %s are in no counter: buffers of sockets or drivers, or a leak",
		     kib_text((uint64_t)rest, text), name);
}

static void tell_swap(struct telling *telling)
{
	const struct oom_totals *totals = &telling->report->totals;
	const struct findings *findings = telling->findings;

	if (findings->swap_none)
		tell(telling, totals->swap_line, "There is no swap");
	else if (findings->swap_full)
		tell(telling, totals->swap_line, "Swap is full: %lld of %lld kB are free",
		     (long long)totals->swap_free, (long long)totals->swap_total);
	else if (totals->swap_total > 0 && totals->swap_free >= 0)
		tell(telling, totals->swap_line,
		     "Swap is not what ran out: %lld of %lld kB are free",
		     (long long)totals->swap_free, (long long)totals->swap_total);
}

static void tell_unwritten(struct telling *telling)
{
	int64_t unwritten = findings_unwritten_kib(telling->findings);
	char text[KIB_TEXT];

	if (unwritten > 0)
		tell(telling, telling->report->totals.line,
		     "%s are files that are not written to disk yet, and cannot be given back before",
		     kib_text((uint64_t)unwritten, text));
}

static void tell_processes(struct telling *telling)
{
	const struct oom_sums *sums = &telling->report->sums;
	const struct oom_user *first = &sums->users[0];
	int64_t total = oom_report_total(telling->report);
	char text[KIB_TEXT], other[KIB_TEXT];

	if (sums->processes == 0)
		return;
	if (sums->most.count >= STORM && sums->most.count * 2 > sums->processes)
		tell(telling, 0, "%llu of %llu processes are %s: a fork storm",
		     (unsigned long long)sums->most.count,
		     (unsigned long long)sums->processes, sums->most.name);
	if (first->count > 0 && total > 0 && first->rss_kib > 0 &&
	    telling_is_part((int64_t)first->rss_kib, total, MOSTLY))
		tell(telling, 0, "%s has %s of %s: most of the memory%s", first->name,
		     kib_text(first->rss_kib, text), kib_text((uint64_t)total, other),
		     first->count > 1 ? ", in several processes" : "");
	else if (first->count > 0 && sums->rss_kib > 0)
		tell(telling, 0,
		     "All processes together have %s; %s has more of it than any other, %s",
		     kib_text((uint64_t)sums->rss_kib, text), first->name,
		     kib_text(first->rss_kib, other));
	if (sums->unkillable > 0 && sums->unkillable * 2 > sums->processes)
		tell(telling, 0, "%llu of %llu processes may not be killed",
		     (unsigned long long)sums->unkillable,
		     (unsigned long long)sums->processes);
}

/* What has memory that no process's rss shows. */
static void tell_kernel(struct telling *telling)
{
	const struct oom_totals *totals = &telling->report->totals;
	const struct oom_report *report = telling->report;
	int64_t total = oom_report_total(report), uncounted;
	char text[KIB_TEXT];

	if (telling_is_part(totals->shmem, total, MUCH))
		tell(telling, totals->line,
		     "%s are shared memory or files in a tmpfs, which only swap could take",
		     kib_text((uint64_t)totals->shmem, text));
	if (telling_is_part(totals->pagetables, total, MUCH_TABLES))
		tell(telling, totals->line, "%s are page tables",
		     kib_text((uint64_t)totals->pagetables, text));
	if (!telling->findings->is_32bit &&
	    telling_is_part(totals->kernel_stack, total, MUCH_STACKS))
		tell(telling, 0, "%s are kernel stacks, of many tasks",
		     kib_text((uint64_t)totals->kernel_stack, text));
	if (telling_is_part(totals->slab_unreclaimable, total, MUCH) ||
	    (report->slab_table && totals->slab_unreclaimable > 0))
		tell(telling, totals->line, "%s are slab that cannot be given back",
		     kib_text((uint64_t)totals->slab_unreclaimable, text));
	uncounted = findings_uncounted_kib(telling->findings);
	if (telling_is_part(uncounted, total, MUCH))
		tell(telling, totals->line,
		     "%s are in no counter of the report: a driver, vmalloc, huge pages%s or a "
		     "balloon has them",
		     kib_text((uint64_t)uncounted, text),
		     totals->kernel_stack < 0 ? ", stacks of the kernel" : "");
}

static void tell_request(struct telling *telling)
{
	const struct oom_report *report = telling->report;
	const char *who = report->trigger_comm ? report->trigger_comm : "Somebody";

	if (!report->has_header || report->order < 0)
		return;
	if (report->gfp_mask == 0)
		tell(telling, report->line,
		     "%s could not be given a page that it touched; the report before this one may "
		     "tell why",
		     who);
	else if (report->order == 0)
		tell(telling, report->line, "%s asked for one page (%s)", who,
		     report->gfp_text ? report->gfp_text : "gfp_mask lost");
	else
		tell(telling, report->line,
		     "%s asked for 2^%d pages in one piece, %llu kB (%s)", who,
		     report->order, (unsigned long long)report->page_kib << report->order,
		     report->gfp_text ? report->gfp_text : "gfp_mask lost");
}

static void tell_victim(struct telling *telling)
{
	const struct oom_report *report = telling->report;
	const char *freed = findings_held_kib(telling->findings) > 0
				    ? "what of it was in low memory"
				    : "HighMem rather than low memory";
	struct oom_kill kill;
	char text[KIB_TEXT];

	if (!oom_report_victim(report, &kill) || !kill.comm)
		return;
	if (report->kills.len > 1)
		tell(telling, kill.line, "%zu processes were killed together%s, %s first",
		     report->kills.len, report->group_kill ? " (memory.oom.group)" : "",
		     kill.comm);
	if (telling->findings->lowmem_exhausted && kill.anon_rss_kib >= 0)
		tell(telling, kill.line,
		     "%s was killed, which had %s: that frees %s, and it may well be innocent",
		     kill.comm, kib_text((uint64_t)kill.anon_rss_kib, text), freed);
	else if (kill.oom_score_adj != OOM_UNTOLD && kill.oom_score_adj > 0)
		tell(telling, kill.line,
		     "%s was killed first as its oom_score_adj of %d asks for that",
		     kill.comm, kill.oom_score_adj);
	if (report->allocating_task)
		tell(telling, kill.line,
		     "vm.oom_kill_allocating_task is set: whoever asks is killed");
}

static void tell_end(struct telling *telling)
{
	const struct oom_report *report = telling->report;

	switch (report->ending) {
	case OOM_ENDING_PANIC:
		tell(telling, report->ending_line,
		     "The kernel panicked, as vm.panic_on_oom asks for");
		break;
	case OOM_ENDING_NOTHING_TO_KILL:
		tell(telling, report->ending_line,
		     "There was no process left that may be killed%s",
		     report->panic ? ": the kernel panicked" : "");
		break;
	case OOM_ENDING_DISABLED:
		tell(telling, report->ending_line,
		     "Nobody was killed, as vm.oom-kill is 0: the host may hang instead");
		break;
	case OOM_ENDING_KILLED:
	case OOM_ENDING_UNTOLD:
		break;
	}
}

static void tell_memcg(struct telling *telling)
{
	const struct oom_memcg *memcg = &telling->report->memcg;
	char usage[KIB_TEXT], limit[KIB_TEXT];

	if (memcg->usage >= 0 && memcg->limit >= 0)
		tell(telling, memcg->line, "%s uses %s of its limit of %s",
		     memcg->path ? memcg->path : "The cgroup",
		     kib_text((uint64_t)memcg->usage, usage),
		     kib_text((uint64_t)memcg->limit, limit));
	else if (memcg->usage >= 0)
		tell(telling, memcg->line, "%s uses %s: its limit was lost",
		     memcg->path ? memcg->path : "The cgroup",
		     kib_text((uint64_t)memcg->usage, usage));
	if (memcg->anon >= 0 && telling_is_part(memcg->anon, memcg->usage, MOSTLY))
		tell(telling, 0, "Most of that, %s, is memory of processes, not of files",
		     kib_text((uint64_t)memcg->anon, usage));
	else if (memcg->file >= 0 && telling_is_part(memcg->file, memcg->usage, MOSTLY))
		tell(telling, 0, "Most of that, %s, are files%s",
		     kib_text((uint64_t)memcg->file, usage),
		     memcg->shmem > memcg->file / 2 ? " in a tmpfs, or shared memory"
						    : "");
	if (telling_is_part(memcg->dirty, memcg->usage, MUCH))
		tell(telling, 0,
		     "%s are files that are not written to disk yet, and cannot be given back "
		     "before",
		     kib_text((uint64_t)memcg->dirty, usage));
	if (memcg->path && memcg->victim_path &&
	    strcmp(memcg->path, memcg->victim_path) != 0)
		tell(telling, memcg->line, "The victim is of %s, below it",
		     memcg->victim_path);
	if (memcg->swap_limit == 0)
		tell(telling, memcg->swap_line, "It may use no swap");
	if (telling->report->has_mem_info)
		tell(telling, 0,
		     "The zones in the report are the machine's, and not the reason");
}

static void tell_nodes(struct telling *telling)
{
	const struct oom_report *report = telling->report;

	if (telling->findings->cause == OOM_CAUSE_CPUSET && report->mems_allowed)
		tell(telling, 0, "The cpuset %s allows memory of node %s only",
		     report->cpuset ? report->cpuset : "", report->mems_allowed);
	if (telling->findings->cause == OOM_CAUSE_MEMPOLICY && report->nodemask)
		tell(telling, 0, "The memory policy allows node %s only",
		     report->nodemask);
	if (telling->findings->one_node)
		tell(telling, 0,
		     "Other nodes than %u had enough, which the cpuset allows (%s): a memory policy, "
		     "of which this kernel says nothing, or a race",
		     telling->findings->node, report->mems_allowed);
	if (report->zones.len == 1 &&
	    strcmp(report->zones.items[0].zone.name, "Movable") == 0)
		tell(telling, report->zones.items[0].line,
		     "That has a Movable zone only, which is not for the kernel's own requests");
}

/* Whether the rest of the machine had some, where only a part of it counted. */
static void tell_elsewhere(struct telling *telling)
{
	const struct oom_report *report = telling->report;
	char text[KIB_TEXT];
	int64_t printed = oom_report_printed_free(report);

	if (report->totals.free > printed)
		tell(telling, report->totals.line, "Other nodes have %s free",
		     kib_text((uint64_t)(report->totals.free - printed), text));
}

static void tell_cause(struct telling *telling)
{
	switch (telling->findings->cause) {
	case OOM_CAUSE_MEMCG:
		tell_memcg(telling);
		break;
	case OOM_CAUSE_CPUSET:
	case OOM_CAUSE_MEMPOLICY:
		tell_nodes(telling);
		tell_zones(telling);
		tell_elsewhere(telling);
		tell_swap(telling);
		break;
	case OOM_CAUSE_LOWMEM:
	case OOM_CAUSE_FRAGMENTATION:
	case OOM_CAUSE_DMA:
		tell_zones(telling);
		tell_highmem(telling);
		tell_low_memory(telling);
		tell_swap(telling);
		break;
	case OOM_CAUSE_GLOBAL:
	case OOM_CAUSE_UNKNOWN:
		tell_zones(telling);
		tell_movable(telling);
		tell_highmem(telling);
		tell_swap(telling);
		tell_unwritten(telling);
		tell_kernel(telling);
		break;
	}
}

int facts_make(struct arena *arena, const struct findings *findings,
	       struct oom_verdict *ret)
{
	struct telling telling = { .arena = arena,
				   .findings = findings,
				   .report = findings->report,
				   .verdict = ret };

	ret->headline = headline_of(arena, findings);
	tell_request(&telling);
	tell_cause(&telling);
	tell_processes(&telling);
	tell_victim(&telling);
	tell_end(&telling);
	return ret->headline ? telling.error : -ENOMEM;
}
