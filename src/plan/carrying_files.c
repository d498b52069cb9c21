/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/carrying_files.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "plan/activecopy.h"
#include "plan/boot.h"
#include "plan/carrying.h"
#include "plan/persist.h"
#include "plan/plan.h"
#include "profile/profile.h"

/* As plan_add_file(), for a path without a slash in front. */
static int add(struct arena *arena, struct plan *plan, const char *path, const char *old,
	       const char *new)
{
	const char *slashed = arena_printf(arena, "/%s", path);

	return slashed ? plan_add_file(arena, plan, slashed, old, new) : -ENOMEM;
}

static int add_wanted(struct arena *arena, const struct carrying *carrying,
		      const struct timer_file *wanted, struct plan *plan)
{
	const struct carrying_file *file = carrying_file(carrying, wanted->path);
	size_t before = plan->files.len;
	int r;

	if (!file || file->ours)
		return add(arena, plan, wanted->path, file ? file->text : NULL,
			   wanted->text);
	r = add(arena, plan, wanted->path, file->text, wanted->text);
	if (r == 0 && plan->files.len > before) {
		plan->files.items[before].refused =
			"somebody else's file of that name is never overwritten";
		plan->files.items[before].refusal = STATUS_RESTORED;
	}
	return r;
}

static bool is_wanted(const struct timer_files *wanted, const char *path)
{
	for (size_t i = 0; i < wanted->len; i++) {
		if (strcmp(wanted->items[i].path, path) == 0)
			return true;
	}
	return false;
}

/* What is ours and goes. */
static int add_surplus(struct arena *arena, const struct carrying *carrying,
		       const struct timer_files *wanted, struct plan *plan)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < carrying->files.len; i++) {
		const struct carrying_file *file = &carrying->files.items[i];

		if (file->ours && !is_wanted(wanted, file->path))
			r = add(arena, plan, file->path, file->text, NULL);
	}
	return r;
}

static int write_files(struct arena *arena, const struct persist_request *request,
		       const struct timers_request *timers, struct timer_files *ret)
{
	const char *why = "";
	size_t which = 0;
	int r = timers_write(arena, timers, ret, &which, &why);

	if (r != -EINVAL)
		return r;
	if (request->diags)
		(void)diag_error(request->diags, timers->schedules[which].at, EINVAL,
				 "cron cannot carry it out: %s", why);
	return -EDOM;
}

int carrying_files(struct arena *arena, const struct persist_request *request,
		   const struct layer *profile, struct plan *plan)
{
	const struct carrying *carrying =
		request->carryings ? carryings_find(request->carryings, profile->name)
				   : NULL;
	struct timers_request timers = { .profile = profile->name };
	const struct drop_schedule *schedules = NULL;
	struct timer_files wanted = { 0 };
	int r;

	if (!carrying)
		return 0;
	r = active_schedules(arena, plan, profile, &schedules, &timers.len);
	if (r < 0)
		return r;
	timers.schedules = schedules;
	timers.carrier = request->carrier ? *request->carrier : carrying_by(carrying);
	if (timers.len > 0 && timers.carrier != CARRIER_WATCH)
		r = write_files(arena, request, &timers, &wanted);
	for (size_t i = 0; r == 0 && i < wanted.len; i++)
		r = add_wanted(arena, carrying, &wanted.items[i], plan);
	return r == 0 ? add_surplus(arena, carrying, &wanted, plan) : r;
}

int carrying_files_remove(struct arena *arena, const struct persist_request *request,
			  const char *name, struct plan *plan)
{
	const struct carrying *carrying =
		request->carryings ? carryings_find(request->carryings, name) : NULL;
	const struct timer_files none = { 0 };

	return carrying ? add_surplus(arena, carrying, &none, plan) : 0;
}

