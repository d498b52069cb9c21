/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that ends between the plan and the writing is no failure, and stands in nobody's way. */
#include "apply/apply.h"
#include "apply/journal.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "plan/plan.h"
#include "proctree.h"
#include "state/state.h"
#include "sys/root.h"
#include "tap.h"

static struct live lives[3];
static char paths[3][64];

/* Raises process @pid from 0 to 5; of a start that is not its own, it has ended. */
static struct plan_item raise(size_t i, int pid, uint64_t started)
{
	(void)snprintf(paths[i], sizeof(paths[i]), "proc/%d/oom_score_adj", pid);
	lives[i] = (struct live){ .path = paths[i], .text = "0", .fd = -1 };
	return (struct plan_item){
		.kind = ITEM_PROCESS,
		.key = "pid",
		.path = paths[i],
		.source = &lives[i],
		.want = "5",
		.live = "0",
		.action = ACTION_WRITE,
		.undo_path = paths[i],
		.undo_value = "0",
		.process = { .pid = pid, .comm = "x", .started = started },
	};
}

static struct result carry_out(struct arena *arena, const struct root *root,
			       struct plan_item *items, size_t len)
{
	const struct journal_run run = { .command = "apply", .profiles = "p" };
	struct plan plan = { .items = items, .len = len, .applies = true };
	struct diags diags = diags_in(arena);
	struct result result = { 0 };

	plan_finish(&plan);
	is_int(apply_run(arena, root, &plan, &run, &diags, &result), 0, "carried out");
	return result;
}

static int adj_of(int pid)
{
	char path[64], text[16] = "";
	cleanup_fd int fd = -1;

	(void)snprintf(path, sizeof(path), "proc/%d/oom_score_adj", pid);
	fd = open(tree_path(path), O_RDONLY);
	return fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 ? atoi(text) : -9999;
}

static void test_ended(struct arena *arena, const struct root *root)
{
	struct plan_item items[] = { raise(0, 812, 4711), raise(1, 813, 81300) };
	const struct result result = carry_out(arena, root, items, 2);

	is_int((int)result.status, STATUS_OK, "no failure");
	is_int((int)result.items[0].result, RESULT_NULL, "nothing was done to it");
	ok(result.items[0].reason && strstr(result.items[0].reason, "ended"),
	   "which is told");
	is_int((int)result.items[1].result, RESULT_DONE, "the other one was");
	is_int((long long)result.done, 1, "one in all");
	is_int(adj_of(812), 0, "who has its number is as it was");
	is_int(adj_of(813), 5, "the other is raised");
	proc_file(813, "oom_score_adj", "0\n");
}

/* Two that want something else of one process: the first does not last. */
static void test_put_back(struct arena *arena, const struct root *root)
{
	struct plan_item items[] = { raise(0, 812, 4711), raise(1, 813, 81300),
				     raise(2, 813, 81300) };
	struct result result;

	items[2].want = "6";
	result = carry_out(arena, root, items, 3);
	is_int((int)result.status, STATUS_RESTORED, "all is put back");
	is_int((int)result.items[0].result, RESULT_NULL, "of the ended nothing was");
	is_int((int)result.items[1].result, RESULT_FAILED, "the one that failed");
	is_int((int)result.items[2].result, RESULT_RESTORED, "the other one");
	is_int(adj_of(812), 0, "who has its number is as it was");
	is_int(adj_of(813), 0, "the other one, too");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	proc_add(812, "other", 1, 0);
	proc_add(813, "x", 1, 0);
	test_ended(arena, &root);
	test_put_back(arena, &root);
	root_done(&root);
	tree_end();
	return done();
}
