/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Process rules, ready to be held against processes: the first that matches wins.
 *
 * Pure: what a rule must know of a process is asked for (VERDICT_MORE), and
 * read by whoever holds the process. The kernel's own threads and PID 1 are
 * nobody's to adjust and match no rule: the first have no memory to free, of the
 * second all inherit.
 */

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "state/process.h"

struct arena;
struct layer;
struct rule;
struct users;

struct ready_rule {
	const struct rule *rule;
	const struct layer *layer;
	uid_t uid;	/* where it has a user */
	gid_t gid;	/* where it has a group */
	bool has_regex; /* `regex` is compiled */
	regex_t regex;
	const char *never; /* why it matches nothing on this host; NULL: it may */
};

struct rules {
	struct ready_rule *items; /* the first that matches wins */
	size_t len, cap;
	bool children; /* some rule has a say on what its processes start */
	bool shields;  /* some rule makes processes unkillable */
};

/*
 * Adds the rules of @layer, behind those that are there: of several layers the one that counts most
 * is added first. 0, -ENOMEM. A user that this host lacks is in `never`.
 */
int rules_add(struct arena *arena, struct rules *rules, const struct layer *layer,
	      const struct users *users) __attribute__((warn_unused_result));
/* Gives back what regcomp(3) took. */
void rules_done(struct rules *rules);

/* Must names of users be known for them? */
bool rules_name_users(const struct layer *layer);

enum verdict {
	VERDICT_NONE,	 /* no rule is for it */
	VERDICT_RULE,	 /* the one at `rule` */
	VERDICT_MORE,	 /* `fields` must be known first */
	VERDICT_UNKNOWN, /* the one at `rule` may be: `fields` may not be read */
};

struct judgement {
	enum verdict verdict;
	size_t rule;
	unsigned fields;
};

struct judgement rules_judge(const struct rules *rules, const struct process *process);

/* How one rule stands to a process, whatever the others say: for `get`. */
struct judgement rules_judge_one(const struct rules *rules, size_t rule,
				 const struct process *process);
/* The first criterion of @ready that @process does not meet: "user"; NULL: it meets all that are
 * known. */
const char *rules_why_not(const struct ready_rule *ready, const struct process *process);

/*
 * What @rule makes of a process whose adj is @adj: in the terms of oom_adj where @legacy. It is
 * @adj itself where the rule has nothing against it.
 */
int rules_want(const struct rule *rule, int adj, bool legacy);
/*
 * What a process gets that was started by one of @rule's: @parent is that one's adj now. Only for
 * rules that have a say on children, and processes that no rule is for.
 */
int rules_want_child(const struct rule *rule, int parent, int adj, bool legacy);
/* May some rule of an ancestor's, whoever that is, change a process whose adj is @adj? */
bool rules_may_change_child(const struct rules *rules, int adj, bool legacy);
