/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/near.h"
#include "base/num.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/emitting.h"
#include "cli/job.h"
#include "cli/show.h"
#include "plan/schedule.h"
#include "plan/upcoming.h"
#include "render/view_schedules.h"
#include "sys/clock.h"
#include "sys/localtime.h"

#define MOST_RUNS 1000

static enum status failed(struct context *context, const char *what, int r)
{
	(void)diag_error(&context->diags, NOWHERE, -r, "%s: %s", what, strerror(-r));
	return STATUS_ERROR;
}

static enum status read_runs(struct context *context, size_t *ret)
{
	const char *text = context->option[OPTION_LINES];
	uint64_t runs = 1;

	if (text &&
	    (num_u64(span_of(text), &runs) < 0 || runs == 0 || runs > MOST_RUNS)) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--lines takes a number from 1 to %d, not '%s'",
				 MOST_RUNS, text);
		return STATUS_USAGE;
	}
	*ret = (size_t)runs;
	return STATUS_OK;
}

static void use_zone(struct context *context)
{
	int r = localtime_use(&context->root);

	if (r < 0)
		diag_warning(&context->diags, NOWHERE,
			     "times are in UTC, as the root's /etc/localtime %s",
			     r == -EINVAL ? "is no zone" : "cannot be read");
}

static void warn_of_haste(struct context *context, const struct upcoming *upcoming)
{
	for (size_t i = 0; i < upcoming->len; i++) {
		const struct upcoming_item *item = &upcoming->items[i];
		char shortest[NUM_TEXT_SIZE];

		if (item->not_applicable || item->shortest >= SCHEDULE_SHORTEST)
			continue;
		(void)num_duration_text(item->shortest, shortest);
		diag_warning(&context->diags, item->schedule->at,
			     "it may be due again after %s: more often than every 10 "
			     "minutes is refused without --force",
			     shortest);
	}
}

static int name_moment(struct arena *arena, int64_t at, struct moment *ret)
{
	char people[LOCALTIME_TEXT], rfc3339[LOCALTIME_TEXT], zone[LOCALTIME_TEXT];

	*ret = (struct moment){
		.at = at,
		.people = arena_printf(arena, "%s", localtime_text(at, people)),
		.rfc3339 = arena_printf(arena, "%s", localtime_rfc3339(at, rfc3339)),
		.zone = arena_printf(arena, "%s", localtime_zone(at, zone)),
	};
	return ret->people && ret->rfc3339 && ret->zone ? 0 : -ENOMEM;
}

static int name_moments(struct arena *arena, const struct upcoming *upcoming,
			const struct moment **ret)
{
	struct moment *moments;
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; i < upcoming->len; i++)
		count += upcoming->items[i].next_len;
	moments = arena_array(arena, count + 1, sizeof(*moments));
	if (!moments)
		return -ENOMEM;
	*ret = moments;
	for (size_t i = 0; i < upcoming->len; i++) {
		const struct upcoming_item *item = &upcoming->items[i];

		for (size_t j = 0; r == 0 && j < item->next_len; j++)
			r = name_moment(arena, item->next[j], moments++);
	}
	return r;
}

static enum status show(struct context *context, struct schedules_view *view)
{
	int r;

	warn_of_haste(context, view->upcoming);
	diags_sort(&context->diags);
	if (given(context, OPTION_QUIET) && !given(context, OPTION_JSON))
		return STATUS_OK;
	r = name_moments(context->arena, view->upcoming, &view->moments);
	context->shown = r == 0;
	if (r == 0)
		r = view_schedules(view, &context->out, given(context, OPTION_JSON));
	return r < 0 ? show_failed(context, r) : STATUS_OK;
}

