/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/files.h"

#include <errno.h>
#include <stdint.h>

#include "apply/journal.h"
#include "apply/revert.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/plan.h"
#include "state/sysctlloader.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define A "etc/sysctl.d/a.conf"
#define B "etc/sysctl.d/b.conf"
#define C "etc/sysctl.d/c.conf"

struct world {
	struct arena *arena;
	struct root root;
	struct plan plan;
	struct files_run run;
	struct file_outcome outcomes[3];
};

/* a.conf is to be changed, b.conf made, c.conf removed. */
static void world_begin(struct world *world)
{
	static struct file_change changes[3];

	changes[0] = (struct file_change){ A, "old\n", "new\n", NULL, STATUS_OK };
	changes[1] =
		(struct file_change){ B, NULL, "vm.swappiness = 10\n", NULL, STATUS_OK };
	changes[2] = (struct file_change){ C, "gone\n", NULL, NULL, STATUS_OK };
	*world = (struct world){ .arena = arena_new(SIZE_MAX) };
	tree_begin();
	tree_file(A, "old\n");
	tree_file(C, "gone\n");
	is_int(root_init(&world->root, tree), 0, "a tree");
	world->plan.files.items = changes;
	world->plan.files.len = 3;
	world->run = (struct files_run){
		.arena = world->arena,
		.root = &world->root,
		.plan = &world->plan,
		.outcomes = world->outcomes,
	};
}

static void world_end(struct world *world)
{
	root_done(&world->root);
	arena_free(world->arena);
	tree_end();
}

static const char *text_at(const struct world *world, const char *path)
{
	const char *text;

	return files_read(world->arena, &world->root, path, &text) == 0 ? text : "?";
}

static void is_untouched(const struct world *world, const char *name)
{
	is_str(text_at(world, A), "old\n", "%s: changed", name);
	is_str(text_at(world, B), NULL, "%s: made", name);
	is_str(text_at(world, C), "gone\n", "%s: removed", name);
}

static void test_write(void)
{
	struct world world;

	world_begin(&world);
	ok(files_write(&world.run), "written");
	is_str(text_at(&world, A), "new\n", "changed");
	is_str(text_at(&world, B), "vm.swappiness = 10\n", "made");
	is_str(text_at(&world, C), NULL, "removed");
	is_int(world.outcomes[2].result, RESULT_DONE, "done");
	files_undo(&world.run);
	is_untouched(&world, "undone");
	is_int(world.outcomes[0].result, RESULT_RESTORED, "restored");
	world_end(&world);
}

static void test_failures(void)
{
	struct world world;

	world_begin(&world);
	tree_file(C, "somebody's\n");
	ok(!files_write(&world.run), "somebody else was there");
	is_int(world.outcomes[2].result, RESULT_FAILED, "failed");
	is_str(world.outcomes[2].reason, "somebody else changed it meanwhile", "why");
	files_undo(&world.run);
	is_str(text_at(&world, C), "somebody's\n", "theirs stays");
	is_str(text_at(&world, B), NULL, "ours goes");
	is_int(world.outcomes[2].result, RESULT_FAILED, "failed still");
	world_end(&world);

	world_begin(&world);
	tree_folders(B "/x");
	ok(!files_write(&world.run), "a folder in the way");
	files_undo(&world.run);
	is_str(text_at(&world, A), "old\n", "the first one is put back");
	world_end(&world);

	/* Whose folder could not be synced: it failed, and is the new one. */
	world_begin(&world);
	ok(files_write(&world.run), "written");
	world.outcomes[0] = (struct file_outcome){ RESULT_FAILED, "I/O error" };
	files_undo(&world.run);
	is_untouched(&world, "a failure that left the new file");
	is_int(world.outcomes[0].result, RESULT_FAILED, "failed, and put back");
	world_end(&world);

	world_begin(&world);
	ok(files_write(&world.run), "written");
	(void)unlink(tree_path(A));
	tree_folders(A "/x");
	files_undo(&world.run);
	is_int(world.outcomes[0].result, RESULT_STUCK,
	       "what cannot be put back is stuck");
	is_str(text_at(&world, B), NULL, "the others are");
	world_end(&world);
}

static void test_verify(void)
{
	static struct plan_item item = {
		.kind = ITEM_SYSCTL,
		.key = "vm.swappiness",
		.want = "10",
		.persisted = true,
	};
	struct world world;
	const char *reason = NULL;

	world_begin(&world);
	item.want = "10";
	world.plan.items = &item;
	world.plan.len = 1;
	is_int(sysctl_loader_detect(world.arena, &world.root, "systemd",
				    &world.plan.loader),
	       0, "a loader");
	ok(files_write(&world.run) && files_verify(&world.run, &reason), "it will be so");
	tree_file("etc/sysctl.d/z.conf", "vm.swappiness = 30\n");
	ok(!files_verify(&world.run, &reason), "not with another line");
	is_str(reason,
	       "vm.swappiness would not be 10 after a reboot: it is decided by "
	       "/etc/sysctl.d/z.conf:1",
	       "which is named");
	(void)unlink(tree_path("etc/sysctl.d/z.conf"));
	(void)unlink(tree_path(B));
	ok(!files_verify(&world.run, &reason), "nor with none");
	world_end(&world);
}

static void test_read(void)
{
	struct world world;
	const char *text;

	world_begin(&world);
	is_int(files_read(world.arena, &world.root, "none/at/all", &text), 0, "none");
	ok(!text && files_same(NULL, text) && !files_same("", NULL), "is not empty");
	is_int(truncate(tree_path(A), 6), 0, "truncate");
	is_int(files_read(world.arena, &world.root, A, &text), -EILSEQ, "NUL bytes");
	tree_file("usr/x", "x");
	tree_link("/usr/x", "etc/x");
	is_int(files_may_write(&world.root, "etc/x"), -EXDEV, "a package's file");
	is_int(files_may_write(&world.root, C), 0, "one of the host's");
	world_end(&world);
}

/* What the journal of a run would have, undone. */
static void test_revert(void)
{
	struct entry_file files[] = { { A, "old\n", "new\n" }, { B, NULL, "b\n" } };
	struct entry entry = { .command = "persist", .state = ENTRY_APPLIED };
	struct plan plan;
	struct world world;

	entry.files.items = files;
	entry.files.len = 2;
	world_begin(&world);
	tree_file(A, "new\n");
	tree_file(B, "b\n");
	is_int(revert_plan(world.arena, &world.root, &entry, false, &plan), 0, "planned");
	is_int((long long)plan.files.len, 2, "both go back");
	is_str(plan.files.items[0].path, B, "the last one first");
	ok(!plan.files.items[0].new &&plan.refusal == STATUS_OK, "by being removed");
	tree_file(B, "somebody's\n");
	is_int(revert_plan(world.arena, &world.root, &entry, false, &plan), 0, "planned");
	ok(plan.files.items[0].refused && plan.refusal == STATUS_ERROR,
	   "what was changed since is refused");
	is_int(revert_plan(world.arena, &world.root, &entry, true, &plan), 0, "forced");
	ok(!plan.files.items[0].refused, "is put back");
	tree_file(A, "old\n");
	(void)unlink(tree_path(B));
	is_int(revert_plan(world.arena, &world.root, &entry, false, &plan), 0, "again");
	is_int((long long)plan.files.len, 0, "what is as it was needs nothing");
	world_end(&world);
}

int main(void)
{
	test_write();
	test_failures();
	test_verify();
	test_read();
	test_revert();
	return done();
}
