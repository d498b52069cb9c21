/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * oom_adj, the scale before Linux 2.6.36, and oom_score_adj: what the kernel makes of one
 * in terms of the other. What is written on one scale and read on the other moves towards
 * zero, but for OOMADJ_NEVER, 0 and OOMADJ_FIRST.
 */

#include "base/kver.h"

#define OOMADJ_NEVER	   (-17)
#define OOMADJ_FIRST	   15
#define OOMADJ_SCORE_NEVER (-1000)
#define OOMADJ_SCORE_FIRST 1000

/* The oom_score_adj that a write of @adj to oom_adj leaves. */
int oomadj_to_score(int adj);
/* The oom_adj that shows after a write of @score to oom_score_adj, in a @kernel that has
 * both; KVER_ANY: in one of today. */
int oomadj_of_score(int score, struct kver kernel);
