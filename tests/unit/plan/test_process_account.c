/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/process_account.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/judging.h"
#include "profile/profile.h"
#include "state/host.h"
#include "state/users.h"
#include "tap.h"

static struct rule base_rules[] = {
	{ .name = "late", .comm = "s*", .has_value = true, .value = -1 },
};
static struct rule web_rules[] = {
	{ .name = "other", .comm = "nginx", .has_value = true, .value = -2 },
	{ .name = "nobody", .comm = "sshd", .user = "no-such-user", .has_value = true },
	{ .name = "by-exe", .comm = "vim", .exe = "/x", .has_value = true, .value = -4 },
	{ .name = "keep",
	  .comm = "sshd",
	  .has_value = true,
	  .value = -900,
	  .children = CHILDREN_RESET },
};
static struct rule sparc_rules[] = { { .name = "sparc", .comm = "sshd" } };
static const char *const sparc[] = { "sparc", NULL };
static const struct when only_sparc = { .arch = sparc };

static struct layer base = { .name = "base", .rules = base_rules, .rules_len = 1 };
static struct layer web = { .name = "web", .rules = web_rules, .rules_len = 4 };
static struct layer old = {
	.name = "old", .rules = sparc_rules, .rules_len = 1, .when = &only_sparc
};
/* Later ones count more. */
static struct layer *layers[] = { &base, &web, &old };
static const struct profile profile = { .items = layers, .len = 3 };
static const struct host host = { .arch = "x86_64" };

static const struct footprint print = { .badness = { .has_memory = true,
						     .rss_kib = 400 } };
static const struct footprint thread = { .badness = { .is_kernel = true } };

#define KEPT(number, parent, name, has, index)                                           \
	{                                                                                \
		.pid = (number), .ppid = (parent), .comm = (name), .started = 7,         \
		.known = PROCESS_ADJ, .adj = (has), .rule = (index), .footprint = &print \
	}

/* Rules that are ready: 0 other, 1 nobody, 2 by-exe, 3 keep, 4 late. */
static struct process_kept kept[] = {
	KEPT(1, 0, "init", 0, -1),
	{ .pid = 2,
	  .comm = "kthreadd",
	  .started = 7,
	  .known = PROCESS_ADJ,
	  .rule = -1,
	  .footprint = &thread },
	KEPT(10, 1, "sshd", 0, 3),
	KEPT(11, 10, "bash", -900, -1),
	KEPT(12, 11, "sleep", -900, 4),
	KEPT(13, 11, "cat", -900, -1),
	KEPT(14, 1, "vim", 5, 2),
	KEPT(15, 1, "top", 30, -1),
};
static const struct processes processes = { .items = kept,
					    .len = sizeof(kept) / sizeof(*kept) };

static struct process_account account_of(struct arena *arena, pid_t pid, int want_r,
					 const struct unit_adj *unit)
{
	static const struct users users;
	static struct process process;
	struct judging judging;
	struct victims victims;
	struct process_account account = { 0 };
	struct victims_request rank = { .host.total_kib = 1 << 20,
					.processes = &processes };
	struct process_account_request request = { .profile = &profile,
						   .host = &host,
						   .processes = &processes,
						   .victims = &victims,
						   .process = &process };
	int r = judging_begin(arena, &profile, &host, &users, &judging);

	process = (struct process){ .pid = pid, .started = 7, .have = ~0U, .dir = -1 };
	for (size_t i = 0; i < processes.len; i++) {
		if (kept[i].pid == pid)
			strcpy(process.comm, kept[i].comm);
	}
	process.kernel = pid == 2;
	process.denied = pid == 14 ? PROCESS_EXE : 0;
	rank.rules = request.rules = &judging.rules;
	if (unit)
		request.unit = *unit;
	if (r == 0)
		r = victims_rank(arena, &rank, &victims);
	if (r == 0)
		r = process_account_of(arena, &request, &account);
	is_int(r, want_r, "pid %d", (int)pid);
	rules_done(&judging.rules);
	return account;
}

