/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/ruleset.h"

#include <errno.h>
#include <string.h>

#include "apply/carrier.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "cli/command.h"
#include "plan/probe.h"
#include "plan/process_item.h"
#include "plan/when.h"

/* As large as what the start has for its own: what could be begun with can be read again. */
#define RULESET_LIMIT ((size_t)256 * 1024 * 1024)
#define SCRATCH_LIMIT ((size_t)256 * 1024 * 1024)

/* At the @start faulty ones are left out: there are no rules of before to keep. */
static enum status load(struct context *own, struct job *job, bool start)
{
	enum status status = own->operands_len > 0 ? job_load(own, job, TRUST_OWNER)
						   : job_load_active(own, job);
	struct probes probes;
	struct state_request request = { 0 };
	int r;

	if (start && own->operands_len == 0 && job_leave_faulty(own, job, status))
		status = STATUS_OK;
	if (status != STATUS_OK)
		return status;
	/* Of the host only what conditions ask for: its settings are not a watch's business. */
	r = probes_for(own->arena, &job->profile, &probes);
	if (r == 0) {
		request.host = probes.host;
		r = state_collect(own->arena, &own->root, &request, &job->state);
	}
	if (r == 0)
		return job_read_rules(own, job);
	(void)diag_error(&own->diags, NOWHERE, -r, "cannot read the host: %s",
			 strerror(-r));
	return STATUS_ERROR;
}

static enum status check_items(struct context *own, const struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];

		if (item->action != ACTION_REFUSE)
			continue;
		(void)diag_error(&own->diags, item->from, EINVAL, "%s: %s",
				 plan_item_name(item), item->reason);
		return item->refusal;
	}
	return STATUS_OK;
}

/* What the processes of now take is only needed now. */
static enum status check(struct context *own, struct job *job)
{
	cleanup(arena_freep) struct arena *scratch = arena_new(SCRATCH_LIMIT);
	const struct processes_request collect = { .judge = judging_answer,
						   .data = &job->judging };
	struct processes processes = { 0 };
	const struct plan_request request = { .judging = &job->judging,
					      .processes = &processes,
					      .state = &job->state,
					      .force = given(own, OPTION_FORCE) };
	struct plan plan = { 0 };
	int r = scratch ? processes_collect(scratch, &own->root, &collect, &processes)
			: -ENOMEM;

	if (r == 0)
		r = process_items(scratch, &request, &plan);
	if (r == 0)
		return check_items(own, &plan);
	(void)diag_error(&own->diags, NOWHERE, -r, "cannot look at processes: %s",
			 strerror(-r));
	return STATUS_ERROR;
}

/* One that is due more often than it is good for is refused, unless it is forced. */
static enum status check_agenda(struct context *own, const struct agenda *agenda)
{
	for (size_t i = 0; i < agenda->len && !given(own, OPTION_FORCE); i++) {
		const struct agenda_entry *entry = &agenda->items[i];

		if (!schedule_is_hasty(&entry->schedule))
			continue;
		(void)diag_error(&own->diags, entry->from->at, EINVAL, SCHEDULE_HASTY);
		return STATUS_ERROR;
	}
	return STATUS_OK;
}

/* What an active profile has handed to systemd or cron is not run twice. */
static bool is_own(void *data, const char *name)
{
	struct context *own = data;
	enum carrier carrier = CARRIER_WATCH;
	int r = carrier_find(own->arena, &own->root, name, &carrier);

	if (r == 0 && carrier != CARRIER_WATCH)
		diag_note(&own->diags, NOWHERE,
			  "schedules of %s are left to %s, which has files for them",
			  name, carrier == CARRIER_CRON ? "cron" : "systemd");
	return r < 0 || carrier == CARRIER_WATCH;
}

static enum status load_agenda(struct context *own, struct ruleset *ruleset)
{
	const struct profile *profile = &ruleset->job.profile;
	const struct layer **layers =
		arena_array(own->arena, profile->len, sizeof(*layers));
	size_t len = 0;
	int r = layers ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < profile->len; i++) {
		const char *why;

		if (when_holds(own->arena, profile->items[i], &ruleset->job.state.host,
			       &why))
			layers[len++] = profile->items[i];
	}
	if (r == 0)
		r = agenda_begin(own->arena, layers, len,
				 own->operands_len > 0 ? NULL : is_own, own,
				 &ruleset->agenda);
	if (r == 0)
		return check_agenda(own, &ruleset->agenda);
	(void)diag_error(&own->diags, NOWHERE, -r, "cannot read schedules: %s",
			 strerror(-r));
	return STATUS_ERROR;
}

enum status ruleset_load(const struct context *context, bool own_arena,
			 struct ruleset *ret)
{
	struct context own = *context;
	enum status status;

	*ret = (struct ruleset){ .arena = own_arena ? arena_new(RULESET_LIMIT)
						    : context->arena,
				 .own = own_arena };
	own.arena = ret->arena;
	own.diags = diags_in(ret->arena);
	if (!ret->arena)
		return STATUS_ERROR;
	status = load(&own, &ret->job, !own_arena);
	if (status == STATUS_OK)
		status = check(&own, &ret->job);
	if (status == STATUS_OK)
		status = load_agenda(&own, ret);
	ret->diags = own.diags;
	return status;
}

void ruleset_done(struct ruleset *ruleset)
{
	if (!ruleset->arena)
		return;
	job_done(&ruleset->job);
	if (ruleset->own)
		arena_freep(&ruleset->arena);
	ruleset->arena = NULL;
}
