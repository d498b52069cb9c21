/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/boot.h"

#include <string.h>

#include "knob/value.h"
#include "plan/plan.h"
#include "profile/profile.h"
#include "state/bootanswer.h"
#include "state/sysctlconf.h"

static int ask_loader(struct arena *arena, const struct persisted *persisted,
		      struct plan_item *item)
{
	struct boot_answer answer;
	int r = boot_ask(arena, persisted, item->key, item->knob, false, &answer);

	if (r < 0)
		return r;
	item->boot = answer.value;
	item->boot_from = answer.line ? answer.line->at : NOWHERE;
	if (!answer.value)
		item->boot_status = BOOT_UNSET;
	else if (value_same(item->knob, answer.value, item->want))
		item->boot_status = BOOT_SAME;
	else if (boot_is_named(persisted, item->key, item->knob, item->want))
		item->boot_status = BOOT_OVERRIDDEN;
	else
		item->boot_status = BOOT_DIFFERS;
	return 0;
}

/* What no loader sets, an active profile does: the last one that has it. */
static void ask_active(const struct profile *active, struct plan_item *item)
{
	item->boot_status = BOOT_UNSET;
	for (size_t i = 0; active && i < active->len; i++) {
		const struct layer *layer = active->items[i];

		for (size_t j = 0; j < layer->settings_len; j++) {
			const struct setting *setting = &layer->settings[j];

			if (!setting->sysfs || strcmp(setting->key, item->key) != 0)
				continue;
			item->boot = setting->value;
			item->boot_from = setting->at;
			item->boot_status =
				value_same(item->knob, setting->value, item->want)
					? BOOT_SAME
					: BOOT_DIFFERS;
		}
	}
}

bool boot_is_active(const struct profile *active, const struct layer *profile)
{
	for (size_t i = 0; active && i < active->len; i++) {
		if (!active->items[i]->broken &&
		    strcmp(active->items[i]->name, profile->name) == 0)
			return true;
	}
	return false;
}

static void settle(struct plan_item *item, unsigned scope)
{
	bool write = item->action == ACTION_WRITE && (scope & SCOPE_LIVE);
	bool persist = (scope & SCOPE_BOOT) && item->boot_status != BOOT_SAME &&
		       item->boot_status != BOOT_UNKNOWN;

	if (persist)
		item->action = write ? ACTION_WRITE_PERSIST : ACTION_PERSIST;
	else
		item->action = write ? ACTION_WRITE : ACTION_NONE;
	if (persist)
		item->needs |= NEED_ROOT;
}

/*
 * Where an image is built there is no kernel to compare with: what is persisted is for one that comes
 * later.
 */
static void allow_without_kernel(const struct plan_request *request,
				 struct plan_item *item)
{
	if (request->scope != SCOPE_BOOT || !request->state->host.no_sysctls ||
	    item->kind != ITEM_SYSCTL || item->live_status != LIVE_ABSENT ||
	    !item->path || !item->want)
		return;
	item->action = ACTION_NONE;
	item->refusal = STATUS_OK;
	item->reason =
		"there is no /proc/sys here: whether the kernel has it shows at boot";
}

int boot_judge(struct arena *arena, const struct plan_request *request,
	       struct plan_item *item)
{
	unsigned scope = request->scope;
	int r = 0;

	item->active = boot_is_active(request->active, item->profile);
	allow_without_kernel(request, item);
	if (item->action == ACTION_SKIP || item->action == ACTION_REFUSE)
		return 0;
	if (request->persisted && item->path && item->want) {
		if (item->kind == ITEM_SYSCTL)
			r = ask_loader(arena, request->persisted, item);
		else
			ask_active(request->active, item);
	}
	if (item->active && scope == SCOPE_LIVE)
		scope |= SCOPE_BOOT;
	settle(item, scope);
	return r;
}