static void is_loser(const struct process_account *account, size_t i, const char *name,
		     const char *why)
{
	if (!ok(i < account->losers.len, "loser %zu", i))
		return;
	is_str(account->losers.items[i].rule->name, name, "loser %zu: which", i);
	ok(strstr(account->losers.items[i].why, why), "loser %zu: '%s' says '%s'", i,
	   account->losers.items[i].why, why);
}

static void test_rule(struct arena *arena)
{
	struct process_account account = account_of(arena, 10, 0, NULL);

	is_int(account.standing, STANDING_RULE, "a rule is for it");
	is_str(account.rule->name, "keep", "which");
	is_str(account.layer, "web", "of which profile");
	is_int(account.want, -900, "what it is to get");
	is_int((long long)account.losers.len, 5, "the others lose");
	is_loser(&account, 0, "sparc", "not applicable: ");
	is_loser(&account, 1, "other", "its comm does not match");
	is_loser(&account, 2, "nobody", "there is no user 'no-such-user'");
	is_loser(&account, 3, "by-exe", "its comm does not match");
	is_loser(&account, 4, "late", "it matches, but rule 'keep' comes first");
	is_int(account.setter, SETTER_DEFAULT, "it has what all begin with");
}

static void test_children(struct arena *arena)
{
	struct process_account account = account_of(arena, 11, 0, NULL);

	is_int(account.standing, STANDING_CHILD, "an ancestor's rule has a say");
	is_int(account.governor->pid, 10, "whose");
	is_int(account.want, 0, "what it is to get");
	is_int(account.setter, SETTER_UNTOLD, "its parent has another value");
	account = account_of(arena, 13, 0, NULL);
	is_int(account.setter, SETTER_INHERITED, "its parent has the same");
	is_int(account.parent->pid, 11, "that one");
	account = account_of(arena, 12, 0, NULL);
	is_int(account.standing, STANDING_RULE, "one with a rule of its own");
	is_int(account.want, -1, "goes by that");
}

static void test_unknown(struct arena *arena)
{
	struct process_account account;

	kept[6].unknown = PROCESS_EXE;
	account = account_of(arena, 14, 0, NULL);
	is_int(account.standing, STANDING_UNKNOWN, "whose exe may not be read");
	is_str(account.rule->name, "by-exe", "may have this rule");
	ok(strstr(account.reason, "the exe may not be read"), "which is told");
	is_int(account.want, 5, "and stays as it is");
}

static void test_untouched(struct arena *arena)
{
	struct process_account account = account_of(arena, 1, 0, NULL);

	is_int(account.standing, STANDING_INIT, "PID 1");
	is_int((long long)account.losers.len, 0, "no rule is held against it");
	account = account_of(arena, 2, 0, NULL);
	is_int(account.standing, STANDING_KERNEL, "a kernel thread");
	account = account_of(arena, 15, 0, NULL);
	is_int(account.standing, STANDING_NONE, "no rule is for it");
	ok(!account.rule, "so none is named");
	is_int((long long)account.losers.len, 6, "all lose");
	(void)account_of(arena, 99, -ESRCH, NULL);
}

static void test_setters(struct arena *arena)
{
	struct unit_adj unit = { .unit = "a.service", .set = true, .adj = 30 };
	struct process_account account = account_of(arena, 15, 0, &unit);

	is_int(account.setter, SETTER_UNIT, "its unit says so");
	unit.adj = 31;
	account = account_of(arena, 15, 0, &unit);
	is_int(account.setter, SETTER_UNTOLD, "its unit says something else");
	kept[2].adj = -900;
	account = account_of(arena, 10, 0, NULL);
	is_int(account.setter, SETTER_RULE, "the rule asks for it");
	kept[2].adj = 0;
	is_str(process_setter_word(SETTER_UNIT), "systemd", "a setter's word");
	is_str(process_standing_word(STANDING_CHILD), "child", "a standing's word");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 22);

	test_rule(arena);
	test_children(arena);
	test_unknown(arena);
	test_untouched(arena);
	test_setters(arena);
	return done();
}
