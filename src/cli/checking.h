/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* verify for monitoring: --metrics and --nagios. */

#include <stdbool.h>

#include "base/status.h"

struct context;
struct report;

/* Faults in how these options go together. */
enum status checking_options(struct context *context);
/* Is one of them given? */
bool checking_asked(const struct context *context);
/* Tells what @report has, as they say, and by job_report() where nobody asked for a plugin's line.
 * Returns the exit status. */
enum status checking_report(struct context *context, struct report *report);
