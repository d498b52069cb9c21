/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/persist.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "plan/activecopy.h"
#include "plan/boot.h"
#include "plan/carrying_files.h"
#include "plan/conflict.h"
#include "plan/placing.h"
#include "plan/plan.h"
#include "profile/file.h"
#include "profile/profile.h"
#include "state/persisted.h"

/* Has an active profile drifted, so that what makes it right again must be written? */
static bool has_drifted(const struct plan *plan, const struct layer *profile)
{
	for (size_t i = 0; i < plan->len; i++) {
		if (plan->items[i].profile == profile &&
		    plan_item_persists(&plan->items[i]))
			return true;
	}
	return false;
}

static bool applies(const struct plan *plan, const struct layer *profile)
{
	for (size_t i = 0; i < plan->layers.len; i++) {
		if (plan->layers.items[i] == profile)
			return true;
	}
	return false;
}

/* The one under the new name first: at every moment some line of ours is there. */
static int add_dropins(const struct placing *placing, const struct place *place)
{
	const struct persisted *before = placing->request->persisted;
	int r = plan_add_file(placing->arena, placing->plan, place->path,
			      placing_text(before, place->path), place->text);

	for (size_t i = 0; r == 0 && i < DROPIN_PATHS; i++) {
		if (strcmp(place->path, dropin_paths[i]) != 0 &&
		    conf_files_find(&before->files, dropin_paths[i]))
			r = plan_add_file(placing->arena, placing->plan, dropin_paths[i],
					  conf_files_find(&before->files, dropin_paths[i])
						  ->source->text,
					  NULL);
	}
	return r;
}

static int add_edited(const struct placing *placing, const char *written)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < placing->edited.len; i++) {
		const struct conf_file *file = placing->edited.items[i];
		const char *path = file->source->name;

		/* With our own block, that file is written once, with both in it. */
		if (strcmp(path, written) != 0)
			r = plan_add_file(placing->arena, placing->plan, path,
					  file->source->text,
					  placing_text(&placing->base, path));
	}
	return r;
}

/* What the active copy @path holds, be it broken; NULL: it is not there. */
static const char *active_text(const struct persist_request *request, const char *path)
{
	for (size_t i = 0; request->active && i < request->active->len; i++) {
		const struct source *source = request->active->items[i]->source;

		if (strcmp(source->name, path) == 0)
			return source->text;
	}
	return NULL;
}

static int add_active(const struct placing *placing)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < placing->profiles.len; i++) {
		const struct layer *layer = placing->profiles.items[i];
		const char *path =
			arena_printf(placing->arena, "/" FILE_ACTIVE "/%s" FILE_SUFFIX,
				     layer->name);
		const char *text;

		r = path ? active_copy(placing->arena, placing->plan, layer, &text)
			 : -ENOMEM;
		if (r == 0)
			r = plan_add_file(placing->arena, placing->plan, path,
					  active_text(placing->request, path), text);
	}
	return r;
}

static bool is_to_be_persisted(const struct placing *placing, unsigned scope,
			       const struct layer *profile)
{
	if (profile->includer || !applies(placing->plan, profile))
		return false;
	if (scope & SCOPE_BOOT)
		return true;
	return boot_is_active(placing->request->active, profile) &&
	       has_drifted(placing->plan, profile);
}

/* 0; -EEXIST: two of them have one name; -ENOMEM. */
static int find_profiles(struct placing *placing, unsigned scope)
{
	const struct profile *profile = placing->request->profile;

	for (size_t i = 0; i < profile->len; i++) {
		const struct layer *layer = profile->items[i], **place;

		if (!is_to_be_persisted(placing, scope, layer))
			continue;
		for (size_t j = 0; j < placing->profiles.len; j++) {
			if (strcmp(placing->profiles.items[j]->name, layer->name) == 0)
				return -EEXIST;
		}
		place = vec_push(placing->arena, &placing->profiles);
		if (!place)
			return -ENOMEM;
		*place = layer;
	}
	return 0;
}

static bool is_among(const struct placing *placing, const struct layer *profile)
{
	for (size_t i = 0; i < placing->profiles.len; i++) {
		if (placing->profiles.items[i] == profile)
			return true;
	}
	return false;
}

static bool has_line(const struct placing *placing, const struct plan_item *item)
{
	return item->kind == ITEM_SYSCTL && item->path && item->want &&
	       item->action != ACTION_SKIP && item->action != ACTION_REFUSE &&
	       is_among(placing, item->profile);
}

static void find_items(const struct placing *placing)
{
	struct plan *plan = placing->plan;

	for (size_t i = 0; i < plan->len; i++)
		plan->items[i].persisted = has_line(placing, &plan->items[i]);
	for (size_t i = 0; i < plan->overridden.len; i++)
		plan->overridden.items[i].persisted =
			has_line(placing, &plan->overridden.items[i]);
}

static int add_files(const struct placing *placing, const struct place *place)
{
	int r = add_dropins(placing, place);

	if (r == 0)
		r = add_edited(placing, place->path);
	if (r == 0)
		r = add_active(placing);
	for (size_t i = 0; r == 0 && i < placing->profiles.len; i++)
		r = carrying_files(placing->arena, placing->request,
				   placing->profiles.items[i], placing->plan);
	return r;
}

int persist_plan(struct arena *arena, const struct persist_request *request,
		 unsigned scope, struct plan *plan)
{
	struct placing placing = {
		.arena = arena,
		.request = request,
		.plan = plan,
	};
	struct place place = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < request->profile->len; i++) {
		if (!request->profile->items[i]->includer)
			r = carrying_judge(arena, request, request->profile->items[i],
					   scope, plan);
	}
	plan_finish(plan);
	if (r == 0)
		r = find_profiles(&placing, scope);
	if (r < 0 || placing.profiles.len == 0)
		return r;
	find_items(&placing);
	plan->loader = request->persisted->loader;
	r = placing_choose(&placing, &place);
	if (r < 0)
		return r;
	if (place.conflicts.len == 0)
		r = add_files(&placing, &place);
	else
		r = conflicts_refuse(arena, plan, &placing.base, &place.conflicts);
	/* Items may have become others: refused, or left out. */
	plan_finish(plan);
	return r;
}
