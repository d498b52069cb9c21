/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/cause.h"

#include <string.h>

/* HighMem with so much that can be had is not what ran out. */
#define SOME_KIB       4096
/* The sum of the zones and the total are not counted at the same moment. */
#define RACE_KIB       1024
#define IN_PIECES      900 /* thousandths of what is free */
#define FULL_PART      50  /* swap is full with less than a 50th free */
/* Writers are made to wait from a fifth or so on (vm.dirty_ratio). */
#define UNWRITTEN_PART 5

static const struct supply *find(const struct shortage *shortage, enum zone_rank rank)
{
	for (size_t i = 0; i < shortage->len; i++) {
		const struct supply *supply = &shortage->supplies[i];

		if (zone_rank(supply->zone->zone.name) == rank &&
		    supply_has_memory(supply))
			return supply;
	}
	return NULL;
}

/* Free, and in no zone that was printed; -1: it does not show. */
static int64_t hidden_free(const struct oom_report *report)
{
	int64_t sum = oom_report_printed_free(report);

	if (report->totals.free < 0 || report->zones.len == 0)
		return -1;
	return report->totals.free > sum + RACE_KIB ? report->totals.free - sum : 0;
}

/* What requests that may use HighMem could still get from it: free, or given back. */
static int64_t to_be_had(const struct findings *findings)
{
	const struct zone *zone;

	if (!findings->highmem)
		return findings->highmem_free_kib;
	zone = &findings->highmem->zone->zone;
	if (zone->file_kib >= 0)
		return zone->free_kib + zone->file_kib;
	/* Up to 2.6.27 anonymous memory is in it, too: only much of it is also cache. */
	return zone->free_kib + (zone->lru_kib > 0 ? zone->lru_kib / 2 : 0);
}

static bool is_spent(const struct supply *normal)
{
	const struct zone *zone = &normal->zone->zone;
	int64_t mark = zone->min_kib;

	if (!normal->marked)
		return false;
	/* protections[] of the class are the mark of old. */
	if (normal->zone->classes_hold_marks && normal->kept_kib > mark)
		mark = normal->kept_kib;
	return zone->free_kib - normal->cma_kib <= mark;
}

static void look_at_low_memory(struct findings *findings)
{
	const struct oom_report *report = findings->report;
	const struct shortage *shortage = &findings->shortage;

	findings->highmem = find(shortage, ZONE_RANK_HIGHMEM);
	findings->is_32bit = findings->highmem != NULL;
	findings->highmem_free_kib = -1;
	if (findings->highmem)
		findings->highmem_free_kib = findings->highmem->zone->zone.free_kib;
	/* MovableOnly: 64-bit kernels print the same line. */
	else if (report->totals.highmem > 0 && !oom_report_zone(report, "DMA32") &&
		 !oom_report_zone(report, "Movable")) {
		findings->is_32bit = true;
		findings->highmem_free_kib = hidden_free(report);
	}
	if (findings->is_32bit)
		findings->normal = find(shortage, ZONE_RANK_NORMAL);
	/* On ARM all low memory may be the DMA zone; else requests for that alone show no other. */
	if (findings->is_32bit && !findings->normal && shortage->class > ZONE_RANK_DMA)
		findings->normal = find(shortage, ZONE_RANK_DMA);
	findings->lowmem_exhausted = findings->normal && is_spent(findings->normal) &&
				     to_be_had(findings) >= SOME_KIB;
}

/* Is almost all of what is free in blocks too small? By the time of the report a victim may have given
 * back a few that are not. */
static bool is_in_pieces(const struct findings *findings)
{
	const struct shortage *shortage = &findings->shortage;
	uint64_t counts[ZONE_ORDERS] = { 0 };
	unsigned orders = 0;

	for (size_t i = 0; i < shortage->len; i++) {
		const struct supply *supply = &shortage->supplies[i];

		if (supply->eligible && supply->zone->zone.orders > 0)
			zone_add_blocks(&supply->zone->zone, counts, &orders);
	}
	return orders > 0 && !shortage->near &&
	       blocks_unusable((struct blocks){ counts, orders },
			       (unsigned)findings->report->order) >= IN_PIECES;
}

