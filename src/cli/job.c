/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/job.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "apply/carrier.h"
#include "apply/lock.h"
#include "apply/result.h"
#include "base/arena.h"
#include "base/vec.h"
#include "cli/advice.h"
#include "cli/boot.h"
#include "cli/command.h"
#include "cli/show.h"
#include "plan/persist.h"
#include "plan/probe.h"
#include "render/view.h"
#include "state/users.h"

static int read_live(struct context *context, struct job *job,
		     const struct probes *probes, bool keep)
{
	const struct state_request request = {
		.probes = probes->items,
		.len = probes->len,
		.host = probes->host,
		.keep = keep,
	};

	return state_collect(context->arena, &context->root, &request, &job->state);
}

/* What the loader passes over only matters to whoever changes the files. */
static enum status read_boot(struct context *context, struct job *job)
{
	struct diags ignored = diags_in(context->arena);
	bool all = (job->scope & SCOPE_BOOT) || job->active.len > 0;
	const struct sysctl_loader *loader;
	enum status status = boot_loader(context, &loader);

	if (status != STATUS_OK)
		return status;
	return boot_read(context, job->hushed ? &ignored : &context->diags, loader, all,
			 &job->persisted);
}

enum status job_read_boot(struct context *context, struct job *job)
{
	if (!job->live_only && job_read_active(context, job) < 0) {
		(void)diag_error(&context->diags, NOWHERE, ENOMEM, "%s",
				 strerror(ENOMEM));
		return STATUS_ERROR;
	}
	return read_boot(context, job);
}

/* What a rule is held against is read only where some profile has one. */
static int read_users(struct context *context, const struct job *job, struct users *ret)
{
	bool named = false;

	for (size_t i = 0; i < job->profile.len; i++)
		named |= rules_name_users(job->profile.items[i]);
	*ret = (struct users){ 0 };
	return named ? users_read(context->arena, &context->root, ret) : 0;
}

static void warn_of_hidden(struct context *context, const struct processes *processes)
{
	if (processes->seen == 0 || (processes->hidden == 0 && !processes->partial) ||
	    !context->root.live_proc)
		return;
	diag_warning(&context->diags, NOWHERE,
		     "other users' processes are hidden here (hidepid): no rule is held "
		     "against them without CAP_SYS_PTRACE");
}

enum status job_read_rules(struct context *context, struct job *job)
{
	struct users users;
	int r = read_users(context, job, &users);

	if (r == 0)
		r = judging_begin(context->arena, &job->profile, &job->state.host, &users,
				  &job->judging);
	if (context->root.live_proc)
		job->judging.self = getpid();
	if (r == 0)
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot make the rules ready: %s",
			 strerror(-r));
	return STATUS_ERROR;
}

static int collect_processes(struct context *context, struct job *job, bool keep)
{
	const struct processes_request request = { .judge = judging_answer,
						   .data = &job->judging,
						   .keep = keep };
	int r;

	if (job->judging.rules.len == 0)
		return 0;
	r = processes_collect(context->arena, &context->root, &request, &job->processes);
	if (r == 0)
		warn_of_hidden(context, &job->processes);
	/* An image that is being built has no processes. */
	return r == -ENOENT ? 0 : r;
}

static enum status read_processes(struct context *context, struct job *job, bool keep)
{
	enum status status = job_read_rules(context, job);
	int r = status == STATUS_OK ? collect_processes(context, job, keep) : 0;

	if (r == 0)
		return status;
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot look at processes: %s",
			 strerror(-r));
	return STATUS_ERROR;
}

int job_read_carrier(struct context *context, struct job *job, const char *name,
		     size_t least)
{
	struct carrying *place;

	if (carryings_find(&job->carryings, name))
		return 0;
	place = vec_push(context->arena, &job->carryings);
	return place ? carrier_read(context->arena, &context->root, name, least, place)
		     : -ENOMEM;
}

