/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes are put back where they are still there: by number and start. */
#include "apply/journal.h"
#include "apply/revert.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "proctree.h"
#include "sys/root.h"
#include "tap.h"

#define ADJ "proc/812/oom_score_adj"

static struct entry_item items[] = {
	{ .key = "pid:812",
	  .path = ADJ,
	  .found = "-5",
	  .value = "300",
	  .pid = 812,
	  .started = 81200,
	  .comm = "sshd",
	  .undo_path = ADJ,
	  .undo_value = "-5" },
	{ .key = "vm.swappiness",
	  .path = "proc/sys/vm/swappiness",
	  .found = "60",
	  .value = "10",
	  .undo_path = "proc/sys/vm/swappiness",
	  .undo_value = "60" },
};

static const struct entry entry = {
	.id = 1,
	.command = "apply",
	.profiles = "p",
	.state = ENTRY_APPLIED,
	.items = items,
	.len = 2,
};

/* The plan's item for the process. */
static struct plan_item plan_for(struct arena *arena, const struct root *root, bool force,
				 struct plan *ret)
{
	is_int(revert_plan(arena, root, &entry, force, ret), 0, "planned");
	is_int((long long)ret->len, 2, "two items");
	is_str(ret->items[1].key, "pid:812", "last the process, which was first");
	return ret->items[1];
}

static void test_there(struct arena *arena, const struct root *root)
{
	struct plan plan;
	struct plan_item item;

	proc_add(812, "sshd", 1, 300);
	item = plan_for(arena, root, false, &plan);
	is_int((int)item.kind, ITEM_PROCESS, "a process");
	is_int((int)item.action, ACTION_WRITE, "is put back");
	is_str(item.want, "-5", "what it had");
	is_str(item.undo_value, "300", "and back again");
	is_str(item.path, ADJ, "in its file");
	is_str(item.label, "pid:812 sshd", "how it is called");
	is_int(item.process.pid, 812, "its number");
	is_int((long long)item.process.started, 81200, "its start");
	proc_file(812, "oom_score_adj", "-5\n");
	item = plan_for(arena, root, false, &plan);
	is_int((int)item.action, ACTION_NONE, "what is as it was stays");
	proc_file(812, "oom_score_adj", "7\n");
	item = plan_for(arena, root, false, &plan);
	is_int((int)item.action, ACTION_REFUSE, "what changed since is refused");
	is_int((int)plan.refusal, STATUS_ERROR, "with 1");
	item = plan_for(arena, root, true, &plan);
	is_int((int)item.action, ACTION_WRITE, "unless forced");
}

static void test_gone(struct arena *arena, const struct root *root)
{
	struct plan plan;
	struct plan_item item;

	proc_file(812, "stat",
		  "812 (other) S 1 1 1 0 -1 0 9 0 0 0 3 4 0 0 20 0 1 0 81201 4096 5 0\n");
	item = plan_for(arena, root, true, &plan);
	is_int((int)item.action, ACTION_SKIP, "another has its number: left alone");
	is_str(item.reason, "the process has ended", "and told so");
	is_int((int)plan.refusal, STATUS_OK, "which is no fault");
	proc_unlink(812, "stat");
	item = plan_for(arena, root, true, &plan);
	is_str(item.reason, "the process has ended", "nobody has its number");
	is_int((int)item.live_status, LIVE_ABSENT, "it is not there");
	is_int((long long)plan.counts.skipped, 1, "the rest is put back all the same");
	is_int((long long)plan.counts.differs, 1, "that is");
}

/* What may not be looked at is not taken for ended, nor is the entry for done. */
static void test_unreadable(struct arena *arena, const struct root *root)
{
	struct plan plan;
	struct plan_item item;

	proc_add(812, "sshd", 1, 300);
	proc_unlink(812, "oom_score_adj");
	tree_link("stat", "proc/812/oom_score_adj");
	item = plan_for(arena, root, false, &plan);
	is_int((int)item.action, ACTION_REFUSE, "what cannot be read is refused");
	is_int((int)item.live_status, LIVE_UNREADABLE, "it may be there");
	ok(strstr(item.reason, "cannot be looked at") != NULL, "%s", item.reason);
	is_int((int)plan.refusal, STATUS_ERROR, "which is no want of privilege");
	proc_unlink(812, "oom_score_adj");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct root root;

	tree_begin();
	tree_file("proc/sys/vm/swappiness", "10\n");
	is_int(root_init(&root, tree), 0, "a tree");
	test_there(arena, &root);
	test_gone(arena, &root);
	test_unreadable(arena, &root);
	root_done(&root);
	tree_end();
	return done();
}
