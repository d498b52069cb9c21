/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps for processes, by a descriptor that was kept or one that is opened when it is needed. */
#include <errno.h>

#include "apply/step.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "proctree.h"
#include "state/processes.h"
#include "state/state.h"
#include "sys/root.h"
#include "tap.h"

#define ADJ "proc/812/oom_score_adj"

static const char *value_now(void)
{
	static char text[32];
	FILE *file = fopen(tree_path(ADJ), "re");

	if (!file || !fgets(text, sizeof(text), file))
		(void)snprintf(text, sizeof(text), "nothing");
	if (file)
		(void)fclose(file);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static struct plan_item item_for(struct live *live, int fd)
{
	*live = (struct live){ .path = ADJ, .text = "-17", .fd = fd };
	return (struct plan_item){
		.kind = ITEM_PROCESS,
		.key = "pid:812",
		.path = ADJ,
		.source = live,
		.want = "5",
		.live = "-17",
		.action = ACTION_WRITE,
		.undo_path = ADJ,
		.undo_value = "-17",
		.process = { .pid = 812, .comm = "sshd", .started = 81200 },
	};
}

static void test_life(struct arena *arena, const struct root *root, bool keep)
{
	const char *reason = NULL;
	struct live live;
	struct plan_item item;
	struct step step;
	cleanup_fd int fd = -1;

	proc_add(812, "sshd", 1, -17);
	if (keep)
		fd = processes_open_adj(root, 812, 81200, "oom_score_adj", O_RDWR);
	item = item_for(&live, fd);
	is_int(step_prepare(arena, &item, &step), 0, "prepared");
	is_int(step_write(arena, root, &step, &reason), 0, "written");
	is_str(value_now(), "5", "it is there, and nothing of what was");
	is_str(step.live, "5", "and read back");
	is_int(step_verify(arena, root, &step, &reason), 0, "still so");
	is_int(step_is_undone(root, &step), 1, "not undone");
	proc_file(812, "oom_score_adj", "7\n");
	is_int(step_verify(arena, root, &step, &reason), -ECANCELED, "it set its own");
	is_int(step_undo(arena, root, &step, &reason), 0, "put back");
	is_str(value_now(), "-17", "as it was");
	is_int(step_is_undone(root, &step), 0, "undone");
}

/* Its number is another's: nothing of that one is read or written. */
static void test_reused(struct arena *arena, const struct root *root)
{
	const char *reason = NULL;
	struct live live;
	struct plan_item item = item_for(&live, -1);
	struct step step;

	proc_add(812, "sshd", 1, 300);
	item.process.started = 4711;
	is_int(step_prepare(arena, &item, &step), 0, "prepared");
	is_int(step_write(arena, root, &step, &reason), -ESRCH, "not written");
	ok(strstr(reason, "ended") != NULL, "%s", reason);
	is_int(step_verify(arena, root, &step, &reason), -ESRCH, "not looked at");
	is_int(step_is_undone(root, &step), -ESRCH, "nor for undoing");
	is_int(step_undo(arena, root, &step, &reason), -ESRCH, "not undone");
	is_str(value_now(), "300", "as it was");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	test_life(arena, &root, true);
	test_life(arena, &root, false);
	test_reused(arena, &root);
	root_done(&root);
	tree_end();
	return done();
}
