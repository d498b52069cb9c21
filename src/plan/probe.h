/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What must be read of a host to compare it with a profile.
 *
 * First one probe for each setting of each layer, in order; then the extras:
 * the files that the profile's own words may be translated to, and the twins
 * of what is set (their values are what puts things back).
 */

#include <stddef.h>

#include "state/state.h"

/* What schedules write to. */
#define DROP_CACHES_PATH "proc/sys/vm/drop_caches"

struct arena;
struct profile;

struct probes {
	struct probe *items;
	size_t len, cap;
	unsigned host; /* enum host_fact bits: what must be known of the host */
};

/* 0 or -ENOMEM. */
int probes_for(struct arena *arena, const struct profile *profile, struct probes *ret)
	__attribute__((warn_unused_result));

/* What @state, collected for @probes, holds of the file @path; NULL: nobody asked for it by
 * that name. */
const struct live *probes_live(const struct probes *probes, const struct state *state,
			       const char *path);
