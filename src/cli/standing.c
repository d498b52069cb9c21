/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/standing.h"

#include <errno.h>
#include <string.h>

#include "apply/journal.h"
#include "apply/leftout.h"
#include "apply/lock.h"
#include "apply/trial.h"
#include "base/arena.h"
#include "cli/command.h"
#include "cli/watch_read.h"

/* The first error: what follows mostly follows from it. */
static const char *first_error(struct arena *arena, const struct diags *diags)
{
	const struct diag *diag = diags->first;

	while (diag && diag->severity != SEVERITY_ERROR)
		diag = diag->next;
	if (!diag)
		return "cannot be judged";
	if (!diag->at.source)
		return diag->message;
	return arena_printf(arena, "%s:%u: %s", diag->at.source->name, diag->at.line,
			    diag->message);
}

static int name_profiles(struct arena *arena, const struct profile *profile,
			 struct standing *standing)
{
	standing->names = arena_array(arena, profile->len + 1, sizeof(*standing->names));
	if (!standing->names)
		return -ENOMEM;
	for (size_t i = 0; i < profile->len; i++) {
		if (!profile->items[i]->includer)
			standing->names[standing->names_len++] = profile->items[i]->name;
	}
	return 0;
}

static int read_profiles(const struct context *context, struct stand *stand)
{
	struct standing *standing = &stand->standing;
	struct context own = *context;
	enum status status;
	bool faulty;
	int r;

	/* Its faults are shown where it stands. */
	own.diags = diags_in(context->arena);
	stand->job = (struct job){ .scope = SCOPE_LIVE, .hushed = true };
	status = job_load_active(&own, &stand->job);
	r = name_profiles(context->arena, &stand->job.profile, standing);
	if (r < 0)
		return r;
	if (status == STATUS_OK && standing->names_len == 0)
		return 0;
	faulty = job_leave_faulty(&own, &stand->job, status);
	if (faulty)
		status = STATUS_OK;
	if (status == STATUS_OK)
		status = job_plan(&own, &stand->job, false);
	if (status == STATUS_OK)
		standing->plan = &stand->job.plan;
	if (status == STATUS_OK && !faulty)
		return 0;
	standing->profiles_problem = first_error(context->arena, &own.diags);
	return standing->profiles_problem ? 0 : -ENOMEM;
}

/* Until when it waits is in the journal. */
static int64_t end_of_trial(const struct context *context, unsigned long id)
{
	struct diags ignored = diags_in(context->arena);
	struct entries entries = { 0 };
	const struct entry *entry;

	if (journal_read(context->arena, &context->root, JOURNAL_ALL, &ignored,
			 &entries) < 0)
		return 0;
	entry = journal_find(&entries, id);
	return entry ? entry->trial_until : 0;
}

static const char *why(const struct context *context, const char *what, int r)
{
	if (r == -EACCES || r == -EPERM)
		return arena_printf(context->arena, "%s only root can tell", what);
	return arena_printf(context->arena, "%s cannot be told: %s", what, strerror(-r));
}

static int read_trial(const struct context *context, struct standing *standing)
{
	int r = trial_look(&context->root, &standing->trial_pid, &standing->trial);

	if (r == 0) {
		standing->trial_until = end_of_trial(context, standing->trial);
		return 0;
	}
	standing->trial = 0;
	if (r == -ENOENT)
		return 0;
	standing->trial_problem = why(context, "whether one waits", r);
	return standing->trial_problem ? 0 : -ENOMEM;
}

static const struct entry *find_open(const struct context *context)
{
	struct diags ignored = diags_in(context->arena);
	struct entries entries = { 0 };

	if (journal_read(context->arena, &context->root, 1, &ignored, &entries) < 0)
		return NULL;
	return journal_newest(&entries, ENTRY_OPEN);
}

/* A run that is at work has an open entry, too, and holds the lock; one that ended while that was looked at
 * has closed it. Of a trial it is open where the disk was full. Who may not see either hears nothing. */
static void read_cut_off(const struct context *context, struct standing *standing)
{
	const struct entry *open = find_open(context), *still;

	if (!open || open->id == standing->trial || lock_is_held(&context->root) != 0)
		return;
	still = find_open(context);
	standing->cut_off = still && still->id == open->id ? still : NULL;
}

static int read_leftout(const struct context *context, struct standing *standing)
{
	struct leftout *left = arena_alloc(context->arena, sizeof(*left));
	int r = left ? leftout_read(context->arena, &context->root, left) : -ENOMEM;

	standing->leftout = left;
	if (r == 0 || r == -ENOMEM)
		return r;
	standing->leftout = NULL;
	standing->leftout_problem = why(context, "what was left out", r);
	return standing->leftout_problem ? 0 : -ENOMEM;
}

int stand_read(struct context *context, struct stand *ret)
{
	int r;

	*ret = (struct stand){ 0 };
	r = read_profiles(context, ret);
	if (r == 0)
		r = read_trial(context, &ret->standing);
	if (r == 0)
		read_cut_off(context, &ret->standing);
	if (r == 0)
		r = read_leftout(context, &ret->standing);
	return r == 0 ? watch_read(context, &ret->standing.watch) : r;
}

void stand_done(struct stand *stand)
{
	job_done(&stand->job);
}
