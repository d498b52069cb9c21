/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/keeper.h"

#include <errno.h>

#include "apply/adj.h"
#include "base/cleanup.h"
#include "profile/profile.h"
#include "sys/clock.h"
#include "sys/procs.h"

#define NO_RULE	       (-1)
/* Deeper than this nobody looks for an ancestor. */
#define MOST_ANCESTORS 64

/* What is to be made of the process that is looked at. */
struct wish {
	int rule;
	int want;
	int before; /* what it had before anything was made of it */
	bool child;
};

static const struct rule *rule_at(const struct keeper *keeper, int rule)
{
	return rule >= 0 ? keeper->rules->items[rule].rule : NULL;
}

static void tell(struct keeper *keeper, enum notice_kind kind, struct wish wish,
		 int error)
{
	const struct process *process = &keeper->process;
	const struct rule *rule = rule_at(keeper, wish.rule);
	const struct notice notice = {
		.kind = kind,
		.pid = process->pid,
		.comm = process->comm,
		.rule = rule ? rule->name : NULL,
		.before = process->adj,
		.after = wish.want,
		.legacy = process->legacy,
		.child = wish.child,
		.error = error,
		.fields = process->denied,
	};

	keeper->tell(keeper->data, &notice);
}

/* Is @member the process that is looked at, and not one that had its number? */
static bool is_same(struct keeper *keeper, const struct member *member)
{
	struct process *process = &keeper->process;

	return process_read(process, keeper->procs, PROCESS_STAT) == 0 &&
	       process_knows(process, PROCESS_STAT) &&
	       process->started == member->started;
}

/* The member that the process is. NULL: it is none. */
static struct member *member_of(struct keeper *keeper)
{
	struct member *member = members_find(&keeper->members, keeper->process.pid);

	if (!member || is_same(keeper, member))
		return member;
	members_remove(&keeper->members, keeper->process.pid);
	return NULL;
}

static void forget(struct keeper *keeper, pid_t pid)
{
	const struct member *member = members_find(&keeper->members, pid);

	if (!member)
		return;
	keeper->family |= !member->child;
	members_remove(&keeper->members, pid);
}

static bool says_of_children(const struct rule *rule)
{
	return rule && rule->children != CHILDREN_INHERIT;
}

/* Remembers it. NULL: there is no room. */
static struct member *enlist(struct keeper *keeper, struct wish wish)
{
	struct process *process = &keeper->process;
	struct member *member = member_of(keeper);

	if (process_read(process, keeper->procs, PROCESS_STAT) < 0)
		return NULL;
	if (!member) {
		/* There mostly is room; who finds none would be forgotten. */
		members_reserve(&keeper->members, keeper->members.len + 1);
		member = members_add(&keeper->members, process->pid);
		if (!member)
			return NULL;
		member->started = process->started;
		member->before = (short)wish.before;
		member->rule = NO_RULE;
	}
	keeper->family |=
		member->rule != wish.rule && says_of_children(rule_at(keeper, wish.rule));
	member->rule = wish.rule;
	member->want = (short)wish.want;
	member->child = wish.child;
	member->seen = true;
	return member;
}

static enum kept change(struct keeper *keeper, struct wish wish)
{
	struct process *process = &keeper->process;
	const struct rule *rule = keeper->rules->items[wish.rule].rule;
	struct member *member;
	int r = adj_set(process, wish.want, rule->hard_floor && !wish.child);

	if (r == -ESRCH)
		return KEPT_GONE;
	if (r == 0 && keeper->event_ns != 0)
		tally_took(&keeper->tally,
			   (uint64_t)clock_monotonic_ns() - keeper->event_ns);
	if (process_read(process, keeper->procs, PROCESS_COMM) < 0)
		return KEPT_GONE;
	if (r < 0) {
		keeper->tally.denied++;
		tell(keeper, NOTICE_DENIED, wish, -r);
		return KEPT_DENIED;
	}
	member = enlist(keeper, wish);
	if (member)
		member->applied = true;
	keeper->tally.changed++;
	tell(keeper, NOTICE_CHANGED, wish, 0);
	return KEPT_CHANGED;
}

