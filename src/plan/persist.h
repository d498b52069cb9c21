/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * From a plan to the files that persist it. Pure: the loader's model is asked what it would make of
 * the files once they are written, and only what wins is written.
 *
 * Sysctls go into a drop-in in /etc/sysctl.d, under the first of our names with which its lines win
 * (or into a block in /etc/sysctl.conf, where that is all that the loader reads). All that a profile
 * asks for goes into its active copy besides, etc/lowmemctl/active.d/NAME.yaml.
 */

#include <stdbool.h>
#include <stddef.h>

#include "plan/timers.h"

struct arena;
struct carryings;
struct diags;
struct persisted;
struct plan;
struct profile;

struct persist_request {
	const struct profile *profile;	   /* what @plan was built of */
	const struct persisted *persisted; /* read with all that is passed over */
	const struct profile *active;	   /* the active profiles */
	bool edit_conflicts; /* lines that win over ours, in files of the admin's, are disabled */
	bool yield; /* what would lose all the same is left out, and the rest persisted */
	/* Who carries out schedules now, of each profile; NULL: that is left as it is. */
	const struct carryings *carryings;
	const enum carrier *carrier; /* who is to; NULL: who does now */
	struct diags *diags;	     /* why cron cannot; NULL: it is not told */
};

/*
 * Fills in the files of @plan for those profiles that are to be persisted: all of them, if that is
 * in @scope; else the active ones of which some item is not as wanted. Items that would lose all the
 * same are refused, with the line that stands in the way; then no file is to be written.
 * 0; -EDOM: cron cannot carry out a schedule, as the diagnostics say; -EILSEQ: the file that our lines
 * go into holds NUL bytes; -EEXIST: two of the profiles have one name; -EFBIG: an active copy would be
 * too large; -ENOMEM.
 */
int persist_plan(struct arena *arena, const struct persist_request *request,
		 unsigned scope, struct plan *plan) __attribute__((warn_unused_result));

/*
 * The files that take the active profiles @names (NULL-ended) out again, and enable what
 * --edit-conflicts disabled for their sake. 0 or -ENOMEM.
 */
int unpersist_plan(struct arena *arena, const struct persist_request *request,
		   const char *const *names, struct plan *plan)
	__attribute__((warn_unused_result));
