/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/activecopy.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "plan/plan.h"
#include "profile/draft.h"
#include "profile/profile.h"

#define HEAD                                                                                \
	"Written by 'lowmemctl persist': what the profile asks of this host, on its own.\n" \
	"To change it, change the profile and persist it again; 'lowmemctl unpersist' takes it out."

static bool has_key(const struct draft_settings *settings, const char *key)
{
	for (size_t i = 0; i < settings->len; i++) {
		if (strcmp(settings->items[i].key, key) == 0)
			return true;
	}
	return false;
}

static int add_item(struct arena *arena, struct draft *draft,
		    const struct plan_item *item)
{
	const struct draft_setting setting = {
		.key = item->pattern ? item->pattern : item->key,
		.value = item->want,
		.comment =
			arena_printf(arena, "%s, line %u", item->layer, item->from.line),
	};

	if (!setting.comment)
		return -ENOMEM;
	/* A pattern stands for several items, and is there once. */
	if (item->pattern && has_key(&draft->sysctl, item->pattern))
		return 0;
	return draft_add(arena, draft, &setting);
}

static bool is_kept(const struct plan_item *item)
{
	return item->path && item->want &&
	       (item->unpersisted ||
		(item->action != ACTION_SKIP && item->action != ACTION_REFUSE));
}

static int add_settings(struct arena *arena, const struct plan *plan,
			const struct layer *layer, struct draft *draft)
{
	struct asked asked = { .plan = plan };
	const struct plan_item *item;
	int r = 0;

	while (r == 0 && (item = asked_next(&asked))) {
		if (item->profile == layer && is_kept(item))
			r = add_item(arena, draft, item);
	}
	return r;
}

static bool is_part(const struct plan *plan, size_t i, const struct layer *layer)
{
	return layer_root(plan->layers.items[i]) == layer;
}

/* The first rule that matches wins, and so does the later layer: its rules come first. */
static int add_rules(struct arena *arena, const struct plan *plan,
		     const struct layer *layer, struct draft *draft)
{
	struct rule *rules;
	size_t len = 0;

	for (size_t i = 0; i < plan->layers.len; i++)
		len += is_part(plan, i, layer) ? plan->layers.items[i]->rules_len : 0;
	rules = arena_array(arena, len, sizeof(*rules));
	if (!rules)
		return -ENOMEM;
	draft->rules = rules;
	for (size_t i = plan->layers.len; i-- > 0;) {
		const struct layer *part = plan->layers.items[i];

		if (!is_part(plan, i, layer) || part->rules_len == 0)
			continue;
		memcpy(rules, part->rules, part->rules_len * sizeof(*rules));
		rules += part->rules_len;
		draft->rules_len += part->rules_len;
	}
	return 0;
}

int active_schedules(struct arena *arena, const struct plan *plan,
		     const struct layer *layer, const struct drop_schedule **ret,
		     size_t *ret_len)
{
	struct drop_schedule *schedules;
	size_t len = 0;

	for (size_t i = 0; i < plan->layers.len; i++)
		len += is_part(plan, i, layer) ? plan->layers.items[i]->schedules_len : 0;
	schedules = arena_array(arena, len, sizeof(*schedules));
	if (!schedules)
		return -ENOMEM;
	*ret = schedules;
	*ret_len = len;
	for (size_t i = 0; i < plan->layers.len; i++) {
		const struct layer *part = plan->layers.items[i];

		if (!is_part(plan, i, layer) || part->schedules_len == 0)
			continue;
		memcpy(schedules, part->schedules,
		       part->schedules_len * sizeof(*schedules));
		schedules += part->schedules_len;
	}
	return 0;
}

int active_copy(struct arena *arena, const struct plan *plan, const struct layer *layer,
		const char **ret)
{
	struct draft draft = {
		.comment = HEAD,
		.name = layer->name,
		.description = layer->description,
	};
	size_t len;
	int r = add_settings(arena, plan, layer, &draft);

	if (r == 0)
		r = add_rules(arena, plan, layer, &draft);
	if (r == 0)
		r = active_schedules(arena, plan, layer, &draft.schedules,
				     &draft.schedules_len);
	return r == 0 ? draft_text(arena, &draft, ret, &len) : r;
}
