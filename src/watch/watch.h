/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Keeping all processes of a host as the rules want them: what an event asks
 * for, and passes over all where there are none, or some were lost.
 *
 * An event that is lost without a word (the kernel had no memory for it) is made
 * up for by a pass now and then, which begins with an event: on a host where
 * nothing happens nothing wakes up. Where the kernel tells of no events, passes at
 * an interval are all there is.
 *
 * The caller waits, and says when; nothing here does.
 */

#include <stdint.h>

#include "sys/procevents.h"
#include "sys/procs.h"
#include "watch/keeper.h"
#include "watch/known.h"

/* A safety pass comes with the first event that is so much later than the last pass. */
#define WATCH_SAFETY_MS 60000
/* A child that was forked in mid-write shows a little later, on a host with much to do not before
 * long: its family is looked at again, and once more. */
#define WATCH_AGAIN_MS	50
#define WATCH_LATER_MS	1000
#define WATCH_FAMILIES	512
/* So many events are dealt with in one go. */
#define WATCH_EVENTS	256
/* Of those that were written to, so many are checked with each pass. */
#define WATCH_CHECKS	256

struct watch {
	struct keeper keeper;
	struct procs procs;
	struct known known;
	size_t seen;		   /* processes, with the last pass */
	struct procevents *events; /* NULL: there are none */
	uint64_t passed_ms;	   /* when the last pass was */
	unsigned passes;	   /* since the last that looked at all */
	struct watch_family {
		pid_t pid;
		bool last;
		uint64_t due_ms;
	} families[WATCH_FAMILIES]; /* are to be looked at again */
	size_t families_len;
	bool lost;	 /* events were, since the last pass */
	bool unfollowed; /* there are more families than the kernel can filter for */
};

enum watch_pass {
	WATCH_ALL, /* every process */
	WATCH_NEW, /* those that are not known yet, and some of those that were written to */
};

/* @watch->keeper's root, rules, tell and data are the caller's to set before. 0 or -errno. */
int watch_begin(struct watch *watch) __attribute__((warn_unused_result));
void watch_done(struct watch *watch);

/* Other rules from now on; a WATCH_ALL pass is the caller's next step. */
void watch_adopt(struct watch *watch, const struct rules *rules);

/* The kinds of events (enum procevent_kind) that @rules need. */
unsigned watch_kinds(const struct rules *rules);

/* Passes over the processes. 0, or -errno where they cannot be listed. */
int watch_pass(struct watch *watch, enum watch_pass pass, uint64_t now_ms)
	__attribute__((warn_unused_result));

/* Deals with events that are waiting, at most WATCH_EVENTS. 0, or -errno where the socket is of no
 * more use. */
int watch_events(struct watch *watch) __attribute__((warn_unused_result));

/* What is due at @now_ms: a second look, a pass. 0 or as watch_pass(). */
int watch_due(struct watch *watch, uint64_t now_ms) __attribute__((warn_unused_result));
/* When something is due next; 0: never. */
uint64_t watch_next_ms(const struct watch *watch);
