/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/process_account.h"

#include <errno.h>

#include "base/arena.h"
#include "base/enumtab.h"
#include "base/vec.h"
#include "plan/rules.h"
#include "plan/when.h"
#include "profile/profile.h"
#include "state/process.h"

struct accounting {
	struct arena *arena;
	const struct process_account_request *request;
	struct process_account account;
	size_t next;			 /* among the rules that are ready */
	const struct ready_rule *winner; /* or what might be it */
};

static int add_loser(struct accounting *accounting, const struct rule *rule,
		     const struct layer *layer, const char *why)
{
	struct rule_loser *loser =
		why ? vec_push(accounting->arena, &accounting->account.losers) : NULL;

	if (!loser)
		return -ENOMEM;
	*loser = (struct rule_loser){ rule, layer->name, why };
	return 0;
}

/* "exe, cgroup" of enum process_field bits. */
static const char *field_names(struct arena *arena, unsigned fields)
{
	const char *names = "";

	for (unsigned i = 0; names && i < PROCESS_FIELDS; i++) {
		if (fields & 1U << i)
			names = arena_printf(arena, "%s%s%s", names, *names ? ", " : "",
					     process_field_name(
						     (enum process_field)(1U << i)));
	}
	return names;
}

static const char *why_unknown(struct arena *arena, unsigned fields)
{
	const char *names = field_names(arena, fields);

	return names ? arena_printf(
			       arena,
			       "whether it matches cannot be told: the %s may not be "
			       "read",
			       names)
		     : NULL;
}

static const char *why_it_loses(const struct accounting *accounting,
				const struct ready_rule *ready,
				const struct judgement *judgement)
{
	struct arena *arena = accounting->arena;
	const char *criterion;

	if (judgement->verdict == VERDICT_RULE)
		return arena_printf(arena, "it matches, but rule '%s' comes first%s",
				    accounting->winner->rule->name,
				    accounting->account.standing == STANDING_UNKNOWN
					    ? ", and may be for it"
					    : "");
	if (judgement->verdict == VERDICT_UNKNOWN)
		return why_unknown(arena, judgement->fields);
	if (ready->never)
		return ready->never;
	criterion = rules_why_not(ready, accounting->request->process);
	return criterion ? arena_printf(arena, "its %s does not match", criterion)
			 : "it does not match";
}

static int win(struct accounting *accounting, const struct ready_rule *ready,
	       const struct judgement *judgement)
{
	struct process_account *account = &accounting->account;

	accounting->winner = ready;
	account->rule = ready->rule;
	account->layer = ready->layer->name;
	account->standing = STANDING_RULE;
	if (judgement->verdict != VERDICT_UNKNOWN)
		return 0;
	account->standing = STANDING_UNKNOWN;
	account->reason = why_unknown(accounting->arena, judgement->fields);
	return account->reason ? 0 : -ENOMEM;
}

static int judge_rule(struct accounting *accounting)
{
	const struct process_account_request *request = accounting->request;
	size_t index = accounting->next++;
	const struct ready_rule *ready = &request->rules->items[index];
	struct judgement judgement =
		rules_judge_one(request->rules, index, request->process);

	if (!accounting->winner &&
	    (judgement.verdict == VERDICT_RULE || judgement.verdict == VERDICT_UNKNOWN))
		return win(accounting, ready, &judgement);
	return add_loser(accounting, ready->rule, ready->layer,
			 why_it_loses(accounting, ready, &judgement));
}

static int judge_layer(struct accounting *accounting, const struct layer *layer)
{
	const char *why = NULL;
	bool holds = layer->rules_len == 0 || when_holds(accounting->arena, layer,
							 accounting->request->host, &why);
	int r = 0;

	if (!holds && why)
		why = arena_printf(accounting->arena, "not applicable: %s", why);
	for (size_t i = 0; r == 0 && i < layer->rules_len; i++)
		r = holds ? judge_rule(accounting)
			  : add_loser(accounting, &layer->rules[i], layer, why);
	return r;
}

/* In the order in which judging_begin() has them. */
static int judge(struct accounting *accounting)
{
	const struct profile *profile = accounting->request->profile;
	int r = 0;

	for (size_t i = profile->len; r == 0 && i-- > 0;)
		r = judge_layer(accounting, profile->items[i]);
	return r;
}

/* Where no rule is for it, one for an ancestor may have a say. */
static void inherit(struct process_account *account)
{
	const struct outcome *outcome = &account->victim->outcome;

	if (account->standing != STANDING_NONE || !outcome->governor ||
	    outcome->ready->rule->children == CHILDREN_INHERIT)
		return;
	account->standing = STANDING_CHILD;
	account->rule = outcome->ready->rule;
	account->layer = outcome->ready->layer->name;
	account->governor = outcome->governor;
}

static enum process_standing standing_of(const struct process *process)
{
	if (process->pid == 1)
		return STANDING_INIT;
	if (process->kernel)
		return STANDING_KERNEL;
	return process->zombie ? STANDING_ZOMBIE : STANDING_NONE;
}

static const struct process_kept *find(const struct processes *processes, pid_t pid)
{
	for (size_t i = 0; i < processes->len; i++) {
		if (processes->items[i].pid == pid)
			return &processes->items[i];
	}
	return NULL;
}

static enum process_setter setter_of(const struct process_account *account)
{
	int adj = account->kept->adj;
	bool ruled =
		account->standing == STANDING_RULE || account->standing == STANDING_CHILD;

	if (account->unit.set && account->unit.adj == adj && !account->kept->legacy)
		return SETTER_UNIT;
	if (adj == 0)
		return SETTER_DEFAULT;
	if (ruled && account->want == adj &&
	    (account->governor || account->rule->has_value))
		return SETTER_RULE;
	return account->parent && account->parent->adj == adj ? SETTER_INHERITED
							      : SETTER_UNTOLD;
}

int process_account_of(struct arena *arena, const struct process_account_request *request,
		       struct process_account *ret)
{
	const struct victim *victim =
		victims_find(request->victims, request->process->pid);
	struct accounting accounting = { .arena = arena, .request = request };
	struct process_account *account = &accounting.account;
	int r = 0;

	if (!victim || victim->kept->started != request->process->started)
		return -ESRCH;
	account->process = request->process;
	account->victim = victim;
	account->kept = victim->kept;
	account->want = victim->outcome.want;
	account->unit = request->unit;
	account->oom_adj = request->oom_adj;
	account->parent = find(request->processes, victim->kept->ppid);
	account->standing = standing_of(request->process);
	if (account->standing == STANDING_NONE) {
		r = judge(&accounting);
		inherit(account);
	}
	account->setter = setter_of(account);
	*ret = *account;
	return r;
}

const char *process_standing_word(enum process_standing standing)
{
	static const struct enumtab words[] = {
		{ "none", STANDING_NONE },     { "rule", STANDING_RULE },
		{ "child", STANDING_CHILD },   { "unknown", STANDING_UNKNOWN },
		{ "init", STANDING_INIT },     { "kernel thread", STANDING_KERNEL },
		{ "zombie", STANDING_ZOMBIE }, { 0 },
	};

	return enumtab_word(words, (int)standing);
}

const char *process_setter_word(enum process_setter setter)
{
	static const struct enumtab words[] = {
		{ "unknown", SETTER_UNTOLD },	   { "default", SETTER_DEFAULT },
		{ "systemd", SETTER_UNIT },	   { "rule", SETTER_RULE },
		{ "inherited", SETTER_INHERITED }, { 0 },
	};

	return enumtab_word(words, (int)setter);
}
