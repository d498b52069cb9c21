/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "apply/check.h"
#include "apply/files.h"
#include "apply/step.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "knob/knob.h"
#include "state/state.h"
#include "sys/caps.h"
#include "sys/root.h"
#include "sys/stop.h"

struct run {
	struct arena *arena;
	const struct root *root;
	const struct plan *plan;
	struct step *steps; /* one for each item of the plan */
	struct result *result;
	struct stop *stop;
	struct files_run files;
};

static void note(struct run *run, size_t i, enum item_result what, const char *reason)
{
	struct item_outcome *outcome = &run->result->items[i];

	outcome->result = what;
	outcome->live = run->steps[i].live;
	if (reason)
		outcome->reason = reason;
}

/* A process that ended meanwhile needs nothing any more: that is no failure. */
static bool has_ended(const struct run *run, size_t i, int r)
{
	return r == -ESRCH && run->plan->items[i].process.pid;
}

/* Writes item @i. True: it took, as it should or nearly so. */
static bool write_item(struct run *run, size_t i)
{
	const char *reason = NULL;
	int r = step_write(run->arena, run->root, &run->steps[i], &reason);

	if (has_ended(run, i, r)) {
		note(run, i, RESULT_NULL, reason);
		return true;
	}
	note(run, i, r < 0 ? RESULT_FAILED : RESULT_DONE,
	     r < 0 && !reason ? strerror(-r) : reason);
	return r >= 0;
}

static bool write_all(struct run *run)
{
	for (size_t i = 0; i < run->plan->len; i++) {
		if (!plan_item_writes(&run->plan->items[i]))
			continue;
		if (stop_due(run->stop)) {
			run->result->interrupted = true;
			return false;
		}
		if (!write_item(run, i))
			return false;
	}
	return true;
}

/*
 * A write may disturb a knob that was as wanted and so was not planned: any word written to
 * transparent_hugepage/enabled recomputes vm.min_free_kbytes. It is set again.
 */
static bool repair(struct run *run, size_t i)
{
	if (!write_item(run, i))
		return false;
	run->result->items[i].reason = "another step had changed it: set again";
	return true;
}

static bool verify_item(struct run *run, size_t i)
{
	const struct plan_item *item = &run->plan->items[i];
	const char *reason = NULL;
	bool writes = plan_item_writes(item);
	int r;

	if (!writes && !plan_item_holds(item))
		return true;
	r = step_verify(run->arena, run->root, &run->steps[i], &reason);
	if (r == 0 && writes)
		run->result->items[i].live = run->steps[i].live;
	if (r == 0 || has_ended(run, i, r))
		return true;
	if (!writes && r == -ECANCELED)
		return repair(run, i);
	note(run, i, RESULT_FAILED, reason ? reason : strerror(-r));
	return false;
}

/* Who only persists neither disturbs what is live, nor has anything to set again. */
static bool verify_all(struct run *run)
{
	bool writes = plan_writes(run->plan);

	for (size_t i = 0; writes && i < run->plan->len; i++) {
		if (!verify_item(run, i))
			return false;
	}
	if (stop_asked(run->stop)) {
		run->result->interrupted = true;
		return false;
	}
	return true;
}

/* Items whose part it was to be persisted share the fate of the files. */
static void note_persisted(struct run *run, enum item_result what, const char *reason)
{
	for (size_t i = 0; i < run->plan->len; i++) {
		struct item_outcome *outcome = &run->result->items[i];

		if (run->plan->items[i].action != ACTION_PERSIST)
			continue;
		outcome->result = what;
		if (reason)
			outcome->reason = reason;
	}
}

/* What was not applied is not persisted: this comes last. */
static bool persist_all(struct run *run)
{
	const char *reason = NULL;

	if (run->plan->files.len == 0)
		return true;
	if (!files_write(&run->files)) {
		note_persisted(run, RESULT_FAILED, NULL);
		return false;
	}
	if (!files_verify(&run->files, &reason)) {
		run->result->files[0].reason = reason;
		note_persisted(run, RESULT_FAILED, reason);
		return false;
	}
	if (stop_asked(run->stop)) {
		run->result->interrupted = true;
		note_persisted(run, RESULT_RESTORED, NULL);
		return false;
	}
	note_persisted(run, RESULT_DONE, NULL);
	return true;
}

static void put_back(struct run *run, size_t i)
{
	struct item_outcome *outcome = &run->result->items[i];
	bool failed = outcome->result == RESULT_FAILED &&
		      plan_item_writes(&run->plan->items[i]);
	const char *reason = NULL;
	int r = step_undo(run->arena, run->root, &run->steps[i], &reason);

	if (r == 0 || has_ended(run, i, r)) {
		note(run, i, failed ? RESULT_FAILED : RESULT_RESTORED, NULL);
		return;
	}
	if (reason && outcome->reason)
		reason = arena_printf(run->arena, "%s; then %s", outcome->reason, reason);
	note(run, i, RESULT_STUCK, reason ? reason : "putting it back failed");
}

/*
 * Puts item @i back. A failed write may have changed something all the same: vectors are stored
 * element by element, up to the bad one. So a failed one is looked at, and put back where needed.
 */
static void undo_item(struct run *run, size_t i)
{
	const struct step *step = &run->steps[i];

	if (run->result->items[i].result == RESULT_FAILED && step->old_line &&
	    step_is_undone(run->root, step) == 0)
		return;
	put_back(run, i);
}

/*
 * Putting one knob back may disturb another: one that was put back before it, or one that was not
 * planned at all. It is set as it was, in the order in which nothing disturbs it any more.
 */
