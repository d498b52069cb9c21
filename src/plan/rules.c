/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/rules.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "knob/oomadj.h"
#include "profile/ere.h"
#include "profile/profile.h"
#include "state/users.h"

/* What the kernel puts behind the link of a program that was replaced (fs/proc/base.c). */
static const char deleted[] = " (deleted)";

static int resolve(struct arena *arena, const struct users *users,
		   struct ready_rule *ready)
{
	const struct rule *rule = ready->rule;

	if (rule->user && users_uid(users, rule->user, &ready->uid) < 0) {
		ready->never =
			arena_printf(arena,
				     "there is no user '%s' in /etc/passwd: one of "
				     "another source goes by number",
				     rule->user);
	} else if (rule->group && users_gid(users, rule->group, &ready->gid) < 0) {
		ready->never =
			arena_printf(arena,
				     "there is no group '%s' in /etc/group: one of "
				     "another source goes by number",
				     rule->group);
	} else {
		return 0;
	}
	return ready->never ? 0 : -ENOMEM;
}

static int compile(struct ready_rule *ready)
{
	int r;

	if (!ready->rule->cmdline_regex)
		return 0;
	r = regcomp(&ready->regex, ready->rule->cmdline_regex, ERE_FLAGS);
	ready->has_regex = r == 0;
	/* The profile's reader tried it: only memory can be short. */
	return r == 0 ? 0 : -ENOMEM;
}

static bool shields(const struct rule *rule)
{
	return (rule->has_value && rule->value == ADJ_NEVER) ||
	       (rule->has_max && rule->max == ADJ_NEVER) ||
	       (rule->children == CHILDREN_VALUE && rule->children_value == ADJ_NEVER);
}

int rules_add(struct arena *arena, struct rules *rules, const struct layer *layer,
	      const struct users *users)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < layer->rules_len; i++) {
		struct ready_rule *ready = vec_push(arena, rules);

		if (!ready)
			return -ENOMEM;
		ready->rule = &layer->rules[i];
		ready->layer = layer;
		rules->children |= ready->rule->children != CHILDREN_INHERIT;
		rules->shields |= shields(ready->rule);
		r = resolve(arena, users, ready);
		if (r == 0)
			r = compile(ready);
	}
	return r;
}

void rules_done(struct rules *rules)
{
	for (size_t i = 0; i < rules->len; i++) {
		if (rules->items[i].has_regex)
			regfree(&rules->items[i].regex);
		rules->items[i].has_regex = false;
	}
}

bool rules_name_users(const struct layer *layer)
{
	for (size_t i = 0; i < layer->rules_len; i++) {
		if (layer->rules[i].user || layer->rules[i].group)
			return true;
	}
	return false;
}

/* Most patterns are no globs, or begin with another letter than the text: fnmatch(3) takes ten
 * times as long to find that out. */
static bool fits(const char *pattern, const char *text)
{
	static const char special[] = "*?[\\";

	if (!strchr(special, *pattern) && *pattern != *text)
		return false;
	return strpbrk(pattern, special) ? fnmatch(pattern, text, 0) == 0
					 : strcmp(pattern, text) == 0;
}

/* A pattern without a slash may also be about the last component. */
static bool fits_path(const char *pattern, const char *path)
{
	const char *slash = strchr(pattern, '/') ? NULL : strrchr(path, '/');

	return fits(pattern, path) || (slash && fits(pattern, slash + 1));
}

static bool fits_exe(const char *pattern, const char *exe)
{
	char text[PROCESS_TEXT_MAX];
	size_t len = strlen(exe), cut = sizeof(deleted) - 1;

	if (*exe == '\0')
		return false;
	if (fits_path(pattern, exe))
		return true;
	if (len <= cut || strcmp(exe + len - cut, deleted) != 0)
		return false;
	memcpy(text, exe, len - cut);
	text[len - cut] = '\0';
	return fits_path(pattern, text);
}

/* In the name of a control group a \ is itself: systemd writes "-" so where it means something else,
 * as \x2d. */
