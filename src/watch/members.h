/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The processes that rules are for, by pid: what was found, and what was made of it.
 *
 * Room is made before it is needed, so that nothing is allocated when memory is
 * short: who does not fit is adjusted all the same, and forgotten.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MEMBERS_LEAST 256

struct member {
	pid_t pid;	      /* 0: a free slot */
	int rule;	      /* index among the rules; -1: of rules that are no more */
	uint64_t started;     /* clock ticks after boot; with the pid, who it is */
	short before;	      /* its adj when it was first written to */
	short want;	      /* what it was made */
	unsigned char fights; /* how often in a row it was set again */
	bool applied;	      /* it was written to */
	bool child;	      /* the rule is for one of its ancestors */
	bool left; /* it is left alone: it sets its own adj, and goes on doing so */
	bool seen; /* for sweeping */
};

struct members {
	struct arena *arena; /* what `slots` lie in */
	struct member *slots;
	size_t size; /* a power of two; half of it is used at most */
	size_t len;
};

/* Makes room for @count members, where there is the memory for it; those that are there stay. */
void members_reserve(struct members *members, size_t count);
void members_done(struct members *members);

/* NULL: there is none. */
struct member *members_find(const struct members *members, pid_t pid);
/* A new one, or the one that is there, as it is. NULL: there is no room. */
struct member *members_add(struct members *members, pid_t pid);
/* Pointers to members are good until the next removal. */
void members_remove(struct members *members, pid_t pid);

/* Removes those that are not `seen`, and makes the others so no more. */
void members_sweep(struct members *members);
