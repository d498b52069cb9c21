/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* One picture of the host's memory, as `status` shows it. */

#include <stdbool.h>

#include "base/status.h"

struct context;
struct standing;
struct term;

/* Is there to be more than what is short? */
bool picture_needs_standing(const struct context *context);
/* Reads the host's memory, and shows it to @term. STATUS_OK; STATUS_ERROR with the reason in the
 * diagnostics. */
enum status picture_show(struct context *context, const struct standing *standing,
			 const struct term *term);
