/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/conflict.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/vec.h"
#include "knob/value.h"
#include "plan/plan.h"
#include "plan/sections.h"
#include "profile/profile.h"
#include "state/bootanswer.h"
#include "state/persisted.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"

const char *const dropin_paths[DROPIN_PATHS] = {
	"/etc/sysctl.d/90-lowmemctl.conf",
	"/etc/sysctl.d/99-zz-lowmemctl.conf",
	"/etc/sysctl.d/zz-lowmemctl.conf",
	"/etc/sysctl.d/zzzzzz-lowmemctl.conf",
};

/* The active profile that @line is written for; len 0: none. */
static struct span owner_of(const struct conf_line *line)
{
	const struct source *source = line->at.source;

	return section_of_line(source->text, line->at.line, dropin_is_ours(source->name));
}

/* The line at which the loader stops before it gets to ours of @item; NULL: it does not. */
static const struct conf_line *find_stop(const struct persisted *with,
					 const struct plan_item *item)
{
	for (size_t i = 0; i < with->lines.len; i++) {
		const struct boot_line *line = &with->lines.items[i];

		if (line->behind != NO_LINE && line->line.value &&
		    strcmp(line->line.key, item->key) == 0 &&
		    owner_of(&line->line).len > 0)
			return &with->lines.items[line->behind].line;
	}
	return NULL;
}

/*
 * The line with a pattern for @item of a profile whose name comes later than that of @decides, the line
 * that does: the loader prefers a line that names the key, the order of the active profiles does not.
 */
static const struct conf_line *find_pattern(const struct persisted *with,
					    const struct plan_item *item,
					    const struct conf_line *decides)
{
	for (size_t i = 0; with->loader->globs && i < with->globs.len; i++) {
		const struct boot_key *key = &with->keys.items[with->globs.items[i]];
		const struct conf_line *line =
			key->last != NO_LINE ? &with->lines.items[key->last].line : NULL;
		struct span name;

		if (!line || fnmatch(key->path, item->path, FNM_PATHNAME) != 0 ||
		    value_same(item->knob, line->value, item->want))
			continue;
		name = decides ? owner_of(decides) : (struct span){ 0 };
		if (name.len == 0)
			name = span_of(item->profile->name);
		if (span_compare(owner_of(line), name) > 0)
			return line;
	}
	return NULL;
}

/* What stands in the way of @item where the loader makes @answer of it. True: something does. */
static bool stands_in_the_way(const struct persisted *with, const struct plan_item *item,
			      const struct boot_answer *answer, struct conflict *ret)
{
	if (answer->value && value_same(item->knob, answer->value, item->want)) {
		ret->line = find_pattern(with, item, answer->line);
		return ret->line;
	}
	ret->line = find_stop(with, item);
	ret->stops = ret->line;
	if (!ret->line)
		ret->line = answer->line;
	return true;
}

int conflicts_find(struct arena *arena, const struct plan *plan,
		   const struct persisted *with, struct conflicts *ret)
{
	*ret = (struct conflicts){ 0 };
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];
		struct conflict found = { .item = i }, *conflict;
		struct boot_answer answer;
		int r;

		if (!item->persisted)
			continue;
		r = boot_ask(arena, with, item->key, item->knob, false, &answer);
		if (r < 0)
			return r;
		if (!stands_in_the_way(with, item, &answer, &found))
			continue;
		conflict = vec_push(arena, ret);
		if (!conflict)
			return -ENOMEM;
		*conflict = found;
	}
	return 0;
}

bool dropin_is_ours(const char *path)
{
	for (size_t i = 0; i < DROPIN_PATHS; i++) {
		if (strcmp(path, dropin_paths[i]) == 0)
			return true;
	}
	return false;
}

/* Is there more than one assignment in the line of the file? The mark of a comment is for one alone. */
static bool is_one_of_several(const struct persisted *persisted,
			      const struct conf_line *line)
{
	const struct source *source = line->at.source;
	struct span rest = { source->text, source->len }, text = { "", 0 };

	for (unsigned i = 0; i < line->at.line; i++)
		(void)span_line(&rest, &text);
	while (text.len > 0 && strchr(" \t\r", text.at[text.len - 1]))
		text.len--;
	return persisted->loader->once && memchr(text.at, '\r', text.len);
}

bool conflict_may_be_edited(const struct persisted *persisted,
			    const struct conf_line *line)
{
	const struct source *source = line->at.source;
	const struct conf_file *file = conf_files_find(&persisted->files, source->name);

	return file && !file->packaged && strlen(source->text) == source->len &&
	       !is_one_of_several(persisted, line) &&
	       strncmp(source->name, "/etc/", strlen("/etc/")) == 0 &&
	       !dropin_is_ours(source->name) && owner_of(line).len == 0;
}

static const char *why_not(struct arena *arena, const struct persisted *persisted,
			   const struct conflict *conflict)
{
	const struct conf_line *line = conflict->line;
	const char *place, *value, *then;
	struct span name;

	if (!line)
		return "no line of ours would set it at boot";
	place = conf_line_place(arena, line);
	value = line->value ? arena_printf(arena, "sets %s to %s", line->key, line->value)
			    : "takes it back";
	if (!value)
		return NULL;
	name = owner_of(line);
	then = conflict->stops ? "which the kernel refuses, and there the loader stops"
	       : name.len > 0  ? "and its name comes later"
			       : "and always comes later";
	if (name.len > 0)
		return arena_printf(arena,
				    "the active profile %.*s %s, %s: "
				    "'lowmemctl unpersist %.*s' takes that out",
				    (int)name.len, name.at, value, then, (int)name.len,
				    name.at);
	return arena_printf(arena, "%s %s, %s: %s", place, value, then,
			    conflict_may_be_edited(persisted, line)
				    ? "--edit-conflicts disables that line, reversibly"
				    : "it is not ours to change");
}

int conflicts_refuse(struct arena *arena, struct plan *plan,
		     const struct persisted *persisted, const struct conflicts *conflicts)
{
	plan->editable = true;
	for (size_t i = 0; i < conflicts->len; i++) {
		struct plan_item *item = &plan->items[conflicts->items[i].item];
		const struct conf_line *line = conflicts->items[i].line;

		plan->editable &= line && conflict_may_be_edited(persisted, line);
		item->action = ACTION_REFUSE;
		item->refusal = STATUS_RESTORED;
		item->boot_status = BOOT_OVERRIDDEN;
		item->reason = why_not(arena, persisted, &conflicts->items[i]);
		if (!item->reason)
			return -ENOMEM;
	}
	return 0;
}

int conflicts_leave_out(struct arena *arena, struct plan *plan,
			const struct persisted *persisted,
			const struct conflicts *conflicts)
{
	for (size_t i = 0; i < conflicts->len; i++) {
		struct plan_item *item = &plan->items[conflicts->items[i].item];

		item->persisted = false;
		item->unpersisted = true;
		item->action = plan_item_writes(item) ? ACTION_WRITE : ACTION_SKIP;
		item->boot_status = BOOT_OVERRIDDEN;
		item->reason = why_not(arena, persisted, &conflicts->items[i]);
		if (!item->reason)
			return -ENOMEM;
	}
	return 0;
}