static enum kept leave(struct keeper *keeper, struct member *member, struct wish wish,
		       enum notice_kind why)
{
	if (!member->left &&
	    process_read(&keeper->process, keeper->procs, PROCESS_COMM) == 0)
		tell(keeper, why, wish, 0);
	member->left = true;
	return KEPT_LEFT;
}

/* It was made as wanted once, and is not so now: somebody else has changed it, mostly the program
 * itself. */
static enum kept drifted(struct keeper *keeper, struct member *member, struct wish wish)
{
	keeper->tally.drifted += !member->left;
	if (member->left)
		return KEPT_LEFT;
	switch (keeper->rules->items[wish.rule].rule->drift) {
	case DRIFT_ACCEPT:
		member->left = true;
		return KEPT_LEFT;
	case DRIFT_REPORT:
		return leave(keeper, member, wish, NOTICE_DRIFTED);
	case DRIFT_REAPPLY:
		break;
	}
	if (member->fights >= KEEPER_FIGHTS)
		return leave(keeper, member, wish, NOTICE_LEFT);
	member->fights++;
	return change(keeper, wish);
}

/* What is wanted of it is known, and so is its adj. */
static enum kept settle(struct keeper *keeper, struct wish wish)
{
	struct member *member = member_of(keeper);
	bool same = member && member->applied && member->rule == wish.rule;

	if (wish.want == keeper->process.adj) {
		if (member && member->rule != wish.rule)
			member->fights = 0;
		if (member || keeper->rules->children)
			(void)enlist(keeper, wish);
		return KEPT_AS_WANTED;
	}
	if (same && member->want == wish.want)
		return drifted(keeper, member, wish);
	return change(keeper, wish);
}

static enum kept keep_ruled(struct keeper *keeper, size_t rule)
{
	struct process *process = &keeper->process;
	struct wish wish = { .rule = (int)rule };

	if (process_read(process, keeper->procs, PROCESS_ADJ) < 0)
		return KEPT_GONE;
	if ((process->denied & PROCESS_ADJ) || process->unset)
		return KEPT_UNKNOWN;
	wish.before = process->adj;
	wish.want = rules_want(keeper->rules->items[rule].rule, process->adj,
			       process->legacy);
	return settle(keeper, wish);
}

static pid_t parent_of(const struct keeper *keeper, pid_t pid)
{
	struct process above = { .dir = -1 };
	pid_t parent = 0;

	if (process_open(&above, keeper->procs, pid, 0) == 0 &&
	    process_read(&above, keeper->procs, PROCESS_STAT) == 0)
		parent = above.ppid;
	process_close(&above);
	return parent;
}

/* The nearest ancestor that a rule is for. NULL: none is known. */
static const struct member *governor_of(const struct keeper *keeper)
{
	pid_t pid = keeper->process.ppid;

	for (int i = 0; pid > 1 && i < MOST_ANCESTORS; i++) {
		const struct member *member = members_find(&keeper->members, pid);

		if (member && !member->child && member->rule >= 0)
			return member;
		pid = parent_of(keeper, pid);
	}
	return NULL;
}

/* The rule that was for it is so no more. What it had before is remembered. */
static void leave_rule(struct keeper *keeper)
{
	struct member *member = members_find(&keeper->members, keeper->process.pid);

	if (!member || member->child)
		return;
	keeper->family = true;
	member->rule = NO_RULE;
	if (!member->applied)
		members_remove(&keeper->members, member->pid);
}

/* No rule is for it: one of an ancestor's may have a say. */
static enum kept keep_child(struct keeper *keeper)
{
	struct process *process = &keeper->process;
	const struct member *governor;
	struct wish wish = { .child = true };

