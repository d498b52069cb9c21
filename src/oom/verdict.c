/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/verdict.h"

#include <errno.h>

#include "base/arena.h"
#include "base/enumtab.h"
#include "oom/cause.h"
#include "oom/counsel.h"
#include "oom/facts.h"

static const struct enumtab causes[] = {
	{ "unknown", OOM_CAUSE_UNKNOWN },
	{ "lowmem", OOM_CAUSE_LOWMEM },
	{ "dma", OOM_CAUSE_DMA },
	{ "fragmentation", OOM_CAUSE_FRAGMENTATION },
	{ "memcg", OOM_CAUSE_MEMCG },
	{ "cpuset", OOM_CAUSE_CPUSET },
	{ "mempolicy", OOM_CAUSE_MEMPOLICY },
	{ "global", OOM_CAUSE_GLOBAL },
	{ 0 },
};

static const struct enumtab constraints[] = {
	{ "none", OOM_CONSTRAINT_NONE },
	{ "memcg", OOM_CONSTRAINT_MEMCG },
	{ "cpuset", OOM_CONSTRAINT_CPUSET },
	{ "mempolicy", OOM_CONSTRAINT_MEMPOLICY },
	{ 0 },
};

const char *oom_cause_word(enum oom_cause cause)
{
	return enumtab_word(causes, (int)cause);
}

const char *oom_constraint_word(enum oom_constraint constraint)
{
	return enumtab_word(constraints, (int)constraint);
}

static const char *zone_label(struct arena *arena, const struct oom_zone *zone)
{
	if (zone->has_node)
		return arena_printf(arena, "Node %u %s", zone->zone.node,
				    zone->zone.name);
	return zone->zone.name;
}

static int find_below_min(struct arena *arena, const struct oom_report *report,
			  struct oom_verdict *ret)
{
	ret->below_min = arena_array(arena, report->zones.len + 1, sizeof(char *));
	if (!ret->below_min)
		return -ENOMEM;
	for (size_t i = 0; i < report->zones.len; i++) {
		const struct oom_zone *zone = &report->zones.items[i];

		if (zone->zone.free_kib < 0 || zone->zone.min_kib < 0)
			continue;
		ret->watermarks = true;
		if (zone->zone.free_kib >= zone->zone.min_kib ||
		    zone->zone.present_kib == 0)
			continue;
		ret->below_min[ret->below_min_len] = zone_label(arena, zone);
		if (!ret->below_min[ret->below_min_len++])
			return -ENOMEM;
	}
	return 0;
}

int oom_verdict(struct arena *arena, const struct oom_report *report,
		struct oom_verdict *ret)
{
	const struct oom_zone *highmem = oom_report_zone(report, "HighMem");
	struct findings findings;
	int r;

	findings_make(report, &findings);
	*ret = (struct oom_verdict){
		.cause = findings.cause,
		.certainty = findings.certainty,
		.lowmem_exhausted = findings.lowmem_exhausted,
		.fragmented = findings.fragmented,
		.highmem_free_kib = highmem && highmem->zone.free_kib >= 0
					    ? highmem->zone.free_kib
					    : -1,
		.hidden_free_kib = findings.is_32bit && !findings.highmem
					   ? findings.highmem_free_kib
					   : -1,
	};
	r = find_below_min(arena, report, ret);
	if (r == 0)
		r = facts_make(arena, &findings, ret);
	return r == 0 ? counsel_make(arena, &findings, ret) : r;
}
