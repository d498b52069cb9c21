/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/rules.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "profile/profile.h"
#include "state/users.h"
#include "tap.h"

#define ALL ((1U << PROCESS_FIELDS) - 1)

static const struct users users = {
	.passwd = { "root:x:0:0::/:\nalice:x:1000:100::/:\n", 36 },
	.group = { "root:x:0:\nstaff:x:50:\n", 22 },
};

/* Rules in one layer, made ready. */
static struct rules ready(struct arena *arena, struct rule *rules, size_t len)
{
	struct layer *layer = arena_alloc(arena, sizeof(*layer));
	struct rules made = { 0 };

	*layer = (struct layer){ .name = "p", .rules = rules, .rules_len = len };
	is_int(rules_add(arena, &made, layer, &users), 0, "rules");
	return made;
}

/* An ordinary one, of which all is known. */
static struct process ordinary(void)
{
	return (struct process){
		.pid = 812,
		.have = ALL,
		.uid = 1000,
		.gid = 50,
		.ppid = 1,
		.comm = "sshd",
		.parent = "init",
		.exe = "/usr/sbin/sshd",
		.cmdline = "/usr/sbin/sshd -D -p 22",
		.cgroup = "0::/system.slice/ssh.service\n",
	};
}

static enum verdict judge(struct arena *arena, struct rule rule,
			  const struct process *process)
{
	struct rules rules = ready(arena, &rule, 1);
	enum verdict verdict = rules_judge(&rules, process).verdict;

	is_int((int)rules_judge_one(&rules, 0, process).verdict, (int)verdict,
	       "as one alone");
	rules_done(&rules);
	return verdict;
}

/* One or two criteria, held against the ordinary process. */
static const struct {
	struct rule rule;
	bool matches;
} rows[] = {
	{ { .comm = "sshd" }, true },
	{ { .comm = "ssh" }, false },
	{ { .comm = "s*" }, true },
	{ { .comm = "ssh?" }, true },
	{ { .comm = "[r-t]shd" }, true },
	{ { .comm = "SSHD" }, false },
	{ { .exe = "/usr/sbin/sshd" }, true },
	{ { .exe = "/usr/bin/sshd" }, false },
	{ { .exe = "sshd" }, true },
	{ { .exe = "ss*" }, true },
	{ { .exe = "sbin/sshd" }, false },
	{ { .exe = "*/sshd" }, true },
	{ { .exe = "/usr/*" }, true },
	{ { .cmdline = "/usr/sbin/sshd -D -p 22" }, true },
	{ { .cmdline = "*-D*" }, true },
	{ { .cmdline = "-D" }, false },
	{ { .cmdline_regex = "-D" }, true },
	{ { .cmdline_regex = "^-D" }, false },
	{ { .cmdline_regex = "-p [0-9]+$" }, true },
	{ { .cmdline_regex = "(cupsd|sshd) " }, true },
	{ { .user = "alice" }, true },
	{ { .user = "1000" }, true },
	{ { .user = "root" }, false },
	{ { .user = "0" }, false },
	{ { .user = "mallory" }, false },
	{ { .group = "staff" }, true },
	{ { .group = "50" }, true },
	{ { .group = "root" }, false },
	{ { .group = "nogroup" }, false },
	{ { .parent = "init" }, true },
	{ { .parent = "in*" }, true },
	{ { .parent = "systemd" }, false },
	{ { .cgroup = "/system.slice/ssh.service" }, true },
	{ { .cgroup = "/system.slice/*" }, true },
	{ { .cgroup = "/system.slice" }, false },
	{ { .unit = "ssh" }, true },
	{ { .unit = "ssh.service" }, true },
	{ { .unit = "sshd" }, false },
	{ { .comm = "sshd", .user = "alice", .parent = "init" }, true },
	{ { .comm = "sshd", .user = "root" }, false },
	{ { .comm = "cupsd", .user = "alice" }, false },
	{ { .comm = "sshd",
	    .exe = "sshd",
	    .cmdline = "*-D*",
	    .cmdline_regex = "22",
	    .user = "alice",
	    .group = "staff",
	    .cgroup = "*",
	    .unit = "ssh",
	    .parent = "init" },
	  true },
	{ { .comm = "sshd",
	    .exe = "sshd",
	    .cmdline = "*-D*",
	    .cmdline_regex = "22",
	    .user = "alice",
	    .group = "staff",
	    .cgroup = "*",
	    .unit = "ssh",
	    .parent = "other" },
	  false },
	{ { .name = "without any" }, true },
};

