/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Whether caches are to be dropped at this moment: `only_if`, and the pressure that says that reclaim
 * is at work already. Pure.
 */

#include <stdbool.h>

struct arena;
struct condition;
struct memory;
struct pressure;

/*
 * At so many hundredths of a percent of time in which some task waited for memory (psi_some_avg10)
 * the kernel reclaims what it can: dropping all that is cached besides makes them wait longer.
 */
#define ONLY_IF_PRESSURE 500

/*
 * Does @condition hold? *@ret_figures (NULL: out of memory) has what its fields are: "low_free is
 * 812 MiB". A field that this kernel does not tell compares with nothing.
 */
bool only_if_holds(struct arena *arena, const struct condition *condition,
		   const struct memory *memory, const char **ret_figures);

/* What a run depends on. */
struct only_if {
	const struct condition *condition; /* of no terms: none */
	const char *text;		   /* it as it was written */
	bool spare;			   /* not while reclaim is under way */
};

/* Why nothing is to be dropped now: *@ret_why, NULL where nothing speaks against it. 0 or -ENOMEM. */
int only_if_reason(struct arena *arena, const struct only_if *only_if,
		   const struct memory *memory, const char **ret_why)
	__attribute__((warn_unused_result));

/* Does it ask for the pressure itself? Then it decides about that, too. */
bool only_if_asks_pressure(const struct condition *condition);

/* Is reclaim under way? Where the kernel does not tell, it is not. */
bool only_if_reclaiming(const struct pressure *pressure);
