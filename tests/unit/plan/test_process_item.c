/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/process_item.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/judging.h"
#include "plan/plan.h"
#include "profile/profile.h"
#include "state/users.h"
#include "tap.h"

#define NONE  (-1)
#define KNOWN (PROCESS_OWNER | PROCESS_STAT | PROCESS_ADJ | PROCESS_COMM)

/* Rules, and the processes that were collected for them: items of both. */
struct scene {
	struct rule *rules;
	size_t rules_len;
	struct process_kept *kept;
	size_t len;
	struct kver kernel;
	bool killable, force;
};

static const struct users users = { .passwd = { "root:x:0:0::/:\n", 15 } };

static struct process_kept kept(pid_t pid, pid_t ppid, int rule, int adj)
{
	return (struct process_kept){
		.pid = pid,
		.started = (uint64_t)pid * 100,
		.ppid = ppid,
		.known = KNOWN,
		.comm = "sshd",
		.adj = adj,
		.rule = rule,
		.fd = -1,
	};
}

/* 0 or -ENOMEM, which @work decides. */
static int build(struct arena *work, const struct scene *scene, struct plan *ret)
{
	struct layer layer = { .name = "p",
			       .rules = scene->rules,
			       .rules_len = scene->rules_len };
	struct layer *layers[] = { &layer };
	const struct profile profile = { .items = layers, .len = 1 };
	const struct state state = { .host = { .kernel = scene->kernel } };
	struct processes processes = { .items = scene->kept, .len = scene->len };
	struct judging judging = { .killable = scene->killable };
	const struct plan_request request = { .profile = &profile,
					      .state = &state,
					      .judging = &judging,
					      .processes = &processes,
					      .force = scene->force };
	struct plan plan = { 0 };
	int r = rules_add(work, &judging.rules, &layer, &users);

	if (r == 0)
		r = process_items(work, &request, &plan);
	rules_done(&judging.rules);
	if (r == 0)
		plan_finish(&plan);
	*ret = plan;
	return r;
}

static struct plan plan_of(struct arena *arena, const struct scene *scene)
{
	struct plan plan = { 0 };

	is_int(build(arena, scene, &plan), 0, "built");
	return plan;
}

static const struct plan_item *item_of(const struct plan *plan, const char *key)
{
	static const struct plan_item none;

	for (size_t i = 0; i < plan->len; i++) {
		if (strcmp(plan->items[i].key, key) == 0)
			return &plan->items[i];
	}
	return &none;
}

static void test_matched(struct arena *arena)
{
	struct rule rule = {
		.name = "keep", .has_value = true, .value = -500, .hard_floor = true
	};
	struct process_kept all[] = { kept(812, 1, 0, 0), kept(813, 1, 0, -500) };
	const struct scene scene = {
		.rules = &rule, .rules_len = 1, .kept = all, .len = 2
	};
	const struct plan plan = plan_of(arena, &scene);
	const struct plan_item *item = item_of(&plan, "pid:812");

	is_int((long long)plan.len, 2, "an item each");
	is_int((int)item->kind, ITEM_PROCESS, "of a kind of their own");
	is_str(item->path, "proc/812/oom_score_adj", "its file");
	is_str(item->label, "pid:812 sshd", "its label");
	is_str(item->want, "-500", "what is wanted");
	is_str(item->live, "0", "what is");
	is_int((int)item->action, ACTION_WRITE, "it is written");
	is_int((int)item->live_status, LIVE_DIFFERS, "it differs");
	is_str(item->undo_path, item->path, "and put back there");
	is_str(item->undo_value, "0", "as it was");
	is_str(item->process.rule, "keep", "the rule");
	is_str(item->process.comm, "sshd", "the name");
	is_int(item->process.pid, 812, "the number");
	is_int((long long)item->process.started, 81200, "the start");
	ok(item->process.hard, "the floor");
	item = item_of(&plan, "pid:813");
	is_int((int)item->action, ACTION_NONE, "what is as wanted stays");
	is_int((int)item->live_status, LIVE_SAME, "and is the same");
	ok(!plan_item_holds(item), "no other write disturbs it");
	is_int((long long)plan.counts.differs, 1, "one differs");
}