	leave_rule(keeper);
	if (!keeper->rules->children || process->pid == 1)
		return KEPT_NO_RULE;
	if (process_read(process, keeper->procs, PROCESS_ADJ) < 0)
		return KEPT_GONE;
	if ((process->denied & PROCESS_ADJ) || process->unset ||
	    !rules_may_change_child(keeper->rules, process->adj, process->legacy))
		return KEPT_NO_RULE;
	if (process_read(process, keeper->procs, PROCESS_STAT) < 0)
		return KEPT_GONE;
	governor = process->kernel || process->zombie ? NULL : governor_of(keeper);
	if (!governor || !says_of_children(rule_at(keeper, governor->rule)))
		return KEPT_NO_RULE;
	wish.rule = governor->rule;
	/* What was handed down to it was ours, and not its own. */
	wish.before = process->adj == governor->want ? governor->before : process->adj;
	wish.want = rules_want_child(rule_at(keeper, wish.rule), governor->want,
				     process->adj, process->legacy);
	return wish.want == process->adj ? KEPT_AS_WANTED : settle(keeper, wish);
}

static enum kept keep_unknown(struct keeper *keeper, size_t rule)
{
	struct wish wish = { .rule = (int)rule };

	if (process_read(&keeper->process, keeper->procs, PROCESS_COMM) < 0)
		return KEPT_GONE;
	keeper->tally.unknown++;
	tell(keeper, NOTICE_UNKNOWN, wish, 0);
	return KEPT_UNKNOWN;
}

static bool is_passed_over(struct keeper *keeper)
{
	struct process *process = &keeper->process;

	if (!keeper->mine)
		return false;
	return process_read(process, keeper->procs, PROCESS_OWNER) < 0 ||
	       !process_knows(process, PROCESS_OWNER) || process->uid != keeper->user;
}

static enum kept judge(struct keeper *keeper)
{
	struct process *process = &keeper->process;
	struct judgement judgement = rules_judge(keeper->rules, process);

	while (judgement.verdict == VERDICT_MORE) {
		if (process_read(process, keeper->procs, judgement.fields) < 0)
			return KEPT_GONE;
		judgement = rules_judge(keeper->rules, process);
	}
	if (judgement.verdict == VERDICT_RULE)
		return keep_ruled(keeper, judgement.rule);
	if (judgement.verdict == VERDICT_UNKNOWN)
		return keep_unknown(keeper, judgement.rule);
	return keep_child(keeper);
}

enum kept keeper_look(struct keeper *keeper, pid_t pid, uint64_t inode, bool program)
{
	struct process *process = &keeper->process;
	enum kept kept = KEPT_GONE;

	if (pid == keeper->self)
		return KEPT_NO_RULE;
	if (process_open(process, keeper->procs, pid, inode) == 0) {
		process->program = program;
		kept = is_passed_over(keeper) ? KEPT_NO_RULE : judge(keeper);
	}
	process_close(process);
	if (kept == KEPT_GONE)
		forget(keeper, pid);
	return kept;
}

/* The children of @pid, behind the @len that are in @family. -ENOENT: this kernel does not tell. */
static ssize_t add_children(const struct keeper *keeper, pid_t pid, pid_t *family,
			    size_t len)
{
	cleanup_fd int dir = procs_open_dir(keeper->procs, pid);

	return dir < 0 ? 0 : proc_children(dir, family + len, KEEPER_FAMILY - len);
}

bool keeper_look_below(struct keeper *keeper, pid_t pid)
{
	pid_t family[KEEPER_FAMILY];
	ssize_t count = add_children(keeper, pid, family, 0);
	size_t len = count > 0 ? (size_t)count : 0;

	if (count < 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		(void)keeper_look(keeper, family[i], 0, true);
		count = add_children(keeper, family[i], family, len);
		len += count > 0 ? (size_t)count : 0;
	}
	keeper->again |= len == KEEPER_FAMILY;
	return true;
}

static bool is_parent(const struct keeper *keeper, const struct member *member)
{
	return member->pid != 0 && !member->child &&
	       says_of_children(rule_at(keeper, member->rule));
}

bool keeper_has_family(const struct keeper *keeper, pid_t pid)
{
	const struct member *member = members_find(&keeper->members, pid);

	/* A child that was made right may have forked when it was not yet. */
	return member && says_of_children(rule_at(keeper, member->rule));
}