/* Is there any line about a zone, and not a free list alone? */
static bool has_marks(const struct shortage *shortage)
{
	for (size_t i = 0; i < shortage->len; i++) {
		if (shortage->supplies[i].marked)
			return true;
	}
	return false;
}

/* Of a zone all whose lines are there: more zones may have been cut off behind it. */
static bool has_plenty(const struct shortage *shortage)
{
	for (size_t i = 0; i < shortage->len; i++) {
		const struct supply *supply = &shortage->supplies[i];

		if (supply->eligible && supply->plenty && supply->zone->zone.classes > 0)
			return true;
	}
	return false;
}

static void look_at_blocks(struct findings *findings)
{
	const struct shortage *shortage = &findings->shortage;

	findings->fragmented = has_marks(shortage) ? 0 : -1;
	if (findings->report->order <= 0)
		return;
	/* Where free lists are lost, plenty that was of no use was in pieces. */
	if (shortage->eligible > 0 && !shortage->has_blocks)
		findings->fragmented = !shortage->near && has_plenty(shortage);
	else if (shortage->eligible > 0)
		findings->fragmented = shortage->any_page &&
				       (!shortage->any_order || is_in_pieces(findings));
	else if (shortage->has_blocks)
		findings->fragmented = !shortage->any_block;
}

static void look_at_swap(struct findings *findings)
{
	const struct oom_totals *totals = &findings->report->totals;

	findings->swap_none = totals->swap_total == 0;
	findings->swap_full = totals->swap_total > 0 && totals->swap_free >= 0 &&
			      totals->swap_free < totals->swap_total / FULL_PART;
}

/* Is next to nothing left that could be given back? */
static bool is_used_up(const struct findings *findings)
{
	const struct oom_totals *totals = &findings->report->totals;
	int64_t cache = -1;

	if (totals->active_file >= 0 && totals->inactive_file >= 0)
		cache = totals->active_file + totals->inactive_file;
	else if (totals->inactive >= 0)
		cache = totals->inactive;
	return cache >= 0 && totals->free >= 0 && cache <= totals->free;
}

static enum oom_cause by_constraint(const struct oom_report *report)
{
	if (report->is_memcg)
		return OOM_CAUSE_MEMCG;
	if (report->constraint == OOM_CONSTRAINT_CPUSET)
		return OOM_CAUSE_CPUSET;
	if (report->constraint == OOM_CONSTRAINT_MEMPOLICY)
		return OOM_CAUSE_MEMPOLICY;
	/* 4.9 to 4.20 print the nodes alone: a policy's, where they are not the cpuset's. */
	if (report->nodemask && report->mems_allowed && report->nodemask[0] != '(' &&
	    report->constraint == OOM_CONSTRAINT_UNTOLD &&
	    strcmp(report->nodemask, report->mems_allowed) != 0)
		return OOM_CAUSE_MEMPOLICY;
	return OOM_CAUSE_UNKNOWN;
}

static void decide(struct findings *findings, enum oom_cause cause,
		   enum oom_certainty certainty)
{
	findings->cause = cause;
	findings->certainty = certainty;
}

/* Up to 4.8 no line tells of a memory policy; that the cpuset allows more nodes does, and that these had
 * memory. */
static bool is_bound(struct findings *findings)
{
	const struct oom_report *report = findings->report;

	findings->one_node = report->mems_allowed && !report->nodemask &&
			     report->constraint == OOM_CONSTRAINT_UNTOLD &&
			     shortage_of_node(&findings->shortage, &findings->node);
	return findings->one_node;
}

/* The figures are a moment older or younger than the decision. */
static void decide_by_nearness(struct findings *findings)
{
	bool near = findings->shortage.near;

	if (near && findings->shortage.class == ZONE_RANK_DMA)
		decide(findings, OOM_CAUSE_DMA, OOM_GUESSED);
	else if (near && (findings->swap_none || findings->swap_full))
		decide(findings, OOM_CAUSE_GLOBAL, OOM_LIKELY);
	else if (is_bound(findings))
		decide(findings, OOM_CAUSE_MEMPOLICY, OOM_GUESSED);
	else
		decide(findings,
		       near && is_used_up(findings) ? OOM_CAUSE_GLOBAL
						    : OOM_CAUSE_UNKNOWN,
		       OOM_GUESSED);
}