/* What a write needs: whose it is, and whether it goes below the floor. */
static const struct {
	const char *about;
	struct kver kernel;
	bool legacy, hard;
	uid_t uid;
	int adj, want;
	unsigned needs;
} needs[] = {
	{ "raising", { 6, 1, 0 }, false, false, 0, 0, 500, NEED_NOTHING },
	{ "raising, hard", { 6, 1, 0 }, false, true, 0, 0, 500, NEED_SYS_RESOURCE },
	{ "lowering above 0", { 6, 1, 0 }, false, false, 0, 500, 100, NEED_NOTHING },
	{ "lowering to 0", { 6, 1, 0 }, false, false, 0, 500, 0, NEED_NOTHING },
	{ "lowering below 0", { 6, 1, 0 }, false, false, 0, 0, -1, NEED_SYS_RESOURCE },
	{ "raising below 0", { 6, 1, 0 }, false, false, 0, -900, -1, NEED_NOTHING },
	{ "another's", { 6, 1, 0 }, false, false, 7, 0, 500, NEED_DAC_OVERRIDE },
	{ "another's, lowered",
	  { 6, 1, 0 },
	  false,
	  false,
	  7,
	  0,
	  -5,
	  NEED_DAC_OVERRIDE | NEED_SYS_RESOURCE },
	{ "oom_adj raised", { 2, 6, 32 }, true, false, 0, 0, 882, NEED_NOTHING },
	{ "oom_adj lowered", { 2, 6, 32 }, true, false, 0, 15, 118, NEED_SYS_RESOURCE },
	{ "oom_adj in 2.6.18", { 2, 6, 18 }, true, false, 0, 0, 882, NEED_SYS_RESOURCE },
	{ "oom_adj, no kernel known", { 0, 0, 0 }, true, false, 0, 0, 882, NEED_NOTHING },
};

static void test_needs(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		struct rule rule = { .name = "r",
				     .has_value = true,
				     .value = needs[i].want,
				     .hard_floor = needs[i].hard };
		struct process_kept one = kept(812, 1, 0, needs[i].adj);
		const struct scene scene = { .rules = &rule,
					     .rules_len = 1,
					     .kept = &one,
					     .len = 1,
					     .kernel = needs[i].kernel };
		struct plan plan;

		one.uid = needs[i].uid;
		one.legacy = needs[i].legacy;
		plan = plan_of(arena, &scene);
		is_int((int)plan.items[0].action, ACTION_WRITE, "%s", needs[i].about);
		is_int((int)plan.items[0].needs, (int)needs[i].needs, "%s: needs",
		       needs[i].about);
	}
}

static void test_legacy(struct arena *arena)
{
	struct rule rule = { .name = "r", .has_value = true, .value = -1000 };
	struct process_kept all[] = { kept(812, 1, 0, 0), kept(813, 1, 0, -17) };
	const struct scene scene = {
		.rules = &rule, .rules_len = 1, .kept = all, .len = 2, .killable = true
	};
	struct plan plan;

	all[0].legacy = all[1].legacy = true;
	plan = plan_of(arena, &scene);
	is_str(item_of(&plan, "pid:812")->path, "proc/812/oom_adj", "the older file");
	is_str(item_of(&plan, "pid:812")->want, "-17", "in its terms");
	is_int((int)item_of(&plan, "pid:813")->action, ACTION_NONE, "the same");
}