static void settle(struct run *run, size_t i)
{
	const struct plan_item *item = &run->plan->items[i];
	enum item_result *result = &run->result->items[i].result;
	const struct step *step = &run->steps[i];
	bool writes = plan_item_writes(item);

	if (!step->old_line || *result == RESULT_STUCK)
		return;
	if (writes ? *result == RESULT_NULL
		   : !plan_item_holds(item) || !item->knob || item->knob->order == 0)
		return;
	if (step_is_undone(run->root, step) != 0)
		put_back(run, i);
	else if (!writes && *result == RESULT_DONE)
		note(run, i, RESULT_RESTORED, NULL);
}

static void undo_all(struct run *run)
{
	for (size_t i = run->plan->len; i-- > 0;) {
		if (plan_item_writes(&run->plan->items[i]) &&
		    run->result->items[i].result != RESULT_NULL)
			undo_item(run, i);
	}
	for (size_t i = 0; plan_writes(run->plan) && i < run->plan->len; i++)
		settle(run, i);
}

static void count_one(struct result *result, enum item_result what)
{
	switch (what) {
	case RESULT_NULL:
		break;
	case RESULT_DONE:
		result->done++;
		break;
	case RESULT_FAILED:
		result->failed++;
		break;
	case RESULT_RESTORED:
		result->restored++;
		break;
	case RESULT_STUCK:
		result->stuck++;
		break;
	}
}

/* Files that did what they were to are not counted: their items are. */
static void count(struct result *result)
{
	for (size_t i = 0; i < result->len; i++)
		count_one(result, result->items[i].result);
	for (size_t i = 0; i < result->files_len; i++) {
		if (result->files[i].result == RESULT_FAILED ||
		    result->files[i].result == RESULT_STUCK)
			count_one(result, result->files[i].result);
	}
}

static enum entry_state carry_out(struct run *run, bool trial)
{
	if (write_all(run) && verify_all(run) && persist_all(run)) {
		run->result->status = STATUS_OK;
		count(run->result);
		return trial ? ENTRY_TRIAL : ENTRY_APPLIED;
	}
	files_undo(&run->files);
	undo_all(run);
	count(run->result);
	run->result->status = run->result->stuck > 0 ? STATUS_STUCK : STATUS_RESTORED;
	return run->result->stuck > 0 ? ENTRY_STUCK : ENTRY_RESTORED;
}

static int prepare(struct run *run, struct result *ret)
{
	size_t len = run->plan->len;

	ret->items = arena_array(run->arena, len, sizeof(*ret->items));
	ret->len = len;
	run->steps = arena_array(run->arena, len, sizeof(*run->steps));
	run->result = ret;
	ret->files_len = run->plan->files.len;
	ret->files = arena_array(run->arena, ret->files_len, sizeof(*ret->files));
	if (!ret->items || !run->steps || !ret->files)
		return -ENOMEM;
	run->files = (struct files_run){
		.arena = run->arena,
		.root = run->root,
		.plan = run->plan,
		.outcomes = ret->files,
	};
	for (size_t i = 0; i < len; i++) {
		if (step_prepare(run->arena, &run->plan->items[i], &run->steps[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void warn_unless_closed(struct diags *diags, const struct result *result, int r)
{
	if (r < 0)
		diag_warning(
			diags, NOWHERE,
			"the end of journal entry %lu could not be written (%s): it will "
			"look cut short",
			result->entry, strerror(-r));
}

static int begin(struct run *run, const struct journal_run *journal, struct diags *diags,
		 int *ret_fd)
{
	int r = journal_begin(run->arena, run->root, run->plan, journal,
			      &run->result->entry, ret_fd);

	if (r < 0)
		return diag_error(
			diags, NOWHERE, -r,
			"nothing was changed: the journal cannot be written: %s",
			strerror(-r));
	/* A tree's files belong to whom they belong: there, file permission is all that is asked. */
	if (run->root->live_proc)
		r = caps_keep(check_needs(run->plan));
	if (r < 0) {
		warn_unless_closed(diags, run->result,
				   journal_end(run->arena, *ret_fd, ENTRY_RESTORED,
					       run->plan, NULL));
		return diag_error(
			diags, NOWHERE, -r,
			"nothing was changed: privileges cannot be given up: %s",
			strerror(-r));
	}
	return 0;
}

int apply_run(struct arena *arena, const struct root *root, const struct plan *plan,
	      const struct journal_run *journal, struct diags *diags, struct result *ret)
{
	struct result result = { 0 };
	struct stop stop;
	struct run run = { .arena = arena, .root = root, .plan = plan, .stop = &stop };
	enum entry_state state;
	cleanup_fd int fd = -1;
	int r = prepare(&run, &result);

	if (r < 0)
		return diag_error(diags, NOWHERE, -r, "nothing was changed: %s",
				  strerror(-r));
	/* From here to the end a signal waits, and is answered by putting back. */
	stop_hold(&stop);
	r = begin(&run, journal, diags, &fd);
	if (r < 0) {
		stop_release(&stop, false);
		return r;
	}
	state = carry_out(&run, journal->trial_until != 0);
	warn_unless_closed(diags, &result, journal_end(arena, fd, state, plan, &result));
	/* The connection that a trial is for may be gone already: a SIGHUP waits as well. */
	if (state == ENTRY_TRIAL && journal->in_force)
		journal->in_force(journal->data, result.entry);
	stop_release(&stop, result.interrupted);
	*ret = result;
	return 0;
}