/* Could the request use no more than the zones for devices, while there was other memory? */
static bool is_for_devices(const struct shortage *shortage)
{
	for (size_t i = 0; shortage->class == ZONE_RANK_DMA32 && i < shortage->len; i++) {
		if (!shortage->supplies[i].eligible && shortage->supplies[i].plenty)
			return true;
	}
	return shortage->class == ZONE_RANK_DMA;
}

/* By what is free, and by what is kept back of it. */
static void decide_by_zones(struct findings *findings)
{
	const struct shortage *shortage = &findings->shortage;
	bool low_only = shortage->class <= ZONE_RANK_NORMAL;

	if (findings->lowmem_exhausted && (low_only || shortage->any_page))
		decide(findings, OOM_CAUSE_LOWMEM,
		       low_only && shortage->class_known ? OOM_CERTAIN : OOM_LIKELY);
	else if (findings->fragmented == 1)
		decide(findings, OOM_CAUSE_FRAGMENTATION,
		       !shortage->has_blocks ? OOM_GUESSED
		       : shortage->any_order ? OOM_LIKELY
					     : OOM_CERTAIN);
	else if (shortage->eligible == 0)
		decide(findings, OOM_CAUSE_UNKNOWN, OOM_GUESSED);
	else if (!shortage->any_page && is_for_devices(shortage))
		decide(findings, OOM_CAUSE_DMA, OOM_CERTAIN);
	else if (!shortage->any_page)
		decide(findings, OOM_CAUSE_GLOBAL,
		       shortage->class_known ? OOM_CERTAIN : OOM_LIKELY);
	else
		decide_by_nearness(findings);
}

int64_t findings_uncounted_kib(const struct findings *findings)
{
	const struct oom_totals *totals = &findings->report->totals;
	int64_t all = oom_report_total(findings->report), known;

	if (all <= 0 || totals->active_anon < 0 || totals->inactive_file < 0 ||
	    totals->slab < 0)
		return -1;
	known = totals->active_anon + totals->inactive_anon + totals->active_file +
		totals->inactive_file + totals->unevictable + totals->free +
		totals->slab + (totals->pagetables > 0 ? totals->pagetables : 0) +
		(totals->kernel_stack > 0 ? totals->kernel_stack : 0);
	return all > known ? all - known : 0;
}

int64_t findings_unwritten_kib(const struct findings *findings)
{
	const struct oom_totals *totals = &findings->report->totals;
	int64_t all = oom_report_total(findings->report);
	int64_t unwritten = (totals->dirty > 0 ? totals->dirty : 0) +
			    (totals->writeback > 0 ? totals->writeback : 0);

	/* Of old logs the end is lost more often than the counters. */
	if (all <= 0)
		all = totals->active + totals->inactive;
	return all > 0 && unwritten >= all / UNWRITTEN_PART ? unwritten : 0;
}

int64_t findings_held_kib(const struct findings *findings)
{
	const struct zone *zone = findings->normal ? &findings->normal->zone->zone : NULL;

	if (!zone || zone->managed_kib <= 0 || zone->lru_kib < 0)
		return -1;
	return zone->lru_kib >= (zone->managed_kib - findings->normal->cma_kib) / 4
		       ? zone->lru_kib
		       : 0;
}

void findings_make(const struct oom_report *report, struct findings *ret)
{
	enum oom_cause cause = by_constraint(report);

	*ret = (struct findings){ .report = report };
	shortage_find(report, &ret->shortage);
	look_at_low_memory(ret);
	look_at_blocks(ret);
	look_at_swap(ret);
	if (cause != OOM_CAUSE_UNKNOWN)
		decide(ret, cause, OOM_CERTAIN);
	else if (report->order == -1) /* SysRq-f */
		decide(ret, OOM_CAUSE_UNKNOWN, OOM_CERTAIN);
	else
		decide_by_zones(ret);
	/* What a control group's limit or a set of nodes does is not the zones' doing. */
	if (cause != OOM_CAUSE_UNKNOWN || report->order == -1) {
		ret->lowmem_exhausted = false;
		ret->fragmented = ret->fragmented > 0 ? 0 : ret->fragmented;
	}
}
