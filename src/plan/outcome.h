/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the rules make of one process among others: by a rule that is for itself, or by what the rule
 * of the nearest ancestor that has one says of those that it starts.
 */

#include <stdbool.h>

struct process_kept;
struct processes;
struct ready_rule;
struct rules;

struct outcome {
	const struct ready_rule *ready; /* NULL: nobody has a say */
	const struct process_kept
		*governor; /* whose rule it is, where that is an ancestor's */
	int want; /* its adj as it is to be; as it is, where nobody has a say or it cannot be told */
};

/* @kept is among @processes, and has the answer of plan/judging.h. */
struct outcome outcome_of(const struct rules *rules, const struct processes *processes,
			  const struct process_kept *kept);
