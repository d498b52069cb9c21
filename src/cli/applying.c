/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/applying.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "apply/apply.h"
#include "apply/check.h"
#include "apply/leftout.h"
#include "apply/lock.h"
#include "apply/trial.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "cli/advice.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/job.h"
#include "cli/service.h"
#include "cli/undo.h"
#include "state/sysctlloader.h"
#include "sys/clock.h"

#define LONGEST_TRIAL ((uint64_t)30 * 24 * 3600)

struct applying {
	struct context *context;
	struct job job;
	struct lock lock;
	int lock_error; /* why the lock could not be had, if it could not */
	uint64_t trial_seconds;
	enum carrier carrier;
	bool best_effort;
	bool faulty;	     /* active profiles with faults are left out */
	enum status guarded; /* a trial's: STATUS_OK, or what else became of it */
	struct result result;
	struct report report;
};

/* What was asked for, in one text. NULL: out of memory. */
static const char *names_of(const struct applying *applying)
{
	struct context *context = applying->context;
	const struct profile *profile = &applying->job.profile;
	const char *text = "";

	if (!given(context, OPTION_ACTIVE))
		return job_operands(context);
	for (size_t i = 0; text && i < profile->len; i++) {
		if (!profile->items[i]->includer)
			text = arena_printf(context->arena, "%s%s%s", text,
					    *text ? " " : "", profile->items[i]->name);
	}
	return text;
}

static enum status read_trial(struct applying *applying)
{
	const char *text = applying->context->option[OPTION_TRIAL];

	if (!text || (num_duration(span_of(text), &applying->trial_seconds) == 0 &&
		      applying->trial_seconds <= LONGEST_TRIAL))
		return STATUS_OK;
	(void)diag_error(
		&applying->context->diags, NOWHERE, EINVAL,
		"--trial takes a duration of at most 30 days, such as 90s, 5m or "
		"1h30m, not '%s'",
		text);
	return STATUS_USAGE;
}

static enum status read_carrier(struct applying *applying)
{
	struct context *context = applying->context;
	int carrier = CARRIER_WATCH;
	enum status status = choice_read(context, OPTION_SCHEDULES, "schedules",
					 carrier_all, &carrier);

	if (status != STATUS_OK || !given(context, OPTION_SCHEDULES))
		return status;
	if (!(applying->job.scope & SCOPE_BOOT)) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--schedules is for --persist");
		return STATUS_USAGE;
	}
	applying->carrier = (enum carrier)carrier;
	applying->job.carrier = &applying->carrier;
	return STATUS_OK;
}

static enum status read_active(struct applying *applying)
{
	struct context *context = applying->context;

	if (!given(context, OPTION_ACTIVE) || !(applying->job.scope & SCOPE_BOOT))
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "--active and --persist exclude each other: what is active is "
			 "persisted");
	return STATUS_USAGE;
}

static enum status read_options(struct applying *applying)
{
	struct context *context = applying->context;
	enum status status = read_trial(applying);

	if (status == STATUS_OK)
		status = read_carrier(applying);
	if (status == STATUS_OK)
		status = read_active(applying);
	if (status != STATUS_OK)
		return status;
	if (applying->trial_seconds && (applying->job.scope & SCOPE_BOOT)) {
		(void)diag_error(
			&context->diags, NOWHERE, EINVAL,
			"--trial and --persist exclude each other: persist it when the "
			"trial is confirmed");
		return STATUS_USAGE;
	}
	if (applying->job.edit_conflicts && !(applying->job.scope & SCOPE_BOOT)) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--edit-conflicts is for --persist");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

/*
 * The plan is made under the lock, so that what it saw is what will be changed. Where the lock
 * cannot be had for want of privilege, that only matters once there is something to write.
 */
static enum status take_lock(struct applying *applying)
{
	const struct root *root = &applying->context->root;
	pid_t holder = 0;
	unsigned long id = 0;
	int r = lock_take(&applying->lock, root, false, &holder);