static void test_unset(struct arena *arena)
{
	struct rule rule = {
		.name = "r", .has_value = true, .value = 0, .children = CHILDREN_VALUE
	};
	struct process_kept all[] = { kept(812, 1, 0, 0), kept(813, 812, NONE, 0) };
	const struct scene scene = {
		.rules = &rule, .rules_len = 1, .kept = all, .len = 2
	};
	struct plan plan;

	all[0].unset = all[1].unset = true;
	plan = plan_of(arena, &scene);
	is_int((long long)plan.len, 1, "what it started is passed over");
	is_int((int)plan.items[0].action, ACTION_REFUSE, "no such file: refused");
	is_int((int)plan.refusal, STATUS_NO_KNOB, "as a knob that is not there");
	ok(strstr(plan.items[0].reason, "2.6.11") != NULL, "%s", plan.items[0].reason);
}

static void test_unknown(struct arena *arena)
{
	struct rule rule = { .name = "r", .has_value = true, .value = 5 };
	struct process_kept one = kept(812, 1, 0, 0);
	const struct scene scene = {
		.rules = &rule, .rules_len = 1, .kept = &one, .len = 1
	};
	struct plan plan;

	one.unknown = PROCESS_EXE | PROCESS_CGROUP;
	plan = plan_of(arena, &scene);
	is_int((long long)plan.len, 1, "the rule is not idle besides");
	is_int((int)plan.items[0].action, ACTION_SKIP, "left out");
	is_int((int)plan.items[0].live_status, LIVE_UNREADABLE, "not known");
	ok(strstr(plan.items[0].reason, "'r'") &&
		   strstr(plan.items[0].reason, "exe, cgroup"),
	   "%s", plan.items[0].reason);
	ok(plan_in_sync(&plan), "which is no difference");
}

static void test_idle(struct arena *arena)
{
	struct rule rule[] = {
		{ .name = "value", .has_value = true, .value = -7 },
		{ .name = "min", .has_min = true, .min = -500 },
		{ .name = "max", .has_max = true, .max = 300 },
		{ .name = "both", .has_min = true, .min = -1, .has_max = true, .max = 1 },
		{ .name = "mallory's", .user = "mallory", .has_value = true, .value = 1 },
	};
	const struct scene scene = { .rules = rule, .rules_len = 5 };
	const struct plan plan = plan_of(arena, &scene);
	static const char *const wishes[] = { "-7", ">=-500", "<=300", "-1..1", "1" };

	is_int((long long)plan.len, 5, "an item each");
	for (size_t i = 0; i < 5; i++) {
		is_str(plan.items[i].key, rule[i].name, "by its name");
		is_str(plan.items[i].want, wishes[i], "what it wants");
		is_int((int)plan.items[i].action, ACTION_SKIP, "left out");
		is_int(plan.items[i].process.pid, 0, "of no process");
		ok(strstr(plan.items[i].reason, i < 4 ? "no process" : "mallory") != NULL,
		   "%s", plan.items[i].reason);
	}
	ok(plan_in_sync(&plan), "which is no difference");
}

/* 400 is the daemon's; 401 its child, 402 a grandchild, 500 another's. */
static struct plan family(struct arena *arena, struct rule *rules, size_t len,
			  const int adjs[4])
{
	struct process_kept all[] = { kept(400, 1, 0, adjs[0]),
				      kept(401, 400, NONE, adjs[1]),
				      kept(402, 401, NONE, adjs[2]),
				      kept(500, 1, NONE, adjs[3]) };
	const struct scene scene = {
		.rules = rules, .rules_len = len, .kept = all, .len = 4
	};

	return plan_of(arena, &scene);
}

static void test_reset(struct arena *arena)
{
	struct rule rule = {
		.name = "d", .has_value = true, .value = -500, .children = CHILDREN_RESET
	};
	struct plan plan =
		family(arena, &rule, 1, (const int[]){ -500, -500, -500, -500 });

	is_int((int)item_of(&plan, "pid:400")->action, ACTION_NONE, "as wanted");
	is_str(item_of(&plan, "pid:401")->want, "0", "a child is reset");
	is_str(item_of(&plan, "pid:402")->want, "0", "a grandchild, too");
	ok(!item_of(&plan, "pid:500")->key, "another's child is not");
	is_str(item_of(&plan, "pid:401")->process.rule, "d", "by the daemon's rule");
	ok(strstr(item_of(&plan, "pid:401")->reason, "'d'") != NULL, "%s",
	   item_of(&plan, "pid:401")->reason);
	plan = family(arena, &rule, 1, (const int[]){ -500, 0, 300, 0 });
	is_int((long long)plan.len, 1, "what they set themselves stays");
	plan = family(arena, &rule, 1, (const int[]){ 0, 0, 0, 0 });
	is_int((long long)plan.len, 1, "nothing was handed down yet");
}

