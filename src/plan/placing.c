/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/placing.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/vec.h"
#include "plan/persist.h"
#include "plan/plan.h"
#include "plan/sections.h"
#include "profile/profile.h"
#include "state/sysctlloader.h"

#define CONF "/etc/sysctl.conf"

static void add_entry(struct text *text, const struct plan_item *item, const char *key)
{
	text_addf(text, "# %s, line %u\n%s = %s\n", item->layer, item->from.line, key,
		  item->want);
}

/* Is the pattern of @item that of one before it, and stands there already? */
static bool pattern_is_written(const struct plan *plan, const struct plan_item *item)
{
	struct asked asked = { .plan = plan };
	const struct plan_item *other;

	while ((other = asked_next(&asked)) != item) {
		if (other->pattern && item->profile == other->profile &&
		    strcmp(other->pattern, item->pattern) == 0)
			return true;
	}
	return false;
}

/* The lines of @profile's section. NULL: out of memory. */
static const char *body_of(const struct placing *placing, const struct layer *profile)
{
	struct asked asked = { .plan = placing->plan };
	struct text text = text_in(placing->arena);
	const struct plan_item *item;

	while ((item = asked_next(&asked))) {
		bool pattern =
			item->pattern && placing->request->persisted->loader->globs;

		if (!item->persisted || item->profile != profile)
			continue;
		if (pattern && !pattern_is_written(placing->plan, item))
			add_entry(&text, item, item->pattern);
		if (!pattern || item->named)
			add_entry(&text, item, item->key);
	}
	return text_finish(&text);
}

/* The file that takes our lines, called @path, as it would be then. */
static int compose(const struct placing *placing, const char *path, const char *old,
		   const char **ret)
{
	bool conf = strcmp(path, CONF) == 0;
	int r = 0;

	*ret = old;
	for (size_t i = 0; r == 0 && i < placing->profiles.len; i++) {
		const struct layer *profile = placing->profiles.items[i];
		struct section section = { .name = profile->name };

		section.body = body_of(placing, profile);
		if (!section.body)
			return -ENOMEM;
		if (!*section.body)
			section.body = NULL;
		r = conf ? sections_in_conf(placing->arena, *ret, &section, true, ret)
			 : sections_in_dropin(placing->arena, *ret, &section, ret);
	}
	return r;
}

static const struct source *source_of(struct arena *arena, const char *path,
				      const char *text)
{
	struct source *source = arena_alloc(arena, sizeof(*source));

	if (source)
		*source = (struct source){ path, text ? text : "",
					   text ? strlen(text) : 0 };
	return source;
}

/* What the loader would make of @base with @text as @path. */
static int imagine(struct arena *arena, const struct persisted *base, const char *path,
		   const char *text, struct persisted *ret)
{
	const struct source *source = source_of(arena, path, text);

	return source ? persisted_with(arena, base, source, ret) : -ENOMEM;
}

const char *placing_text(const struct persisted *persisted, const char *path)
{
	const struct conf_file *file = conf_files_find(&persisted->files, path);

	return file && !file->unreadable ? file->source->text : NULL;
}

/* Such a file is no text, and would be cut short. */
static bool holds_nul(const struct persisted *persisted, const char *path)
{
	const struct conf_file *file = conf_files_find(&persisted->files, path);

	return file && strlen(file->source->text) != file->source->len;
}

/* The drop-in that there is, whichever name it has; the first name where there is none. */
static const char *present_dropin(const struct persisted *persisted)
{
	for (size_t i = 0; i < DROPIN_PATHS; i++) {
		if (placing_text(persisted, dropin_paths[i]))
			return dropin_paths[i];
	}
	return dropin_paths[0];
}

static int try_path(struct placing *placing, const char *path, const char *old,
		    struct place *ret)
{
	struct place place = { .path = path };
	struct persisted with;
	int r = compose(placing, path, old, &place.text);

	if (r == 0)
		r = imagine(placing->arena, &placing->base, path, place.text, &with);
	if (r == 0)
		r = conflicts_find(placing->arena, placing->plan, &with,
				   &place.conflicts);
	if (r == 0)
		*ret = place;
	return r;
}

/* Tries the names from the present one on, until one wins. */
static int choose_dropin(struct placing *placing, struct place *ret)
{
	size_t first = 0;
	int r = 0;

	while (first + 1 < DROPIN_PATHS &&
	       strcmp(dropin_paths[first], placing->present) != 0)
		first++;
	for (size_t i = first; r == 0 && i < DROPIN_PATHS; i++) {
		r = try_path(placing, dropin_paths[i], placing->old, ret);
		if (r == 0 && ret->conflicts.len == 0)
			return 0;
	}
	return r;
}

static int choose(struct placing *placing, struct place *ret)
{
	if (strcmp(placing->present, CONF) != 0)
		return choose_dropin(placing, ret);
	/* As it is by now: lines of it may have been disabled. */
	return try_path(placing, CONF, placing_text(&placing->base, CONF), ret);
}

/* A pattern loses against lines that name a key: those keys are named, too. True: some are now, and
 * were not before. */
static bool name_keys(struct placing *placing, const struct conflicts *conflicts)
{
	bool any = false;

	for (size_t i = 0; i < conflicts->len; i++) {
		struct plan_item *item = &placing->plan->items[conflicts->items[i].item];

		if (!item->pattern || item->named)
			continue;
		item->named = true;
		any = true;
	}
	return any;
}

