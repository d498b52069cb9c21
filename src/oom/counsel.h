/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What helps against a cause, honestly: what cures it, what relieves it, and what that costs. Pure. */

#include "oom/cause.h"

struct arena;

/* Fills the advice. 0 or -ENOMEM. */
int counsel_make(struct arena *arena, const struct findings *findings,
		 struct oom_verdict *ret) __attribute__((warn_unused_result));
