/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/watch.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "procs.h"
#include "sys/clock.h"
#include "sys/root.h"
#include "tap.h"

struct stage {
	struct arena *arena;
	struct root root;
	struct rules rules;
	struct watch watch;
	size_t heard;
};

static void hear(void *data, const struct notice *notice)
{
	size_t *heard = data;

	*heard += notice->kind == NOTICE_CHANGED;
}

static void begin_at(struct stage *stage, const char *root, struct rule *rules,
		     size_t len)
{
	*stage = (struct stage){ .arena = arena_new((size_t)1024 * 1024) };
	if (!stage->arena || root_init(&stage->root, root) < 0)
		abort();
	stage->rules = ready(stage->arena, rules, len);
	stage->watch.keeper.root = &stage->root;
	stage->watch.keeper.rules = &stage->rules;
	stage->watch.keeper.tell = hear;
	stage->watch.keeper.data = &stage->heard;
	is_int(watch_begin(&stage->watch), 0, "begun");
}

static void end_at(struct stage *stage)
{
	watch_done(&stage->watch);
	rules_done(&stage->rules);
	root_done(&stage->root);
	arena_free(stage->arena);
}

static struct rule plain[] = {
	{ .name = "a", .comm = "a", .has_value = true, .value = 5 },
};

static void pass(struct stage *stage, enum watch_pass which)
{
	is_int(watch_pass(&stage->watch, which, 1000), 0, "passed");
}

/* Without events one that has been seen twice is known, until a pass looks at all. */
static void test_known(void)
{
	struct stage stage;

	tree_begin();
	make_process(100, 1, "a", 0);
	make_process(101, 1, "b", 0);
	begin_at(&stage, tree, plain, 1);
	pass(&stage, WATCH_ALL);
	is_int(adj_of(100), 5, "the first pass sets what is there");
	is_int((long long)stage.watch.seen, 2, "two were seen");
	tree_file("proc/101/comm", "a\n");
	pass(&stage, WATCH_NEW);
	is_int(adj_of(101), 5, "one that runs something else after one pass is noticed");
	make_process(102, 1, "b", 0);
	pass(&stage, WATCH_NEW);
	pass(&stage, WATCH_NEW);
	tree_file("proc/102/comm", "a\n");
	pass(&stage, WATCH_NEW);
	is_int(adj_of(102), 0, "after two it is known, and passed over");
	for (int i = 0; i < 12; i++)
		pass(&stage, WATCH_NEW);
	is_int(adj_of(102), 5, "but not for ever");
	end_process(100);
	pass(&stage, WATCH_NEW);
	ok(!members_find(&stage.watch.keeper.members, 100), "who has ended is forgotten");
	end_at(&stage);
	tree_end();
}

static void test_checks(void)
{
	struct stage stage;

	tree_begin();
	make_process(100, 1, "a", 0);
	begin_at(&stage, tree, plain, 1);
	pass(&stage, WATCH_ALL);
	pass(&stage, WATCH_NEW);
	set_adj(100, 9);
	pass(&stage, WATCH_NEW);
	is_int(adj_of(100), 5, "who changes its own value is found by a pass");
	is_int((long long)stage.watch.keeper.tally.drifted, 1, "as drift");
	end_at(&stage);
	tree_end();
}

static struct rule parent[] = {
	{ .name = "d",
	  .comm = "daemon",
	  .has_value = true,
	  .value = 400,
	  .children = CHILDREN_RESET },
};

/* A child that was being forked shows a little later, with the value that it copied. */
static void test_again(void)
{
	struct stage stage;
	uint64_t due;

	tree_begin();
	make_process(100, 1, "daemon", 0);
	begin_at(&stage, tree, parent, 1);
	is_int((long long)watch_next_ms(&stage.watch), 0, "nothing is due");
	pass(&stage, WATCH_ALL);
	due = watch_next_ms(&stage.watch);
	ok(due != 0, "a changed parent is looked at again");
	make_process(101, 100, "late", 400);
	make_children(100, "101 ");
	is_int(watch_due(&stage.watch, due - 1), 0, "not before its time");
	is_int(adj_of(101), 400, "which has not come");
	is_int(watch_due(&stage.watch, due), 0, "but then");
	is_int(adj_of(101), 0, "the child is found");
	due = watch_next_ms(&stage.watch);
	ok(due != 0, "a busy host may take longer: one more look is due");
	make_process(102, 100, "later", 400);
	make_children(100, "101 102 ");
	is_int(watch_due(&stage.watch, due), 0, "which comes");
	is_int(adj_of(102), 0, "and finds the last one");
	is_int((long long)watch_next_ms(&stage.watch), 0, "then nothing more is due");
	end_at(&stage);
	tree_end();
}

