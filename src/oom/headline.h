/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What happened, in one sentence. Pure. */

#include "oom/cause.h"

struct arena;

/* NULL: out of memory. */
const char *headline_of(struct arena *arena, const struct findings *findings);
