/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "oom/headline.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

#define ROOM ((size_t)64 * 1024)

static void test_causes(void)
{
	static const struct {
		struct findings findings;
		int order;
		const char *wanted;
	} rows[] = {
		{ { .cause = OOM_CAUSE_LOWMEM, .highmem_free_kib = 1615600 },
		  0,
		  "Low memory was used up while HighMem had 1.5 GiB free: what the kernel keeps "
		  "for itself fits into low memory only" },
		{ { .cause = OOM_CAUSE_LOWMEM, .highmem_free_kib = 896 },
		  0,
		  "Low memory was used up while HighMem had enough: what the kernel keeps for "
		  "itself fits into low memory only" },
		{ { .cause = OOM_CAUSE_FRAGMENTATION },
		  2,
		  "Memory was free, but not in one piece of 16 kB" },
		{ { .cause = OOM_CAUSE_DMA, .shortage = { .class = ZONE_RANK_DMA32 } },
		  0,
		  "The memory below 4 GiB was used up, from which some devices' buffers must "
		  "come" },
		{ { .cause = OOM_CAUSE_DMA },
		  0,
		  "The DMA zone was used up, from which some devices' buffers must come" },
		{ { .cause = OOM_CAUSE_MEMPOLICY },
		  0,
		  "The nodes that a memory policy allows had no memory left" },
		{ { .cause = OOM_CAUSE_MEMPOLICY, .one_node = true },
		  0,
		  "One node had no memory left, and the request seems to have been bound to "
		  "it" },
		{ { .cause = OOM_CAUSE_GLOBAL, .swap_none = true },
		  0,
		  "All memory was used up, and there is no swap" },
		{ { .cause = OOM_CAUSE_GLOBAL, .swap_full = true },
		  0,
		  "All memory and all swap were used up" },
		{ { .cause = OOM_CAUSE_GLOBAL },
		  0,
		  "All memory that the request could use was used up" },
		{ { .cause = OOM_CAUSE_MEMCG },
		  0,
		  "The memory cgroup /shop was at its limit of 64 MiB" },
		{ { .cause = OOM_CAUSE_UNKNOWN },
		  -1,
		  "Somebody called the OOM killer by hand (SysRq-f): nothing was short" },
		{ { .cause = OOM_CAUSE_UNKNOWN },
		  0,
		  "The log has too little of the report to tell why" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
		const struct oom_report report = {
			.order = rows[i].order,
			.page_kib = 4,
			.memcg = { .path = "/shop", .limit = 65536 },
		};
		struct findings findings = rows[i].findings;

		findings.report = &report;
		is_str(headline_of(arena, &findings), rows[i].wanted, "%s",
		       oom_cause_word(findings.cause));
	}
}

/* Of a report of which only who was killed is left. */
static void test_little(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct oom_report report = { .page_kib = 4, .constraint = OOM_CONSTRAINT_NONE };
	struct findings findings = { .report = &report, .cause = OOM_CAUSE_UNKNOWN };

	is_str(headline_of(arena, &findings),
	       "The host as a whole was out of memory, and not a group at its limit; the log has "
	       "too little of the report to tell more",
	       "no constraint");
	report.constraint = OOM_CONSTRAINT_UNTOLD;
	report.not_memcg = true;
	is_str(headline_of(arena, &findings),
	       "No memory cgroup was at its limit; the log has too little of the report to tell "
	       "what was short",
	       "a kill's words");
	report.has_header = true;
	is_str(headline_of(arena, &findings),
	       "The log has too little of the report to tell why", "at a page fault");
	report.gfp_mask = 0xcc0;
	ok(strstr(headline_of(arena, &findings), "No memory cgroup"), "at a request");
	report.is_memcg = true;
	is_str(headline_of(arena, &findings),
	       "The log has too little of the report to tell why", "of both");
	findings.shortage.eligible = 1;
	is_str(headline_of(arena, &findings),
	       "Nothing was short any more when the report was printed", "with zones");
}

static void test_no_memory(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(0);
	const struct oom_report report = { .page_kib = 4, .memcg = { .limit = -1 } };
	const struct findings findings = { .report = &report, .cause = OOM_CAUSE_MEMCG };

	ok(!headline_of(arena, &findings), "out of memory");
}

int main(void)
{
	test_causes();
	test_little();
	test_no_memory();
	return done();
}
