/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/ranking.h"
#include "cli/show.h"
#include "plan/victims.h"
#include "render/view.h"
#include "state/memcg.h"
#include "sys/root.h"

#define USUAL_LINES 20

static enum status read_lines(struct context *context, size_t *ret)
{
	const char *text = context->option[OPTION_LINES];
	uint64_t lines = given(context, OPTION_VERBOSE) ? 0 : USUAL_LINES;

	if (text && (num_u64(span_of(text), &lines) < 0 || lines == 0)) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--lines takes a number from 1 on, not '%s'", text);
		return STATUS_USAGE;
	}
	*ret = (size_t)lines;
	return STATUS_OK;
}

static enum status read_group(struct context *context, const struct job *job,
			      struct memcg *ret)
{
	const char *name = context->option[OPTION_CGROUP];
	int r = memcg_find(context->arena, &context->root, name, &job->state.host, ret);

	switch (-r) {
	case 0:
		return STATUS_OK;
	case EINVAL:
		(void)diag_error(
			&context->diags, NOWHERE, EINVAL,
			"--cgroup takes a group as /proc/PID/cgroup has it, or its "
			"directory below /sys/fs/cgroup, not '%s'",
			name);
		return STATUS_USAGE;
	case ENOSYS:
		(void)diag_error(&context->diags, NOWHERE, ENOSYS,
				 "there are no memory control groups on this host");
		return STATUS_NO_KNOB;
	case ENOENT:
		(void)diag_error(&context->diags, NOWHERE, ENOENT,
				 "there is no memory control group %s on this host",
				 name);
		return STATUS_NO_KNOB;
	default:
		(void)diag_error(&context->diags, NOWHERE, -r, "%s", strerror(-r));
		return STATUS_ERROR;
	}
}

/* '0' where there is no such setting. */
static char setting(struct context *context, const char *path)
{
	char text[32];

	return root_read(&context->root, path, text, sizeof(text)) > 0 ? text[0] : '0';
}

/* Two settings take the choice from the killer, but not both within a group (Linux mm/oom_kill.c,
 * check_panic_on_oom(), out_of_memory()). */
static void warn_of_settings(struct context *context)
{
	bool group = given(context, OPTION_CGROUP);
	char panic = setting(context, "proc/sys/vm/panic_on_oom");

	if (panic == '2' || (panic != '0' && !group))
		diag_warning(
			&context->diags, NOWHERE,
			"vm.panic_on_oom is on: out of memory, the kernel panics and "
			"kills nobody");
	else if (!group &&
		 setting(context, "proc/sys/vm/oom_kill_allocating_task") != '0')
		diag_warning(
			&context->diags, NOWHERE,
			"vm.oom_kill_allocating_task is on: who asks for memory is "
			"killed, and this order only counts where that one cannot be");
}

static void warn(struct context *context, const struct victims *victims,
		 uint64_t total_kib)
{
	const struct victims_side *side =
		victims->judged ? &victims->after : &victims->now;
	const char *with = victims->judged ? "with this profile " : "";

	if (side->killable == 0 && victims->len > 0)
		diag_warning(
			&context->diags, NOWHERE,
			"%snothing is left that the OOM killer can kill: out of memory, "
			"the kernel panics",
			with);
	if (side->never_kib > total_kib / 2)
		diag_warning(&context->diags, NOWHERE,
			     "%swhat is never killed holds %llu MiB of %llu: killing the "
			     "others may not be enough",
			     with, (unsigned long long)side->never_kib / 1024,
			     (unsigned long long)total_kib / 1024);
}

static enum status show(struct context *context, const struct victims_view *view)
{
	int r;

	diags_sort(&context->diags);
	if (given(context, OPTION_QUIET) && !given(context, OPTION_JSON))
		return STATUS_OK;
	context->shown = true;
	r = view_victims(view, &context->out, given(context, OPTION_JSON));
	if (r == 0)
		return STATUS_OK;
	return show_failed(context, r);
}

static enum status rank(struct context *context, struct job *job, size_t lines)
{
	const struct host *host = &job->state.host;
	struct memcg group = { 0 };
	struct victims victims = { 0 };
	struct victims_view view = {
		.arena = context->arena,
		.victims = &victims,
		.group = given(context, OPTION_CGROUP) ? &group : NULL,
		.lines = lines,
		.threads = given(context, OPTION_VERBOSE),
		.diags = &context->diags,
	};
	enum status status = ranking_read_host(context, job);

	if (status == STATUS_OK && view.group)
		status = read_group(context, job, &group);
	if (status == STATUS_OK)
		status = ranking_read(context, job, context->operands_len > 0, view.group,
				      &victims);
	if (status != STATUS_OK)
		return status;
	view.total_kib =
		view.group ? group.total_kib : host->mem_total_kib + host->swap_total_kib;
	view.partial = job->processes.hidden > 0 || job->processes.partial;
	warn_of_settings(context);
	warn(context, &victims, view.total_kib);
	return show(context, &view);
}

static enum status run_victims(struct context *context)
{
	cleanup(job_done) struct job job = { .scope = SCOPE_LIVE };
	size_t lines;
	enum status status = read_lines(context, &lines);

	if (status == STATUS_OK)
		status = job_load(context, &job, TRUST_ANY);
	return status == STATUS_OK ? rank(context, &job, lines) : status;
}

static const struct option_row victims_options[] = {
	{ OPTION_CGROUP, "cgroup", 0, "PATH",
	  "the victims within one control group, at its limit" },
	{ OPTION_LINES, "lines", 'n', "N", "show N processes (20); -v shows all" },
	{ 0 },
};

const struct command command_victims = {
	.name = "victims",
	.synopsis = "[OPTION]... [PROFILE...]",
	.summary = "The processes in the order in which the OOM killer would take them",
	.text = "With a PROFILE also as its process rules would have it: AFTER is the place in the\n"
		"order then, ADJ the adjustment. Changes nothing, needs no privilege.\n\n"
		"POINTS is what /proc/PID/oom_score shows, or would; with --cgroup of the group's\n"
		"limit. PATH is as in /proc/PID/cgroup, or below /sys/fs/cgroup.",
	.options = victims_options,
	.most = (size_t)-1,
	.run = run_victims,
};