static bool fits_group(const char *pattern, struct span text)
{
	char copy[PROCESS_TEXT_MAX];

	if (text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	return fnmatch(pattern, copy, FNM_NOESCAPE) == 0;
}

/* Of the unified hierarchy, of the memory controller's, or of systemd's own. */
static bool counts(struct span controllers)
{
	struct span word;

	if (controllers.len == 0 || span_is(controllers, "name=systemd"))
		return true;
	while (span_until(&controllers, ',', &word)) {
		if (span_is(word, "memory"))
			return true;
	}
	return false;
}

static bool fits_cgroup(const char *pattern, const char *cgroup)
{
	struct span rest = span_of(cgroup), controllers, path;

	while (process_cgroup_next(&rest, &controllers, &path)) {
		if (counts(controllers) && fits_group(pattern, path))
			return true;
	}
	return false;
}

/* Is @name what systemd calls a unit that holds processes (systemd.unit(5))? */
static bool is_unit(struct span name)
{
	static const char *const suffixes[] = { ".service", ".scope", ".slice",
						".socket",  ".mount", ".swap" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		size_t len = strlen(suffixes[i]);

		if (name.len > len &&
		    memcmp(name.at + name.len - len, suffixes[i], len) == 0)
			return true;
	}
	return false;
}

/* As systemctl(1) does it, a name without a suffix is also a service's: "php8.2-fpm", too. */
static bool names_unit(const char *pattern, struct span name)
{
	static const char service[] = ".service";
	size_t cut = sizeof(service) - 1;

	/* systemd puts this in front of what the kernel has another meaning for: cpu.service. */
	if (name.len > 0 && *name.at == '_')
		name = (struct span){ name.at + 1, name.len - 1 };
	if (!is_unit(name))
		return false;
	if (fits_group(pattern, name))
		return true;
	if (is_unit(span_of(pattern)) || name.len <= cut ||
	    memcmp(name.at + name.len - cut, service, cut) != 0)
		return false;
	name.len -= cut;
	return fits_group(pattern, name);
}

/* Any of the units that it is in: a service and the slices around it. */
static bool fits_unit(const char *pattern, const char *cgroup)
{
	struct span rest = span_of(cgroup), controllers, path, part;

	while (process_cgroup_next(&rest, &controllers, &path)) {
		while (counts(controllers) && span_until(&path, '/', &part)) {
			if (names_unit(pattern, part))
				return true;
		}
	}
	return false;
}

static bool fits_regex(const struct ready_rule *ready, const char *cmdline)
{
	return regexec(&ready->regex, cmdline, 0, NULL, 0) == 0;
}

/* The criteria, the cheap ones first. */
enum criterion {
	CRITERION_USER,
	CRITERION_GROUP,
	CRITERION_COMM,
	CRITERION_EXE,
	CRITERION_CMDLINE,
	CRITERION_REGEX,
	CRITERION_CGROUP,
	CRITERION_UNIT,
	CRITERION_PARENT,
	CRITERIA,
};

static const struct {
	const char *name;
	enum process_field field;
} criteria[CRITERIA] = {
	[CRITERION_USER] = { "user", PROCESS_OWNER },
	[CRITERION_GROUP] = { "group", PROCESS_OWNER },
	[CRITERION_COMM] = { "comm", PROCESS_COMM },
	[CRITERION_EXE] = { "exe", PROCESS_EXE },
	[CRITERION_CMDLINE] = { "cmdline", PROCESS_CMDLINE },
	[CRITERION_REGEX] = { "cmdline_regex", PROCESS_CMDLINE },
	[CRITERION_CGROUP] = { "cgroup", PROCESS_CGROUP },
	[CRITERION_UNIT] = { "unit", PROCESS_CGROUP },
	[CRITERION_PARENT] = { "parent", PROCESS_PARENT },
};

static const char *pattern_of(const struct rule *rule, enum criterion criterion)
{
	switch (criterion) {
	case CRITERION_USER:
		return rule->user;
	case CRITERION_GROUP:
		return rule->group;
	case CRITERION_COMM:
		return rule->comm;
	case CRITERION_EXE:
		return rule->exe;
	case CRITERION_CMDLINE:
		return rule->cmdline;
	case CRITERION_REGEX:
		return rule->cmdline_regex;
	case CRITERION_CGROUP:
		return rule->cgroup;
	case CRITERION_UNIT:
		return rule->unit;
	case CRITERION_PARENT:
		return rule->parent;
	case CRITERIA:
		break;
	}
	return NULL;
}

static bool meets(const struct ready_rule *ready, enum criterion criterion,
		  const struct process *process)
{
	const char *pattern = pattern_of(ready->rule, criterion);

	switch (criterion) {
	case CRITERION_USER:
		return process->uid == ready->uid;
	case CRITERION_GROUP:
		return process->gid == ready->gid;
	case CRITERION_COMM:
		return fits(pattern, process->comm);
	case CRITERION_EXE:
		return fits_exe(pattern, process->exe);
	case CRITERION_CMDLINE:
		return fits(pattern, process->cmdline);
	case CRITERION_REGEX:
		return fits_regex(ready, process->cmdline);
	case CRITERION_CGROUP:
		return fits_cgroup(pattern, process->cgroup);
	case CRITERION_UNIT:
		return fits_unit(pattern, process->cgroup);
	case CRITERION_PARENT:
		return fits(pattern, process->parent);
	case CRITERIA:
		break;
	}
	return false;
}

/*
 * A rule with something that may not be read is out where something else tells that it does not
 * match. Otherwise it is not passed over in silence: the next one might do what it is to prevent.
 */
static struct judgement hold_against(const struct ready_rule *ready,
				     const struct process *process)
{
	struct judgement judgement = { .verdict = VERDICT_RULE };

	if (ready->never || process->pid == 1)
		return (struct judgement){ .verdict = VERDICT_NONE };
	for (int i = 0; i < CRITERIA; i++) {
		unsigned field = criteria[i].field;

		if (!pattern_of(ready->rule, (enum criterion)i))
			continue;
		if (!(process->have & field))
			return (struct judgement){ .verdict = VERDICT_MORE,
						   .fields = field };
		if (process->denied & field) {
			judgement.verdict = VERDICT_UNKNOWN;
			judgement.fields |= field;
		} else if (!meets(ready, (enum criterion)i, process)) {
			return (struct judgement){ .verdict = VERDICT_NONE };
		}
	}
	return judgement;
}

/* Who has a command line is no kernel thread, and no zombie: that saves reading stat. */
static bool is_known_alive(const struct process *process)
{
	return process->program ||
	       (process_knows(process, PROCESS_CMDLINE) && process->cmdline[0] != '\0');
}

static struct judgement check_kind(const struct process *process, size_t rule,
				   struct judgement judgement)
{
	judgement.rule = rule;
	if (judgement.verdict == VERDICT_MORE || is_known_alive(process))
		return judgement;
	if (!(process->have & PROCESS_STAT))
		return (struct judgement){ .verdict = VERDICT_MORE,
					   .fields = PROCESS_STAT };
	if (process_knows(process, PROCESS_STAT) && (process->kernel || process->zombie))
		return (struct judgement){ .verdict = VERDICT_NONE };
	return judgement;
}

struct judgement rules_judge_one(const struct rules *rules, size_t rule,
				 const struct process *process)
{
	struct judgement judgement = hold_against(&rules->items[rule], process);

	return judgement.verdict == VERDICT_NONE ? judgement
						 : check_kind(process, rule, judgement);
}

struct judgement rules_judge(const struct rules *rules, const struct process *process)
{
	for (size_t i = 0; i < rules->len; i++) {
		struct judgement judgement = hold_against(&rules->items[i], process);

		if (judgement.verdict != VERDICT_NONE)
			return check_kind(process, i, judgement);
	}
	return (struct judgement){ .verdict = VERDICT_NONE };
}

const char *rules_why_not(const struct ready_rule *ready, const struct process *process)
{
	for (int i = 0; i < CRITERIA; i++) {
		if (pattern_of(ready->rule, (enum criterion)i) &&
		    process_knows(process, criteria[i].field) &&
		    !meets(ready, (enum criterion)i, process))
			return criteria[i].name;
	}
	return NULL;
}

/* A value of @rule in the terms of the file that is there. */
static int in_terms(int score, bool legacy)
{
	return legacy ? oomadj_of_score(score, KVER_ANY) : score;
}

int rules_want(const struct rule *rule, int adj, bool legacy)
{
	if (rule->has_value)
		return legacy && rule->legacy ? rule->legacy_value
					      : in_terms(rule->value, legacy);
	if (rule->has_min && adj < in_terms(rule->min, legacy))
		return in_terms(rule->min, legacy);
	if (rule->has_max && adj > in_terms(rule->max, legacy))
		return in_terms(rule->max, legacy);
	return adj;
}

int rules_want_child(const struct rule *rule, int parent, int adj, bool legacy)
{
	if (rule->children == CHILDREN_VALUE)
		return in_terms(rule->children_value, legacy);
	/* What it set itself, or somebody else for it, was not handed down. */
	if (rule->children == CHILDREN_RESET &&
	    (adj == parent || adj == rules_want(rule, parent, legacy)))
		return 0;
	return adj;
}

bool rules_may_change_child(const struct rules *rules, int adj, bool legacy)
{
	for (size_t i = 0; i < rules->len; i++) {
		if (rules_want_child(rules->items[i].rule, adj, adj, legacy) != adj)
			return true;
	}
	return false;
}