static void test_child_value(struct arena *arena)
{
	struct rule rule = { .name = "d",
			     .has_value = true,
			     .value = -500,
			     .children = CHILDREN_VALUE,
			     .children_value = 200 };
	struct plan plan = family(arena, &rule, 1, (const int[]){ -500, 0, 200, 0 });

	is_str(item_of(&plan, "pid:401")->want, "200", "a child gets it");
	is_int((int)item_of(&plan, "pid:402")->action, ACTION_NONE, "or has it");
	ok(!item_of(&plan, "pid:500")->key, "another's child does not");
	rule.children = CHILDREN_INHERIT;
	plan = family(arena, &rule, 1, (const int[]){ -500, 0, 200, 0 });
	is_int((long long)plan.len, 1, "inherited is what the kernel does");
}

/* The nearest ancestor that a rule is for decides. */
static void test_governors(struct arena *arena)
{
	struct rule rule[] = { { .name = "outer",
				 .has_value = true,
				 .value = -500,
				 .children = CHILDREN_VALUE,
				 .children_value = 1 },
			       { .name = "inner",
				 .has_value = true,
				 .value = -400,
				 .children = CHILDREN_VALUE,
				 .children_value = 2 },
			       { .name = "lets be", .has_value = true, .value = -300 } };
	struct process_kept all[] = { kept(400, 1, 0, -500),   kept(401, 400, 1, -400),
				      kept(402, 401, NONE, 0), kept(403, 400, 2, -300),
				      kept(404, 403, NONE, 0), kept(405, 400, NONE, 0) };
	const struct scene scene = {
		.rules = rule, .rules_len = 3, .kept = all, .len = 6
	};
	struct plan plan = plan_of(arena, &scene);

	is_str(item_of(&plan, "pid:402")->want, "2", "the nearest");
	ok(!item_of(&plan, "pid:404")->key, "though it has no say");
	is_str(item_of(&plan, "pid:405")->want, "1", "or the one above");
	all[1].unknown = PROCESS_EXE;
	plan = plan_of(arena, &scene);
	ok(!item_of(&plan, "pid:402")->key, "one that may be governed lets be");
}

/* A tree that was read while it changed. */
static void test_circles(struct arena *arena)
{
	struct rule rule = {
		.name = "d", .has_value = true, .value = -500, .children = CHILDREN_RESET
	};
	struct process_kept all[] = { kept(400, 1, 0, -500), kept(401, 402, NONE, -500),
				      kept(402, 401, NONE, -500),
				      kept(403, 403, NONE, -500),
				      kept(404, 999, NONE, -500) };
	const struct scene scene = {
		.rules = &rule, .rules_len = 1, .kept = all, .len = 5
	};
	const struct plan plan = plan_of(arena, &scene);

	is_int((long long)plan.len, 1, "nobody governs a circle, nor an orphan");
}

static struct plan shielding(struct arena *arena, bool killable, bool force, int value,
			     bool legacy)
{
	struct rule rule = { .name = "s", .has_value = true, .value = value };
	struct process_kept all[] = { kept(812, 1, 0, 0), kept(813, 1, 0, value) };
	const struct scene scene = { .rules = &rule,
				     .rules_len = 1,
				     .kept = all,
				     .len = 2,
				     .killable = killable,
				     .force = force };

	all[0].legacy = legacy;
	return plan_of(arena, &scene);
}