	if (r == -EWOULDBLOCK) {
		advise_on_holder(applying->context, holder);
		return STATUS_LOCKED;
	}
	applying->lock_error = -r;
	holder = r == 0 ? trial_pending(root, &id) : 0;
	if (holder == 0)
		return STATUS_OK;
	(void)diag_error(
		&applying->context->diags, NOWHERE, EWOULDBLOCK,
		"a trial is running (entry %lu, pid %ld): 'lowmemctl confirm' keeps it, "
		"'lowmemctl revert' ends it",
		id, (long)holder);
	return STATUS_LOCKED;
}

/* An entry that nobody settled is the newest, and told of by whoever comes next. */
static void warn_of_unsettled_entry(struct context *context)
{
	struct diags *diags = &context->diags;
	const struct entry *open, *trial;
	struct entries entries;

	if (journal_read(context->arena, &context->root, 1, diags, &entries) < 0)
		return;
	open = journal_newest(&entries, ENTRY_OPEN);
	trial = journal_newest(&entries, ENTRY_TRIAL);
	if (open) {
		diag_warning(
			diags, NOWHERE,
			"an earlier run (entry %lu) was cut short, part of it may be in "
			"force: 'lowmemctl revert %lu' puts it back",
			open->id, open->id);
	}
	if (trial) {
		diag_warning(
			diags, NOWHERE,
			"the trial of entry %lu was not confirmed, and nothing watches over "
			"it any more: 'lowmemctl confirm %lu' keeps it, 'lowmemctl revert "
			"%lu' puts it back",
			trial->id, trial->id, trial->id);
	}
}

static void relax(struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		struct plan_item *item = &plan->items[i];

		if (item->action == ACTION_REFUSE &&
		    (item->refusal == STATUS_NO_KNOB ||
		     item->refusal == STATUS_NO_PRIVILEGE))
			plan_item_leave_out(item, item->reason);
	}
	plan_finish(plan);
}

/* A package that is installed into an image persists what it can; there is no kernel to apply it to. */
static void narrow_scope(struct applying *applying)
{
	struct context *context = applying->context;
	cleanup_fd int fd = root_open(&context->root, "proc/sys", O_PATH | O_DIRECTORY);

	if (fd != -ENOENT || !applying->best_effort ||
	    !(applying->job.scope & SCOPE_BOOT) || !(applying->job.scope & SCOPE_LIVE))
		return;
	applying->job.scope = SCOPE_BOOT;
	diag_warning(&context->diags, NOWHERE,
		     "there is no /proc/sys here: it is only persisted, not applied");
}

static enum status make_plan(struct applying *applying)
{
	struct context *context = applying->context;
	struct job *job = &applying->job;
	enum status status;

	narrow_scope(applying);
	status = job_plan(context, job, true);

	if (status != STATUS_OK)
		return status;
	if (applying->best_effort)
		relax(&job->plan);
	applying->report.plan = &job->plan;
	applying->report.loader = job->persisted.loader->name;
	applying->report.in_sync = plan_in_sync(&job->plan);
	return job->plan.refusal;
}

static enum status lock_missing(struct applying *applying)
{
	struct context *context = applying->context;
	int err = applying->lock_error;

	if (err == 0 || given(context, OPTION_DRY_RUN))
		return STATUS_OK;
	return advise_on_lock(context, err);
}

static enum status check(struct applying *applying)
{
	struct context *context = applying->context;
	struct plan *plan = &applying->job.plan;
	int r = check_privileges(context->arena, &context->root, plan,
				 applying->best_effort, &context->diags);

	if (r == -EPERM)
		return STATUS_NO_PRIVILEGE;
	/* Which was told. */
	if (r == -ECANCELED)
		return STATUS_ERROR;
	if (r < 0) {
		(void)diag_error(&context->diags, NOWHERE, -r,
				 "cannot check privileges: %s", strerror(-r));
		return STATUS_ERROR;
	}
	if (!plan_changes(plan))
		return STATUS_OK;
	return lock_missing(applying);
}