/* A kernel without PROC_CHILDREN: all are looked at instead. */
static void test_no_children(void)
{
	struct stage stage;

	tree_begin();
	make_process(100, 1, "daemon", 0);
	make_process(101, 100, "late", 400);
	if (unlink(tree_path("proc/100/task/100/children")) < 0)
		abort();
	begin_at(&stage, tree, parent, 1);
	pass(&stage, WATCH_ALL);
	is_int(watch_due(&stage.watch, UINT64_C(1) << 60), 0, "a second look");
	is_int(adj_of(101), 0, "finds the child");
	end_at(&stage);
	tree_end();
}

/* Only a pass over all tells that a process has ended: nobody looks at it any more. */
static void test_ended(void)
{
	struct stage stage;

	tree_begin();
	make_process(100, 1, "a", 0);
	begin_at(&stage, tree, plain, 1);
	pass(&stage, WATCH_ALL);
	ok(members_find(&stage.watch.keeper.members, 100) != NULL, "it is remembered");
	end_process(100);
	pass(&stage, WATCH_ALL);
	ok(!members_find(&stage.watch.keeper.members, 100), "until it has ended");
	end_at(&stage);
	tree_end();
}

static void test_adopt(void)
{
	struct stage stage;

	tree_begin();
	make_process(100, 1, "daemon", 0);
	begin_at(&stage, tree, parent, 1);
	pass(&stage, WATCH_ALL);
	ok(watch_next_ms(&stage.watch) != 0, "a family is to be looked at");
	watch_adopt(&stage.watch, &stage.rules);
	is_int((long long)watch_next_ms(&stage.watch), 0,
	       "with other rules that is over: all are looked at");
	end_at(&stage);
	tree_end();
}

static void test_kinds(void)
{
	struct rule rules[] = {
		{ .name = "a", .cmdline = "x" },
		{ .name = "b", .comm = "x" },
		{ .name = "c", .user = "0" },
		{ .name = "d", .group = "0" },
	};
	struct arena *arena = arena_new((size_t)1024 * 1024);
	struct rules made = ready(arena, rules, 1);

	is_int(watch_kinds(&made), PROCEVENT_EXEC, "only programs that are run");
	rules_done(&made);
	made = ready(arena, rules, 4);
	is_int(watch_kinds(&made),
	       PROCEVENT_EXEC | PROCEVENT_COMM | PROCEVENT_UID | PROCEVENT_GID,
	       "and what else rules are about");
	rules_done(&made);
	arena_free(arena);
}

static pid_t run_sleep(const char *seconds)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)execlp("sleep", "sleep", seconds, (char *)NULL);
		_exit(1);
	}
	return pid;
}

static int real_adj(pid_t pid)
{
	char path[64], text[16] = "";
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", (int)pid);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -9999;
	(void)close(fd);
	return (int)strtol(text, NULL, 10);
}

/* With the kernel's own events, where they are to be had. */
static void test_events(void)
{
	struct rule rules[] = {
		{ .name = "s",
		  .comm = "sleep",
		  .cmdline = "sleep 4711.5",
		  .has_value = true,
		  .value = 77 },
	};
	struct procevents events;
	struct stage stage;
	pid_t pid;

	begin_at(&stage, "/", rules, 1);
	if (procevents_init(&events, watch_kinds(&stage.rules), 65536) < 0) {
		ok(true, "no events of processes here # SKIP");
		procevents_done(&events);
		end_at(&stage);
		return;
	}
	stage.watch.events = &events;
	is_int(watch_pass(&stage.watch, WATCH_ALL, 1), 0, "passed");
	pid = run_sleep("4711.5");
	for (int i = 0; i < 500 && stage.heard == 0; i++) {
		(void)usleep(10000);
		is_int(watch_events(&stage.watch), 0, "events are dealt with");
	}
	is_int(real_adj(pid), 77, "a program is set when it is run");
	ok(tally_quantile_us(&stage.watch.keeper.tally, 100) > 0,
	   "how long that took is counted");
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	is_int(watch_due(&stage.watch, WATCH_SAFETY_MS), 0, "looked");
	is_int((long long)stage.watch.keeper.tally.scans, 1, "no pass before its time");
	is_int(watch_due(&stage.watch, WATCH_SAFETY_MS + 1), 0, "looked");
	is_int((long long)stage.watch.keeper.tally.scans, 2, "a safety pass after it");
	stage.watch.lost = true;
	is_int(watch_due(&stage.watch, WATCH_SAFETY_MS + 2), 0, "looked");
	is_int((long long)stage.watch.keeper.tally.rescans, 1,
	       "lost events are made up for by a pass");
	procevents_done(&events);
	end_at(&stage);
}

int main(void)
{
	test_known();
	test_checks();
	test_again();
	test_no_children();
	test_ended();
	test_adopt();
	test_kinds();
	test_events();
	return done();
}
