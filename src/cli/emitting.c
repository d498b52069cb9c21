/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/emitting.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/job.h"
#include "plan/activecopy.h"
#include "plan/plan.h"
#include "plan/schedule.h"
#include "plan/timers.h"
#include "plan/when.h"
#include "profile/profile.h"
#include "render/view_timers.h"
#include "state/host.h"

struct emitting {
	struct context *context;
	enum carrier carrier;
	struct job job;
	struct plan plan; /* has the layers that apply, and nothing else */
	struct timer_files files;
};

static enum status read_carrier(struct emitting *emitting)
{
	struct context *context = emitting->context;
	int carrier = CARRIER_WATCH;
	enum status status =
		choice_read(context, OPTION_AS, "as", carrier_others, &carrier);

	emitting->carrier = (enum carrier)carrier;
	if (status != STATUS_OK || given(context, OPTION_AS))
		return status;
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "say for whom: --as systemd or --as cron");
	return STATUS_USAGE;
}

static enum status failed(struct context *context, int r, const char *what)
{
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot %s: %s", what,
			 strerror(-r));
	return STATUS_ERROR;
}

/* Notes @layer as one that applies to @host, or says why it does not, if it has schedules. */
static int add_layer(struct emitting *emitting, const struct host *host,
		     const struct layer *layer)
{
	struct context *context = emitting->context;
	const struct layer **place;
	const char *why = NULL;

	if (when_holds(context->arena, layer, host, &why)) {
		place = vec_push(context->arena, &emitting->plan.layers);
		if (!place)
			return -ENOMEM;
		*place = layer;
		return 0;
	}
	if (why && layer->schedules_len > 0)
		diag_note(&context->diags, layer->schedules[0].at,
			  "left out: not applicable to this host: %s", why);
	return why ? 0 : -ENOMEM;
}

static int find_layers(struct emitting *emitting)
{
	struct context *context = emitting->context;
	const struct profile *profile = &emitting->job.profile;
	struct host host;
	int r = host_read(context->arena, &context->root,
			  HOST_KERNEL | HOST_MEMORY | HOST_ARCH, &host);

	for (size_t i = 0; r == 0 && i < profile->len; i++)
		r = add_layer(emitting, &host, profile->items[i]);
	return r;
}

/* One that is due more often than it is good for is refused, unless it is forced. */
static enum status check_often(struct context *context,
			       const struct drop_schedule *schedules, size_t len)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < len && !given(context, OPTION_FORCE); i++) {
		const struct schedule schedule = schedule_of(&schedules[i]);

		if (!schedule_is_hasty(&schedule))
			continue;
		(void)diag_error(&context->diags, schedules[i].at, EINVAL,
				 SCHEDULE_HASTY);
		status = STATUS_ERROR;
	}
	return status;
}

static enum status emit_profile(struct emitting *emitting, const struct layer *profile)
{
	struct context *context = emitting->context;
	struct timers_request request = { .profile = profile->name,
					  .carrier = emitting->carrier };
	const struct drop_schedule *schedules = NULL;
	const char *why = "";
	enum status status;
	size_t which = 0;
	int r = active_schedules(context->arena, &emitting->plan, profile, &schedules,
				 &request.len);

	if (r < 0)
		return failed(context, r, "gather schedules");
	status = check_often(context, schedules, request.len);
	if (status != STATUS_OK)
		return status;
	request.schedules = schedules;
	r = timers_write(context->arena, &request, &emitting->files, &which, &why);
	if (r == -EINVAL) {
		(void)diag_error(&context->diags, schedules[which].at, EINVAL, "%s", why);
		return STATUS_ERROR;
	}
	return r < 0 ? failed(context, r, "write schedules") : STATUS_OK;
}

/* Files go by their profile's name: two profiles of one name would have the same. */
static bool is_namesake(const struct profile *profile, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (!profile->items[j]->includer &&
		    strcmp(profile->items[j]->name, profile->items[i]->name) == 0)
			return true;
	}
	return false;
}

/* All are looked at, so that the faults of all are shown in one run. */
static enum status emit_all(struct emitting *emitting)
{
	struct context *context = emitting->context;
	const struct profile *profile = &emitting->job.profile;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < profile->len; i++) {
		const struct layer *layer = profile->items[i];
		enum status one;

		if (layer->includer)
			continue;
		if (is_namesake(profile, i)) {
			(void)diag_error(
				&context->diags, NOWHERE, EEXIST,
				"two of the profiles are called '%s', and it is by their "
				"names that files go",
				layer->name);
			return STATUS_ERROR;
		}
		one = emit_profile(emitting, layer);
		if (status == STATUS_OK)
			status = one;
	}
	return status;
}

static enum status show(struct emitting *emitting)
{
	struct context *context = emitting->context;
	const struct timers_view view = { .arena = context->arena,
					  .files = &emitting->files,
					  .diags = &context->diags };
	int r;

	if (emitting->files.len == 0)
		diag_note(&context->diags, NOWHERE, "there are no schedules");
	diags_sort(&context->diags);
	context->shown = true;
	r = view_timers(&view, &context->out, given(context, OPTION_JSON));
	return r == 0 ? STATUS_OK : failed(context, r, "show it");
}

enum status emit_schedules(struct context *context)
{
	struct emitting emitting = { .context = context };
	enum status status = read_carrier(&emitting);
	int r;

	if (status == STATUS_OK)
		status = job_load_asked(context, &emitting.job);
	if (status != STATUS_OK)
		return status;
	r = find_layers(&emitting);
	if (r < 0)
		return failed(context, r, "look at this host");
	status = emit_all(&emitting);
	return status == STATUS_OK ? show(&emitting) : status;
}
