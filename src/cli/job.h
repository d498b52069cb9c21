/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What diff, verify and apply do alike: from the operands to a plan, and from a plan to what is shown. */

#include <stdbool.h>

#include "base/status.h"
#include "plan/carrying.h"
#include "plan/judging.h"
#include "plan/plan.h"
#include "profile/load.h"
#include "profile/profile.h"
#include "state/persisted.h"
#include "state/state.h"

struct context;
struct lock;
struct result;

struct job {
	struct profile profile;
	unsigned scope;	     /* enum plan_scope bits: what is to be made as wanted */
	bool edit_conflicts; /* lines that stand in the way of persisting are disabled */
	bool yield;	     /* or left out, where they are not */
	bool hushed;	     /* nothing is said of bad lines in others' files */
	bool force;	     /* also what leaves the OOM killer nothing to kill */
	bool live_only; /* the value at boot is not judged, even of active profiles */

	struct state state;
	struct judging judging;
	struct processes processes;
	const enum carrier
		*carrier; /* who is to carry schedules out; NULL: who does now */
	struct persisted persisted;
	struct carryings carryings;
	struct profile active;
	struct plan plan;
};

/* Loads the profiles that the operands name. */
enum status job_load(struct context *context, struct job *job, enum trust trust);
/* The same for one, which is added to @profile. Only to be looked at. */
enum status job_load_one(struct context *context, const char *name,
			 struct profile *profile);
/* Loads the active profiles as those that are asked for. */
enum status job_load_active(struct context *context, struct job *job);
/*
 * job_load_active() ended with @status: one active profile with faults is no reason to boot without
 * the others. True: those are taken out of job->profile, which is told, and others are left.
 */
bool job_leave_faulty(struct context *context, struct job *job, enum status status);
/* Loads those that the operands name, only to be looked at; without any the active ones, and says where
 * there is none. */
enum status job_load_asked(struct context *context, struct job *job);
/* Loads the active profiles into job->active; one that is not valid is told as one that does not
 * count. 0 or -ENOMEM. */
int job_read_active(struct context *context, struct job *job);
/* Reads the host, live and persisted, and makes the plan; @keep: as state_request has it. */
enum status job_plan(struct context *context, struct job *job, bool keep);
/* Reads the persisted side alone. */
enum status job_read_boot(struct context *context, struct job *job);
/* Reads who carries out the schedules of the profile @name, into job->carryings. 0 or -ENOMEM. */
int job_read_carrier(struct context *context, struct job *job, const char *name,
		     size_t least);
/* Makes ready the profile's rules, for which the host has been read. */
enum status job_read_rules(struct context *context, struct job *job);
/* Takes the lock; says who holds it, or why it cannot be had. */
enum status job_lock(struct context *context, struct lock *lock);
/* For cleanup(). */
void job_done(struct job *job);

/* How a command about a plan ended, to be shown. */
struct report {
	const struct plan *plan;     /* NULL: it never came to one */
	const char *loader;	     /* NULL: the boot side was not looked at */
	const struct result *result; /* NULL: nothing was carried out */
	bool brief;
	bool boot_only; /* nothing is said of what is live */
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
/* "lowmemctl revert 7". NULL: out of memory. */
const char *job_undo_line(struct context *context, unsigned long entry);
/* The operands in one text. NULL: out of memory. */
const char *job_operands(struct context *context);
