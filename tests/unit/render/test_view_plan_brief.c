/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "capture.h"
#include "knob/knob.h"
#include "plan/plan.h"
#include "render/view_plan.h"
#include "tap.h"

static const struct source profile = { .name = "p.yaml" };
static const struct knob bytes = { .size = KNOB_BYTES };

static struct plan_item items[] = {
	{
		.key = "vm.swappiness",
		.from = { &profile, 7, 3 },
		.want = "10",
		.live = "60",
		.live_status = LIVE_DIFFERS,
		.action = ACTION_WRITE,
	},
	{
		.key = "vm.dirty_bytes",
		.knob = &bytes,
		.want = "67108864",
		.live = "0",
		.live_status = LIVE_DIFFERS,
		.action = ACTION_WRITE,
	},
	{
		.key = "vm.page-cluster",
		.from = { &profile, 8, 3 },
		.want = "3",
		.live = "3",
		.live_status = LIVE_SAME,
	},
	{
		.key = "vm.oom-kill",
		.from = { &profile, 9, 3 },
		.live_status = LIVE_ABSENT,
		.action = ACTION_REFUSE,
		.reason = "this kernel does not have it",
	},
	{
		.key = "sshd",
		.from = { &profile, 12, 3 },
		.action = ACTION_SKIP,
		.reason = "left out",
	},
};

static const struct plan plan = { .items = items, .len = 5, .applies = true };

static void is_text(struct plan_view view, unsigned width, const char *want,
		    const char *name)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct capture got;

	view.arena = arena;
	is_int(view_plan_brief(&view, capture(&got, width, false)), 0, "%s", name);
	is_str(captured(&got), want, "%s: text", name);
}

static void test_lines(void)
{
	struct plan_view view = { .plan = &plan, .comment = "2 to change" };

	is_text(view, 0,
		"vm.swappiness: is 60, want 10 (p.yaml:7)\n"
		"vm.dirty_bytes: is 0, want 64M\n"
		"vm.oom-kill: this kernel does not have it (p.yaml:9)\n"
		"2 to change\n",
		"differences");
	is_text(view, 40,
		"vm.swappiness: is 60, want 10\n"
		"  (p.yaml:7)\n"
		"vm.dirty_bytes: is 0, want 64M\n"
		"vm.oom-kill: this kernel does not have\n"
		"  it (p.yaml:9)\n"
		"2 to change\n",
		"on a narrow terminal");
	view.verbose = true;
	is_text(view, 0,
		"vm.swappiness: is 60, want 10 (p.yaml:7)\n"
		"vm.dirty_bytes: is 0, want 64M\n"
		"vm.page-cluster: is 3, as wanted (p.yaml:8)\n"
		"vm.oom-kill: this kernel does not have it (p.yaml:9)\n"
		"sshd: skipped: left out (p.yaml:12)\n"
		"2 to change\n",
		"all of it");
}

static void test_not_applicable(void)
{
	static const struct plan none = { .not_applicable = "p: no HighMem" };
	const struct plan_view view = { .plan = &none, .comment = "nothing" };

	is_text(view, 0, "not applicable: p: no HighMem\n", "not applicable");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const struct plan_view view = {
			.arena = arena,
			.plan = &plan,
			.verbose = true,
		};
		struct capture got;

		r = view_plan_brief(&view, capture(&got, 40, false));
		(void)captured(&got);
	}
	is_int(r, 0, "shows once memory suffices");
	ok(limit > 64, "and tells when it does not");
}

int main(void)
{
	test_lines();
	test_not_applicable();
	test_no_memory();
	return done();
}
