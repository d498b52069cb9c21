/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What state/processes.h asks about each process that it comes by: the profile's
 * rules give the answer, and say what must be read for it.
 */

#include "plan/rules.h"
#include "state/processes.h"

struct host;
struct profile;

struct judging {
	struct rules rules;
	pid_t self; /* who asks, and no rule is for: it will be gone at once; 0: nobody that is seen */
	/* Something that is not kept can be killed: only looked for where a rule shields. */
	bool killable;
};

/* Makes ready the rules of the layers of @profile that apply to @host. 0 or -ENOMEM. What it holds
 * is given back with rules_done(). */
int judging_begin(struct arena *arena, const struct profile *profile,
		  const struct host *host, const struct users *users, struct judging *ret)
	__attribute__((warn_unused_result));

/* A process_judge; @data is the struct judging. The answer's rule is the index among the rules; -1:
 * none of them. */
struct process_answer judging_answer(void *data, const struct process *process);
