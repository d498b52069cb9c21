/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The active copy of a profile: what it asks of this host, as a profile that stands alone. Includes
 * are taken in, conditions judged, sizes and the profile's own words turned into the kernel's
 * numbers; patterns, rules and schedules stay as they are. Pure.
 */

#include <stddef.h>

struct arena;
struct drop_schedule;
struct layer;
struct plan;

/* The text for @layer, which is no include, of the profiles that @plan was built of. 0, -EFBIG or
 * -ENOMEM. */
int active_copy(struct arena *arena, const struct plan *plan, const struct layer *layer,
		const char **ret) __attribute__((warn_unused_result));

/* The schedules that the profile @layer asks for here, those of its includes among them, in the order of
 * the copy. 0 or -ENOMEM. */
int active_schedules(struct arena *arena, const struct plan *plan,
		     const struct layer *layer, const struct drop_schedule **ret,
		     size_t *ret_len) __attribute__((warn_unused_result));
