/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How lowmemctl itself stands on a host: the active profiles and whether they hold, a trial that waits,
 * what was left out, the daemon. */

#include "cli/job.h"
#include "render/view_status.h"

struct context;

/* It, and what it is made of. */
struct stand {
	struct job job;
	struct standing standing;
};

/* Reads it into the context's arena. What cannot be read has a word of why, and is no failure. 0 or
 * -ENOMEM. */
int stand_read(struct context *context, struct stand *ret)
	__attribute__((warn_unused_result));
/* For cleanup(). */
void stand_done(struct stand *stand);
