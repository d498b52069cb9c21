/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The active copy of a profile: what it asks of this host, as a profile that stands alone. Includes
 * are taken in, conditions judged, sizes and the profile's own words turned into the kernel's
 * numbers; patterns, rules and schedules stay as they are. Pure.
 */

struct arena;
struct layer;
struct plan;

/* The text for @layer, which is no include, of the profiles that @plan was built of. 0, -EFBIG or
 * -ENOMEM. */
int active_copy(struct arena *arena, const struct plan *plan, const struct layer *layer,
		const char **ret) __attribute__((warn_unused_result));