static void test_criteria(struct arena *arena)
{
	const struct process process = ordinary();

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_int((int)judge(arena, rows[i].rule, &process),
		       rows[i].matches ? VERDICT_RULE : VERDICT_NONE, "criterion %zu", i);
}

/* Programs, and those that were replaced while they ran. */
static const struct {
	const char *pattern, *exe;
	bool matches;
} exes[] = {
	{ "sshd", "/usr/sbin/sshd (deleted)", true },
	{ "/usr/sbin/sshd", "/usr/sbin/sshd (deleted)", true },
	{ "ssh", "/usr/sbin/sshd (deleted)", false },
	{ "sshd (deleted)", "/usr/sbin/sshd (deleted)", true },
	{ "/usr/sbin/sshd (deleted)", "/usr/sbin/sshd (deleted)", true },
	{ "sshd", "/usr/sbin/sshd(deleted)", false },
	{ "/memfd:x", "/memfd:x (deleted)", true },
	{ "*", "", false },
	{ "", "", false },
	{ "*", " (deleted)", true },
	{ "x", "x", true },
	{ "a b", "/opt/a b", true },
};

static void test_exes(struct arena *arena)
{
	struct process process = ordinary();

	for (size_t i = 0; i < sizeof(exes) / sizeof(*exes); i++) {
		const struct rule rule = { .exe = exes[i].pattern };

		(void)snprintf(process.exe, sizeof(process.exe), "%s", exes[i].exe);
		is_int((int)judge(arena, rule, &process),
		       exes[i].matches ? VERDICT_RULE : VERDICT_NONE, "exe %s: '%s'",
		       exes[i].pattern, exes[i].exe);
	}
}

/* Control groups of either version. */
static const struct {
	const char *pattern, *cgroup;
	bool matches;
} cgroups[] = {
	{ "/a", "0::/a\n", true },
	{ "/a", "0::/a/b\n", false },
	{ "/a*", "0::/a/b\n", true },
	{ "/a", "4:cpu,memory:/a\n3:cpuset:/\n", true },
	{ "/a", "4:memory,cpu:/a\n", true },
	{ "/a", "4:memory:/a", true },
	{ "/a", "1:name=systemd:/a\n0::/\n", true },
	{ "/a", "3:cpuset:/a\n4:memory:/\n", false },
	{ "/a", "3:name=other:/a\n", false },
	{ "/a", "3:memory2:/a\n", false },
	{ "/a", "", false },
	{ "*", "", false },
	{ "/", "0::/\n", true },
	{ "/a:b", "0::/a:b\n", true },
	{ "/x\\x2dy", "0::/x\\x2dy\n", true },
	{ "/x\\x2d*", "0::/x\\x2dy\n", true },
	{ "/docker/*", "4:memory:/docker/0123\n", true },
};

