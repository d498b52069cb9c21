/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/undo.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "apply/apply.h"
#include "apply/check.h"
#include "apply/lock.h"
#include "apply/revert.h"
#include "apply/trial.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "cli/command.h"

static bool is_settled(const struct entry *entry)
{
	return entry->state == ENTRY_RESTORED || entry->state == ENTRY_REVERTED ||
	       entry->state == ENTRY_GONE;
}

static void leave_out_refused(struct plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->files.len; i++) {
		if (!plan->files.items[i].refused)
			plan->files.items[kept++] = plan->files.items[i];
	}
	plan->files.len = kept;
	for (size_t i = 0; i < plan->len; i++) {
		if (plan->items[i].action == ACTION_REFUSE)
			plan_item_leave_out(&plan->items[i], plan->items[i].reason);
	}
	plan_finish(plan);
}

static enum status refused(struct undo *undo, const struct entry *entry)
{
	(void)diag_error(
		&undo->context->diags, NOWHERE, EBUSY,
		"entry %lu is not undone: %zu of its %zu values and files cannot be put "
		"back as things are; nothing was touched",
		entry->id, undo->plan.counts.refused,
		undo->plan.len + undo->plan.files.len);
	return undo->plan.refusal;
}

static enum status make_plan(struct undo *undo, const struct entry *entry)
{
	struct context *context = undo->context;
	int r = revert_plan(context->arena, &context->root, entry, undo->force,
			    &undo->plan);

	if (r == 0) {
		undo->planned = true;
		if (undo->partial)
			leave_out_refused(&undo->plan);
		if (undo->plan.refusal != STATUS_OK)
			return refused(undo, entry);
		r = check_privileges(context->arena, &context->root, &undo->plan, false,
				     &context->diags);
	}
	if (r == -EPERM)
		return STATUS_NO_PRIVILEGE;
	if (r == 0)
		return STATUS_OK;
	/* Which was told. */
	if (r == -ECANCELED)
		return STATUS_ERROR;
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot undo entry %lu: %s",
			 entry->id, strerror(-r));
	return STATUS_ERROR;
}

static enum status carry_out(struct undo *undo, const struct entry *entry)
{
	struct context *context = undo->context;
	const struct journal_run run = {
		.command = "revert",
		.profiles = arena_printf(context->arena, "entry %lu", entry->id),
	};
	int r = run.profiles ? apply_run(context->arena, &context->root, &undo->plan,
					 &run, &context->diags, &undo->result)
			     : -ENOMEM;

	if (r < 0)
		return STATUS_ERROR;
	undo->carried_out = true;
	return undo->result.status;
}

/* Is what is to be undone one of a newer version? @entry is what was found instead, or NULL. */
static bool is_foreign(const struct undo *undo, const struct entries *entries,
		       const struct entry *entry)
{
	if (undo->id != 0)
		return !entry && undo->id == entries->newer;
	return entries->newer > (entry ? entry->id : 0);
}

static enum status foreign(struct undo *undo, const struct entries *entries,
			   const struct entry *entry)
{
	struct context *context = undo->context;

	(void)diag_error(
		&context->diags, NOWHERE, EPROTONOSUPPORT,
		"entry %lu comes first, and only the lowmemctl that wrote it can "
		"undo it; nothing was touched",
		entries->newer);
	if (entry)
		diag_note(&context->diags, NOWHERE,
			  "what it did stays, and the one before it is undone, by "
			  "'lowmemctl revert %lu'",
			  entry->id);
	return STATUS_ERROR;
}

static const struct entry *choose(struct undo *undo, const struct entries *entries,
				  enum status *ret)
{
	struct context *context = undo->context;
	const struct entry *entry = journal_find(entries, undo->id);

	*ret = STATUS_OK;
	if (is_foreign(undo, entries, entry)) {
		*ret = foreign(undo, entries, entry);
		return NULL;
	}
	if (entry && is_settled(entry)) {
		diag_note(&context->diags, NOWHERE,
			  "entry %lu needs no undoing: it is %s", entry->id,
			  entry_state_word(entry->state));
		return NULL;
	}
	if (entry)
		return entry;
	if (undo->id == 0) {
		diag_note(&context->diags, NOWHERE, "there is nothing to undo");
		return NULL;
	}
	(void)diag_error(&context->diags, NOWHERE, ENOENT,
			 "there is no entry %lu: see 'lowmemctl history'", undo->id);
	*ret = STATUS_ERROR;
	return NULL;
}

enum status undo_entry(struct undo *undo)
{
	struct context *context = undo->context;
	const struct entry *entry;
	struct entries entries;
	enum status status;
	int r = journal_read(context->arena, &context->root, JOURNAL_ALL, &context->diags,
			     &entries);

	if (r < 0)
		return r == -EACCES ? STATUS_NO_PRIVILEGE : STATUS_ERROR;
	entry = choose(undo, &entries, &status);
	if (!entry)
		return status;
	undo->entry = entry->id;
	status = make_plan(undo, entry);
	if (status != STATUS_OK || undo->dry)
		return status;
	if (plan_changes(&undo->plan))
		status = carry_out(undo, entry);
	if (status != STATUS_OK)
		return status;
	r = journal_mark(&context->root, entry->id, ENTRY_REVERTED);
	if (r < 0)
		diag_warning(&context->diags, NOWHERE,
			     "entry %lu is undone, but could not be marked: %s",
			     entry->id, strerror(-r));
	trial_dismiss(&context->root, entry->id);
	return STATUS_OK;
}

static bool still_on_trial(struct undo *undo)
{
	struct context *context = undo->context;
	const struct entry *entry;
	struct entries entries;

	if (journal_read(context->arena, &context->root, JOURNAL_ALL, &context->diags,
			 &entries) < 0)
		return false;
	entry = journal_find(&entries, undo->id);
	if (!entry)
		return false;
	/* Where the disk was full it could not be said that all of it is in force. */
	return entry->state == ENTRY_TRIAL ||
	       (entry->state == ENTRY_OPEN && entry->trial_until != 0);
}

int undo_trial(void *data)
{
	struct undo *undo = data;
	struct context *context = undo->context;
	cleanup(lock_drop) struct lock lock = { .fd = -1 };
	enum status status = STATUS_ERROR;
	pid_t holder;

	/* Nobody is there to be asked: what somebody changed meanwhile stays theirs. */
	undo->partial = true;
	context->diags = diags_in(context->arena);
	if (lock_take(&lock, &context->root, true, &holder) == 0) {
		if (!still_on_trial(undo))
			return STATUS_OK;
		status = undo_entry(undo);
	}
	openlog("lowmemctl", LOG_PID, LOG_DAEMON);
	if (status == STATUS_OK)
		syslog(LOG_NOTICE, "trial of entry %lu was not confirmed: put back",
		       undo->id);
	else
		syslog(LOG_ERR,
		       "trial of entry %lu was not confirmed, and putting it back failed: %s",
		       undo->id,
		       context->diags.first ? context->diags.first->message
					    : "see 'lowmemctl history'");
	return (int)status;
}
