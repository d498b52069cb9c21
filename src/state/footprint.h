/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the OOM killer goes by of one process: from its status, its stat and, for comparison, its
 * oom_score. Read through the descriptor of its directory (sys/procs.h).
 */

#include <stdbool.h>
#include <stdint.h>

#include "state/badness.h"

struct footprint {
	/* All that the process itself tells; the adjustments, the children's share and how long it runs
	 * are for who knows the others (plan/victims.h), is_init for who knows the namespace. */
	struct badness_process badness;
	uint64_t started; /* hundredths of a second after boot */
	bool has_score;	  /* there is an oom_score: 2.6.11 and later */
	uint64_t score;	  /* what the kernel shows there */
};

/*
 * 0; -ENOENT or -ESRCH: it has ended; or why it cannot be read. Where the first thread has exited
 * and others have not, one of these has the memory.
 */
int footprint_read(int dir, struct footprint *ret) __attribute__((warn_unused_result));
