/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/checking.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "apply/journal.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/job.h"
#include "cli/own_path.h"
#include "cli/show.h"
#include "cli/watch_read.h"
#include "render/view_check.h"
#include "render/view_status.h"
#include "sys/atomicfile.h"
#include "sys/clock.h"

enum status checking_options(struct context *context)
{
	if (!given(context, OPTION_NAGIOS) || !given(context, OPTION_JSON))
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "--nagios and --json exclude each other");
	return STATUS_USAGE;
}

bool checking_asked(const struct context *context)
{
	return given(context, OPTION_METRICS) || given(context, OPTION_NAGIOS);
}

/* When the newest entry was made; who may not read the journal does without. */
static int64_t last_change(struct context *context)
{
	struct diags ignored = diags_in(context->arena);
	struct entries entries = { 0 };

	if (journal_read(context->arena, &context->root, 1, &ignored, &entries) < 0 ||
	    entries.len == 0)
		return 0;
	return entries.items[entries.len - 1].started;
}

static int folder_is_there(const struct root *root, const char *path)
{
	const char *name;
	cleanup_fd int fd = root_open_folder(root, path, O_PATH | O_DIRECTORY, &name);

	return fd < 0 ? fd : 0;
}

static int replace(struct context *context, const char *path, const char *text)
{
	cleanup(root_done) struct root root = { .fd = -1 };
	int r = own_path(context, path, &path);

	if (r == 0)
		r = root_init(&root, "/");
	/* A folder that nobody made is nobody's to read. */
	if (r == 0)
		r = folder_is_there(&root, path);
	return r == 0 ? atomicfile_replace(&root, path, text, strlen(text)) : r;
}

static enum status write_metrics(struct context *context, struct check_view *view)
{
	const char *path = context->option[OPTION_METRICS], *text;
	struct watch_seen watch;
	int r = watch_read(context, &watch);

	view->watch = &watch;
	view->last_change = last_change(context);
	text = r == 0 ? view_metrics(view) : NULL;
	view->watch = NULL;
	if (r == 0)
		r = text ? replace(context, path, text) : -ENOMEM;
	if (r == 0)
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot write metrics to %s: %s",
			 path, strerror(-r));
	return STATUS_ERROR;
}

static enum status show_nagios(struct context *context, const struct check_view *view)
{
	enum nagios_state state;
	int r = view_nagios(view, &context->out, &state);

	context->shown = true;
	if (r < 0) {
		(void)show_failed(context, r);
		return (enum status)NAGIOS_UNKNOWN;
	}
	return (enum status)state;
}

enum status checking_report(struct context *context, struct report *report)
{
	struct check_view view = {
		.arena = context->arena,
		.plan = report->plan,
		.diags = &context->diags,
		.now = clock_wall(),
		.status = report->status,
	};

	if (given(context, OPTION_METRICS)) {
		enum status status = write_metrics(context, &view);

		/* Metrics that nobody can trust are worse than a difference. */
		if (status != STATUS_OK)
			view.status = report->status = status;
	}
	if (given(context, OPTION_NAGIOS))
		return show_nagios(context, &view);
	return job_report(context, report);
}