static void test_nothing_left(struct arena *arena)
{
	struct plan plan = shielding(arena, false, false, -1000, false);

	is_int((int)item_of(&plan, "pid:812")->action, ACTION_REFUSE,
	       "nothing would be left: refused");
	is_int((int)plan.refusal, STATUS_ERROR, "with 1");
	ok(strstr(item_of(&plan, "pid:812")->reason, "--force") != NULL, "%s",
	   item_of(&plan, "pid:812")->reason);
	is_int((int)item_of(&plan, "pid:813")->action, ACTION_NONE,
	       "what is so already is nobody's fault");
	plan = shielding(arena, false, false, -1000, true);
	is_int((int)plan.refusal, STATUS_ERROR, "on the older scale, too");
	plan = shielding(arena, false, true, -1000, false);
	is_int((int)item_of(&plan, "pid:812")->action, ACTION_WRITE, "unless forced");
	plan = shielding(arena, true, false, -1000, false);
	is_int((int)item_of(&plan, "pid:812")->action, ACTION_WRITE,
	       "or something is left");
	plan = shielding(arena, false, false, -999, false);
	is_int((int)item_of(&plan, "pid:812")->action, ACTION_WRITE,
	       "-999 can be killed");
}

/* What children are left with counts, too. */
static void test_children_left(struct arena *arena)
{
	struct rule rule = {
		.name = "d", .has_value = true, .value = -1000, .children = CHILDREN_RESET
	};
	struct plan plan =
		family(arena, &rule, 1, (const int[]){ 0, -1000, -1000, -1000 });

	is_int((int)plan.refusal, STATUS_OK, "a child that is reset is left");
	rule.children = CHILDREN_VALUE;
	rule.children_value = -1000;
	plan = family(arena, &rule, 1, (const int[]){ 0, 0, 0, -1000 });
	is_int((int)plan.refusal, STATUS_ERROR, "nor are children that are shielded");
	is_int((long long)plan.counts.refused, 3, "all of them are refused");
	plan = family(arena, &rule, 1, (const int[]){ 0, 0, 0, 0 });
	is_int((int)plan.refusal, STATUS_OK, "but another's is");
}

static void test_unseen(struct arena *arena)
{
	struct rule rule = { .name = "r", .has_value = true, .value = -7 };
	struct layer layer = { .name = "p", .rules = &rule, .rules_len = 1 };
	const struct layer *layers[] = { &layer };
	struct plan plan = { .layers = { .items = layers, .len = 1 } };
	const struct plan_request request = { 0 };

	is_int(process_items(arena, &request, &plan), 0, "nobody looked");
	is_int((long long)plan.len, 1, "the rule is listed");
	is_str(plan.items[0].want, "-7", "with what it wants");
	is_int((int)plan.items[0].live_status, LIVE_UNKNOWN, "not looked at");
	is_int((int)plan.items[0].action, ACTION_SKIP, "and left out");
}

static void test_out_of_memory(void)
{
	struct rule rule[] = { { .name = "d",
				 .has_value = true,
				 .value = -500,
				 .children = CHILDREN_RESET },
			       { .name = "idle", .has_min = true, .min = 3 } };
	struct process_kept all[] = { kept(400, 1, 0, 0), kept(401, 400, NONE, -500),
				      kept(402, 1, 1, 0), kept(403, 1, 0, 0) };
	const struct scene scene = {
		.rules = rule, .rules_len = 2, .kept = all, .len = 4
	};
	struct plan plan = { 0 };
	int r = -ENOMEM, failures = 0;

	all[2].unknown = PROCESS_EXE;
	all[3].unset = true;
	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *work = arena_new(limit);

		r = build(work, &scene, &plan);
		failures += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 20, "after %d clean failures", failures);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 24);

	test_matched(arena);
	test_needs(arena);
	test_legacy(arena);
	test_unset(arena);
	test_unknown(arena);
	test_idle(arena);
	test_reset(arena);
	test_child_value(arena);
	test_governors(arena);
	test_circles(arena);
	test_nothing_left(arena);
	test_children_left(arena);
	test_unseen(arena);
	test_out_of_memory();
	return done();
}
