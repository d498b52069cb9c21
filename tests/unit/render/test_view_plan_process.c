/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes in a plan: whatever they are called, it does not reach a terminal as it is. */
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "json.h"
#include "plan/plan.h"
#include "render/view_plan.h"
#include "tap.h"

static const struct source profile = { .name = "p.yaml" };

static struct plan_item items[] = {
	{
		.kind = ITEM_PROCESS,
		.key = "pid:812",
		.label = "pid:812 sshd",
		.from = { &profile, 7, 3 },
		.want = "-500",
		.live = "0",
		.live_status = LIVE_DIFFERS,
		.action = ACTION_WRITE,
		.needs = NEED_SYS_RESOURCE,
		.process = { .pid = 812, .comm = "sshd", .rule = "keep" },
	},
	{
		.kind = ITEM_PROCESS,
		.key = "pid:813",
		.label = "pid:813 \x1b[2Jx\ny",
		.from = { &profile, 7, 3 },
		.live_status = LIVE_UNREADABLE,
		.action = ACTION_SKIP,
		.reason = "left out",
		.process = { .pid = 813, .comm = "\x1b[2Jx\ny", .rule = "keep" },
	},
	{
		.kind = ITEM_PROCESS,
		.key = "idle",
		.from = { &profile, 9, 3 },
		.want = "<=300",
		.live_status = LIVE_ABSENT,
		.action = ACTION_SKIP,
		.reason = "no process matches it now",
		.process = { .rule = "idle" },
	},
};

static const struct plan plan = {
	.items = items,
	.len = 3,
	.applies = true,
	.counts = { .differs = 1, .skipped = 2 },
};

static void test_json(struct arena *arena)
{
	struct capture got;
	const struct plan_view view = {
		.arena = arena, .command = "diff", .plan = &plan, .status = STATUS_DIFFERS
	};

	is_int(view_plan(&view, capture(&got, 0, false), true), 0, "JSON");
	(void)captured(&got);
	ok(json_valid(got.text), "is valid");
	ok(strstr(got.text, "\"kind\":\"process\",\"key\":\"pid:812\",\"pid\":812,"
			    "\"comm\":\"sshd\",\"rule\":\"keep\",\"want\":\"-500\","
			    "\"live\":\"0\"") != NULL,
	   "has number, name and rule");
	ok(strstr(got.text, "\"pid\":813,\"comm\":\"\\u001b[2Jx\\ny\"") != NULL,
	   "a name is escaped");
	ok(strstr(got.text, "\"key\":\"idle\",\"pid\":null,\"comm\":null,"
			    "\"rule\":\"idle\"") != NULL,
	   "a rule without a process has none");
	ok(!strstr(got.text, "\"label\""), "how people are told of it is not in it");
}

/* Nothing that a terminal would obey, and no line of its own. */
static bool is_tame(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' && *text != '\n')
			return false;
	}
	return true;
}

static void test_text(struct arena *arena, unsigned width)
{
	struct plan_view view = { .arena = arena, .command = "diff", .plan = &plan };
	struct capture got;

	for (int verbose = 0; verbose < 2; verbose++) {
		view.verbose = verbose;
		is_int(view_plan(&view, capture(&got, width, false), false), 0, "text");
		(void)captured(&got);
		ok(strstr(got.text, "pid:812 sshd") != NULL, "says whom");
		ok(strstr(got.text, "oom_score_adj <= 300") != NULL,
		   "and what a rule is after");
		ok(is_tame(got.text) && !strstr(got.text, "\ny"), "tame");
		ok(strstr(got.text, "\\x1b[2Jx") != NULL, "with its name made visible");
	}
	is_int(view_plan_brief(&view, capture(&got, width, false)), 0, "in brief");
	(void)captured(&got);
	ok(strstr(got.text, "pid:812 sshd: ") != NULL, "says whom");
	ok(is_tame(got.text) && !strstr(got.text, "\ny"), "tame");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);

	test_json(arena);
	test_text(arena, 0);
	test_text(arena, 80);
	return done();
}
