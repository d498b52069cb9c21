/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/judging.h"

#include <errno.h>

#include "knob/oomadj.h"
#include "plan/when.h"
#include "profile/profile.h"

#define NO_RULE (-1)

int judging_begin(struct arena *arena, const struct profile *profile,
		  const struct host *host, const struct users *users, struct judging *ret)
{
	struct judging judging = { .self = 0 };
	int r = 0;

	/* Later layers count more, and so come first. */
	for (size_t i = profile->len; r == 0 && i-- > 0;) {
		const struct layer *layer = profile->items[i];
		const char *why = NULL;

		if (layer->rules_len == 0)
			continue;
		if (when_holds(arena, layer, host, &why))
			r = rules_add(arena, &judging.rules, layer, users);
		else if (!why)
			r = -ENOMEM;
	}
	*ret = judging;
	if (r < 0)
		rules_done(&ret->rules);
	return r;
}

/* The killer passes over it: by its adj, not by what it is. */
static bool is_shielded(int adj, bool legacy)
{
	return adj == (legacy ? OOMADJ_NEVER : ADJ_NEVER);
}

static struct process_answer ask(unsigned fields)
{
	return (struct process_answer){ .more = fields, .rule = NO_RULE };
}

static bool lacks(const struct process *process, unsigned fields)
{
	return (process->have & fields) != fields;
}

/* Nobody writes to this one. */
static void note_killable(struct judging *judging, const struct process *process)
{
	if (process_knows(process, PROCESS_ADJ) &&
	    !is_shielded(process->adj, process->legacy))
		judging->killable = true;
}

static bool looks_for_killable(const struct judging *judging)
{
	return judging->rules.shields && !judging->killable;
}

static struct process_answer answer_unknown(struct judging *judging,
					    const struct process *process, size_t rule,
					    unsigned fields)
{
	unsigned asked = PROCESS_COMM;

	if (looks_for_killable(judging))
		asked |= PROCESS_ADJ;
	if (lacks(process, asked))
		return ask(asked);
	note_killable(judging, process);
	/* Of one whose very name is hidden, nobody can tell anything. */
	return (struct process_answer){ .keep = !(process->denied & PROCESS_COMM),
					.rule = (int)rule,
					.unknown = fields };
}

static struct process_answer answer_rule(struct judging *judging,
					 const struct process *process, size_t rule)
{
	unsigned fields = PROCESS_COMM | PROCESS_ADJ |
			  (judging->rules.children ? (unsigned)PROCESS_STAT : 0U);
	int want;

	if (lacks(process, fields))
		return ask(fields);
	if (process->denied & PROCESS_ADJ)
		return answer_unknown(judging, process, rule, PROCESS_ADJ);
	want = rules_want(judging->rules.items[rule].rule, process->adj, process->legacy);
	if (!is_shielded(want, process->legacy))
		judging->killable = true;
	/* What is written to, is looked at more closely. */
	if (want != process->adj && lacks(process, PROCESS_OWNER | PROCESS_STAT))
		return ask(PROCESS_OWNER | PROCESS_STAT);
	/* Without its start nobody could tell it from the next one with its number. */
	if (want != process->adj && (process->denied & PROCESS_STAT))
		return answer_unknown(judging, process, rule, PROCESS_STAT);
	return (struct process_answer){ .keep = true,
					.write = want != process->adj,
					.rule = (int)rule };
}

static struct process_answer answer_child(const struct judging *judging,
					  const struct process *process)
{
	unsigned fields = PROCESS_COMM | PROCESS_STAT | PROCESS_ADJ;
	bool write;

	if (lacks(process, fields))
		return ask(fields);
	if (process->kernel || process->zombie || (process->denied & fields))
		return ask(0);
	write = rules_may_change_child(&judging->rules, process->adj, process->legacy);
	if (write && lacks(process, PROCESS_OWNER))
		return ask(PROCESS_OWNER);
	return (struct process_answer){ .keep = true, .write = write, .rule = NO_RULE };
}

/* One that no rule is for matters where rules shield others: something must be left to kill. */
static struct process_answer answer_none(struct judging *judging,
					 const struct process *process)
{
	unsigned fields = PROCESS_STAT | PROCESS_ADJ;

	if (process->pid == 1)
		return ask(0);
	if (judging->rules.children)
		return answer_child(judging, process);
	if (!looks_for_killable(judging))
		return ask(0);
	if (lacks(process, fields))
		return ask(fields);
	if (!process->kernel && !process->zombie)
		note_killable(judging, process);
	return ask(0);
}

struct process_answer judging_answer(void *data, const struct process *process)
{
	struct judging *judging = data;
	struct judgement judgement;

	/* It would be there again, as it was, each time that somebody asks. */
	if (process->pid == judging->self)
		return ask(0);
	judgement = rules_judge(&judging->rules, process);
	switch (judgement.verdict) {
	case VERDICT_MORE:
		return ask(judgement.fields);
	case VERDICT_UNKNOWN:
		return answer_unknown(judging, process, judgement.rule, judgement.fields);
	case VERDICT_RULE:
		return answer_rule(judging, process, judgement.rule);
	case VERDICT_NONE:
		break;
	}
	return answer_none(judging, process);
}
