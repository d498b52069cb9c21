/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/job.h"

static enum status compare(struct context *context, bool brief)
{
	cleanup(job_done) struct job job = { 0 };
	struct report report = { .brief = brief };

	report.status = job_load(context, &job, TRUST_ANY);
	if (report.status == STATUS_OK)
		report.status = job_plan(context, &job, false);
	if (report.status == STATUS_OK) {
		report.plan = &job.plan;
		report.in_sync = plan_in_sync(&job.plan, false);
		if (job.plan.refusal != STATUS_OK)
			report.status = job.plan.refusal;
		else if (!report.in_sync)
			report.status = STATUS_DIFFERS;
	}
	if (report.status == STATUS_DIFFERS)
		report.next = job_command_line(context, "apply", true);
	return job_report(context, &report);
}

static enum status run_diff(struct context *context)
{
	return compare(context, false);
}

static enum status run_verify(struct context *context)
{
	return compare(context, true);
}

const struct command command_diff = {
	.name = "diff",
	.synopsis = "PROFILE...",
	.summary = "Show what apply would change; changes nothing, needs no privilege",
	.text = "Exit status 0: nothing differs; 2: something does. What apply would refuse,\n"
		"diff refuses with the same status.\n\n"
		"~ changes, - is skipped, ! cannot be done, = is as wanted (shown with -v).",
	.least = 1,
	.most = (size_t)-1,
	.operand = "PROFILE",
	.run = run_diff,
};

const struct command command_verify = {
	.name = "verify",
	.synopsis = "PROFILE...",
	.summary = "Like diff, one line for each difference: for hooks and monitoring",
	.least = 1,
	.most = (size_t)-1,
	.operand = "PROFILE",
	.run = run_verify,
};
