/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "apply/apply.h"
#include "apply/check.h"
#include "apply/lock.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "cli/boot.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "plan/persist.h"
#include "state/sysctlloader.h"

struct unpersisting {
	struct context *context;
	const char **names; /* NULL-ended */
	struct job job;
	struct lock lock;
	struct result result;
	struct report report;
};

static bool is_path(const char *operand)
{
	size_t len = strlen(operand), suffix = strlen(".yaml");

	return strchr(operand, '/') || strcmp(operand, "-") == 0 ||
	       (len >= suffix && strcmp(operand + len - suffix, ".yaml") == 0);
}

/* A profile that is named by its file is asked for its name; one that is named need not be there
 * any more. */
static enum status read_names(struct unpersisting *unpersisting)
{
	struct context *context = unpersisting->context;
	size_t len = context->operands_len, named = 0;

	unpersisting->names =
		arena_array(context->arena, len + 1, sizeof(*unpersisting->names));
	for (size_t i = 0; unpersisting->names && i < len; i++) {
		const char *name = context->operands[i];

		if (is_path(name)) {
			struct profile profile = { 0 };
			enum status status = job_load_one(context, name, &profile);

			if (status != STATUS_OK)
				return status;
			name = profile.items[profile.len - 1]->name;
		}
		unpersisting->names[named++] = name;
	}
	return unpersisting->names ? STATUS_OK : STATUS_ERROR;
}

static enum status make_plan(struct unpersisting *unpersisting)
{
	struct context *context = unpersisting->context;
	struct job *job = &unpersisting->job;
	const struct persist_request request = {
		.persisted = &job->persisted,
		.active = &job->active,
		.carryings = &job->carryings,
	};
	enum status status = job_read_boot(context, job);
	int r;

	if (status != STATUS_OK)
		return status;
	r = 0;
	for (size_t i = 0; r == 0 && unpersisting->names[i]; i++)
		r = job_read_carrier(context, job, unpersisting->names[i], 0);
	if (r == 0)
		r = unpersist_plan(context->arena, &request, unpersisting->names,
				   &job->plan);
	if (r < 0) {
		(void)diag_error(&context->diags, NOWHERE, -r, "%s", strerror(-r));
		return STATUS_ERROR;
	}
	job->plan.applies = true;
	unpersisting->report.plan = &job->plan;
	unpersisting->report.loader = job->persisted.loader->name;
	if (job->plan.files.len == 0)
		unpersisting->report.comment = "nothing of it is persisted";
	return STATUS_OK;
}

static enum status carry_out(struct unpersisting *unpersisting)
{
	struct context *context = unpersisting->context;
	const struct journal_run run = {
		.command = "unpersist",
		.profiles = job_operands(context),
	};
	int r = run.profiles ? apply_run(context->arena, &context->root,
					 &unpersisting->job.plan, &run, &context->diags,
					 &unpersisting->result)
			     : -ENOMEM;

	if (r < 0)
		return STATUS_ERROR;
	unpersisting->report.result = &unpersisting->result;
	unpersisting->report.changed = unpersisting->result.status == STATUS_OK;
	if (unpersisting->report.changed)
		unpersisting->report.undo =
			job_undo_line(context, unpersisting->result.entry);
	return unpersisting->result.status;
}

static enum status check(struct unpersisting *unpersisting)
{
	struct context *context = unpersisting->context;
	int r = check_privileges(context->arena, &context->root, &unpersisting->job.plan,
				 false, &context->diags);

	if (r == -EPERM)
		return STATUS_NO_PRIVILEGE;
	return r < 0 ? STATUS_ERROR : STATUS_OK;
}

static enum status unpersist(struct unpersisting *unpersisting)
{
	struct context *context = unpersisting->context;
	bool dry = given(context, OPTION_DRY_RUN);
	const struct plan *plan = &unpersisting->job.plan;
	enum status status = read_names(unpersisting);

	if (status == STATUS_OK && !dry)
		status = job_lock(context, &unpersisting->lock);
	if (status == STATUS_OK)
		status = make_plan(unpersisting);
	if (status == STATUS_OK)
		status = check(unpersisting);
	if (status == STATUS_OK && !dry && plan_changes(plan))
		status = carry_out(unpersisting);
	if (status == STATUS_OK && given(context, OPTION_DETAILED) && plan_changes(plan))
		status = STATUS_DIFFERS;
	return status;
}

static void unpersisting_done(struct unpersisting *unpersisting)
{
	job_done(&unpersisting->job);
	lock_drop(&unpersisting->lock);
}

static enum status run_unpersist(struct context *context)
{
	cleanup(unpersisting_done) struct unpersisting unpersisting = {
		.context = context,
		.lock = { .fd = -1 },
		.job = { .scope = SCOPE_BOOT },
		.report = { .boot_only = true },
	};

	unpersisting.report.status = unpersist(&unpersisting);
	return job_report(context, &unpersisting.report);
}

static const struct option_row unpersist_options[] = {
	{ OPTION_DRY_RUN, "dry-run", 'n', NULL,
	  "show what would be taken out, write nothing" },
	{ OPTION_DETAILED, "detailed-exitcode", 0, NULL,
	  "exit with 2 where something was changed" },
	{ 0 },
};

const struct command command_unpersist = {
	.name = "unpersist",
	.synopsis = "[OPTION]... PROFILE...",
	.summary = "Take out what persist put in; live is not touched",
	.text = "A profile goes by its name, whether its file is still there or not. Lines that\n"
		"--edit-conflicts disabled are enabled again, if no other active profile needs\n"
		"them out of its way.",
	.options = unpersist_options,
	.least = 1,
	.most = (size_t)-1,
	.operand = "PROFILE",
	.writes = true,
	.run = run_unpersist,
};