/* What could not be done is told in one line, and kept for whoever asks later. */
static void leave_out(struct applying *applying)
{
	struct context *context = applying->context;
	const char *names = names_of(applying);
	size_t count = leftout_count(&applying->job.plan);
	int r = 0;

	if (!applying->best_effort || !names)
		return;
	if (!given(context, OPTION_DRY_RUN))
		r = leftout_record(context->arena, &context->root, &applying->job.plan,
				   names);
	if (count > 0)
		diag_warning(&context->diags, NOWHERE,
			     "%s: left out %zu of %zu settings on this host%s", names,
			     count, applying->job.plan.len,
			     r < 0 ? "; that could not be recorded" : "");
}

/* Is it a schedule that systemd or cron carries out? */
static bool is_carried(const struct applying *applying, const struct plan_item *item)
{
	const struct carrying *carrying =
		item->kind == ITEM_SCHEDULE
			? carryings_find(&applying->job.carryings, item->profile->name)
			: NULL;

	if (!carrying)
		return false;
	return (applying->job.carrier ? *applying->job.carrier : carrying_by(carrying)) !=
	       CARRIER_WATCH;
}

/* Timers that are written are started by the next boot, or by hand. */
static void tell_of_timers(struct applying *applying)
{
	static const char folder[] = "etc/systemd/system/", suffix[] = ".timer";
	struct context *context = applying->context;
	const struct plan *plan = &applying->job.plan;
	const char *units = "";

	for (size_t i = 0; units && i < plan->files.len; i++) {
		const struct file_change *change = &plan->files.items[i];
		size_t len = strlen(change->path);

		if (change->new &&len > strlen(folder) + strlen(suffix) &&
		    strncmp(change->path, folder, strlen(folder)) == 0 &&
		    strcmp(change->path + len - strlen(suffix), suffix) == 0)
			units = arena_printf(context->arena, "%s %s", units,
					     change->path + strlen(folder));
	}
	if (units && *units)
		diag_note(&context->diags, NOWHERE,
			  "the timers start at the next boot, until when a 'lowmemctl "
			  "watch' that runs goes on; what starts them now: systemctl "
			  "daemon-reload && systemctl start%s, and SIGHUP for that watch",
			  units);
}

/* What sysctl.d cannot hold waits for a service that reads the active profiles. */
static void warn_of_missing_service(struct applying *applying)
{
	const struct plan *plan = &applying->job.plan;
	bool waits = false, rules = false;

	for (size_t i = 0; i < plan->len; i++) {
		waits |= plan->items[i].kind != ITEM_SYSCTL &&
			 !is_carried(applying, &plan->items[i]);
		rules |= plan->items[i].kind == ITEM_PROCESS ||
			 plan->items[i].kind == ITEM_SCHEDULE;
	}
	if (waits && plan->files.len > 0)
		service_warn(applying->context, rules);
}

/* Persisting leaves what is live as it is: what does that is another command. */
static void offer_apply(struct applying *applying)
{
	const struct plan *plan = &applying->job.plan;
	bool differs = false;

	for (size_t i = 0; i < plan->len; i++)
		differs |= plan->items[i].live_status == LIVE_DIFFERS;
	if (differs && !(applying->job.scope & SCOPE_LIVE))
		applying->report.next =
			job_command_line(applying->context, "apply", true);
}

static void tell_of_trial(struct applying *applying)
{
	char text[NUM_TEXT_SIZE];

	(void)num_duration_text(applying->trial_seconds, text);
	diag_note(&applying->context->diags, NOWHERE,
		  "it is put back in %s, unless 'lowmemctl confirm' comes first", text);
}

/* Leaves a guard behind; where that cannot be, nothing else would put things back. */
static void start_guard(void *data, unsigned long id)
{
	struct applying *applying = data;
	struct context *context = applying->context;
	struct undo undo = { .context = context, .id = id };
	const struct trial trial = {
		.id = id,
		.seconds = applying->trial_seconds,
		.put_back = undo_trial,
		.data = &undo,
	};
	int r = trial_guard(&context->root, &applying->lock, &trial);

	applying->guarded = STATUS_OK;
	if (r == 0)
		return;
	(void)diag_error(&context->diags, NOWHERE, -r,
			 "nothing can watch over the trial (%s): it is put back",
			 strerror(-r));
	applying->guarded =
		undo_entry(&undo) == STATUS_OK ? STATUS_RESTORED : STATUS_STUCK;
}

