/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/keeper.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "procs.h"
#include "sys/procs.h"
#include "sys/root.h"
#include "tap.h"

#define HEARD 64

/* What a keeper told. */
struct heard {
	struct {
		enum notice_kind kind;
		pid_t pid;
		int before, after, error;
		bool child;
	} items[HEARD];
	size_t len;
};

struct stage {
	struct arena *arena;
	struct root root;
	struct procs procs;
	struct rules rules;
	struct heard heard;
	struct keeper keeper;
};

static void hear(void *data, const struct notice *notice)
{
	struct heard *heard = data;

	if (heard->len == HEARD)
		abort();
	heard->items[heard->len].kind = notice->kind;
	heard->items[heard->len].pid = notice->pid;
	heard->items[heard->len].before = notice->before;
	heard->items[heard->len].after = notice->after;
	heard->items[heard->len].error = notice->error;
	heard->items[heard->len].child = notice->child;
	heard->len++;
}

static size_t count_heard(const struct stage *stage, enum notice_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < stage->heard.len; i++)
		count += stage->heard.items[i].kind == kind;
	return count;
}

static void begin_at(struct stage *stage, const char *root, struct rule *rules,
		     size_t len)
{
	*stage = (struct stage){ .arena = arena_new((size_t)1024 * 1024) };
	if (!stage->arena || root_init(&stage->root, root) < 0 ||
	    procs_open(&stage->procs, &stage->root) < 0)
		abort();
	stage->rules = ready(stage->arena, rules, len);
	stage->keeper = (struct keeper){ .root = &stage->root,
					 .procs = &stage->procs,
					 .rules = &stage->rules,
					 .tell = hear,
					 .data = &stage->heard,
					 .process = { .dir = -1 } };
	members_reserve(&stage->keeper.members, 100);
}

static void begin(struct stage *stage, struct rule *rules, size_t len)
{
	tree_begin();
	tree_folders("proc/x");
	begin_at(stage, tree, rules, len);
}

static void end_at(struct stage *stage)
{
	members_done(&stage->keeper.members);
	rules_done(&stage->rules);
	procs_done(&stage->procs);
	root_done(&stage->root);
	arena_free(stage->arena);
}

static void end(struct stage *stage)
{
	end_at(stage);
	tree_end();
}

static enum kept look(struct stage *stage, pid_t pid)
{
	return keeper_look(&stage->keeper, pid, 0, true);
}

static void test_one(void)
{
	struct rule rules[] = {
		{ .name = "shield", .comm = "sshd", .has_value = true, .value = -1000 },
		{ .name = "clamp", .comm = "chrom*", .has_max = true, .max = 300 },
	};
	struct stage stage;

	begin(&stage, rules, 2);
	make_process(100, 1, "sshd", 0);
	make_process(101, 1, "chrome", 900);
	make_process(102, 1, "chromium", 200);
	make_process(103, 1, "bash", 5);
	is_int(look(&stage, 100), KEPT_CHANGED, "one that a rule is for is changed");
	is_int(adj_of(100), -1000, "to what that wants");
	is_int(look(&stage, 100), KEPT_AS_WANTED, "the next look finds it so");
	is_int(look(&stage, 101), KEPT_CHANGED, "what is above a clamp is lowered");
	is_int(adj_of(101), 300, "to the clamp");
	is_int(look(&stage, 102), KEPT_AS_WANTED, "what is within it stays");
	is_int(adj_of(102), 200, "as it is");
	is_int(look(&stage, 103), KEPT_NO_RULE, "others are not touched");
	is_int(adj_of(103), 5, "at all");
	is_int(look(&stage, 999), KEPT_GONE, "one that is not there is gone");
	is_int((long long)stage.heard.len, 2, "two changes are told");
	is_int(stage.heard.items[1].before, 900, "with what was");
	is_int(stage.heard.items[1].after, 300, "and what is");
	is_int((long long)stage.keeper.tally.changed, 2, "and counted");
	stage.keeper.self = 104;
	make_process(104, 1, "sshd", 0);
	is_int(look(&stage, 104), KEPT_NO_RULE, "who keeps is not kept");
	make_process(1, 0, "sshd", 0);
	is_int(look(&stage, 1), KEPT_NO_RULE, "nor is PID 1");
	end(&stage);
}

static void test_denied(void)
{
	struct rule rules[] = {
		{ .name = "a", .comm = "a", .has_value = true, .value = 5 },
	};
	struct stage stage;

	begin(&stage, rules, 1);
	make_process(100, 1, "a", 0);
	make_process(101, 1, "a", 0);
	if (unlink(tree_path("proc/100/oom_score_adj")) < 0)
		abort();
	tree_folders("proc/100/oom_score_adj/x");
	is_int(look(&stage, 100), KEPT_UNKNOWN, "what cannot be read is not written");
	stage.keeper.mine = true;
	stage.keeper.user = 4711;
	is_int(look(&stage, 101), KEPT_NO_RULE,
	       "other users' are passed over where asked");
	is_int(adj_of(101), 0, "and not touched");
	end(&stage);
}

