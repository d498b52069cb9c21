/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/picture.h"
#include "cli/repeating.h"
#include "cli/standing.h"

#define MOST_SECONDS UINT64_C(86400)

static enum status read_interval(struct context *context, uint64_t *ret_seconds)
{
	const char *text = context->option[OPTION_WATCH];

	*ret_seconds = 0;
	if (!text)
		return STATUS_OK;
	if (given(context, OPTION_JSON)) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--json is one document: it does not go with --watch");
		return STATUS_USAGE;
	}
	if (num_duration(span_of(text), ret_seconds) == 0 && *ret_seconds <= MOST_SECONDS)
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "--watch takes a duration of at most a day, such as 2s or 1m, "
			 "not '%s'",
			 text);
	return STATUS_USAGE;
}

static enum status show_once(struct context *context)
{
	cleanup(stand_done) struct stand stand = { 0 };
	int r = picture_needs_standing(context) ? stand_read(context, &stand) : 0;

	if (r == 0)
		return picture_show(context, &stand.standing, &context->out);
	(void)diag_error(&context->diags, NOWHERE, -r, "%s", strerror(-r));
	return STATUS_ERROR;
}

static enum status run_status(struct context *context)
{
	uint64_t seconds;
	enum status status = read_interval(context, &seconds);

	if (status != STATUS_OK)
		return status;
	return seconds > 0 ? repeating_run(context, seconds) : show_once(context);
}

static const struct option_row status_options[] = {
	{ OPTION_WATCH, "watch", 0, "TIME", "show it again and again, such as every 2s" },
	{ 0 },
};

const struct command command_status = {
	.name = "status",
	.synopsis = "[OPTION]...",
	.summary = "What is the matter with this host's memory, on one screen",
	.text = "What is short, the worst first; memory, low memory and swap; every zone with its\n"
		"marks and its reserve; free blocks by order; whether the active profiles hold.\n"
		"Changes nothing, needs no privilege. -q: what is short alone; -v: all figures.\n\n"
		"Exit status 0 also where something is short, or does not hold ('verify' tells).",
	.options = status_options,
	.most = 0,
	.run = run_status,
};
