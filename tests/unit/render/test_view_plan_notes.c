/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "capture.h"
#include "plan/plan.h"
#include "render/view_plan.h"
#include "tap.h"

#define MANY	 4096
#define LEFT_OUT "not carried out by this version"

static const struct source first = { .name = "p.yaml" };
static const struct source second = { .name = "q.yaml" };

static struct plan_item items[] = {
	{ .key = "sshd",
	  .from = { &first, 3, 1 },
	  .action = ACTION_SKIP,
	  .reason = LEFT_OUT },
	{ .key = "vm.same", .from = { &first, 4, 1 }, .live_status = LIVE_SAME },
	{ .key = "drop",
	  .from = { &first, 5, 1 },
	  .action = ACTION_SKIP,
	  .reason = LEFT_OUT },
	{ .key = "drop",
	  .from = { &first, 5, 9 },
	  .action = ACTION_SKIP,
	  .reason = LEFT_OUT },
	{ .key = "drop",
	  .from = { &first, 8, 1 },
	  .action = ACTION_SKIP,
	  .reason = LEFT_OUT },
	{ .key = "cron",
	  .from = { &second, 8, 1 },
	  .action = ACTION_SKIP,
	  .reason = LEFT_OUT },
	{ .key = "vm.a",
	  .from = { &second, 9, 1 },
	  .action = ACTION_REFUSE,
	  .reason = LEFT_OUT },
	{ .key = "vm.b",
	  .from = { &second, 9, 5 },
	  .action = ACTION_REFUSE,
	  .reason = "other" },
	{ .key = "vm.c",
	  .action = ACTION_WRITE,
	  .live_status = LIVE_DIFFERS,
	  .reason = "no file" },
	{ .key = "vm.d", .action = ACTION_WRITE, .live_status = LIVE_DIFFERS },
};

static const struct plan plan = { .items = items, .len = 10, .applies = true };

static void is_text(unsigned width, bool color, const struct plan *shown,
		    const char *want, const char *name)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct plan_view view = { .arena = arena, .plan = shown };
	struct capture got;

	is_int(view_plan_notes(&view, capture(&got, width, color)), 0, "%s", name);
	is_str(captured(&got), want, "%s: text", name);
}

static void test_groups(void)
{
	static const struct plan none = { .items = &items[9], .len = 1 };

	is_text(0, false, &plan,
		"- sshd, drop: " LEFT_OUT " (p.yaml:3, 5, 8)\n"
		"- cron: " LEFT_OUT " (q.yaml:8)\n"
		"! vm.a: " LEFT_OUT " (q.yaml:9)\n"
		"! vm.b: other (q.yaml:9)\n"
		"~ vm.c: no file\n"
		"\n",
		"what is said of several is said once");
	is_text(0, false, &none, "", "nothing to say");
}

static void test_terminal(void)
{
	static const struct plan few = { .items = items, .len = 8 };

	is_text(40, true, &few,
		"\033[2m- sshd, drop: not carried out by this\n"
		"  version (p.yaml:3, 5, 8)\033[0m\n"
		"\033[2m- cron: not carried out by this version\n"
		"  (q.yaml:8)\033[0m\n"
		"\033[1;31m! vm.a:\033[0m not carried out by this version\n"
		"  \033[2m(q.yaml:9)\033[0m\n"
		"\033[1;31m! vm.b:\033[0m other \033[2m(q.yaml:9)\033[0m\n"
		"\n",
		"folded, later lines indented, the place in dim");
}

static void test_closing(void)
{
	static const struct plan some = { .not_applicable = "p: no HighMem on this host",
					  .applies = true };
	const struct plan_view view = {
		.plan = &some,
		.comment = "1 changed",
		.next = "lowmemctl confirm and more",
		.undo = "lowmemctl --root /tmp/host revert 1",
	};
	struct capture got;

	view_plan_closing(&view, capture(&got, 30, false));
	is_str(captured(&got),
	       "Not applicable to this host:\n"
	       "  p: no HighMem on this host\n"
	       "1 changed\n"
	       "Next: lowmemctl confirm and more\n"
	       "Undo: lowmemctl --root /tmp/host revert 1\n",
	       "sentences are folded, commands are not");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const struct plan_view view = { .arena = arena, .plan = &plan };
		struct capture got;

		r = view_plan_notes(&view, capture(&got, 40, false));
		(void)captured(&got);
	}
	is_int(r, 0, "shows once memory suffices");
	ok(limit > 64, "and tells when it does not");
}

/* What is said of thousands takes memory by the line, not by the square of them. */
static void test_many(void)
{
	static struct plan_item many[MANY];
	static const struct plan all = { .items = many, .len = MANY };
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)MANY * 64);
	const struct plan_view view = { .arena = arena, .plan = &all };
	FILE *file = fopen("/dev/null", "w");
	const struct term term = { .file = file };

	for (unsigned i = 0; i < MANY; i++)
		many[i] = (struct plan_item){ .key = i % 2 ? "vm.a" : "vm.b",
					      .from = { &first, i + 1, 1 },
					      .action = ACTION_SKIP,
					      .reason = LEFT_OUT };
	is_int(file ? view_plan_notes(&view, &term) : -1, 0,
	       "thousands of lines are told in one");
	if (file)
		(void)fclose(file);
}

int main(void)
{
	test_groups();
	test_many();
	test_terminal();
	test_closing();
	test_no_memory();
	return done();
}
