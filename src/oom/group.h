/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Many reports, by cause and victim. Pure. */

#include <stddef.h>

#include "oom/suggest.h"

struct arena;

struct oom_group {
	enum oom_cause cause;
	const char *victim; /* NULL: nobody, or nobody that is told of */
	size_t count;
	size_t first,
		last; /* of the findings, by time; where that is not told by place */
};

struct oom_groups {
	struct oom_group *items; /* the largest first; of the same size as they came up */
	size_t len, cap;
};

/* 0 or -ENOMEM. */
int oom_groups(struct arena *arena, const struct oom_finding *findings, size_t len,
	       struct oom_groups *ret) __attribute__((warn_unused_result));
