/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/cleanup.h"
#include "cli/checking.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "state/sysctlloader.h"

/* What apply would end with is what it is compared for; a line that stands in the way differs. */
static enum status judge(const struct plan *plan)
{
	if (plan->refusal != STATUS_OK && plan->refusal != STATUS_RESTORED)
		return plan->refusal;
	return plan_in_sync(plan) ? STATUS_OK : STATUS_DIFFERS;
}

static const char *next_command(struct context *context, const struct plan *plan)
{
	if (plan->refusal == STATUS_RESTORED && !plan->editable)
		return NULL;
	if (plan->refusal == STATUS_RESTORED)
		return job_command_line(context, "apply --persist --edit-conflicts",
					true);
	if (given(context, OPTION_PERSIST))
		return job_command_line(context,
					given(context, OPTION_FORCE)
						? "apply --persist --force"
						: "apply --persist",
					true);
	return job_command_line(context,
				given(context, OPTION_FORCE) ? "apply --force" : "apply",
				true);
}

static enum status compare(struct context *context, bool brief)
{
	cleanup(job_done) struct job job = {
		.scope = SCOPE_LIVE,
		.force = given(context, OPTION_FORCE),
		/* A hook is not told the same again and again. */
		.hushed = given(context, OPTION_QUIET) ||
			  (brief && !given(context, OPTION_VERBOSE)),
	};
	struct report report = { .brief = brief };
	enum status faulty = STATUS_OK;

	/* What is active is judged on both sides, and is not to be persisted anew. */
	if (given(context, OPTION_PERSIST) && context->operands_len > 0)
		job.scope |= SCOPE_BOOT;
	report.status = checking_options(context);
	if (report.status != STATUS_OK)
		return report.status;
	report.status = job_load_asked(context, &job);
	/* One of the active ones that is faulty hides nothing of what the others say. */
	if (context->operands_len == 0 &&
	    job_leave_faulty(context, &job, report.status)) {
		faulty = report.status;
		report.status = STATUS_OK;
	}
	if (report.status == STATUS_OK)
		report.status = job_plan(context, &job, false);
	if (report.status == STATUS_OK) {
		report.plan = &job.plan;
		report.loader = job.persisted.loader->name;
		report.in_sync = faulty == STATUS_OK && plan_in_sync(&job.plan);
		report.status = faulty == STATUS_OK ? judge(&job.plan) : faulty;
	}
	if (report.status == STATUS_DIFFERS && context->operands_len > 0)
		report.next = next_command(context, &job.plan);
	return checking_asked(context) ? checking_report(context, &report)
				       : job_report(context, &report);
}

static enum status run_diff(struct context *context)
{
	return compare(context, false);
}

static enum status run_verify(struct context *context)
{
	return compare(context, true);
}

static const struct option_row diff_options[] = {
	{ OPTION_PERSIST, "persist", 0, NULL,
	  "judge the value after the next boot as well" },
	{ OPTION_FORCE, "force", 0, NULL,
	  "as 'apply --force': nothing need be left to kill" },
	{ 0 },
};

static const struct option_row verify_options[] = {
	{ OPTION_METRICS, "metrics", 0, "FILE",
	  "write them to FILE, for node_exporter's textfile collector" },
	{ OPTION_NAGIOS, "nagios", 0, NULL,
	  "one line, and exit with 0 to 3, as a Nagios plugin" },
	{ OPTION_PERSIST, "persist", 0, NULL,
	  "judge the value after the next boot as well" },
	{ OPTION_FORCE, "force", 0, NULL,
	  "as 'apply --force': nothing need be left to kill" },
	{ 0 },
};

const struct command command_diff = {
	.name = "diff",
	.synopsis = "[OPTION]... PROFILE...",
	.summary = "Show what apply would change; changes nothing, needs no privilege",
	.text = "Exit status 0: nothing differs; 2: something does. What apply would refuse,\n"
		"diff refuses with the same status. The value at the next boot is shown, and judged\n"
		"with --persist or where the profile is active.\n\n"
		"~ changes, - is skipped, ! cannot be done, = is as wanted (shown with -v).",
	.options = diff_options,
	.least = 1,
	.most = (size_t)-1,
	.operand = "PROFILE",
	.run = run_diff,
};

const struct command command_verify = {
	.name = "verify",
	.synopsis = "[OPTION]... [PROFILE...]",
	.summary = "Like diff, one line for each difference: for hooks and monitoring",
	.text = "Without a PROFILE: all active profiles; those that are valid even where one is\n"
		"not, which is told, and the exit status then.",
	.options = verify_options,
	.most = (size_t)-1,
	.operand = "PROFILE",
	.run = run_verify,
};