static const struct {
	const char *pattern, *cgroup;
	bool matches;
} units[] = {
	{ "nginx", "0::/system.slice/nginx.service\n", true },
	{ "nginx.service", "0::/system.slice/nginx.service\n", true },
	{ "ngin", "0::/system.slice/nginx.service\n", false },
	{ "ngin*", "0::/system.slice/nginx.service\n", true },
	{ "*.service", "0::/system.slice/nginx.service\n", true },
	{ "*.s*", "0::/system.slice/nginx.service\n", true },
	{ "system.slice", "0::/system.slice/nginx.service\n", true },
	/* A service alone where no suffix is given. */
	{ "system", "0::/system.slice/nginx.service\n", false },
	/* A glob is about the whole name, too. */
	{ "user*", "0::/user.slice/user-1000.slice/session-1.scope\n", true },
	{ "session-1", "0::/user.slice/session-1.scope\n", false },
	{ "session-*.scope", "0::/user.slice/session-1.scope\n", true },
	/* A dot may be part of the name. */
	{ "php8.2-fpm", "0::/system.slice/php8.2-fpm.service\n", true },
	{ "php8.2-fpm.service", "0::/system.slice/php8.2-fpm.service\n", true },
	{ "php8.*", "0::/system.slice/php8.2-fpm.service\n", true },
	{ "org.gnome.Shell", "0::/x/org.gnome.Shell.service\n", true },
	/* A \ is itself: that is how systemd writes "-" in a device's name. */
	{ "dev-disk\\x2dby.swap", "0::/system.slice/dev-disk\\x2dby.swap\n", true },
	{ "a\\x2db", "0::/system.slice/a\\x2db.service\n", true },
	{ "a\\x2d*", "0::/system.slice/a\\x2db.service\n", true },
	/* Within a service: the group of a part of it, and of a user's own manager. */
	{ "docker", "0::/system.slice/docker.service/init\n", true },
	{ "user@1000", "0::/u.slice/user@1000.service/app.slice/x.service\n", true },
	{ "x", "0::/u.slice/user@1000.service/app.slice/x.service\n", true },
	{ "user@*", "0::/u.slice/user@1000.service/app.slice/x.service\n", true },
	{ "app.slice", "0::/u.slice/user@1000.service/app.slice/x.service\n", true },
	/* systemd's own escape, for what the kernel has a file of. */
	{ "cpu", "0::/system.slice/_cpu.service\n", true },
	{ "cpu.service", "0::/system.slice/_cpu.service\n", true },
	{ "a", "1:name=systemd:/system.slice/a.service\n0::/\n", true },
	{ "a", "5:memory:/system.slice/a.service\n", true },
	{ "a", "5:cpuset:/system.slice/a.service\n", false },
	{ "*", "0::/lxc/container\n", false },
	{ "container", "0::/lxc/container\n", false },
	{ "*", "0::/.service\n", false },
	{ "", "0::/a.service\n", false },
	{ "", "0::/.service\n", false },
};

static void test_groups(struct arena *arena)
{
	struct process process = ordinary();

	for (size_t i = 0; i < sizeof(cgroups) / sizeof(*cgroups); i++) {
		const struct rule rule = { .cgroup = cgroups[i].pattern };

		(void)snprintf(process.cgroup, sizeof(process.cgroup), "%s",
			       cgroups[i].cgroup);
		is_int((int)judge(arena, rule, &process),
		       cgroups[i].matches ? VERDICT_RULE : VERDICT_NONE, "cgroup %s: %zu",
		       cgroups[i].pattern, i);
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		const struct rule rule = { .unit = units[i].pattern };

		(void)snprintf(process.cgroup, sizeof(process.cgroup), "%s",
			       units[i].cgroup);
		is_int((int)judge(arena, rule, &process),
		       units[i].matches ? VERDICT_RULE : VERDICT_NONE, "unit %s: %zu",
		       units[i].pattern, i);
	}
}

static void test_order(struct arena *arena)
{
	struct rule low[] = { { .name = "low", .comm = "sshd" } };
	struct rule high[] = { { .name = "other", .comm = "cupsd" },
			       { .name = "first", .comm = "ssh*" },
			       { .name = "second", .comm = "sshd" } };
	const struct layer base = { .name = "base", .rules = low, .rules_len = 1 };
	const struct layer top = { .name = "top", .rules = high, .rules_len = 3 };
	const struct process process = ordinary();
	struct rules rules = { 0 };

	is_int(rules_add(arena, &rules, &top, &users), 0, "the layer that counts more");
	is_int(rules_add(arena, &rules, &base, &users), 0, "and the other");
	is_int((long long)rules.len, 4, "all rules");
	is_int((long long)rules_judge(&rules, &process).rule, 1,
	       "the first that matches");
	is_str(rules.items[3].layer->name, "base", "the one that counts less is last");
	is_int((int)rules_judge_one(&rules, 3, &process).verdict, VERDICT_RULE,
	       "one that loses matches, too");
	is_int((long long)rules_judge_one(&rules, 3, &process).rule, 3, "as itself");
	rules_done(&rules);
	rules_done(&rules);
}

