/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A report to which lines are added, one by one. */

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "oom/fields.h"
#include "oom/finish.h"
#include "oom/take.h"
#include "tap.h"

#define ROOM ((size_t)1 << 20)

/* Nothing is in it yet; all that it needs comes from @arena. */
__attribute__((unused)) static void taking_begin(struct taking *taking,
						 struct arena *arena)
{
	*taking = (struct taking){ .arena = arena,
				   .scratch = arena,
				   .node_unreclaimable = -1 };
	report_clear(&taking->report);
}

/* Does @add fail for want of memory, and for nothing else, until there is enough? */
__attribute__((unused)) static void needs_memory(int (*add)(struct taking *taking))
{
	int r = -ENOMEM;
	size_t failed = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < ROOM; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct taking taking;

		taking_begin(&taking, arena);
		r = add(&taking);
		failed += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once there is memory enough");
	ok(failed > 0, "and not before");
}
