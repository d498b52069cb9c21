/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/ranking.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/job.h"
#include "plan/victims.h"
#include "state/memcg.h"

static enum status failed(struct context *context, int r)
{
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot look at processes: %s",
			 strerror(-r));
	return STATUS_ERROR;
}

enum status ranking_read_host(struct context *context, struct job *job)
{
	int r = host_read(context->arena, &context->root,
			  HOST_KERNEL | HOST_MEMORY | HOST_ARCH | HOST_PAGE | HOST_UPTIME,
			  &job->state.host);

	return r < 0 ? failed(context, r) : STATUS_OK;
}

static void warn_of_hidden(struct context *context, const struct processes *processes)
{
	if (processes->hidden > 0 || (processes->partial && context->root.live_proc))
		diag_warning(
			&context->diags, NOWHERE,
			"other users' processes are hidden here (hidepid), and missing "
			"below: without CAP_SYS_PTRACE only a part is shown");
}

static struct victims_request request_for(const struct context *context,
					  const struct job *job,
					  const struct memcg *group)
{
	const struct host *host = &job->state.host;

	return (struct victims_request){
		.host = {
			.kernel = host->kernel,
			.page_size = host->page_size,
			.total_kib = group ? group->total_kib
					   : host->mem_total_kib + host->swap_total_kib,
		},
		.uptime = host->uptime,
		.processes = &job->processes,
		.self = context->root.live_proc ? getpid() : 0,
	};
}

enum status ranking_read(struct context *context, struct job *job, bool rules,
			 const struct memcg *group, struct victims *ret)
{
	struct victims_judge judge = { .judging = rules ? &job->judging : NULL,
				       .group = group };
	const struct processes_request collect = { .judge = victims_answer,
						   .data = &judge };
	enum status status = rules ? job_read_rules(context, job) : STATUS_OK;
	struct victims_request request;
	int r;

	if (status != STATUS_OK)
		return status;
	r = processes_collect(context->arena, &context->root, &collect, &job->processes);
	if (r < 0)
		return failed(context, r);
	warn_of_hidden(context, &job->processes);
	request = request_for(context, job, group);
	request.rules = rules ? &job->judging.rules : NULL;
	r = victims_rank(context->arena, &request, ret);
	return r < 0 ? failed(context, r) : STATUS_OK;
}
