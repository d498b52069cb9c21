/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <time.h>

#include "apply/journal.h"
#include "base/arena.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "render/table.h"
#include "render/view.h"

#define MOMENT 64

static const struct column columns[] = {
	{ .title = "ID", .right = true },
	{ .title = "WHEN" },
	{ .title = "COMMAND" },
	{ .title = "PROFILES", .wrap = true },
	{ .title = "CHANGES", .right = true },
	{ .title = "STATE", .wrap = true },
};

/* "2026-11-24 03:15:00" for people, in their zone. */
static const char *local_time(int64_t wall, char *text)
{
	time_t seconds = (time_t)wall;
	struct tm tm;

	if (!localtime_r(&seconds, &tm) ||
	    strftime(text, MOMENT, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		return "?";
	return text;
}

static enum paint paint_of(enum entry_state state)
{
	switch (state) {
	case ENTRY_OPEN:
	case ENTRY_STUCK:
		return PAINT_BAD;
	case ENTRY_TRIAL:
		return PAINT_CHANGE;
	case ENTRY_RESTORED:
	case ENTRY_REVERTED:
	case ENTRY_GONE:
		return PAINT_DIM;
	case ENTRY_APPLIED:
		break;
	}
	return PAINT_NONE;
}

static int add_cell(struct arena *arena, struct table *table, const char *text,
		    enum paint paint)
{
	return text ? table_add(arena, table, text, paint) : -ENOMEM;
}

static const char *state_text(struct arena *arena, const struct entry *entry)
{
	const char *word = entry_state_word(entry->state);
	char moment[MOMENT];

	if (entry->state != ENTRY_TRIAL || entry->trial_until == 0)
		return word;
	return arena_printf(arena, "%s until %s", word,
			    local_time(entry->trial_until, moment));
}

static int add_row(struct arena *arena, struct table *table, const struct entry *entry)
{
	char moment[MOMENT];
	const char *when = local_time(entry->started, moment);
	int r = add_cell(arena, table, arena_printf(arena, "%lu", entry->id), PAINT_NONE);

	if (r == 0)
		r = add_cell(arena, table, arena_printf(arena, "%s", when), PAINT_NONE);
	if (r == 0)
		r = table_add(arena, table, entry->command, PAINT_NONE);
	if (r == 0)
		r = table_add(arena, table, entry->profiles, PAINT_NONE);
	if (r == 0)
		r = add_cell(arena, table,
			     arena_printf(arena, "%zu", entry->len + entry->files.len),
			     PAINT_NONE);
	if (r == 0)
		r = add_cell(arena, table, state_text(arena, entry),
			     paint_of(entry->state));
	return r;
}

static int show_text(struct arena *arena, const struct entries *entries,
		     const struct term *term)
{
	struct table table = {
		.columns = columns,
		.width = sizeof(columns) / sizeof(*columns),
	};
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < entries->len; i++)
		r = add_row(arena, &table, &entries->items[i]);
	if (r == 0 && table.len > 0)
		r = table_print(arena, &table, term);
	else if (r == 0)
		(void)fputs("Nothing has been applied yet.\n", term->file);
	return r < 0 ? r : term_finish(term);
}

static void show_changes(struct out *out, const struct entry *entry)
{
	size_t i;

	out_list(out, "changes");
	for (i = 0; i < entry->len; i++) {
		const struct entry_item *item = &entry->items[i];

		out_object(out, NULL);
		out_string(out, "key", item->key);
		out_string(out, "old", item->found);
		out_string(out, "new", item->value);
		out_string(out, "now", item->now);
		out_end_object(out);
	}
	out_end_list(out);
}

/* With their paths as the host has them. */
static void show_files(struct arena *arena, struct out *out, const struct entry *entry)
{
	out_list(out, "files");
	for (size_t i = 0; i < entry->files.len; i++) {
		const struct entry_file *file = &entry->files.items[i];
		const char *path = arena_printf(arena, "/%s", file->path);

		out_object(out, NULL);
		out_string(out, "file", path ? path : file->path);
		out_string(out, "old", file->old);
		out_string(out, "new", file->new);
		out_end_object(out);
	}
	out_end_list(out);
}

static void show_entry(struct arena *arena, struct out *out, const struct entry *entry)
{
	out_object(out, NULL);
	out_uint(out, "id", entry->id);
	out_string(out, "command", entry->command);
	out_string(out, "profiles", entry->profiles);
	out_moment(out, "started", entry->started);
	out_moment(out, "trial_until", entry->trial_until ? entry->trial_until : -1);
	out_string(out, "state", entry_state_word(entry->state));
	show_changes(out, entry);
	show_files(arena, out, entry);
	out_end_object(out);
}

static int show_document(struct arena *arena, const struct entries *entries, FILE *file)
{
	struct out out = out_to(file);
	size_t i;

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "history");
	out_list(&out, "entries");
	for (i = 0; i < entries->len; i++)
		show_entry(arena, &out, &entries->items[i]);
	out_end_list(&out);
	out_int(&out, "exit_code", STATUS_OK);
	out_end_object(&out);
	return out_finish(&out);
}

int view_history(struct arena *arena, const struct entries *entries,
		 const struct term *term, bool json)
{
	return json ? show_document(arena, entries, term->file)
		    : show_text(arena, entries, term);
}
