/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/get_process.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/ranking.h"
#include "plan/process_account.h"
#include "sys/procs.h"

#define PREFIX	   "pid:"
#define ALL_FIELDS ((1U << PROCESS_FIELDS) - 1)

bool get_process_is(const char *operand)
{
	return strncmp(operand, PREFIX, strlen(PREFIX)) == 0;
}

static enum status failed(struct context *context, int r)
{
	(void)diag_error(&context->diags, NOWHERE, -r, "%s", strerror(-r));
	return STATUS_ERROR;
}

enum status get_process_add(struct context *context, struct get_processes *processes,
			    const char *operand)
{
	uint64_t pid;
	pid_t *place;

	if (num_u64(span_of(operand + strlen(PREFIX)), &pid) < 0 || pid == 0 ||
	    pid > INT_MAX) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "'%s' is no process: such as pid:1234", operand);
		return STATUS_USAGE;
	}
	place = vec_push(context->arena, &processes->pids);
	if (!place)
		return failed(context, -ENOMEM);
	*place = (pid_t)pid;
	return STATUS_OK;
}

static enum status load(struct context *context, struct job *job)
{
	if (given(context, OPTION_WITH))
		return job_load_one(context, context->option[OPTION_WITH], &job->profile);
	if (job_read_active(context, job) < 0)
		return failed(context, -ENOMEM);
	job->profile = job->active;
	if (job->profile.len == 0)
		diag_note(
			&context->diags, NOWHERE,
			"no profile is active on this host: --with PROFILE asks about one");
	return STATUS_OK;
}

/* What newer kernels show there, too. NULL: there is none, or no memory. */
static const char *read_oom_adj(struct arena *arena, const struct process *process)
{
	char text[32];
	ssize_t len = proc_read(process->dir, "oom_adj", text, sizeof(text));

	return len > 0 ? arena_copy(arena, text, strcspn(text, "\n")) : NULL;
}

static void is_missing(struct context *context, struct get_processes *processes,
		       pid_t pid)
{
	processes->missing = true;
	(void)diag_error(&context->diags, NOWHERE, ESRCH,
			 "there is no process %d on this host", (int)pid);
}

static enum status add_account(struct context *context, struct get_processes *processes,
			       const struct process *process)
{
	struct process_account_request request = {
		.profile = &processes->job.profile,
		.host = &processes->job.state.host,
		.rules = &processes->job.judging.rules,
		.processes = &processes->job.processes,
		.victims = &processes->victims,
		.process = process,
		.oom_adj = read_oom_adj(context->arena, process),
	};
	struct process_account account, *place;
	int r = unit_adj_find(context->arena, &context->root, process->cgroup,
			      &request.unit);

	if (r == 0)
		r = process_account_of(context->arena, &request, &account);
	if (r == -ESRCH)
		is_missing(context, processes, process->pid);
	if (r == -ESRCH)
		return STATUS_OK;
	place = r == 0 ? vec_push(context->arena, processes) : NULL;
	if (!place)
		return failed(context, -ENOMEM);
	*place = account;
	return STATUS_OK;
}

static enum status add_process(struct context *context, struct get_processes *processes,
			       const struct procs *procs, pid_t pid)
{
	cleanup(process_close) struct process open = { .dir = -1 };
	struct process *process;
	int r = process_open(&open, procs, pid, 0);

	if (r == 0)
		r = process_read(&open, procs, ALL_FIELDS);
	if (r == -ENOENT || r == -ESRCH) {
		is_missing(context, processes, pid);
		return STATUS_OK;
	}
	if (r == 0 && (open.denied & (PROCESS_COMM | PROCESS_STAT | PROCESS_FOOTPRINT))) {
		(void)diag_error(
			&context->diags, NOWHERE, EACCES,
			"process %d is hidden here (hidepid): CAP_SYS_PTRACE shows "
			"it",
			(int)pid);
		return STATUS_NO_PRIVILEGE;
	}
	process = r == 0 ? arena_alloc(context->arena, sizeof(*process)) : NULL;
	if (!process)
		return failed(context, r < 0 ? r : -ENOMEM);
	*process = open;
	return add_account(context, processes, process);
}

enum status get_process_read(struct context *context, struct get_processes *processes)
{
	struct job *job = &processes->job;
	cleanup(procs_done) struct procs procs = { .fd = -1 };
	enum status status;
	int r;

	if (processes->pids.len == 0)
		return STATUS_OK;
	status = load(context, job);
	if (status == STATUS_OK)
		status = ranking_read_host(context, job);
	if (status == STATUS_OK)
		status = ranking_read(context, job, true, NULL, &processes->victims);
	if (status != STATUS_OK)
		return status;
	r = procs_open(&procs, &context->root);
	if (r < 0)
		return failed(context, r);
	for (size_t i = 0; status == STATUS_OK && i < processes->pids.len; i++)
		status =
			add_process(context, processes, &procs, processes->pids.items[i]);
	return status;
}
