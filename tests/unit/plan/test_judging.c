/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/judging.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "profile/profile.h"
#include "state/host.h"
#include "state/users.h"
#include "tap.h"

#define SEEN (PROCESS_COMM | PROCESS_ADJ)

static const struct host host = { .release = "6.1.0", .kernel = { 6, 1, 0 } };
static const struct users users = { .passwd = { "alice:x:1000:100::/:\n", 21 } };

/* The rules of one layer. */
static struct judging begin(struct arena *arena, struct rule *rules, size_t len)
{
	struct layer *layer = arena_alloc(arena, sizeof(*layer));
	struct layer **layers = arena_alloc(arena, sizeof(struct layer *));
	const struct profile profile = { .items = layers, .len = 1 };
	struct judging judging;

	*layer = (struct layer){ .name = "p", .rules = rules, .rules_len = len };
	layers[0] = layer;
	is_int(judging_begin(arena, &profile, &host, &users, &judging), 0, "begun");
	return judging;
}

static struct process one(const char *comm, int adj)
{
	struct process process = { .pid = 812, .uid = 1000, .ppid = 400, .adj = adj };

	(void)snprintf(process.comm, sizeof(process.comm), "%s", comm);
	return process;
}

/* Gives it what it asks for, until it has made up its mind; what that was, one after the other. */
static struct process_answer drive(struct judging *judging, struct process *process,
				   unsigned asked[8])
{
	struct process_answer answer = judging_answer(judging, process);
	size_t len = 0;

	memset(asked, 0, 8 * sizeof(*asked));
	while ((answer.more & ~process->have) && len < 7) {
		asked[len++] = answer.more & ~process->have;
		process->have |= answer.more;
		answer = judging_answer(judging, process);
	}
	is_int(answer.keep && answer.more, 0, "an answer asks for nothing more");
	return answer;
}

/* What is asked for in which order, and what becomes of it. */
static const struct {
	const char *about;
	struct rule rule;
	const char *comm;
	int adj;
	unsigned asked[4];
	bool keep, write;
	int rule_index;
} rows[] = {
	{ "no match",
	  { .comm = "x", .has_value = true, .value = 5 },
	  "sshd",
	  0,
	  { PROCESS_COMM },
	  false,
	  false,
	  -1 },
	{ "a match that differs",
	  { .comm = "sshd", .has_value = true, .value = 5 },
	  "sshd",
	  0,
	  { PROCESS_COMM, PROCESS_STAT, PROCESS_ADJ, PROCESS_OWNER },
	  true,
	  true,
	  0 },
	{ "a match that is as wanted",
	  { .comm = "sshd", .has_value = true, .value = 5 },
	  "sshd",
	  5,
	  { PROCESS_COMM, PROCESS_STAT, PROCESS_ADJ },
	  true,
	  false,
	  0 },
	{ "within a clamp",
	  { .comm = "sshd", .has_max = true, .max = 300 },
	  "sshd",
	  5,
	  { PROCESS_COMM, PROCESS_STAT, PROCESS_ADJ },
	  true,
	  false,
	  0 },
	{ "a user's",
	  { .user = "alice", .has_value = true, .value = 5 },
	  "sshd",
	  0,
	  { PROCESS_OWNER, PROCESS_STAT, SEEN },
	  true,
	  true,
	  0 },
	{ "another user's",
	  { .user = "0", .has_value = true, .value = 5 },
	  "sshd",
	  0,
	  { PROCESS_OWNER },
	  false,
	  false,
	  -1 },
	{ "with children all are looked at",
	  { .comm = "x", .has_value = true, .value = 5, .children = CHILDREN_RESET },
	  "sshd",
	  0,
	  { PROCESS_COMM, PROCESS_STAT | PROCESS_ADJ },
	  true,
	  false,
	  -1 },
	{ "and opened if they may change",
	  { .comm = "x", .has_value = true, .value = 5, .children = CHILDREN_RESET },
	  "sshd",
	  7,
	  { PROCESS_COMM, PROCESS_STAT | PROCESS_ADJ, PROCESS_OWNER },
	  true,
	  true,
	  -1 },
	{ "a shield looks for who is left",
	  { .comm = "x", .has_value = true, .value = -1000 },
	  "sshd",
	  0,
	  { PROCESS_COMM, PROCESS_STAT | PROCESS_ADJ },
	  false,
	  false,
	  -1 },
};

