/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What a report shows, as sentences with their figures and their lines. Pure. */

#include "oom/cause.h"

struct arena;

/* Fills headline and facts. 0 or -ENOMEM. */
int facts_make(struct arena *arena, const struct findings *findings,
	       struct oom_verdict *ret) __attribute__((warn_unused_result));
