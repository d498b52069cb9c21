/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "apply/drop.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "plan/only_if.h"
#include "profile/condition.h"
#include "profile/profile.h"
#include "profile/shape.h"
#include "render/view_drop.h"
#include "state/host.h"
#include "state/memory.h"

/* From the command line to what is shown. */
struct dropping {
	struct drop_request request;
	struct condition condition; /* of no terms: there is none */
	struct memory before, after;
	struct drop_outcome outcome;
};

static enum status read_mode(struct context *context, struct dropping *dropping)
{
	int mode = DROP_ALL;
	enum status status =
		choice_read(context, OPTION_MODE, "mode", shape_modes, &mode);

	dropping->request.mode = (unsigned)mode;
	return status;
}

static enum status read_condition(struct context *context, struct dropping *dropping)
{
	const char *text = context->option[OPTION_IF], *why;
	size_t at;

	if (!text || condition_parse(text, &dropping->condition, &why, &at) == 0)
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, EINVAL, "--if: at '%s': %s", text + at,
			 why);
	return STATUS_USAGE;
}

/* What stands in the way is told before anything is written to disk. */
static enum status check(struct context *context, const struct dropping *dropping)
{
	enum drop_step step;
	int r = drop_allowed(&context->root, &dropping->request, &step);
	const char *path = drop_path(step);

	if (r == 0)
		return STATUS_OK;
	if (r == -ENOENT) {
		(void)diag_error(&context->diags, NOWHERE, -r,
				 "this kernel has no /%s (%s)", path,
				 step == DROP_STEP_COMPACT ? "2.6.35 and later, with "
							     "CONFIG_COMPACTION"
							   : "2.6.16 and later");
		return STATUS_NO_KNOB;
	}
	if (r == -EROFS)
		(void)diag_error(&context->diags, NOWHERE, -r,
				 "/%s is on a read-only mount (a container?)", path);
	else
		(void)diag_error(&context->diags, NOWHERE, -r, "/%s: needs root: %s",
				 path, strerror(-r));
	return STATUS_NO_PRIVILEGE;
}

static enum status failed(struct context *context, int r, const char *what)
{
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot %s: %s", what,
			 strerror(-r));
	return STATUS_ERROR;
}

/* Not all memory is in pages of one size: what a page is comes with the host. */
static enum status look(struct context *context, struct memory *ret)
{
	struct host host;
	int r = host_read(context->arena, &context->root, HOST_PAGE, &host);

	if (r == 0)
		r = memory_read(context->arena, &context->root, host.page_size, ret);
	return r == 0 ? STATUS_OK : failed(context, r, "read /proc/meminfo");
}

static enum status judge(struct context *context, const struct dropping *dropping,
			 const char **ret_why)
{
	const struct only_if only_if = {
		.condition = &dropping->condition,
		.text = context->option[OPTION_IF],
		.spare = given(context, OPTION_SPARE),
	};
	int r = only_if_reason(context->arena, &only_if, &dropping->before, ret_why);

	return r == 0 ? STATUS_OK : failed(context, r, "tell whether it is due");
}

static enum status drop(struct context *context, struct dropping *dropping)
{
	static const char *const words[] = {
		[DROP_STEP_SYNC] = "write dirty pages",
		[DROP_STEP_DROP] = "drop caches",
		[DROP_STEP_COMPACT] = "compact memory",
	};
	struct drop_run run;
	int r = drop_begin(&context->root, &dropping->request, &run);

	if (r == 0)
		r = drop_finish(&run, &dropping->outcome);
	if (r < 0)
		return failed(context, r, "drop caches");
	if (dropping->outcome.error != 0)
		return failed(context, -dropping->outcome.error,
			      words[dropping->outcome.failed]);
	return look(context, &dropping->after);
}

static enum status show(struct context *context, const struct drop_view *view)
{
	int r;

	if (given(context, OPTION_QUIET) && !given(context, OPTION_JSON))
		return view->status;
	context->shown = true;
	r = view_drop(view, &context->out, given(context, OPTION_JSON));
	return r == 0 ? view->status : failed(context, r, "show it");
}

static enum status run_drop_caches(struct context *context)
{
	struct dropping dropping = {
		.request = { .sync = !given(context, OPTION_NO_SYNC),
			     .compact = given(context, OPTION_COMPACT) },
	};
	struct drop_view view = { .arena = context->arena,
				  .request = &dropping.request,
				  .diags = &context->diags };

	view.status = read_mode(context, &dropping);
	if (view.status == STATUS_OK)
		view.status = read_condition(context, &dropping);
	if (view.status == STATUS_OK)
		view.status = check(context, &dropping);
	if (view.status == STATUS_OK)
		view.status = look(context, &dropping.before);
	if (view.status == STATUS_OK)
		view.status = judge(context, &dropping, &view.skipped);
	if (view.status != STATUS_OK)
		return view.status;
	if (view.skipped)
		return show(context, &view);
	view.status = drop(context, &dropping);
	view.outcome = &dropping.outcome;
	if (view.status == STATUS_OK) {
		view.before = &dropping.before;
		view.after = &dropping.after;
	}
	return show(context, &view);
}

static const struct option_row drop_options[] = {
	{ OPTION_MODE, "mode", 'm', "WHAT",
	  "pagecache, slab (dentries and inodes) or all (the default)" },
	{ OPTION_NO_SYNC, "no-sync", 0, NULL, "do not write dirty pages first" },
	{ OPTION_IF, "if", 0, "CONDITION",
	  "only where it holds: as a profile's only_if" },
	{ OPTION_SPARE, "spare", 0, NULL,
	  "not while memory pressure says that reclaim is under way" },
	{ OPTION_COMPACT, "compact", 0, NULL,
	  "then move free pages together (vm.compact_memory)" },
	{ 0 },
};

const struct command command_drop_caches = {
	.name = "drop-caches",
	.synopsis = "[OPTION]...",
	.summary = "Drop clean caches once, and show what that freed",
	.text = "Writes dirty pages to disk, drops clean caches, and shows what became free, by zone\n"
		"and by order. It frees nothing that programs hold, nothing that is dirty, mapped or\n"
		"locked, and no tmpfs; what was dropped must be read again. A host that needs it\n"
		"often has another problem: 'lowmemctl status' shows it.",
	.options = drop_options,
	.writes = true,
	.run = run_drop_caches,
};
