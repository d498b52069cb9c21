/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What to do next where a command was refused: notes for people, none for --json. */

#include "base/status.h"

struct context;
struct report;

/* Adds what @report calls for to the diagnostics. */
void advise(struct context *context, const struct report *report);
/* The lock could not be had, for @err: says so. */
enum status advise_on_lock(struct context *context, int err);
