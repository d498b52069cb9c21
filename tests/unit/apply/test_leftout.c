/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/leftout.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/plan.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct plan_item items[] = {
		{ .key = "vm.a", .action = ACTION_WRITE },
		{ .key = "vm.b", .action = ACTION_SKIP, .reason = "not here" },
	};
	struct plan plan = { .items = items, .len = 2 };
	char text[256] = { 0 };
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "root");
	plan_finish(&plan);
	is_int(leftout_record(arena, &root, &plan, "a.yaml b"), 0, "recorded");
	ok(root_read(&root, "var/lib/lowmemctl/left-out", text, sizeof(text)) > 0,
	   "there");
	is_str(text, "# a.yaml b\nvm.b\tnot here\n", "what was left out, and why");
	items[1].label = "pid:812 a\n# b\tc";
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "a process");
	ok(root_read(&root, "var/lib/lowmemctl/left-out", text, sizeof(text)) > 0,
	   "there");
	is_str(text, "# a.yaml\npid:812 a # b c\tnot here\n",
	       "its name makes no line and no column of its own");
	items[1].action = ACTION_NONE;
	plan_finish(&plan);
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "nothing left out");
	ok(root_read(&root, "var/lib/lowmemctl/left-out", text, sizeof(text)) < 0,
	   "no record");
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "nor was there one");
	root_done(&root);
	tree_end();
	return done();
}