static void test_drift(enum rule_drift drift, int times, enum notice_kind last)
{
	struct rule rules[] = {
		{ .name = "a",
		  .comm = "a",
		  .has_value = true,
		  .value = 5,
		  .drift = drift },
	};
	struct stage stage;

	begin(&stage, rules, 1);
	make_process(100, 1, "a", 0);
	(void)look(&stage, 100);
	for (int i = 0; i < 10; i++) {
		set_adj(100, 7);
		(void)look(&stage, 100);
	}
	is_int((long long)count_heard(&stage, NOTICE_CHANGED), 1 + times,
	       "drift policy %d: set again so often", (int)drift);
	is_int(adj_of(100), 7, "and then left as it is");
	if (last != NOTICE_CHANGED)
		is_int((long long)count_heard(&stage, last), 1, "which is told once");
	else
		is_int((long long)stage.heard.len, 1, "and nothing is said");
	set_adj(100, 5);
	keeper_check(&stage.keeper, 100);
	set_adj(100, 7);
	keeper_check(&stage.keeper, 100);
	is_int(adj_of(100), drift == DRIFT_REAPPLY ? 5 : 7,
	       "once it held at a check, it begins anew");
	end(&stage);
}

/* Another process has its number now, and owes nothing to what the first one was. */
static void test_reused(void)
{
	struct rule rules[] = {
		{ .name = "a", .comm = "a", .has_value = true, .value = 5 },
	};
	struct stage stage;

	begin(&stage, rules, 1);
	make_process(100, 1, "a", 0);
	(void)look(&stage, 100);
	end_process(100);
	make_process(100, 1, "a", 3);
	tree_file("proc/100/stat",
		  "100 (a) S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 77 4096 1 0\n");
	is_int(look(&stage, 100), KEPT_CHANGED,
	       "a new process with an old number is new");
	is_int((long long)stage.keeper.tally.drifted, 0, "it has not drifted");
	keeper_restore(&stage.keeper, false);
	is_int(adj_of(100), 3, "and gets back what it had itself");
	end(&stage);
}

/* 100 daemon -> 101 shell -> 102 tool; 103 is of the daemon's own kind. */
static void make_family(int adj)
{
	make_process(100, 1, "daemon", adj);
	make_process(101, 100, "shell", adj);
	make_process(102, 101, "tool", adj);
	make_process(103, 100, "daemon", adj);
	make_process(104, 100, "own", 44);
	make_children(100, "101 103 104 ");
	make_children(101, "102 ");
}

static void test_reset(void)
{
	struct rule rules[] = {
		{ .name = "d",
		  .comm = "daemon",
		  .has_value = true,
		  .value = -900,
		  .children = CHILDREN_RESET },
	};
	pid_t parents[4];
	struct stage stage;

	begin(&stage, rules, 1);
	make_family(0);
	is_int(look(&stage, 100), KEPT_CHANGED, "the daemon is protected");
	ok(keeper_has_family(&stage.keeper, 100), "its rule has a say on its children");
	ok(stage.keeper.family, "and that is news");
	/* What a fork copies. */
	for (pid_t pid = 101; pid <= 103; pid++)
		set_adj(pid, -900);
	ok(keeper_look_below(&stage.keeper, 100), "all below it are looked at");
	is_int(adj_of(101), 0, "a child does not keep what it was handed down");
	is_int(adj_of(102), 0, "nor does a grandchild");
	is_int(adj_of(103), -900, "one that a rule is for has that rule");
	is_int(adj_of(104), 44, "and what one set itself stays");
	is_int((long long)keeper_parents(&stage.keeper, parents, 4), 2,
	       "two have children that matter");
	keeper_restore(&stage.keeper, false);
	is_int(adj_of(100), 0, "put back: the daemon");
	is_int(adj_of(101), 0, "the child has what it would have been handed down");
	is_int(adj_of(103), 0, "as has one that was born protected");
	end(&stage);
}

