/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A profile for the machine of a report, from the knobs of its advice. Pure. */

#include <stddef.h>

#include "oom/verdict.h"
#include "profile/draft.h"

struct arena;

/* One report with its verdict. */
struct oom_finding {
	struct oom_report report;
	struct oom_verdict verdict;
};

/* Fills @ret from the advice of all @findings; where they disagree the first counts. 0, -ENOENT
 * (there is nothing in them that a profile could do) or -ENOMEM. */
int oom_suggest(struct arena *arena, const struct oom_finding *findings, size_t len,
		struct draft *ret) __attribute__((warn_unused_result));