/* Who is nobody's to adjust. */
static void test_kinds(struct arena *arena)
{
	struct process process = ordinary();

	process.pid = 1;
	is_int((int)judge(arena, (struct rule){ .comm = "*" }, &process), VERDICT_NONE,
	       "PID 1");
	process = ordinary();
	process.cmdline[0] = '\0';
	is_int((int)judge(arena, (struct rule){ .comm = "*" }, &process), VERDICT_RULE,
	       "no command line is none of these");
	process.kernel = true;
	is_int((int)judge(arena, (struct rule){ .comm = "*" }, &process), VERDICT_NONE,
	       "a kernel thread");
	process.kernel = false;
	process.zombie = true;
	is_int((int)judge(arena, (struct rule){ .comm = "*" }, &process), VERDICT_NONE,
	       "a zombie");
	process.denied = PROCESS_STAT;
	is_int((int)judge(arena, (struct rule){ .comm = "*" }, &process), VERDICT_RULE,
	       "what cannot be told is no reason");
}

/* What is known, what may not be read, and what comes of it. */
static const struct {
	struct rule rule;
	unsigned have, denied;
	enum verdict verdict;
	unsigned fields;
} known[] = {
	/* The cheap one is asked for first, and no more than is needed. */
	{ { .comm = "sshd", .user = "alice" }, 0, 0, VERDICT_MORE, PROCESS_OWNER },
	{ { .comm = "sshd", .user = "root" }, PROCESS_OWNER, 0, VERDICT_NONE, 0 },
	{ { .comm = "sshd", .user = "alice" },
	  PROCESS_OWNER,
	  0,
	  VERDICT_MORE,
	  PROCESS_COMM },
	{ { .comm = "x", .cmdline = "*" }, PROCESS_COMM, 0, VERDICT_NONE, 0 },
	{ { .comm = "sshd", .exe = "*" }, PROCESS_COMM, 0, VERDICT_MORE, PROCESS_EXE },
	{ { .unit = "ssh", .parent = "init" }, 0, 0, VERDICT_MORE, PROCESS_CGROUP },
	{ { .parent = "init" }, PROCESS_STAT, 0, VERDICT_MORE, PROCESS_PARENT },
	{ { .cmdline_regex = "x" }, 0, 0, VERDICT_MORE, PROCESS_CMDLINE },
	{ { .group = "staff" }, 0, 0, VERDICT_MORE, PROCESS_OWNER },
	/* A kernel thread may have the name; who has a command line is none. */
	{ { .comm = "sshd" }, PROCESS_COMM, 0, VERDICT_MORE, PROCESS_STAT },
	{ { .comm = "sshd" }, PROCESS_COMM | PROCESS_CMDLINE, 0, VERDICT_RULE, 0 },
	{ { .comm = "sshd" }, PROCESS_COMM | PROCESS_STAT, 0, VERDICT_RULE, 0 },
	{ { .comm = "sshd" },
	  PROCESS_COMM | PROCESS_CMDLINE,
	  PROCESS_CMDLINE,
	  VERDICT_MORE,
	  PROCESS_STAT },
	/* What may not be read leaves it open, where nothing else tells. */
	{ { .exe = "sshd" }, ALL, PROCESS_EXE, VERDICT_UNKNOWN, PROCESS_EXE },
	{ { .exe = "x" }, ALL, PROCESS_EXE, VERDICT_UNKNOWN, PROCESS_EXE },
	{ { .exe = "sshd", .parent = "x" }, ALL, PROCESS_EXE, VERDICT_NONE, 0 },
	{ { .exe = "sshd", .comm = "x" }, ALL, PROCESS_EXE, VERDICT_NONE, 0 },
	{ { .exe = "sshd", .comm = "sshd" },
	  ALL,
	  PROCESS_EXE,
	  VERDICT_UNKNOWN,
	  PROCESS_EXE },
	{ { .exe = "sshd", .unit = "ssh" },
	  ALL,
	  PROCESS_EXE | PROCESS_CGROUP,
	  VERDICT_UNKNOWN,
	  PROCESS_EXE | PROCESS_CGROUP },
	{ { .exe = "sshd", .unit = "ssh" },
	  ALL & ~(unsigned)PROCESS_CGROUP,
	  PROCESS_EXE,
	  VERDICT_MORE,
	  PROCESS_CGROUP },
	{ { .comm = "sshd" }, ALL, PROCESS_EXE, VERDICT_RULE, 0 },
};

