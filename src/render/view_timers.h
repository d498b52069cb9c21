/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What `schedule emit` shows: files, as they are to be. */

#include <stdbool.h>

#include "render/term.h"

struct arena;
struct diags;
struct timer_files;

struct timers_view {
	struct arena *arena;
	const struct timer_files *files;
	const struct diags *diags;
};

/* One behind the other, each below its path, as `systemctl cat` has them; or the JSON document. 0, -ENOMEM, or
 * -EIO where it could not be written. */
int view_timers(const struct timers_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));
