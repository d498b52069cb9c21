/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What diff, verify and apply do alike: from the operands to a plan, and from a plan to what is shown. */

#include <stdbool.h>

#include "base/status.h"
#include "plan/plan.h"
#include "profile/load.h"
#include "profile/profile.h"
#include "state/state.h"

struct context;
struct result;

struct job {
	struct profile profile;
	struct state state;
	struct plan plan;
};

/* Loads the profiles that the operands name. */
enum status job_load(struct context *context, struct job *job, enum trust trust);
/* Reads the host and makes the plan; @keep: as state_request has it. */
enum status job_plan(struct context *context, struct job *job, bool keep);
/* For cleanup(). */
void job_done(struct job *job);

/* How a command about a plan ended, to be shown. */
struct report {
	const struct plan *plan;     /* NULL: it never came to one */
	const struct result *result; /* NULL: nothing was carried out */
	bool brief;
	bool changed, in_sync;
	const char *next;    /* the command to run next */
	const char *undo;    /* the one that takes it back */
	const char *comment; /* NULL: what the plan and the result say */
	enum status status;
};

/* Shows @report and returns its status, or STATUS_ERROR where it could not be written. */
enum status job_report(struct context *context, const struct report *report);

/* "lowmemctl apply a.yaml b" as it can be typed, --root included, with @operands or without. NULL: out of memory. */
const char *job_command_line(struct context *context, const char *command, bool operands);
/* The operands in one text. NULL: out of memory. */
const char *job_operands(struct context *context);