static enum status carry_out(struct applying *applying)
{
	struct context *context = applying->context;
	const struct journal_run run = {
		.command = context->command->name,
		.profiles = names_of(applying),
		.trial_until = applying->trial_seconds
				       ? clock_wall() + (int64_t)applying->trial_seconds
				       : 0,
		.in_force = start_guard,
		.data = applying,
	};
	int r = run.profiles
			? apply_run(context->arena, &context->root, &applying->job.plan,
				    &run, &context->diags, &applying->result)
			: -ENOMEM;

	if (r < 0)
		return STATUS_ERROR;
	applying->report.result = &applying->result;
	applying->report.in_sync = applying->result.status == STATUS_OK;
	if (applying->result.status != STATUS_OK)
		return applying->result.status;
	applying->report.changed = true;
	if (applying->trial_seconds && applying->guarded == STATUS_OK) {
		applying->report.next = job_command_line(context, "confirm", false);
		tell_of_trial(applying);
	}
	if (applying->trial_seconds)
		return applying->guarded;
	offer_apply(applying);
	tell_of_timers(applying);
	applying->report.undo = job_undo_line(context, applying->result.entry);
	return STATUS_OK;
}

static enum status load(struct applying *applying, enum trust trust)
{
	struct context *context = applying->context;
	enum status status;

	if (!given(context, OPTION_ACTIVE))
		return job_load(context, &applying->job, trust);
	/* Without an operand the active ones are what is asked for. */
	status = job_load_asked(context, &applying->job);
	applying->faulty = applying->best_effort &&
			   job_leave_faulty(context, &applying->job, status);
	return applying->faulty ? STATUS_OK : status;
}

static enum status apply(struct applying *applying)
{
	struct context *context = applying->context;
	enum trust trust = applying->best_effort ? TRUST_ROOT : TRUST_OWNER;
	bool dry = given(context, OPTION_DRY_RUN);
	enum status status = read_options(applying);

	if (status == STATUS_OK)
		status = load(applying, trust);
	if (status == STATUS_OK && !dry)
		status = take_lock(applying);
	/* Who cannot have the lock can neither read entries nor put them back. */
	if (status == STATUS_OK && !dry && applying->lock_error == 0)
		warn_of_unsettled_entry(context);
	if (status == STATUS_OK)
		status = make_plan(applying);
	if (status == STATUS_OK)
		status = check(applying);
	if (status == STATUS_OK) {
		leave_out(applying);
		warn_of_missing_service(applying);
	}
	if (status == STATUS_OK && !dry && plan_changes(&applying->job.plan))
		status = carry_out(applying);
	if (status == STATUS_OK && given(context, OPTION_DETAILED) &&
	    plan_changes(&applying->job.plan))
		status = STATUS_DIFFERS;
	return status;
}

static void applying_done(struct applying *applying)
{
	job_done(&applying->job);
	lock_drop(&applying->lock);
}

enum status apply_with(struct context *context, unsigned scope)
{
	cleanup(applying_done) struct applying applying = {
		.context = context,
		.lock = { .fd = -1 },
		.best_effort = given(context, OPTION_BEST_EFFORT),
		.job = { .scope = scope,
			 .edit_conflicts = given(context, OPTION_EDIT_CONFLICTS),
			 .yield = given(context, OPTION_BEST_EFFORT),
			 .force = given(context, OPTION_FORCE),
			 .live_only = given(context, OPTION_ACTIVE) },
		.report = { .boot_only = scope == SCOPE_BOOT },
	};

	applying.report.status = apply(&applying);
	/* In an environment that cannot be tuned, nobody could do better. */
	if (applying.best_effort && applying.report.status == STATUS_NO_PRIVILEGE &&
	    applying.report.plan) {
		leave_out(&applying);
		applying.report.status = STATUS_OK;
	}
	/* Not 65, which promises that nothing was touched. */
	if (applying.faulty && (applying.report.status == STATUS_OK ||
				applying.report.status == STATUS_DIFFERS))
		applying.report.status = STATUS_ERROR;
	return job_report(context, &applying.report);
}