static int read_carriers(struct context *context, struct job *job)
{
	size_t most = 0;
	int r = 0;

	for (size_t i = 0; i < job->profile.len; i++)
		most += job->profile.items[i]->schedules_len;
	for (size_t i = 0; r == 0 && i < job->profile.len; i++) {
		const struct layer *layer = job->profile.items[i];

		if (!layer->includer)
			r = job_read_carrier(context, job, layer->name, most);
	}
	return r;
}

static int make_plan(struct context *context, struct job *job,
		     const struct probes *probes)
{
	bool live = (job->scope & SCOPE_LIVE) != 0;
	const struct plan_request request = {
		.profile = &job->profile,
		.probes = probes,
		.state = &job->state,
		.persisted = &job->persisted,
		.active = &job->active,
		.scope = job->scope,
		.judging = live ? &job->judging : NULL,
		.processes = live ? &job->processes : NULL,
		.force = job->force,
	};
	const struct persist_request persist = {
		.profile = &job->profile,
		.persisted = &job->persisted,
		.active = &job->active,
		.edit_conflicts = job->edit_conflicts,
		.yield = job->yield,
		.carryings = &job->carryings,
		.carrier = job->carrier,
		.diags = &context->diags,
	};
	int r = plan_build(context->arena, &request, &job->plan);

	if (r == 0)
		r = persist_plan(context->arena, &persist, job->scope, &job->plan);
	return r;
}

static const char *why_no_plan(int r)
{
	switch (-r) {
	case EILSEQ:
		return "the file that is to be written holds NUL bytes: it is no text";
	case EEXIST:
		return "two of the profiles have the same name, and it is by their names that "
		       "they are persisted";
	default:
		return strerror(-r);
	}
}

enum status job_plan(struct context *context, struct job *job, bool keep)
{
	struct probes probes;
	enum status status;
	int r = probes_for(context->arena, &job->profile, &probes);

	if (r == 0)
		r = read_live(context, job, &probes, keep);
	status = r == 0 ? job_read_boot(context, job) : STATUS_OK;
	if (r == 0 && status == STATUS_OK && (job->scope & SCOPE_LIVE))
		status = read_processes(context, job, keep);
	if (status != STATUS_OK)
		return status;
	if (r == 0)
		r = read_carriers(context, job);
	if (r == 0)
		r = make_plan(context, job, &probes);
	if (r == 0)
		return STATUS_OK;
	/* Cron cannot do it, which was told. */
	if (r == -EDOM)
		return STATUS_BAD_PROFILE;
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot compare: %s",
			 why_no_plan(r));
	return STATUS_ERROR;
}

enum status job_lock(struct context *context, struct lock *lock)
{
	pid_t holder = 0;
	int r = lock_take(lock, &context->root, false, &holder);

	if (r == 0)
		return STATUS_OK;
	if (r == -EWOULDBLOCK) {
		advise_on_holder(context, holder);
		return STATUS_LOCKED;
	}
	return advise_on_lock(context, -r);
}

void job_done(struct job *job)
{
	state_done(&job->state);
	processes_done(&job->processes);
	rules_done(&job->judging.rules);
}

const char *job_operands(struct context *context)
{
	const char *text = "";

	for (size_t i = 0; text && i < context->operands_len; i++)
		text = arena_printf(context->arena, "%s%s%s", text, i > 0 ? " " : "",
				    context->operands[i]);
	return text;
}

/* @word so that a shell takes it for one word. NULL: out of memory. */
static const char *quoted(struct arena *arena, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=.,:/@%";
	const char *text = "'";

	if (*word && word[strspn(word, plain)] == '\0')
		return word;
	for (; text && *word; word += strcspn(word, "'")) {
		while (text && *word == '\'') {
			text = arena_printf(arena, "%s'\\''", text);
			word++;
		}
		if (text)
			text = arena_printf(arena, "%s%.*s", text,
					    (int)strcspn(word, "'"), word);
	}
	return text ? arena_printf(arena, "%s'", text) : NULL;
}

