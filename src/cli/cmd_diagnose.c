/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/diagnosing.h"
#include "cli/log_sources.h"
#include "cli/show.h"
#include "oom/suggest.h"
#include "render/view_diagnose.h"
#include "sys/clock.h"
#include "sys/journalctl.h"
#include "sys/localtime.h"

static enum status failed(struct context *context, const char *what, int r)
{
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot %s: %s", what,
			 strerror(-r));
	return STATUS_ERROR;
}

/* Moments are of the host whose logs are read. */
static void use_zone(struct context *context)
{
	int r = localtime_fix();

	if (r == 0)
		r = localtime_use(&context->root);
	if (r < 0)
		diag_warning(&context->diags, NOWHERE,
			     "times are in UTC, as the root's /etc/localtime %s",
			     r == -EINVAL ? "is no zone" : "cannot be read");
}

static enum status read_since(struct context *context, int64_t *ret)
{
	const char *text = context->option[OPTION_SINCE];
	int64_t now = clock_wall();
	uint64_t seconds;

	*ret = JOURNALCTL_SINCE_EVER;
	if (!text || localtime_read(span_of(text), ret) == 0)
		return STATUS_OK;
	if (num_duration(span_of(text), &seconds) == 0) {
		*ret = seconds < (uint64_t)now ? now - (int64_t)seconds : 0;
		return STATUS_OK;
	}
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "--since takes a duration before now, such as 2h or 3d, or a "
			 "moment, such as 2026-11-28 or '2026-11-28 10:00', not '%s'",
			 text);
	return STATUS_USAGE;
}

static enum status read_last(struct context *context, size_t *ret)
{
	const char *text = context->option[OPTION_LAST];
	uint64_t last = 0;

	if (text && (num_u64(span_of(text), &last) < 0 || last == 0 || last > SIZE_MAX)) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--last takes a number from 1 on, not '%s'", text);
		return STATUS_USAGE;
	}
	*ret = (size_t)last;
	return STATUS_OK;
}

/* What could be read was; the rest is told. */
static enum status outcome(const struct diagnosing *diagnosing)
{
	const struct log_feed *feed = &diagnosing->feed;

	if (!feed->failed)
		return STATUS_OK;
	return feed->denied ? STATUS_NO_PRIVILEGE : STATUS_ERROR;
}

static void say_none(const struct diagnosing *diagnosing, const char *places)
{
	struct context *context = diagnosing->context;
	const struct log_feed *feed = &diagnosing->feed;
	const char *where = feed->failed ? "what could be read of " : "";

	if (diagnosing->findings.len > 0 || (feed->failed && feed->logs == 0) ||
	    given(context, OPTION_QUIET))
		return;
	if (diagnosing->older > 0)
		diag_note(&context->diags, NOWHERE,
			  "no OOM report since %s in %s%s (%zu older)",
			  context->option[OPTION_SINCE], where, places,
			  diagnosing->older);
	else
		diag_note(&context->diags, NOWHERE, "no OOM report in %s%s", where,
			  places);
}

static enum status suggest(const struct diagnosing *diagnosing)
{
	struct context *context = diagnosing->context;
	struct draft draft = { 0 };
	enum status status;
	int r = oom_suggest(context->arena, diagnosing->findings.items,
			    diagnosing->findings.len, &draft);

	if (r == -ENOENT && diagnosing->findings.len > 0)
		(void)diag_error(&context->diags, NOWHERE, ENOENT,
				 "there is nothing to suggest: what helps here is in no "
				 "profile ('diagnose' without --suggest has it)");
	else if (r == -ENOENT)
		(void)diag_error(&context->diags, NOWHERE, ENOENT,
				 "there is nothing to suggest without a report");
	else if (r < 0)
		return failed(context, "make a profile", r);
	if (r < 0)
		return STATUS_ERROR;
	status = show_draft(context, "diagnose", &draft);
	return status == STATUS_OK ? outcome(diagnosing) : status;
}

static enum status show(const struct diagnosing *diagnosing)
{
	struct context *context = diagnosing->context;
	bool json = given(context, OPTION_JSON);
	const struct diagnose_view view = {
		.arena = context->arena,
		.findings = diagnosing->findings.items,
		.len = diagnosing->findings.len,
		.tasks = given(context, OPTION_TASKS),
		.brief = given(context, OPTION_QUIET),
		.verbose = given(context, OPTION_VERBOSE),
		.diags = &context->diags,
		.status = outcome(diagnosing),
	};
	int r;

	if (view.len == 0 && !json)
		return view.status;
	context->shown = true;
	r = view_diagnose(&view, &context->out, json);
	return r == 0 ? view.status : failed(context, "show it", r);
}

static enum status run_diagnose(struct context *context)
{
	struct diagnosing diagnosing = { .context = context };
	enum status status = log_sources_check(&diagnosing);
	const char *places = NULL;
	int r;

	if (status == STATUS_OK)
		status = read_last(context, &diagnosing.last);
	if (status != STATUS_OK)
		return status;
	use_zone(context);
	status = read_since(context, &diagnosing.since);
	if (status != STATUS_OK)
		return status;
	r = diagnosing_begin(&diagnosing);
	if (r == 0)
		r = log_sources_read(&diagnosing, &places);
	if (r == 0)
		r = diagnosing_finish(&diagnosing);
	progress_end(&diagnosing.feed.progress);
	if (r < 0)
		return failed(context, "read on", r);
	say_none(&diagnosing, places);
	return given(context, OPTION_SUGGEST) ? suggest(&diagnosing) : show(&diagnosing);
}

static const struct option_row diagnose_options[] = {
	{ OPTION_DMESG, "dmesg", 0, NULL, "read what the running kernel remembers" },
	{ OPTION_JOURNAL, "journal", 0, NULL, "read systemd's journal, of all boots" },
	{ OPTION_SINCE, "since", 0, "TIME",
	  "reports from then on: 2h (ago), 3d, 2026-11-28, '2026-11-28 10:00'" },
	{ OPTION_LAST, "last", 0, "N", "the newest N reports" },
	{ OPTION_TASKS, "tasks", 0, NULL,
	  "all processes of each report, the largest first" },
	{ OPTION_SUGGEST, "suggest", 0, NULL, "write a profile that helps, instead" },
	{ 0 },
};

const struct command command_diagnose = {
	.name = "diagnose",
	.synopsis = "[OPTION]... [FILE...]",
	.summary = "Why the OOM killer came, by the kernel's log, and what helps",
	.text = "Reads the OOM reports in logs of kernels from 2.6.8 to 6.x and tells of each why it\n"
		"came, what shows that, and what helps. A FILE may be packed (gzip, xz, zstd, bzip2);\n"
		"- is standard input. Without a FILE: the first of /var/log/messages, kern.log and\n"
		"syslog that has any, each with what was rotated out of it, or else the journal.\n\n"
		"Exit status 0 also where there is no report; 1 where a file could not be read.",
	.options = diagnose_options,
	.most = (size_t)-1,
	.run = run_diagnose,
};
