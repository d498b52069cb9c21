/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/telling.h"

#include <errno.h>

#include "machine.h"

#include "base/arena.h"
#include "base/cleanup.h"

static void test_sentences(struct arena *arena)
{
	struct oom_verdict verdict = { 0 };
	struct telling telling = { .arena = arena, .verdict = &verdict };

	tell(&telling, 9, "%s has %d kB", "Normal", 3);
	tell(&telling, 0, "Nobody says so");
	is_int(telling.error, 0, "no error");
	if (is_int((long long)verdict.facts_len, 2, "two")) {
		is_str(verdict.facts[0], "Normal has 3 kB: line 9", "with its line");
		is_str(verdict.facts[1], "Nobody says so.", "without one");
	}
	for (int i = 0; i < OOM_FACTS_MOST; i++)
		tell(&telling, 1, "more");
	is_int((long long)verdict.facts_len, OOM_FACTS_MOST,
	       "no more than there is room for");
	is_int(telling.error, 0, "which is no error");
}

static void test_memory(void)
{
	struct oom_verdict verdict = { 0 };
	cleanup(arena_freep) struct arena *arena = arena_new(0);
	struct telling telling = { .arena = arena, .verdict = &verdict };

	tell(&telling, 1, "a sentence");
	is_int(telling.error, -ENOMEM, "out of memory");
	tell(&telling, 1, "another");
	is_int((long long)verdict.facts_len, 0, "nothing is told");
}

static void test_parts(void)
{
	ok(telling_is_part(25, 100, 25), "a quarter");
	ok(!telling_is_part(24, 100, 25), "less");
	ok(!telling_is_part(0, 0, 25), "of nothing");
	ok(!telling_is_part(-1, 100, 0), "not told");
	ok(!telling_is_part(5, -1, 1), "of what is not told");
}

static void test_labels(void)
{
	static const struct zone_row rows[] = { { ZONE("DMA", 1, 2, 3, 4) },
						{ ZONE("Normal", 1, 2, 3, 4), .node = 1 },
						{ 0 } };
	struct telling telling = { 0 };
	struct machine machine;
	char text[TELLING_LABEL];

	machine_make(&machine, rows, 0xd0, 0);
	telling.report = &machine.report;
	is_str(telling_label(&telling, &machine.zones[1], text), "Normal of node 1",
	       "of several nodes");
	machine.report.zones.len = 1;
	is_str(telling_label(&telling, &machine.zones[0], text), "DMA", "of one");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);

	if (!arena)
		return 1;
	test_sentences(arena);
	test_memory();
	test_parts();
	test_labels();
	return done();
}