size_t keeper_parents(const struct keeper *keeper, pid_t *ret, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < keeper->members.size; i++) {
		const struct member *member = &keeper->members.slots[i];

		if (!is_parent(keeper, member))
			continue;
		if (count < most)
			ret[count] = member->pid;
		count++;
	}
	return count;
}

static void check_member(struct keeper *keeper, pid_t pid)
{
	struct member *member;

	if (keeper_look(keeper, pid, 0, true) != KEPT_AS_WANTED)
		return;
	member = members_find(&keeper->members, pid);
	if (member) {
		member->fights = 0;
		member->left = false;
	}
}

void keeper_check(struct keeper *keeper, size_t most)
{
	size_t size = keeper->members.size;

	for (size_t i = 0; most > 0 && i < size; i++) {
		const struct member *member;

		keeper->cursor = (keeper->cursor + 1) & (size - 1);
		member = &keeper->members.slots[keeper->cursor];
		if (member->pid == 0 || !member->applied || member->rule == NO_RULE)
			continue;
		check_member(keeper, member->pid);
		most--;
	}
}

void keeper_adopt(struct keeper *keeper, const struct rules *rules)
{
	for (size_t i = 0; i < keeper->members.size; i++) {
		struct member *member = &keeper->members.slots[i];

		member->rule = NO_RULE;
		member->fights = 0;
		member->left = false;
	}
	keeper->rules = rules;
	keeper->family = true;
}

/* Makes the process that is looked at what @member was before. */
static void put_back(struct keeper *keeper, const struct member *member)
{
	struct process *process = &keeper->process;
	struct wish wish = { .rule = NO_RULE, .want = member->before };
	int r;

	/* Somebody else's value is not ours to take away. */
	if (process_read(process, keeper->procs, PROCESS_ADJ | PROCESS_COMM) < 0 ||
	    (process->denied & PROCESS_ADJ) || process->adj != member->want)
		return;
	r = adj_set(process, member->before, false);
	if (r != -ESRCH)
		tell(keeper, r < 0 ? NOTICE_DENIED : NOTICE_RESTORED, wish, -r);
}

/* What it started got its value, too, and is told by that alone. */
static void put_back_below(struct keeper *keeper, const struct member *member)
{
	pid_t family[KEEPER_FAMILY];
	ssize_t count = add_children(keeper, member->pid, family, 0);
	size_t len = count > 0 ? (size_t)count : 0;

	for (size_t i = 0; i < len; i++) {
		const struct member *own = members_find(&keeper->members, family[i]);

		if (!(own && own->applied) &&
		    process_open(&keeper->process, keeper->procs, family[i], 0) == 0)
			put_back(keeper, member);
		count = add_children(keeper, family[i], family, len);
		len += count > 0 ? (size_t)count : 0;
	}
}

void keeper_restore(struct keeper *keeper, bool orphans)
{
	for (size_t i = 0; i < keeper->members.size; i++) {
		const struct member *member = &keeper->members.slots[i];

		if (member->pid == 0 || !member->applied ||
		    (orphans && member->rule != NO_RULE) ||
		    process_open(&keeper->process, keeper->procs, member->pid, 0) < 0 ||
		    !is_same(keeper, member))
			continue;
		put_back(keeper, member);
		put_back_below(keeper, member);
	}
	for (size_t i = 0; i < keeper->members.size; i++)
		keeper->members.slots[i].applied &=
			orphans && keeper->members.slots[i].rule != NO_RULE;
	process_close(&keeper->process);
}

int keeper_warm_up(struct keeper *keeper)
{
	struct process *process = &keeper->process;
	int r = 0;

	if (keeper->self > 0 &&
	    process_open(process, keeper->procs, keeper->self, 0) == 0 &&
	    process_read(process, keeper->procs, PROCESS_ADJ) == 0 && !process->denied)
		r = adj_set(process, process->adj, false);
	process_close(process);
	return r;
}