const char *job_command_line(struct context *context, const char *command, bool operands)
{
	struct arena *arena = context->arena;
	const char *root = context->option[OPTION_ROOT];
	const char *text = "lowmemctl";

	if (root) {
		root = quoted(arena, root);
		text = root ? arena_printf(arena, "%s --root %s", text, root) : NULL;
	}
	if (text)
		text = arena_printf(arena, "%s %s", text, command);
	for (size_t i = 0; text && operands && i < context->operands_len; i++) {
		const char *word = quoted(arena, context->operands[i]);

		text = word ? arena_printf(arena, "%s %s", text, word) : NULL;
	}
	return text;
}

const char *job_undo_line(struct context *context, unsigned long entry)
{
	const char *revert = job_command_line(context, "revert", false);

	return revert ? arena_printf(context->arena, "%s %lu", revert, entry) : NULL;
}

static const char *count_words(struct arena *arena, const char *text, size_t count,
			       const char *words)
{
	if (!text || count == 0)
		return text;
	return arena_printf(arena, "%s%s%zu %s", text, *text ? ", " : "", count, words);
}

static const char *comment_on_plan(struct arena *arena, const struct plan *plan)
{
	const char *text = count_words(arena, "", plan->counts.differs, "to change");

	text = count_words(arena, text, plan->counts.refused, "cannot be done");
	text = count_words(arena, text, plan->counts.skipped, "skipped");
	text = count_words(arena, text, plan->counts.same, "in sync");
	if (plan->refusal == STATUS_OK)
		text = count_words(arena, text, plan->files.len,
				   plan->files.len == 1 ? "file to write"
							: "files to write");
	if (!text || *text)
		return text;
	if (!plan->applies)
		return plan->not_applicable ? "not applicable to this host"
					    : "no profile is active";
	return "nothing to compare";
}

static const char *comment_on_result(struct arena *arena, const struct plan *plan,
				     const struct result *result)
{
	const char *text = count_words(arena, "", result->done, "changed");

	text = count_words(arena, text, result->failed, "failed");
	text = count_words(arena, text, result->restored, "put back");
	text = count_words(arena, text, result->stuck, "still changed");
	text = count_words(arena, text, plan->counts.skipped, "skipped");
	text = count_words(arena, text, plan->counts.same, "in sync");
	if (result->status == STATUS_OK)
		text = count_words(arena, text, plan->files.len,
				   plan->files.len == 1 ? "file written"
							: "files written");
	if (text && result->interrupted)
		text = arena_printf(arena, "interrupted: %s", text);
	return text;
}

static const char *comment_on(struct arena *arena, const struct report *report)
{
	if (report->comment)
		return report->comment;
	if (!report->plan)
		return "nothing was done";
	if (report->result)
		return comment_on_result(arena, report->plan, report->result);
	return comment_on_plan(arena, report->plan);
}

enum status job_report(struct context *context, const struct report *report)
{
	const struct plan_view view = {
		.arena = context->arena,
		.command = context->command ? context->command->name : NULL,
		.plan = report->plan,
		.result = report->result,
		.diags = &context->diags,
		.loader = report->loader,
		.comment = comment_on(context->arena, report),
		.next = report->next,
		.undo = report->undo,
		.brief = report->brief,
		.boot_only = report->boot_only,
		.changed = report->changed,
		.in_sync = report->in_sync,
		.verbose = given(context, OPTION_VERBOSE),
		.status = report->status,
	};
	bool json = given(context, OPTION_JSON);
	int r;

	context->shown = true;
	advise(context, report);
	diags_sort(&context->diags);
	if (given(context, OPTION_QUIET) && !json &&
	    !(report->result && report->result->stuck))
		return report->status;
	r = view_plan(&view, &context->out, json);
	if (r == 0)
		return report->status;
	(void)show_failed(context, r);
	/* What was done counts more than that it could not be told. */
	return report->status == STATUS_OK || report->status == STATUS_DIFFERS
		       ? STATUS_ERROR
		       : report->status;
}