static void test_known(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct rule rule = known[i].rule;
		struct rules rules = ready(arena, &rule, 1);
		struct process process = ordinary();
		struct judgement judgement;

		process.have = known[i].have;
		process.denied = known[i].denied;
		judgement = rules_judge(&rules, &process);
		is_int((int)judgement.verdict, (int)known[i].verdict, "known %zu", i);
		is_int((int)judgement.fields, (int)known[i].fields, "known %zu: fields",
		       i);
		rules_done(&rules);
	}
}

/* Unknown or not, a rule holds up those behind it; one that is out does not. */
static void test_unknown_first(struct arena *arena)
{
	struct rule rule[] = { { .comm = "x", .exe = "a" },
			       { .exe = "a" },
			       { .comm = "sshd" } };
	struct rules rules = ready(arena, rule, 3);
	struct process process = ordinary();
	struct judgement judgement;

	process.denied = PROCESS_EXE;
	judgement = rules_judge(&rules, &process);
	is_int((int)judgement.verdict, VERDICT_UNKNOWN, "it cannot be told");
	is_int((long long)judgement.rule, 1, "of the first that may be");
	rules_done(&rules);
}

static void test_why_not(struct arena *arena)
{
	struct rule rule[] = { { .comm = "sshd", .user = "root", .parent = "x" },
			       { .comm = "sshd", .parent = "x" },
			       { .comm = "sshd" },
			       { .cmdline_regex = "^x", .group = "staff" } };
	struct rules rules = ready(arena, rule, 4);
	struct process process = ordinary();

	is_str(rules_why_not(&rules.items[0], &process), "user", "the first");
	is_str(rules_why_not(&rules.items[1], &process), "parent", "or the only one");
	is_str(rules_why_not(&rules.items[2], &process), NULL, "none");
	is_str(rules_why_not(&rules.items[3], &process), "cmdline_regex", "a regex");
	process.denied = PROCESS_PARENT;
	is_str(rules_why_not(&rules.items[1], &process), NULL, "none that is known");
	rules_done(&rules);
}

static void test_never(struct arena *arena)
{
	struct rule rule[] = { { .user = "mallory" },
			       { .group = "nogroup" },
			       { .user = "alice", .group = "staff" },
			       { .comm = "x" } };
	const struct layer layer = { .rules = rule, .rules_len = 4 },
			   plain = { .rules = rule + 3, .rules_len = 1 },
			   grouped = { .rules = rule + 1, .rules_len = 1 };
	struct rules rules = ready(arena, rule, 4);

	ok(rules.items[0].never && strstr(rules.items[0].never, "mallory"),
	   "no such user is told");
	ok(rules.items[1].never && strstr(rules.items[1].never, "nogroup"),
	   "no such group, too");
	ok(!rules.items[2].never && !rules.items[3].never, "the others may match");
	ok(rules_name_users(&layer) && rules_name_users(&grouped), "users are named");
	ok(!rules_name_users(&plain), "here they are not");
	rules_done(&rules);
}

static void test_flags(struct arena *arena)
{
	struct rule rule[] = { { .has_value = true, .value = -999 },
			       { .has_max = true, .max = -1000 },
			       { .children = CHILDREN_RESET } };
	struct rules rules = ready(arena, rule, 1);

	ok(!rules.shields && !rules.children, "-999 can be killed");
	rules = ready(arena, rule + 1, 1);
	ok(rules.shields && !rules.children, "at most -1000 cannot");
	rules = ready(arena, rule + 2, 1);
	ok(!rules.shields && rules.children, "a say on children");
	rule[0].value = -1000;
	rules = ready(arena, rule, 1);
	ok(rules.shields, "-1000 cannot");
	rule[2].children = CHILDREN_VALUE;
	rule[2].children_value = -1000;
	rules = ready(arena, rule + 2, 1);
	ok(rules.shields && rules.children, "nor can such children");
}

#define CLAMP(low, high) .has_min = true, .min = low, .has_max = true, .max = high

