/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Shows a profile that was made here. */

#include "base/status.h"

struct context;
struct draft;

/* Writes @draft, as the outcome of @command. STATUS_OK, or STATUS_ERROR with the reason in the
 * diagnostics. */
enum status show_draft(struct context *context, const char *command,
		       const struct draft *draft);
