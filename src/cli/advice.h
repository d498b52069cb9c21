/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What to do next where a command was refused: notes for people, none for --json. */

#include <sys/types.h>

#include "base/status.h"

struct context;
struct report;

/* Adds what @report calls for to the diagnostics. */
void advise(struct context *context, const struct report *report);
/* @holder has the lock (0: somebody who has not said so yet): says so. */
void advise_on_holder(struct context *context, pid_t holder);
/* The lock could not be had, for @err: says so. */
enum status advise_on_lock(struct context *context, int err);