static const struct {
	struct rule rule;
	int adj;
	bool legacy;
	int want;
} wants[] = {
	{ { .has_value = true, .value = -500 }, 0, false, -500 },
	{ { .has_value = true, .value = 0 }, 7, false, 0 },
	{ { .has_value = true, .value = -500 }, -500, false, -500 },
	{ { .has_min = true, .min = -100 }, -500, false, -100 },
	{ { .has_min = true, .min = -100 }, -100, false, -100 },
	{ { .has_min = true, .min = -100 }, 900, false, 900 },
	{ { .has_max = true, .max = 300 }, 301, false, 300 },
	{ { .has_max = true, .max = 300 }, 300, false, 300 },
	{ { .has_max = true, .max = 300 }, -1000, false, -1000 },
	{ { CLAMP(-100, 100) }, -101, false, -100 },
	{ { CLAMP(-100, 100) }, 101, false, 100 },
	{ { CLAMP(-100, 100) }, 50, false, 50 },
	{ { .children = CHILDREN_RESET }, 50, false, 50 },
	/* In the terms of the older file, what was written for it comes back as it was. */
	{ { .has_value = true, .value = 58, .legacy = true, .legacy_value = 1 },
	  0,
	  true,
	  1 },
	{ { .has_value = true, .value = 58, .legacy = true, .legacy_value = 1 },
	  0,
	  false,
	  58 },
	{ { .has_value = true, .value = 58 }, 0, true, 0 },
	{ { .has_value = true, .value = -1000 }, 0, true, -17 },
	{ { .has_value = true, .value = -999 }, 0, true, -16 },
	{ { .has_value = true, .value = 1000 }, 0, true, 15 },
	{ { .has_max = true, .max = 300 }, 15, true, 5 },
	{ { .has_max = true, .max = 300 }, 5, true, 5 },
	{ { .has_min = true, .min = -500 }, -17, true, -8 },
};

static void test_wants(void)
{
	for (size_t i = 0; i < sizeof(wants) / sizeof(*wants); i++)
		is_int(rules_want(&wants[i].rule, wants[i].adj, wants[i].legacy),
		       wants[i].want, "want %zu", i);
}

#define VALUE(number) .has_value = true, .value = number
#define CHILD(number) .children = CHILDREN_VALUE, .children_value = number

static const struct {
	struct rule rule;
	int parent, adj;
	bool legacy;
	int want;
} children[] = {
	{ { VALUE(-1000) }, -1000, -1000, false, -1000 },
	{ { VALUE(-1000), .children = CHILDREN_RESET }, -1000, -1000, false, 0 },
	/* Before it was written, and for one that was started after. */
	{ { VALUE(-1000), .children = CHILDREN_RESET }, 0, -1000, false, 0 },
	{ { VALUE(-1000), .children = CHILDREN_RESET }, -500, -500, false, 0 },
	{ { VALUE(-1000), .children = CHILDREN_RESET }, 0, 0, false, 0 },
	/* What it set itself stays. */
	{ { VALUE(-1000), .children = CHILDREN_RESET }, -1000, 300, false, 300 },
	{ { .has_max = true, .max = 300, .children = CHILDREN_RESET },
	  500,
	  300,
	  false,
	  0 },
	{ { VALUE(-1000), .children = CHILDREN_RESET }, -17, -17, true, 0 },
	{ { VALUE(-1000), CHILD(200) }, -1000, 300, false, 200 },
	{ { VALUE(-1000), CHILD(200) }, -1000, 200, false, 200 },
	{ { VALUE(-1000), CHILD(-1000) }, -17, 0, true, -17 },
	{ { VALUE(-1000), CHILD(1000) }, -17, 0, true, 15 },
};

static void test_children(void)
{
	for (size_t i = 0; i < sizeof(children) / sizeof(*children); i++)
		is_int(rules_want_child(&children[i].rule, children[i].parent,
					children[i].adj, children[i].legacy),
		       children[i].want, "child %zu", i);
}

static void test_out_of_memory(void)
{
	struct rule rule[] = { { .user = "mallory" },
			       { .group = "nogroup" },
			       { .cmdline_regex = "x" } };
	const struct layer layer = { .rules = rule, .rules_len = 3 };
	int r = -ENOMEM, failures = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct rules rules = { 0 };

		r = rules_add(arena, &rules, &layer, &users);
		failures += r == -ENOMEM;
		rules_done(&rules);
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 3, "after %d clean failures", failures);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 24);

	test_criteria(arena);
	test_exes(arena);
	test_groups(arena);
	test_order(arena);
	test_kinds(arena);
	test_known(arena);
	test_unknown_first(arena);
	test_why_not(arena);
	test_never(arena);
	test_flags(arena);
	test_wants();
	test_children();
	test_out_of_memory();
	return done();
}