static void test_rows(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct rule rule = rows[i].rule;
		struct judging judging = begin(arena, &rule, 1);
		struct process process = one(rows[i].comm, rows[i].adj);
		unsigned asked[8];
		const struct process_answer answer = drive(&judging, &process, asked);

		for (size_t j = 0; j < 4; j++)
			is_int(asked[j], rows[i].asked[j], "%s: asked %zu", rows[i].about,
			       j);
		is_int(answer.keep, rows[i].keep, "%s: kept", rows[i].about);
		is_int(answer.write, rows[i].write, "%s: written", rows[i].about);
		if (answer.keep)
			is_int(answer.rule, rows[i].rule_index, "%s: rule",
			       rows[i].about);
		is_int((int)answer.unknown, 0, "%s: known", rows[i].about);
		rules_done(&judging.rules);
	}
}

/* What may not be read. */
static const struct {
	const char *about;
	unsigned denied;
	int adj;
	bool keep, write;
	unsigned unknown;
} denials[] = {
	{ "exe", PROCESS_EXE, 0, true, false, PROCESS_EXE },
	{ "adj", PROCESS_ADJ, 0, true, false, PROCESS_ADJ },
	{ "name: hidden", PROCESS_COMM | PROCESS_EXE | PROCESS_ADJ, 0, false, false,
	  PROCESS_EXE },
	{ "stat: when it began, which the writing needs", PROCESS_STAT, 0, true, false,
	  PROCESS_STAT },
	{ "stat, as wanted", PROCESS_STAT, 5, true, false, 0 },
	{ "owner", PROCESS_OWNER, 0, true, true, 0 },
};

static void test_denied(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(denials) / sizeof(*denials); i++) {
		struct rule rule = { .exe = "*", .has_value = true, .value = 5 };
		struct judging judging = begin(arena, &rule, 1);
		struct process process = one("sshd", denials[i].adj);
		struct process_answer answer;
		unsigned asked[8];

		(void)snprintf(process.exe, sizeof(process.exe), "/x");
		process.denied = denials[i].denied;
		answer = drive(&judging, &process, asked);
		is_int(answer.keep, denials[i].keep, "denied %s: kept", denials[i].about);
		is_int(answer.write, denials[i].write, "denied %s: written",
		       denials[i].about);
		is_int((int)answer.unknown, (int)denials[i].unknown,
		       "denied %s: not known", denials[i].about);
		rules_done(&judging.rules);
	}
}

/* Who is nobody's: kept for nothing, not killable either. */
static void test_nobodys(struct arena *arena)
{
	struct rule rule = {
		.comm = "*", .has_value = true, .value = -1000, .children = CHILDREN_RESET
	};
	struct judging judging = begin(arena, &rule, 1);
	struct process process;
	unsigned asked[8];

	process = one("init", 0);
	process.pid = 1;
	ok(!drive(&judging, &process, asked).keep, "PID 1");
	is_int((int)asked[0], 0, "is not looked at");
	process = one("kswapd0", 0);
	process.kernel = true;
	ok(!drive(&judging, &process, asked).keep, "a kernel thread");
	process = one("gone", 0);
	process.zombie = true;
	ok(!drive(&judging, &process, asked).keep, "a zombie");
	judging.self = 812;
	process = one("lowmemctl", 0);
	ok(!drive(&judging, &process, asked).keep, "who asks");
	is_int((int)asked[0], 0, "is not looked at");
	ok(!judging.killable, "nothing of these is left to be killed");
	rules_done(&judging.rules);
}