static void test_value(void)
{
	struct rule rules[] = {
		{ .name = "d",
		  .comm = "daemon",
		  .has_value = true,
		  .value = 100,
		  .children = CHILDREN_VALUE,
		  .children_value = 300 },
		{ .name = "t", .comm = "tool", .has_value = true, .value = 7 },
	};
	struct stage stage;

	begin(&stage, rules, 2);
	make_family(100);
	is_int(look(&stage, 100), KEPT_AS_WANTED, "it is as wanted already");
	(void)keeper_look_below(&stage.keeper, 100);
	is_int(adj_of(101), 300, "its children get their value all the same");
	is_int(adj_of(104), 300, "whatever they had");
	is_int(adj_of(102), 7, "unless a rule is for them");
	is_int(look(&stage, 101), KEPT_NO_RULE, "a second look has nothing to do");
	ok(stage.heard.items[0].child, "that it is the parent's rule is told");
	keeper_restore(&stage.keeper, false);
	is_int(adj_of(101), 100, "put back: what was handed down was the daemon's own");
	is_int(adj_of(104), 44, "what was its own is its own again");
	end(&stage);
}

/* The nearest ancestor that a rule is for decides, also where it says nothing of children. */
static void test_nearest(void)
{
	struct rule rules[] = {
		{ .name = "d",
		  .comm = "daemon",
		  .has_value = true,
		  .value = -900,
		  .children = CHILDREN_RESET },
		{ .name = "s", .comm = "shell", .has_value = true, .value = -900 },
	};
	struct stage stage;

	begin(&stage, rules, 2);
	make_family(-900);
	(void)look(&stage, 100);
	(void)keeper_look_below(&stage.keeper, 100);
	is_int(adj_of(101), -900, "the shell has a rule of its own");
	is_int(adj_of(102), -900, "which hands down what it has");
	end(&stage);
}

static void test_adopt(void)
{
	struct rule before[] = {
		{ .name = "a", .comm = "a", .has_value = true, .value = 5 },
		{ .name = "b", .comm = "b", .has_value = true, .value = 6 },
	};
	struct rule after[] = {
		{ .name = "b", .comm = "b", .has_value = true, .value = 60 },
	};
	struct rules fresh;
	struct stage stage;

	begin(&stage, before, 2);
	make_process(100, 1, "a", 1);
	make_process(101, 1, "b", 2);
	(void)look(&stage, 100);
	(void)look(&stage, 101);
	fresh = ready(stage.arena, after, 1);
	keeper_adopt(&stage.keeper, &fresh);
	is_int(look(&stage, 101), KEPT_CHANGED, "another value of the same rule is set");
	(void)look(&stage, 100);
	is_int((long long)stage.keeper.tally.drifted, 0, "which is no drift");
	keeper_restore(&stage.keeper, true);
	is_int(adj_of(101), 60, "what a rule is for stays");
	keeper_restore(&stage.keeper, false);
	is_int(adj_of(101), 2, "put back at the end: what it had before all rules");
	rules_done(&fresh);
	end(&stage);
}

static void test_orphan(void)
{
	struct rule before[] = {
		{ .name = "a", .comm = "a", .has_value = true, .value = 5 },
	};
	struct rules none = { 0 };
	struct stage stage;

	begin(&stage, before, 1);
	make_process(100, 1, "a", 1);
	(void)look(&stage, 100);
	keeper_adopt(&stage.keeper, &none);
	is_int(look(&stage, 100), KEPT_NO_RULE, "no rule is for it any more");
	is_int(adj_of(100), 5, "which alone changes nothing");
	keeper_restore(&stage.keeper, true);
	is_int(adj_of(100), 1, "one without a rule is put back");
	end(&stage);
}

static pid_t start_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			(void)pause();
	}
	return pid;
}

/* The kernel's own files: raising takes no privilege, and what has ended says so. */
static void test_real(void)
{
	struct rule rules[] = {
		{ .name = "a", .comm = "test_keeper", .has_value = true, .value = 321 },
	};
	struct stage stage;
	pid_t pid = start_child();
	char path[64], text[16] = "";
	int fd;

	begin_at(&stage, "/", rules, 1);
	(void)snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", (int)pid);
	is_int(look(&stage, pid), KEPT_CHANGED, "a real process is changed");
	fd = open(path, O_RDONLY);
	ok(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && strcmp(text, "321\n") == 0,
	   "and has what it was given");
	(void)close(fd);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	is_int(look(&stage, pid), KEPT_GONE, "when it has ended, it is gone");
	ok(!members_find(&stage.keeper.members, pid), "and forgotten");
	is_int((long long)count_heard(&stage, NOTICE_DENIED), 0, "nothing was denied");
	end_at(&stage);
}

int main(void)
{
	test_one();
	test_denied();
	test_drift(DRIFT_REAPPLY, KEEPER_FIGHTS, NOTICE_LEFT);
	test_drift(DRIFT_REPORT, 0, NOTICE_DRIFTED);
	test_drift(DRIFT_ACCEPT, 0, NOTICE_CHANGED);
	test_reused();
	test_reset();
	test_value();
	test_nearest();
	test_adopt();
	test_orphan();
	test_real();
	return done();
}
