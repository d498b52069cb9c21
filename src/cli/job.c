/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/job.h"

#include <errno.h>
#include <string.h>

#include "apply/result.h"
#include "base/arena.h"
#include "cli/advice.h"
#include "cli/command.h"
#include "plan/probe.h"
#include "render/view.h"

static enum status load_status(int r)
{
	switch (-r) {
	case 0:
		return STATUS_OK;
	case EINVAL:
		return STATUS_BAD_PROFILE;
	case EPERM:
		return STATUS_NO_PRIVILEGE;
	default:
		return STATUS_ERROR;
	}
}

enum status job_load(struct context *context, struct job *job, enum trust trust)
{
	const struct loader loader = {
		.arena = context->arena,
		.diags = &context->diags,
		.root = &context->root,
		.shipped = LOWMEMCTL_PROFILES,
		.trust = trust,
	};
	enum status status = STATUS_OK;

	/* All are read, so that the faults of all are shown in one run. */
	for (size_t i = 0; i < context->operands_len; i++) {
		enum status one = load_status(
			profile_load(&loader, context->operands[i], &job->profile));

		if (status == STATUS_OK)
			status = one;
	}
	return status;
}

enum status job_plan(struct context *context, struct job *job, bool keep)
{
	struct probes probes;
	int r = probes_for(context->arena, &job->profile, &probes);

	if (r == 0) {
		const struct state_request request = {
			.probes = probes.items,
			.len = probes.len,
			.host = probes.host,
			.keep = keep,
		};

		r = state_collect(context->arena, &context->root, &request, &job->state);
	}
	if (r == 0)
		r = plan_build(context->arena, &job->profile, &probes, &job->state,
			       &job->plan);
	if (r == 0)
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot compare: %s",
			 strerror(-r));
	return STATUS_ERROR;
}

void job_done(struct job *job)
{
	state_done(&job->state);
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
	if (text && !*text)
		return plan->applies ? "nothing to compare"
				     : "not applicable to this host";
	return text;
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
		.comment = comment_on(context->arena, report),
		.next = report->next,
		.undo = report->undo,
		.brief = report->brief,
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
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot show the outcome: %s",
			 strerror(-r));
	/* What was done counts more than that it could not be told. */
	return report->status == STATUS_OK || report->status == STATUS_DIFFERS
		       ? STATUS_ERROR
		       : report->status;
}
