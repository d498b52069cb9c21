/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/outcome.h"

#include "plan/rules.h"
#include "profile/rule.h"
#include "state/processes.h"
#include "tap.h"

#define NONE	 (-1)
#define ROWS(of) (sizeof(of) / sizeof(*(of)))

static const struct rule sshd = {
	.name = "sshd", .has_value = true, .value = -900, .children = CHILDREN_RESET
};
static const struct rule java = { .name = "java",
				  .has_max = true,
				  .max = 100,
				  .children = CHILDREN_VALUE,
				  .children_value = 300 };
static const struct rule shell = { .name = "shell", .has_min = true, .min = 50 };

static struct ready_rule ready[] = { { .rule = &sshd },
				     { .rule = &java },
				     { .rule = &shell } };

/* By pid, as processes_collect() has them. */
static struct process_kept kept[] = {
	{ .pid = 1, .ppid = 0, .rule = NONE },
	{ .pid = 10, .ppid = 1, .rule = 0, .adj = -17 },
	{ .pid = 11, .ppid = 10, .rule = NONE, .adj = -17 },  /* handed down */
	{ .pid = 12, .ppid = 11, .rule = NONE, .adj = -900 }, /* that of before */
	{ .pid = 13, .ppid = 11, .rule = NONE, .adj = 200 },  /* its own */
	{ .pid = 14, .ppid = 11, .rule = 2, .adj = -17 },
	{ .pid = 15,
	  .ppid = 14,
	  .rule = NONE,
	  .adj = -17 }, /* of one that lets inherit */
	{ .pid = 20, .ppid = 1, .rule = 1, .adj = 500 },
	{ .pid = 21, .ppid = 20, .rule = NONE, .adj = 0 },
	{ .pid = 22, .ppid = 20, .rule = 1, .adj = 0 },
	{ .pid = 30, .ppid = 1, .rule = 1, .adj = 500, .unknown = PROCESS_EXE },
	{ .pid = 31, .ppid = 30, .rule = NONE, .adj = 7 },
	{ .pid = 40, .ppid = 1, .rule = 1, .unset = true },
	{ .pid = 41, .ppid = 40, .rule = NONE, .unset = true },
	/* a circle, as a tree may have it that changed while it was read */
	{ .pid = 50, .ppid = 51, .rule = NONE, .adj = 8 },
	{ .pid = 51, .ppid = 50, .rule = NONE, .adj = 8 },
};

static const struct processes processes = { .items = kept, .len = ROWS(kept) };

static const struct {
	pid_t pid, governor;
	const char *rule;
	int want;
} wanted[] = {
	{ 1, 0, NULL, 0 },	  { 10, 0, "sshd", -900 }, { 11, 10, "sshd", 0 },
	{ 12, 10, "sshd", 0 },	  { 13, 10, "sshd", 200 }, { 14, 0, "shell", 50 },
	{ 15, 14, "shell", -17 }, { 20, 0, "java", 100 },  { 21, 20, "java", 300 },
	{ 22, 0, "java", 0 },	  { 30, 0, "java", 500 },  { 31, 0, NULL, 7 },
	{ 40, 0, "java", 0 },	  { 41, 40, "java", 0 },   { 50, 0, NULL, 8 },
	{ 51, 0, NULL, 8 },
};

static void test_outcomes(void)
{
	const struct rules rules = { .items = ready,
				     .len = ROWS(ready),
				     .children = true };

	for (size_t i = 0; i < ROWS(wanted); i++) {
		struct outcome outcome = outcome_of(&rules, &processes, &kept[i]);
		int pid = (int)wanted[i].pid;

		is_int(kept[i].pid, pid, "row %zu", i);
		is_int(outcome.want, wanted[i].want, "%d: what it is to get", pid);
		is_str(outcome.ready ? outcome.ready->rule->name : NULL, wanted[i].rule,
		       "%d: by which rule", pid);
		is_int(outcome.governor ? outcome.governor->pid : 0, wanted[i].governor,
		       "%d: of which ancestor", pid);
	}
}

static void test_no_children(void)
{
	const struct rules rules = { .items = ready, .len = ROWS(ready) };
	struct outcome outcome = outcome_of(&rules, &processes, &kept[2]);

	ok(!outcome.ready && outcome.want == -17,
	   "without a say on children, no ancestor counts");
}

int main(void)
{
	test_outcomes();
	test_no_children();
	return done();
}
