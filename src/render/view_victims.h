/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the two ways of showing victims share. */

#include "plan/victims.h"
#include "render/view.h"

/* Is @victim one of those that are shown? Kernel threads are where they were asked for. */
bool view_victims_has(const struct victims_view *view, const struct victim *victim);
/* The name of the rule that decides for it; NULL: none does. */
const char *view_victims_rule(const struct victim *victim);

/* The text for people. 0, -ENOMEM or -EIO. */
int view_victims_text(const struct victims_view *view, const struct term *term)
	__attribute__((warn_unused_result));
