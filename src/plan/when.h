/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Whether a profile's `when:` holds on a host. */

#include <stdbool.h>

struct arena;
struct host;
struct layer;

/*
 * Does @layer apply to @host: its own conditions and those of whoever included it?
 * Where it does not, *@ret_why (in @arena, NULL: out of memory) says which one fails.
 */
bool when_holds(struct arena *arena, const struct layer *layer, const struct host *host,
		const char **ret_why);