static enum status find(struct context *context, struct job *job, size_t runs)
{
	static const struct local_time local = { .offset = localtime_offset };
	const struct upcoming_request request = {
		.profile = &job->profile,
		.host = &job->state.host,
		.local = &local,
		.now = clock_wall(),
		.runs = runs,
	};
	struct upcoming upcoming;
	struct schedules_view view = {
		.arena = context->arena,
		.upcoming = &upcoming,
		.now = request.now,
		.diags = &context->diags,
	};
	int r = host_read(context->arena, &context->root,
			  HOST_KERNEL | HOST_MEMORY | HOST_ARCH, &job->state.host);

	if (r < 0)
		return failed(context, "cannot look at the host", r);
	use_zone(context);
	r = upcoming_find(context->arena, &request, &upcoming);
	return r < 0 ? failed(context, "cannot tell when they run", r)
		     : show(context, &view);
}

static enum status run_next(struct context *context)
{
	cleanup(job_done) struct job job = { 0 };
	size_t runs;
	enum status status = read_runs(context, &runs);

	if (status == STATUS_OK)
		status = job_load_asked(context, &job);
	return status == STATUS_OK ? find(context, &job, runs) : status;
}

static const struct action {
	const char *name;
	struct owned {
		const char *name; /* NULL ends them */
		enum option_id id;
	} own[3]; /* those of the command's options that no other action has */
	enum status (*run)(struct context *context);
} actions[] = {
	{ "next", { { "lines", OPTION_LINES } }, run_next },
	{ "emit", { { "as", OPTION_AS }, { "force", OPTION_FORCE } }, emit_schedules },
};

#define ACTIONS (sizeof(actions) / sizeof(*actions))

static enum status misuse(struct context *context, const char *word)
{
	struct near near = near_to(word);

	for (size_t i = 0; i < ACTIONS; i++)
		near_try(&near, actions[i].name);
	(void)diag_error(&context->diags, NOWHERE, EINVAL, "unknown action '%s': %s%s%s",
			 word,
			 near.best ? "did you mean 'schedule " : "they are next and emit",
			 near.best ? near.best : "", near.best ? "'?" : "");
	return STATUS_USAGE;
}

/* The option of @other that is given; NULL: none is. */
static const char *given_of(const struct context *context, const struct action *other)
{
	for (const struct owned *own = other->own; own->name; own++) {
		if (given(context, own->id))
			return own->name;
	}
	return NULL;
}

static enum status run_action(struct context *context, const struct action *action)
{
	for (size_t i = 0; i < ACTIONS; i++) {
		const char *foreign = given_of(context, &actions[i]);

		if (&actions[i] == action || !foreign)
			continue;
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--%s is for 'schedule %s'", foreign, actions[i].name);
		return STATUS_USAGE;
	}
	return action->run(context);
}

static enum status run_schedule(struct context *context)
{
	const char *word = context->operands[0];

	context->operands++;
	context->operands_len--;
	for (size_t i = 0; i < ACTIONS; i++) {
		if (strcmp(actions[i].name, word) == 0)
			return run_action(context, &actions[i]);
	}
	return misuse(context, word);
}

static const struct option_row schedule_options[] = {
	{ OPTION_LINES, "lines", 'n', "N", "next: the next N runs of each (1)" },
	{ OPTION_AS, "as", 0, "WHO",
	  "emit: for systemd (timer and service units) or cron" },
	{ OPTION_FORCE, "force", 'f', NULL,
	  "emit: also what is due more often than every 10 minutes" },
	{ 0 },
};

const struct command command_schedule = {
	.name = "schedule",
	.synopsis = "next [OPTION]... [PROFILE...] | emit [OPTION]... [PROFILE...]",
	.summary =
		"When the schedules of profiles run next, and files for others to run them",
	.text = "next    when each runs next, in the host's local time.\n"
		"emit    units of systemd, or a file for cron, that call 'lowmemctl drop-caches', for\n"
		"        hosts that do not run the daemon. Writes no file: 'persist --schedules' puts\n"
		"        them where they belong.\n\n"
		"Without a PROFILE: those of all active profiles. Changes nothing, needs no privilege.",
	.options = schedule_options,
	.least = 1,
	.most = (size_t)-1,
	.operand = "action: next or emit",
	.run = run_schedule,
};
