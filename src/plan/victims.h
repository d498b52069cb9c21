/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The processes in the order in which the OOM killer would take them, as they are and as the rules
 * would have them.
 *
 * Of equal points, kernels before 5.3 take the first that they come by, and later ones the last
 * (mm/oom_kill.c, oom_evaluate_task(): the check for thread group leaders, d49ad9355420 of 3.14, went
 * with 5.3, and what is left takes whoever has no fewer points). They come by processes in the order in which
 * these were started (kernel/fork.c, copy_process()); within a control group in another that
 * nobody is told.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan/outcome.h"
#include "state/badness.h"
#include "state/process.h"
#include "state/processes.h"

struct arena;
struct judging;
struct memcg;

struct victim {
	const struct process_kept *kept; /* with a footprint */
	struct outcome outcome;		 /* without rules: as it is */
	struct badness now, after;
	size_t rank, rank_after; /* 1 is taken first; 0: never */
};

/* What those hold that the killer never takes for their adjustment's sake, and how many there are. */
struct victims_side {
	size_t killable, never;
	uint64_t never_kib; /* in memory and swap */
};

struct victims {
	struct victim *
		items; /* the first to be taken comes first; those that never are, by pid */
	size_t len, cap;
	size_t threads; /* kernel threads among them */
	bool judged;	/* there were rules */
	struct victims_side now, after;
	bool legacy;	     /* adjustments are oom_adj's */
	bool children_first; /* a child of whom it chose is killed before it (before 5.1) */
};

/* What processes are collected with (a process_judge), for victims_rank(). */
struct victims_judge {
	struct judging *judging;   /* NULL: no rules */
	const struct memcg *group; /* NULL: all processes matter */
};

struct process_answer victims_answer(void *data, const struct process *process);

struct victims_request {
	struct badness_host host; /* has_score_adj and shows_666 are found out here */
	uint64_t uptime;	  /* seconds */
	const struct processes *processes;
	const struct rules *rules; /* NULL: none */
	pid_t self; /* does not count as somebody to kill: it is gone by then; 0: nobody */
};

/* 0 or -ENOMEM. */
int victims_rank(struct arena *arena, const struct victims_request *request,
		 struct victims *ret) __attribute__((warn_unused_result));

/* The one with @pid; NULL: there is none. */
const struct victim *victims_find(const struct victims *victims, pid_t pid);
