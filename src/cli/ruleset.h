/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The rules that a watch holds: others take their place while it runs. */

#include <stdbool.h>

#include "base/status.h"
#include "cli/job.h"
#include "watch/agenda.h"

struct context;

struct ruleset {
	struct arena *arena;
	bool own; /* the arena goes with it */
	struct job job;
	struct agenda agenda; /* the schedules that are the watch's */
	struct diags diags;   /* what is wrong with the profiles, in the arena */
};

/*
 * Loads the profiles that the operands name, or the active ones, holds their rules against the
 * processes of now, and refuses what would leave nothing to kill. The reason for anything but
 * STATUS_OK is in ret->diags. The first one lies in the context's arena, as that is shown when all else is
 * over; those that follow have an arena of their @own. ruleset_done() follows in any case.
 */
enum status ruleset_load(const struct context *context, bool own, struct ruleset *ret);
/* For cleanup(). */
void ruleset_done(struct ruleset *ruleset);
