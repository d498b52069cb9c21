/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/advice.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/job.h"
#include "plan/plan.h"
#include "sys/caps.h"

static bool is_root(void)
{
	struct caps caps;

	return caps_read(&caps) == 0 && (caps.have & NEED_ROOT);
}

/* Who only looks need not be told that nothing was changed. */
static const char *untouched(const struct context *context)
{
	return context->command->writes ? "nothing was touched: " : "";
}

static void advise_root(struct context *context)
{
	if (!is_root())
		diag_note(&context->diags, NOWHERE,
			  "%srun it as root (sudo lowmemctl %s ...)", untouched(context),
			  context->command->name);
}

static const struct plan_item *find_refused(const struct plan *plan, enum status refusal)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];

		if (item->action == ACTION_REFUSE && item->refusal == refusal)
			return item;
	}
	return NULL;
}

/* Only what stands below `sysctl:` or `sysfs:` can be marked. */
static void advise_optional(struct context *context, const struct plan *plan)
{
	const struct plan_item *item = find_refused(plan, STATUS_NO_KNOB);

	if (item && item->path && item->want)
		diag_note(
			&context->diags, NOWHERE,
			"%sa knob that some hosts lack is skipped there when the profile "
			"has it as '%s: {value: %s, optional: true}'",
			untouched(context), plan_item_name(item), item->want);
}

/* -q leaves out the table, not the errors in it. */
static void tell_refused(struct context *context, const struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];

		if (item->action == ACTION_REFUSE)
			(void)diag_error(&context->diags, item->from, EINVAL, "%s: %s",
					 plan_item_name(item),
					 item->reason ? item->reason : "cannot be done");
	}
}

void advise(struct context *context, const struct report *report)
{
	const struct plan *plan = report->plan;

	if (given(context, OPTION_JSON) || !plan)
		return;
	if (given(context, OPTION_QUIET))
		tell_refused(context, plan);
	else if (report->status == STATUS_NO_PRIVILEGE)
		advise_root(context);
	else if (report->status == STATUS_NO_KNOB)
		advise_optional(context, plan);
}

void advise_on_holder(struct context *context, pid_t holder)
{
	const char *who = "";

	/* Who has only just taken it has not said so yet. */
	if (holder > 0)
		who = arena_printf(context->arena, " (pid %ld)", (long)holder);
	(void)diag_error(&context->diags, NOWHERE, EWOULDBLOCK,
			 "another lowmemctl is at work%s: try again when it is done",
			 who ? who : "");
}

enum status advise_on_lock(struct context *context, int err)
{
	bool barred = err == EACCES || err == EPERM;

	(void)diag_error(&context->diags, NOWHERE, err,
			 "cannot take the lock /run/lowmemctl/lock: %s%s", strerror(err),
			 barred && !is_root() ? "; run it as root" : "");
	return barred || err == EROFS ? STATUS_NO_PRIVILEGE : STATUS_ERROR;
}
