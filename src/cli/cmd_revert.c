/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply/journal.h"
#include "apply/lock.h"
#include "apply/trial.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/undo.h"
#include "render/view.h"

static enum status read_id(struct context *context, unsigned long *ret)
{
	uint64_t id;

	*ret = 0;
	if (context->operands_len == 0)
		return STATUS_OK;
	if (num_u64(span_of(context->operands[0]), &id) == 0 && id > 0) {
		*ret = (unsigned long)id;
		if (*ret == id)
			return STATUS_OK;
		/* Where a long has 32 bits, these alone may be an entry's. */
		(void)diag_error(&context->diags, NOWHERE, ENOENT,
				 "there is no entry %s: see 'lowmemctl history'",
				 context->operands[0]);
		return STATUS_ERROR;
	}
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "'%s' is no entry's number: see 'lowmemctl history'",
			 context->operands[0]);
	return STATUS_USAGE;
}

static enum status run_revert(struct context *context)
{
	cleanup(lock_drop) struct lock lock = { .fd = -1 };
	struct undo undo = {
		.context = context,
		.force = given(context, OPTION_FORCE),
		.dry = given(context, OPTION_DRY_RUN),
	};
	struct report report = { .status = read_id(context, &undo.id) };

	if (report.status == STATUS_OK && !undo.dry)
		report.status = job_lock(context, &lock);
	if (report.status == STATUS_OK)
		report.status = undo_entry(&undo);
	report.plan = undo.planned ? &undo.plan : NULL;
	report.result = undo.carried_out ? &undo.result : NULL;
	report.changed = undo.carried_out && undo.result.status == STATUS_OK;
	report.in_sync = undo.planned && (report.changed || plan_in_sync(&undo.plan));
	if (report.status == STATUS_OK && given(context, OPTION_DETAILED) &&
	    undo.planned && plan_changes(&undo.plan))
		report.status = STATUS_DIFFERS;
	return job_report(context, &report);
}

static enum status run_history(struct context *context)
{
	struct entries entries;
	int r = journal_read(context->arena, &context->root, JOURNAL_ALL, &context->diags,
			     &entries);

	if (r < 0)
		return r == -EACCES ? STATUS_NO_PRIVILEGE : STATUS_ERROR;
	context->shown = true;
	r = view_history(context->arena, &entries, &context->out,
			 given(context, OPTION_JSON));
	return r < 0 ? STATUS_ERROR : STATUS_OK;
}

/* The trial that waits, or entry @id if it is one; NULL: there is none. Where the disk was full the
 * entry does not say that it is one: the guard does. */
static const struct entry *find_trial(struct context *context,
				      const struct entries *entries, unsigned long id)
{
	const struct entry *entry =
		id ? journal_find(entries, id) : journal_newest(entries, ENTRY_TRIAL);
	unsigned long guarded;

	if (entry && entry->state == ENTRY_TRIAL)
		return entry;
	if (trial_pending(&context->root, &guarded) == 0 || (id && id != guarded))
		return NULL;
	entry = journal_find(entries, guarded);
	return entry && entry->state == ENTRY_OPEN ? entry : NULL;
}

static enum status settle_trial(struct context *context, unsigned long id,
				const char **ret_comment)
{
	const struct entry *entry;
	struct entries entries;
	int r = journal_read(context->arena, &context->root, JOURNAL_ALL, &context->diags,
			     &entries);

	if (r < 0)
		return STATUS_ERROR;
	entry = find_trial(context, &entries, id);
	if (!entry) {
		(void)diag_error(
			&context->diags, NOWHERE, ENOENT,
			"no trial waits to be confirmed: see 'lowmemctl history'");
		return STATUS_ERROR;
	}
	r = journal_mark(&context->root, entry->id, ENTRY_APPLIED);
	if (r < 0) {
		(void)diag_error(&context->diags, NOWHERE, -r,
				 "cannot confirm entry %lu: %s", entry->id, strerror(-r));
		return STATUS_ERROR;
	}
	trial_dismiss(&context->root, entry->id);
	*ret_comment = arena_printf(context->arena, "entry %lu is kept", entry->id);
	return STATUS_OK;
}

static enum status run_confirm(struct context *context)
{
	cleanup(lock_drop) struct lock lock = { .fd = -1 };
	unsigned long id;
	struct report report = { .status = read_id(context, &id) };

	if (report.status == STATUS_OK)
		report.status = job_lock(context, &lock);
	if (report.status == STATUS_OK)
		report.status = settle_trial(context, id, &report.comment);
	if (given(context, OPTION_JSON))
		return job_report(context, &report);
	if (report.status == STATUS_OK && !given(context, OPTION_QUIET))
		fprintf(stdout, "%s\n", report.comment ? report.comment : "it is kept");
	return report.status;
}

static const struct option_row revert_options[] = {
	{ OPTION_DRY_RUN, "dry-run", 'n', NULL,
	  "show what would be put back, write nothing" },
	{ OPTION_FORCE, "force", 'f', NULL,
	  "put back what somebody else changed since, too" },
	{ OPTION_DETAILED, "detailed-exitcode", 0, NULL,
	  "exit with 2 where something was changed" },
	{ 0 },
};

const struct command command_revert = {
	.name = "revert",
	.synopsis = "[OPTION]... [ID]",
	.summary = "Undo one earlier apply, the newest if no ID is given",
	.text = "A value that somebody else changed since is not touched without --force: then\n"
		"nothing is undone, and the values in question are listed.",
	.options = revert_options,
	.most = 1,
	.writes = true,
	.run = run_revert,
};

const struct command command_history = {
	.name = "history",
	.synopsis = "",
	.summary = "List what was applied and reverted, oldest first",
	.run = run_history,
};

const struct command command_confirm = {
	.name = "confirm",
	.synopsis = "[ID]",
	.summary = "Keep what 'apply --trial' did",
	.most = 1,
	.run = run_confirm,
};