/* What is left to be killed, where a rule shields. */
static const struct {
	const char *about;
	const char *comm;
	int adj;
	bool legacy, zombie;
	unsigned denied;
	bool killable;
} lefts[] = {
	{ "another", "bash", 0, false, false, 0, true },
	{ "another that is shielded", "bash", -1000, false, false, 0, false },
	{ "another at -999", "bash", -999, false, false, 0, true },
	{ "-17 on the older scale", "bash", -17, true, false, 0, false },
	{ "-17 on the newer one", "bash", -17, false, false, 0, true },
	{ "a zombie", "bash", 0, false, true, 0, false },
	{ "one whose adj is not known", "bash", 0, false, false, PROCESS_ADJ, false },
	{ "the one that is to be shielded", "sshd", 0, false, false, 0, false },
	{ "one that a clamp lets be", "clamped", 0, false, false, 0, true },
	{ "one that no rule can be told for", "maybe", 0, false, false, PROCESS_EXE,
	  true },
	{ "such a one that is shielded", "maybe", -1000, false, false, PROCESS_EXE,
	  false },
};

static void test_killable(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(lefts) / sizeof(*lefts); i++) {
		struct rule rule[] = {
			{ .comm = "sshd", .has_value = true, .value = -1000 },
			{ .comm = "clamped", .has_max = true, .max = 300 },
			{ .comm = "maybe",
			  .exe = "x",
			  .has_value = true,
			  .value = -1000 },
		};
		struct judging judging = begin(arena, rule, 3);
		struct process process = one(lefts[i].comm, lefts[i].adj);
		unsigned asked[8];

		process.legacy = lefts[i].legacy;
		process.zombie = lefts[i].zombie;
		process.denied = lefts[i].denied;
		(void)drive(&judging, &process, asked);
		is_int(judging.killable, lefts[i].killable, "left: %s", lefts[i].about);
		rules_done(&judging.rules);
	}
}

/* Once one is found nobody else is asked. */
static void test_found(struct arena *arena)
{
	struct rule rule = { .comm = "sshd", .has_value = true, .value = -1000 };
	struct judging judging = begin(arena, &rule, 1);
	struct process process = one("bash", 0);
	unsigned asked[8];

	(void)drive(&judging, &process, asked);
	process = one("dash", 0);
	(void)drive(&judging, &process, asked);
	is_int((int)asked[1], 0, "one that is left is enough");
	rules_done(&judging.rules);
}

static void test_layers(struct arena *arena)
{
	const struct when never = { .kernel = "<2.6" };
	struct rule rule[] = { { .comm = "sshd", .has_value = true, .value = 1 },
			       { .comm = "sshd", .has_value = true, .value = 2 },
			       { .comm = "sshd", .has_value = true, .value = 3 } };
	struct layer low = { .name = "low", .rules = rule, .rules_len = 1 };
	struct layer high = { .name = "high", .rules = rule + 1, .rules_len = 1 };
	struct layer out = {
		.name = "out", .rules = rule + 2, .rules_len = 1, .when = &never
	};
	struct layer *layers[] = { &low, &high, &out };
	const struct profile profile = { .items = layers, .len = 3 };
	struct process process = one("sshd", 0);
	struct process_answer answer;
	struct judging judging;
	unsigned asked[8];

	is_int(judging_begin(arena, &profile, &host, &users, &judging), 0, "layers");
	is_int((long long)judging.rules.len, 2, "of those that apply");
	answer = drive(&judging, &process, asked);
	is_int(judging.rules.items[answer.rule].rule->value, 2, "the later one counts");
	is_str(judging.rules.items[answer.rule].layer->name, "high", "and is named");
	rules_done(&judging.rules);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 24);

	test_rows(arena);
	test_denied(arena);
	test_nobodys(arena);
	test_killable(arena);
	test_found(arena);
	test_layers(arena);
	return done();
}
