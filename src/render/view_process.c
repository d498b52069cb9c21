/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "plan/process_account.h"
#include "profile/rule.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "render/view_account.h"

static void show_number(struct out *out, const char *key, bool there, int64_t number)
{
	if (there)
		out_int(out, key, number);
	else
		out_null(out, key);
}

/* An adjustment is text, as the values of knobs are. */
static void show_adj(struct out *out, const char *key, bool there, int adj)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", adj);
	out_string(out, key, there ? text : NULL);
}

static void show_losers(struct out *out, const struct process_account *account)
{
	out_list(out, "losers");
	for (size_t i = 0; i < account->losers.len; i++) {
		const struct rule_loser *loser = &account->losers.items[i];

		out_object(out, NULL);
		out_string(out, "rule", loser->rule->name);
		out_string(out, "profile", loser->layer);
		out_place(out, "from", loser->rule->at, true);
		out_string(out, "why", loser->why);
		out_end_object(out);
	}
	out_end_list(out);
}

static void show_setter(struct out *out, const struct process_account *account)
{
	const struct process_kept *parent = account->parent;
	bool unit = account->setter == SETTER_UNIT;

	out_object(out, "set_by");
	out_string(out, "what", process_setter_word(account->setter));
	out_string(out, "unit", unit ? account->unit.unit : NULL);
	out_string(out, "file", unit ? account->unit.file : NULL);
	show_number(out, "line", unit, account->unit.line);
	show_number(out, "parent", account->setter == SETTER_INHERITED,
		    parent ? parent->pid : 0);
	out_end_object(out);
}

static void show_rule(struct out *out, const struct process_account *account)
{
	const struct rule *rule = account->rule;

	out_string(out, "rule", rule ? rule->name : NULL);
	out_string(out, "profile", rule ? account->layer : NULL);
	out_place(out, "from", rule ? rule->at : NOWHERE, true);
	show_number(out, "rule_of", account->governor != NULL,
		    account->governor ? account->governor->pid : 0);
	out_string(out, "standing", process_standing_word(account->standing));
	out_string(out, "reason", account->reason);
}

void view_process(struct out *out, const struct process_account *account)
{
	const struct process_kept *kept = account->kept;
	const struct victim *victim = account->victim;
	const char *spared = badness_spared_word(victim->now.spared);
	bool wanted =
		account->standing == STANDING_RULE || account->standing == STANDING_CHILD;
	char key[32];

	out_object(out, NULL);
	out_string(out, "kind", "process");
	(void)snprintf(key, sizeof(key), "pid:%d", (int)kept->pid);
	out_string(out, "key", key);
	out_int(out, "pid", kept->pid);
	out_string(out, "comm", kept->comm);
	/* As the file has them that is there. */
	out_string(out, "scale", kept->legacy ? "oom_adj" : "oom_score_adj");
	show_adj(out, "live", !kept->unset, kept->adj);
	out_string(out, "oom_adj", account->oom_adj);
	show_adj(out, "want", wanted && !kept->unset, account->want);
	show_rule(out, account);
	show_losers(out, account);
	show_setter(out, account);
	/* No file tells it. */
	out_null(out, "floor");
	show_number(out, "rank", victim->rank > 0, (int64_t)victim->rank);
	out_uint(out, "points", victim->now.score);
	show_number(out, "badness", victim->rank > 0, victim->now.points);
	out_string(out, "unkillable", *spared ? spared : NULL);
	show_number(out, "rank_after", victim->rank_after > 0,
		    (int64_t)victim->rank_after);
	out_end_object(out);
}
