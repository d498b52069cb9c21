/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/verdict.h"

#include "story.h"

static void test_words(void)
{
	static const char *const causes[] = { "unknown",       "lowmem", "dma",
					      "fragmentation", "memcg",	 "cpuset",
					      "mempolicy",     "global" };

	for (int i = 0; i < 8; i++)
		is_str(oom_cause_word((enum oom_cause)i), causes[i], "cause %d", i);
	is_str(oom_constraint_word(OOM_CONSTRAINT_NONE), "none", "none");
	is_str(oom_constraint_word(OOM_CONSTRAINT_MEMCG), "memcg", "memcg");
	is_str(oom_constraint_word(OOM_CONSTRAINT_CPUSET), "cpuset", "cpuset");
	is_str(oom_constraint_word(OOM_CONSTRAINT_MEMPOLICY), "mempolicy", "mempolicy");
}

static void test_lowmem(struct arena *arena)
{
	struct oom_verdict verdict;
	struct story story;

	story_lowmem(&story);
	is_int(oom_verdict(arena, &story.machine.report, &verdict), 0, "lowmem");
	is_int(verdict.cause, OOM_CAUSE_LOWMEM, "cause");
	is_int(verdict.certainty, OOM_CERTAIN, "how sure");
	ok(verdict.lowmem_exhausted, "low memory");
	is_int(verdict.fragmented, 0, "in pieces");
	is_int(verdict.highmem_free_kib, 1600000, "of the line");
	is_int(verdict.hidden_free_kib, -1, "nothing hidden");
	ok(verdict.watermarks, "marks");
	if (is_int((long long)verdict.below_min_len, 1, "below min"))
		is_str(verdict.below_min[0], "Normal", "without a node");
	ok(strstr(verdict.headline, "Low memory"), "headline");
	is_int((long long)verdict.facts_len, 9, "facts");
	is_int((long long)verdict.advice_len, 7, "advice");
	/* HighMem's line left out. */
	story.machine.report.zones.len = 2;
	story.machine.report.totals.highmem = 3200000;
	story.machine.report.totals.free = 1604740;
	is_int(oom_verdict(arena, &story.machine.report, &verdict), 0, "hidden");
	ok(verdict.lowmem_exhausted, "low memory");
	is_int(verdict.highmem_free_kib, -1, "no line");
	is_int(verdict.hidden_free_kib, 1600000, "free all the same");
	story.machine.report.totals.free = -1;
	is_int(oom_verdict(arena, &story.machine.report, &verdict), 0, "not told");
	is_int(verdict.hidden_free_kib, -1, "of what is free");
}

static void test_below(struct arena *arena)
{
	static const struct zone_row rows[] = {
		{ ZONE("DMA", 0, 5, 6, 0) },
		{ ZONE("DMA32", 19, 20, 30, 900), .node = 0 },
		{ ZONE("Normal", 20, 20, 30, 900), .node = 0 },
		{ ZONE("Normal", 1, 20, 30, 900), .node = 12 },
		{ 0 },
	};
	static const struct zone_row lists[] = {
		{ ZONE("HighMem", -1, 0, 0, 0), .blocks = { 9 }, .orders = 11 },
		{ 0 },
	};
	static const struct zone_row fine[] = { { ZONE("Normal", 9, 0, 0, 900) }, { 0 } };
	struct oom_verdict verdict;
	struct machine machine;

	machine_make(&machine, rows, 0xcc0, 0);
	for (size_t i = 0; i < 4; i++)
		machine.zones[i].has_node = true;
	is_int(oom_verdict(arena, &machine.report, &verdict), 0, "nodes");
	if (is_int((long long)verdict.below_min_len, 2, "below min, and with memory")) {
		is_str(verdict.below_min[0], "Node 0 DMA32", "the first");
		is_str(verdict.below_min[1], "Node 12 Normal", "the second");
	}
	machine_make(&machine, lists, 0xcc0, 0);
	is_int(oom_verdict(arena, &machine.report, &verdict), 0, "free lists alone");
	ok(!verdict.watermarks, "no marks");
	is_int((long long)verdict.below_min_len, 0, "none below");
	is_int(verdict.highmem_free_kib, -1, "nothing of HighMem");
	machine_make(&machine, fine, 0xcc0, 0);
	is_int(oom_verdict(arena, &machine.report, &verdict), 0, "a min of 0");
	ok(verdict.watermarks, "is a mark");
	machine.report.zones.len = 0;
	is_int(oom_verdict(arena, &machine.report, &verdict), 0, "no zones");
	ok(!verdict.watermarks && verdict.below_min, "an empty list");
	is_int(verdict.fragmented, -1, "not to be told");
}

static void test_others(struct arena *arena)
{
	struct oom_verdict verdict;
	struct story story;

	story_memcg(&story);
	is_int(oom_verdict(arena, &story.machine.report, &verdict), 0, "memcg");
	is_int(verdict.cause, OOM_CAUSE_MEMCG, "cause");
	is_int((long long)verdict.below_min_len, 0, "none below");
	story_panic(&story);
	is_int(oom_verdict(arena, &story.machine.report, &verdict), 0, "panic");
	is_int(verdict.cause, OOM_CAUSE_GLOBAL, "cause");
	is_int((long long)verdict.below_min_len, 2, "all below");
}

static void test_memory(void)
{
	struct oom_verdict verdict;
	struct story story;
	int r = -ENOMEM;
	size_t limit = 0;

	story_lowmem(&story);
	for (size_t i = 0; i < 3; i++)
		story.machine.zones[i].has_node = true;
	for (; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = oom_verdict(arena, &story.machine.report, &verdict);
	}
	is_int(r, 0, "succeeds once there is memory enough");
	ok(limit > 1000, "and not before");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);

	test_words();
	test_lowmem(arena);
	test_below(arena);
	test_others(arena);
	test_memory();
	return done();
}
