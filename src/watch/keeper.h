/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Keeping one process as the rules want it, and those that it starts.
 *
 * A process is judged and written to through one descriptor, so that none that
 * got its number meanwhile is touched. Nothing here waits or prints: what happens
 * is told to whoever listens. Memory is asked for only where more processes match
 * at once than there was room for.
 */

#include "plan/rules.h"
#include "state/process.h"
#include "watch/members.h"
#include "watch/tally.h"

struct procs;
struct root;

enum notice_kind {
	NOTICE_CHANGED, /* from `before` to `after` */
	NOTICE_DENIED,	/* it could not be: `error` */
	NOTICE_DRIFTED, /* it is `before`, and was made `after`: the rule says to tell */
	NOTICE_LEFT,	/* the same, again and again: it is left alone from now on */
	NOTICE_UNKNOWN, /* whether the rule is for it cannot be told: `fields` may not be read */
	NOTICE_RESTORED, /* from `before` to `after`, as it was at first */
};

struct notice {
	enum notice_kind kind;
	pid_t pid;
	const char *comm;
	const char *rule; /* NULL: of none */
	int before, after;
	bool legacy; /* in the terms of oom_adj */
	bool child;  /* the rule is for one of its ancestors */
	int error;
	unsigned fields;
};

/* A rule that sets a value again this often in a row gives up. */
#define KEEPER_FIGHTS 3
/* Children that are looked at in one go. */
#define KEEPER_FAMILY 1024

struct keeper {
	const struct root *root;
	struct procs *procs;
	const struct rules *rules;
	struct members members;
	struct tally tally;
	pid_t self; /* passed over */
	bool mine;  /* other users' processes are passed over */
	uid_t user; /* whose are not, then */
	void (*tell)(void *data, const struct notice *notice);
	void *data;

	uint64_t
		event_ns; /* what is looked at now was told of then; 0: it was not told */
	bool family; /* who has children that matter, has changed: see keeper_parents() */
	bool again;  /* more is to be looked at than there was room for: pass over all */
	size_t cursor;		/* where checking goes on */
	struct process process; /* the one that is looked at */
};

enum kept {
	KEPT_GONE,    /* it has ended */
	KEPT_NO_RULE, /* no rule has a say */
	KEPT_AS_WANTED,
	KEPT_CHANGED,
	KEPT_DENIED,
	KEPT_LEFT, /* it is not as wanted, and stays so */
	KEPT_UNKNOWN,
};

/* Looks at @pid and makes it as wanted. @program: it has just begun to run one, or was forked by
 * one that does. */
enum kept keeper_look(struct keeper *keeper, pid_t pid, uint64_t inode, bool program);
/* Looks at all that @pid has started, and what those have. False: this kernel does not tell. */
bool keeper_look_below(struct keeper *keeper, pid_t pid);
/* Does a rule have a say on what @pid starts: its own, or that of one of its ancestors? */
bool keeper_has_family(const struct keeper *keeper, pid_t pid);
/* The processes whose children rules have a say on, at most @most. How many there are. */
size_t keeper_parents(const struct keeper *keeper, pid_t *ret, size_t most);
/* Are those that were written to still as they were made? What is not is dealt with as its rule
 * says. Of many, the next @most are looked at. */
void keeper_check(struct keeper *keeper, size_t most);
/* The rules are others from now on: those that were written to are remembered. */
void keeper_adopt(struct keeper *keeper, const struct rules *rules);
/* Goes through a write that changes nothing, this process's own, so that what a write takes is in
 * memory when one matters. 0 or -errno. */
int keeper_warm_up(struct keeper *keeper) __attribute__((warn_unused_result));
/* Puts back what each had that was written to; @orphans: only where no rule is for it any more. */
void keeper_restore(struct keeper *keeper, bool orphans);
