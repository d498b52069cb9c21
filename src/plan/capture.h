/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A capture is a profile of what a host has.
 *
 * What is asked for is a profile without values, so that probes_for() can say
 * what is to be read; the draft has the values. Applied on the same host it
 * changes nothing. As pure as a plan: the same host gives the same draft.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "profile/draft.h"
#include "profile/profile.h"

struct arena;
struct diags;
struct probes;
struct state;

struct capture {
	struct profile wish;
	bool all; /* no knob is named: what differs from its documented default */
	struct draft draft;
	/* STATUS_OK, or why a knob that is named cannot be had: the diagnostics say more. */
	enum status refusal;
};

/*
 * Begins one of what @words name: sysctls, paths below /sys, globs of both; with none of
 * them all that the catalogue knows. 0 or -ENOMEM.
 */
int capture_begin(struct arena *arena, struct diags *diags, char *const *words,
		  size_t len, struct capture *ret) __attribute__((warn_unused_result));

/*
 * Makes the draft of @state, which probes_for()'s list for the wish was collected into. What
 * a profile cannot have is left out, with a warning; where it was named that is a refusal. 0
 * or -ENOMEM.
 */
int capture_finish(struct arena *arena, struct diags *diags, const struct probes *probes,
		   const struct state *state, struct capture *capture)
	__attribute__((warn_unused_result));

/* Notes why there is nothing to show; the first reason stays. */
void capture_refuse(struct capture *capture, enum status status);
