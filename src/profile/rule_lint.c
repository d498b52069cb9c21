/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/rule_lint.h"

#include <string.h>

#include "knob/oomadj.h"
#include "profile/glob.h"
#include "profile/profile.h"
#include "profile/rule_names.h"
#include "profile/wording.h"

#define COMM_BYTES    15
/* Holding rules against each other takes the square of the time: a larger set, which
 * nobody wrote by hand, is not judged to its end. */
#define MOST_COMPARED 1000

/* Do processes of the rule become unkillable, and what they start? */
static bool gives_never(const struct rule *rule)
{
	bool never = (rule->has_value && rule->value == OOMADJ_SCORE_NEVER) ||
		     (rule->has_max && rule->max == OOMADJ_SCORE_NEVER);

	return rule->children == CHILDREN_VALUE
		       ? rule->children_value == OOMADJ_SCORE_NEVER
		       : rule->children == CHILDREN_INHERIT && never;
}

static void lint_starter(struct diags *diags, const struct rule *rule)
{
	const char *starter = gives_never(rule) ? rule_starter(rule) : NULL;

	if (starter)
		diag_warning(diags, rule->value_at,
			     "everything that %s starts becomes unkillable, too: say "
			     "oom_score_adj -999, or 'children: reset'",
			     starter);
}

/* @other: what else can be done. */
static void lint_comm(struct diags *diags, const char *comm, struct origin at,
		      const char *other)
{
	size_t keep = COMM_BYTES;

	if (!comm || glob_shortest(comm) <= COMM_BYTES)
		return;
	/* What is proposed does not end within a character. */
	while (keep > 0 && ((unsigned char)comm[keep] & 0xc0) == 0x80)
		keep--;
	if (glob_prefix(comm) < COMM_BYTES)
		diag_warning(
			diags, at,
			"the kernel keeps 15 bytes of a name: this never matches; %s",
			other);
	else
		diag_warning(
			diags, at,
			"the kernel keeps 15 bytes of a name: this never matches; say "
			"'%.*s%s', or %s",
			(int)keep, comm, keep < COMM_BYTES ? "*" : "", other);
}

static void lint_untouched(struct diags *diags, const struct rule *rule)
{
	struct origin at = rule->comm ? rule->comm_at : rule->at;

	if (rule_is_for_first(rule))
		diag_warning(diags, at,
			     "PID 1 is never touched: leave the rule out, unless other "
			     "processes of that name are meant");
	if (rule_is_for_kernel(rule))
		diag_warning(diags, at,
			     "threads of the kernel are never touched: leave the rule "
			     "out, unless a program of that name is meant");
}

static void lint_scale(struct diags *diags, const struct rule *rule)
{
	int back = oomadj_of_score(rule->value, KVER_ANY);

	if (!rule->legacy || back == rule->legacy_value)
		return;
	diag_warning(diags, rule->value_at,
		     "oom_adj %d is written as oom_score_adj %d, which %sreads back as "
		     "oom_adj %d: say 'oom_score_adj: %d'",
		     rule->legacy_value, rule->value,
		     rule->legacy_value == OOMADJ_NEVER + 1
			     ? "can be killed, unlike -17, and "
			     : "",
		     back, rule->value);
}

/* A rule about what is started may leave the process itself alone. */
static void lint_clamp(struct diags *diags, const struct rule *rule)
{
	if (rule->has_value || rule->children != CHILDREN_INHERIT ||
	    (rule->has_min && rule->min > OOMADJ_SCORE_NEVER) ||
	    (rule->has_max && rule->max < OOMADJ_SCORE_FIRST))
		return;
	diag_warning(diags, rule->value_at,
		     "the clamp allows every value: narrow it, or leave the rule out, "
		     "which only keeps later ones from its processes");
}

/* Each criterion that a rule has makes it match less. */
static bool covers_glob(const char *earlier, const char *later)
{
	return !earlier || (later && glob_covers(earlier, later));
}

/* Every process has one of these, be it empty. */
static bool covers_any(const char *earlier, const char *later)
{
	return covers_glob(earlier, later) || strcmp(earlier, "*") == 0;
}

static bool covers_text(const char *earlier, const char *later)
{
	return !earlier || (later && strcmp(earlier, later) == 0);
}

/* Does @earlier certainly match whatever @later does? */
static bool covers(const struct rule *earlier, const struct rule *later)
{
	return covers_text(earlier->cmdline_regex, later->cmdline_regex) &&
	       covers_text(earlier->user, later->user) &&
	       covers_text(earlier->group, later->group) &&
	       covers_any(earlier->comm, later->comm) &&
	       covers_glob(earlier->exe, later->exe) &&
	       covers_any(earlier->cmdline, later->cmdline) &&
	       covers_glob(earlier->cgroup, later->cgroup) &&
	       covers_glob(earlier->unit, later->unit) &&
	       covers_glob(earlier->parent, later->parent);
}

static void lint_order(struct diags *diags, const struct layer *layer, size_t at)
{
	const struct rule *rule = &layer->rules[at];

	for (size_t i = 0; at < MOST_COMPARED && i < at; i++) {
		const struct rule *earlier = &layer->rules[i];

		if (!covers(earlier, rule))
			continue;
		diag_warning(
			diags, rule->at,
			"the rule never wins: '%s' (line %u) matches all that it does; "
			"put it before that one, or leave it out",
			wording_shown(diags->arena, earlier->name), earlier->at.line);
		return;
	}
}

static void lint_layer(struct diags *diags, const struct layer *layer)
{
	for (size_t i = 0; i < layer->rules_len; i++) {
		const struct rule *rule = &layer->rules[i];

		lint_order(diags, layer, i);
		lint_comm(diags, rule->comm, rule->comm_at, "match exe or cmdline");
		lint_comm(diags, rule->parent, rule->parent_at, "make it shorter");
		lint_untouched(diags, rule);
		lint_starter(diags, rule);
		lint_scale(diags, rule);
		lint_clamp(diags, rule);
	}
}

/* A file that several include is there once for each. */
static bool is_first_of_file(const struct profile *profile, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (profile->items[i]->source == profile->items[at]->source)
			return false;
	}
	return true;
}

void rule_lint(struct diags *diags, const struct profile *profile)
{
	for (size_t i = 0; i < profile->len; i++) {
		if (is_first_of_file(profile, i))
			lint_layer(diags, profile->items[i]);
	}
}