static const char *carrier_words(enum carrier carrier)
{
	switch (carrier) {
	case CARRIER_SYSTEMD:
		return "left to a systemd timer";
	case CARRIER_CRON:
		return "left to cron";
	case CARRIER_WATCH:
		break;
	}
	return "left to 'lowmemctl watch'";
}

static const char *why_astray(struct arena *arena, const struct file_change *change)
{
	const char *what = change->refused ? "is somebody else's"
			   : !change->old  ? "is missing"
					   : "is not as it is to be";

	return arena_printf(arena, "/%s %s", change->path, what);
}

static void judge(struct plan_item *item, enum boot_status status, bool judged,
		  const char *reason)
{
	item->boot_status = status;
	item->active = status != BOOT_UNSET;
	item->boot = status == BOOT_SAME ? item->want : NULL;
	item->reason = reason;
	if (!judged)
		return;
	item->action = status == BOOT_SAME ? ACTION_NONE : ACTION_PERSIST;
	if (status != BOOT_SAME)
		item->needs |= NEED_ROOT;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_schedule(const struct drop_schedule *a, const struct drop_schedule *b)
{
	return same_text(a->schedule, b->schedule) &&
	       a->every_seconds == b->every_seconds && a->mode == b->mode &&
	       a->sync == b->sync && same_text(a->only_if, b->only_if) &&
	       a->under_pressure == b->under_pressure;
}

/* Has the active copy of @profile the schedules that it asks for now? 1, 0 or -ENOMEM. */
static int is_copied(struct arena *arena, const struct persist_request *request,
		     const struct layer *profile, const struct plan *plan)
{
	const struct drop_schedule *schedules;
	const struct layer *copy = NULL;
	size_t len;
	int r = active_schedules(arena, plan, profile, &schedules, &len);

	for (size_t i = 0; request->active && i < request->active->len; i++) {
		if (strcmp(request->active->items[i]->name, profile->name) == 0)
			copy = request->active->items[i];
	}
	if (r < 0 || !copy || copy->schedules_len != len)
		return r;
	for (size_t i = 0; i < len; i++) {
		if (!same_schedule(&copy->schedules[i], &schedules[i]))
			return 0;
	}
	return 1;
}

/* Notes it at all schedules of the profile. */
static void judge_all(struct plan *plan, const struct layer *profile,
		      enum boot_status status, bool counts, const char *reason)
{
	for (size_t i = 0; i < plan->len; i++) {
		struct plan_item *item = &plan->items[i];

		if (item->kind == ITEM_SCHEDULE && item->profile == profile &&
		    item->action == ACTION_SKIP)
			judge(item, status, counts, reason);
	}
}

int carrying_judge(struct arena *arena, const struct persist_request *request,
		   const struct layer *profile, unsigned scope, struct plan *plan)
{
	const struct carrying *carrying =
		request->carryings ? carryings_find(request->carryings, profile->name)
				   : NULL;
	bool active = boot_is_active(request->active, profile);
	struct persist_request now = *request;
	struct plan scratch = { .layers.items = plan->layers.items,
				.layers.len = plan->layers.len };
	enum boot_status status = active ? BOOT_SAME : BOOT_UNSET;
	const char *reason;
	int r;

	if (!carrying)
		return 0;
	now.carrier = NULL;
	r = active ? carrying_files(arena, &now, profile, &scratch) : 0;
	reason = scratch.files.len > 0
			 ? why_astray(arena, &scratch.files.items[0])
			 : carrier_words(request->carrier ? *request->carrier
							  : carrying_by(carrying));
	if (r < 0 || !reason)
		return r < 0 ? r : -ENOMEM;
	r = active ? is_copied(arena, request, profile, plan) : 1;
	if (r < 0)
		return r;
	if (r == 0 && scratch.files.len == 0)
		reason = "the active copy has other schedules";
	if (r == 0 || scratch.files.len > 0)
		status = BOOT_DIFFERS;
	judge_all(plan, profile, status, active || (scope & SCOPE_BOOT), reason);
	return 0;
}
