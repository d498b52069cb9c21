/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/leftout.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/text.h"
#include "base/vec.h"
#include "plan/plan.h"
#include "sys/atomicfile.h"
#include "sys/root.h"

#define LEFT_OUT_PATH "var/lib/lowmemctl/left-out"
#define LARGEST	      ((size_t)1024 * 1024)

/* A process is called what it likes: its name begins no line of its own. */
static void add_name(struct text *text, const char *name)
{
	for (; *name; name++)
		text_add(text, *name == '\n' || *name == '\t' ? " " : name, 1);
}

/* Was it the path of one profile, and is that no longer there? Its package was removed then. */
static bool is_gone(const char *profiles)
{
	return *profiles == '/' && !strchr(profiles, ' ') && access(profiles, F_OK) < 0 &&
	       errno == ENOENT;
}

/* A record that cannot be read, or that grew too large, begins anew. */
static int add_others(struct arena *arena, const struct root *root, const char *profiles,
		      struct text *text)
{
	struct span rest, line;
	bool others = false;
	char *old;
	int r = root_slurp(root, LEFT_OUT_PATH, arena, LARGEST / 2, &old, &rest.len);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	rest.at = old;
	while (span_line(&rest, &line)) {
		if (span_starts(line, "# ")) {
			const char *whose = arena_copy(arena, line.at + 2, line.len - 2);

			if (!whose)
				return -ENOMEM;
			others = strcmp(whose, profiles) != 0 && !is_gone(whose);
		}
		if (!others)
			continue;
		text_add(text, line.at, line.len);
		text_add(text, "\n", 1);
	}
	return 0;
}

/* A schedule has its time, and a rule its process, to come yet: that is no lack of this host. */
static bool waits(const struct plan_item *item)
{
	return item->kind == ITEM_SCHEDULE ||
	       (item->kind == ITEM_PROCESS &&
		(item->live_status == LIVE_ABSENT || item->live_status == LIVE_UNKNOWN));
}

static bool is_skipped(const struct plan_item *item)
{
	return item->action == ACTION_SKIP && !waits(item);
}

/* Why @item, or a part of it, was left out; NULL: it was not. */
static const char *why_left_out(const struct plan_item *item)
{
	if (is_skipped(item))
		return item->reason;
	return item->unpersisted ? "it could not be persisted here" : NULL;
}

size_t leftout_count(const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->len; i++)
		count += why_left_out(&plan->items[i]) != NULL;
	return count;
}

static void add_items(struct text *text, const struct plan *plan, const char *profiles)
{
	bool headed = false;

	for (size_t i = 0; i < plan->len; i++) {
		const char *why = why_left_out(&plan->items[i]);

		if (!why)
			continue;
		if (!headed)
			text_addf(text, "# %s\n", profiles);
		headed = true;
		add_name(text, plan_item_name(&plan->items[i]));
		text_addf(text, "\t%s\n", why);
	}
}

int leftout_record(struct arena *arena, const struct root *root, const struct plan *plan,
		   const char *profiles)
{
	struct text text = text_in(arena);
	int r = add_others(arena, root, profiles, &text);

	if (r < 0)
		return r;
	add_items(&text, plan, profiles);
	if (text.full)
		return -ENOMEM;
	if (text.len == 0) {
		r = root_remove(root, LEFT_OUT_PATH);
		return r == -ENOENT ? 0 : r;
	}
	/* What was left out of other profiles is in it, too: it is not to be lost on a full disk. */
	return atomicfile_replace(root, LEFT_OUT_PATH, text.items, text.len);
}

/* @profiles: whose lines come, as the last heading said. */
static int read_line(struct arena *arena, struct span line, const char **profiles,
		     struct leftout *ret)
{
	struct leftout_item *item;
	struct span name;

	if (span_starts(line, "# ")) {
		*profiles = arena_copy(arena, line.at + 2, line.len - 2);
		return *profiles ? 0 : -ENOMEM;
	}
	if (!memchr(line.at, '\t', line.len) || (*profiles && is_gone(*profiles)))
		return 0;
	(void)span_until(&line, '\t', &name);
	item = vec_push(arena, ret);
	if (!item)
		return -ENOMEM;
	item->name = arena_copy(arena, name.at, name.len);
	item->reason = arena_copy(arena, line.at, line.len);
	item->profiles = *profiles;
	return item->name && item->reason ? 0 : -ENOMEM;
}

int leftout_read(struct arena *arena, const struct root *root, struct leftout *ret)
{
	const char *profiles = NULL;
	struct span rest, line;
	char *text;
	int r = root_slurp(root, LEFT_OUT_PATH, arena, LARGEST, &text, &rest.len);

	*ret = (struct leftout){ 0 };
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	rest.at = text;
	while (r >= 0 && span_line(&rest, &line))
		r = read_line(arena, line, &profiles, ret);
	return r < 0 ? r : 0;
}
