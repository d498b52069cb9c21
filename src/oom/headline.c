/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/headline.h"

#include "base/arena.h"
#include "base/kib.h"

static const char *headline_global(const struct findings *findings)
{
	if (shortage_movable(&findings->shortage))
		return "All memory that the request could use was used up";
	if (findings->swap_none)
		return "All memory was used up, and there is no swap";
	if (findings->swap_full)
		return "All memory and all swap were used up";
	return "All memory that the request could use was used up";
}

/* A page fault is out of memory in these words too where a group had none left. */
static bool tells_no_memcg(const struct oom_report *report)
{
	return report->not_memcg && !report->is_memcg &&
	       !(report->has_header && report->gfp_mask == 0);
}

static const char *headline_unknown(const struct findings *findings)
{
	const struct oom_report *report = findings->report;

	if (report->order == -1)
		return "Somebody called the OOM killer by hand (SysRq-f): nothing was short";
	if (findings->shortage.eligible == 0 && report->constraint == OOM_CONSTRAINT_NONE)
		return "The host as a whole was out of memory, and not a group at its limit; the log "
		       "has too little of the report to tell more";
	if (findings->shortage.eligible == 0 && tells_no_memcg(report))
		return "No memory cgroup was at its limit; the log has too little of the report to "
		       "tell what was short";
	if (findings->shortage.eligible == 0)
		return "The log has too little of the report to tell why";
	return "Nothing was short any more when the report was printed";
}

/* HighMem in which little is free, but much that can be given back, was not short either. */
#define SOME_KIB 65536

static const char *headline_lowmem(struct arena *arena, const struct findings *findings)
{
	char text[KIB_TEXT];

	if (findings->highmem_free_kib < SOME_KIB)
		return "Low memory was used up while HighMem had enough: what the kernel keeps for "
		       "itself fits into low memory only";
	return arena_printf(
		arena,
		"Low memory was used up while HighMem had %s free: what the kernel "
		"keeps for itself fits into low memory only",
		kib_text((uint64_t)findings->highmem_free_kib, text));
}

static const char *headline_memcg(struct arena *arena, const struct findings *findings)
{
	const struct oom_memcg *memcg = &findings->report->memcg;
	char text[KIB_TEXT];

	return arena_printf(arena, "The memory cgroup%s%s was at its limit%s%s",
			    memcg->path ? " " : "", memcg->path ? memcg->path : "",
			    memcg->limit >= 0 ? " of " : "",
			    memcg->limit >= 0 ? kib_text((uint64_t)memcg->limit, text)
					      : "");
}

const char *headline_of(struct arena *arena, const struct findings *findings)
{
	const struct oom_report *report = findings->report;

	switch (findings->cause) {
	case OOM_CAUSE_LOWMEM:
		return headline_lowmem(arena, findings);
	case OOM_CAUSE_DMA:
		return findings->shortage.class == ZONE_RANK_DMA32
			       ? "The memory below 4 GiB was used up, from which some devices' buffers "
				 "must come"
			       : "The DMA zone was used up, from which some devices' buffers must come";
	case OOM_CAUSE_FRAGMENTATION:
		return arena_printf(arena,
				    "Memory was free, but not in one piece of %llu kB",
				    (unsigned long long)report->page_kib
					    << report->order);
	case OOM_CAUSE_MEMCG:
		return headline_memcg(arena, findings);
	case OOM_CAUSE_CPUSET:
		return "The nodes that a cpuset allows had no memory for the request";
	case OOM_CAUSE_MEMPOLICY:
		return findings->one_node
			       ? "One node had no memory left, and the request seems to have been bound "
				 "to it"
			       : "The nodes that a memory policy allows had no memory left";
	case OOM_CAUSE_GLOBAL:
		return headline_global(findings);
	case OOM_CAUSE_UNKNOWN:
		break;
	}
	return headline_unknown(findings);
}