/* Keeps what the file held at first. */
static int note_edited(struct placing *placing, const char *path)
{
	const struct conf_file *file =
		conf_files_find(&placing->request->persisted->files, path);
	const struct conf_file **place;

	for (size_t i = 0; i < placing->edited.len; i++) {
		const struct conf_file *other = placing->edited.items[i];

		if (other == file ||
		    (file && file->inode != 0 && file->device == other->device &&
		     file->inode == other->inode))
			return 0;
	}
	place = vec_push(placing->arena, &placing->edited);
	if (!place)
		return -ENOMEM;
	*place = file;
	return 0;
}

static bool is_editable(const struct placing *placing, const struct conflict *conflict)
{
	return conflict->line && conflict_may_be_edited(&placing->base, conflict->line);
}

/* Disables the lines that stand in the way in the file of conflict @first, which moves none of its
 * others. 1: there were some. */
static int edit_file(struct placing *placing, const struct conflicts *conflicts,
		     size_t first)
{
	const struct conf_line *line = conflicts->items[first].line;
	const char *path = line->at.source->name;
	const char *old = placing_text(&placing->base, path);
	const char *text = conf_line_disable(placing->arena, old, line->at.line);
	int r;

	if (text == old)
		return 0;
	for (size_t i = first + 1; text && i < conflicts->len; i++) {
		line = conflicts->items[i].line;
		if (is_editable(placing, &conflicts->items[i]) &&
		    strcmp(line->at.source->name, path) == 0)
			text = conf_line_disable(placing->arena, text, line->at.line);
	}
	r = text ? note_edited(placing, path) : -ENOMEM;
	if (r == 0)
		r = imagine(placing->arena, &placing->base, path, text, &placing->base);
	return r < 0 ? r : 1;
}

/* Disables what stands in the way and may be edited. 1: there was something. */
static int edit(struct placing *placing, const struct conflicts *conflicts)
{
	int any = 0, r = 0;

	for (size_t i = 0; r >= 0 && i < conflicts->len; i++) {
		r = is_editable(placing, &conflicts->items[i])
			    ? edit_file(placing, conflicts, i)
			    : 0;
		any |= r;
	}
	return r < 0 ? r : any;
}

/* A host that read /etc/sysctl.conf alone and has folders now has our old block there still. */
static int leave_block(struct placing *placing)
{
	const char *old = placing_text(&placing->base, CONF), *text = old;
	int r = 0;

	if (!old || !placing->base.loader->folders[0] || holds_nul(&placing->base, CONF))
		return 0;
	for (size_t i = 0; r == 0 && text && i < placing->profiles.len; i++) {
		const struct section section = {
			.name = placing->profiles.items[i]->name,
		};

		r = sections_in_conf(placing->arena, text, &section, false, &text);
	}
	if (r < 0 || (text && strcmp(text, old) == 0))
		return r;
	r = note_edited(placing, CONF);
	return r == 0 ? imagine(placing->arena, &placing->base, CONF, text,
				&placing->base)
		      : r;
}

static int settle(struct placing *placing, struct place *place)
{
	int r;

	for (;;) {
		r = choose(placing, place);
		if (r < 0 || place->conflicts.len == 0)
			return r;
		if (name_keys(placing, &place->conflicts))
			continue;
		r = placing->request->edit_conflicts ? edit(placing, &place->conflicts)
						     : 0;
		if (r == 0 && placing->request->yield) {
			r = conflicts_leave_out(placing->arena, placing->plan,
						&placing->base, &place->conflicts);
			r = r < 0 ? r : 1;
		}
		if (r <= 0)
			return r;
	}
}

/* Sets out from a configuration without our drop-ins, whichever names they have. */
static int begin(struct placing *placing)
{
	const struct persisted *before = placing->request->persisted;
	int r = 0;

	placing->base = *before;
	for (size_t i = 0; r == 0 && i < DROPIN_PATHS; i++) {
		if (conf_files_find(&before->files, dropin_paths[i]))
			r = imagine(placing->arena, &placing->base, dropin_paths[i], NULL,
				    &placing->base);
	}
	return r;
}

/*
 * Are the lines there already, and do they win? Most runs find that, and need not imagine another
 * configuration than the one that was read.
 */
static int look_at_present(struct placing *placing, struct place *place,
			   bool *ret_settled)
{
	const struct persisted *before = placing->request->persisted;
	const char *conf = placing_text(before, CONF);
	struct span rest = span_of(conf ? conf : ""), name, body;
	size_t ours =
		strcmp(placing->present, CONF) != 0 && section_next(&rest, &name, &body);
	int r;

	*ret_settled = false;
	for (size_t i = 0; i < DROPIN_PATHS; i++)
		ours += conf_files_find(&before->files, dropin_paths[i]) != NULL;
	if (ours > 1)
		return 0;
	place->path = placing->present;
	r = compose(placing, placing->present, placing->old, &place->text);
	if (r < 0 || !place->text || !placing->old ||
	    strcmp(place->text, placing->old) != 0)
		return r;
	r = conflicts_find(placing->arena, placing->plan, before, &place->conflicts);
	*ret_settled = r == 0 && place->conflicts.len == 0;
	return r;
}

int placing_choose(struct placing *placing, struct place *ret)
{
	const struct persisted *before = placing->request->persisted;
	bool settled;
	int r;

	placing->present = before->loader->folders[0] ? present_dropin(before) : CONF;
	if (holds_nul(before, placing->present))
		return -EILSEQ;
	placing->old = placing_text(before, placing->present);
	r = look_at_present(placing, ret, &settled);
	if (r < 0 || settled)
		return r;
	r = begin(placing);
	if (r == 0)
		r = leave_block(placing);
	return r < 0 ? r : settle(placing, ret);
}
