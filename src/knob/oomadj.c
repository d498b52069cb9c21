/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/oomadj.h"

/* Linux fs/proc/base.c, the same since 2.6.36. */
int oomadj_to_score(int adj)
{
	return adj == OOMADJ_FIRST ? OOMADJ_SCORE_FIRST
				   : adj * OOMADJ_SCORE_FIRST / -OOMADJ_NEVER;
}

/* Linux 2.6.36 to 3.6 keep an oom_adj of their own, and set it when the other is written. */
static int stored_adj(int score)
{
	if (score == OOMADJ_SCORE_NEVER)
		return OOMADJ_NEVER;
	return score * OOMADJ_FIRST / OOMADJ_SCORE_FIRST;
}

/* Later ones keep the score alone. */
static int computed_adj(int score)
{
	int adj = score * -OOMADJ_NEVER / OOMADJ_SCORE_FIRST;

	return adj > OOMADJ_FIRST ? OOMADJ_FIRST : adj;
}

int oomadj_of_score(int score, struct kver kernel)
{
	if (kver_known(kernel) && kver_compare(kernel, KVER(3, 7, 0)) < 0)
		return stored_adj(score);
	return computed_adj(score);
}
