/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Shows a profile that was made here, and says what could not be shown. */

#include "base/status.h"

struct context;
struct draft;

/* STATUS_ERROR, with the reason @r in the diagnostics: but for -EIO, what standard output did not take,
 * which main() tells of. */
enum status show_failed(struct context *context, int r);
/* Writes @draft, as the outcome of @command. STATUS_OK, or STATUS_ERROR with the reason in the
 * diagnostics. */
enum status show_draft(struct context *context, const char *command,
		       const struct draft *draft);
