/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_schedules.h"

#include <errno.h>

#include "base/arena.h"
#include "base/enumtab.h"
#include "base/num.h"
#include "plan/schedule.h"
#include "plan/upcoming.h"
#include "profile/profile.h"
#include "profile/shape.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "render/prose.h"
#include "render/table.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400

static const struct column columns[] = {
	{ .title = "PROFILE", .wrap = true }, { .title = "SCHEDULE", .wrap = true },
	{ .title = "MODE", .wrap = true },    { .title = "NEXT RUN" },
	{ .title = "IN", .right = true },
};

struct sheet {
	const struct schedules_view *view;
	struct table table;
};

static const char *mode_text(struct arena *arena, const struct drop_schedule *schedule)
{
	return arena_printf(arena, "%s%s", enumtab_word(shape_modes, (int)schedule->mode),
			    schedule->sync ? "" : ", no sync");
}

/* "45 s", "12 min", "5 h 12 min", "3 d 5 h". NULL: no memory. */
static const char *wait_text(struct arena *arena, int64_t seconds)
{
	long long wait = seconds;

	if (wait < MINUTE)
		return arena_printf(arena, "%lld s", wait);
	if (wait < HOUR)
		return arena_printf(arena, "%lld min", wait / MINUTE);
	if (wait < DAY)
		return arena_printf(arena, "%lld h %lld min", wait / HOUR,
				    wait % HOUR / MINUTE);
	return arena_printf(arena, "%lld d %lld h", wait / DAY, wait % DAY / HOUR);
}

static int add(struct sheet *sheet, const char *text, enum paint paint)
{
	return text ? table_add(sheet->view->arena, &sheet->table, text, paint) : -ENOMEM;
}

static const char *run_text(const struct upcoming_item *item, const struct moment *moment)
{
	if (moment)
		return moment->people;
	return item->not_applicable ? "not applicable" : "never";
}

/* A row for a run, or for that there is none. Whose it is stands in the first one only. */
static int add_row(struct sheet *sheet, const struct upcoming_item *item,
		   const struct moment *moment, bool first)
{
	struct arena *arena = sheet->view->arena;
	const struct drop_schedule *schedule = item->schedule;
	enum paint paint = moment ? PAINT_NONE : PAINT_DIM;
	int r = add(sheet, first ? item->layer->name : "", paint);

	if (r == 0)
		r = add(sheet, first ? schedule_text(arena, schedule) : "", paint);
	if (r == 0)
		r = add(sheet, first ? mode_text(arena, schedule) : "", paint);
	if (r == 0)
		r = add(sheet, run_text(item, moment), paint);
	if (r == 0)
		r = add(sheet,
			moment ? wait_text(arena, moment->at - sheet->view->now) : "-",
			paint);
	return r;
}

static int add_item(struct sheet *sheet, const struct upcoming_item *item,
		    const struct moment *moments)
{
	int r = item->next_len == 0 ? add_row(sheet, item, NULL, true) : 0;

	for (size_t i = 0; r == 0 && i < item->next_len; i++)
		r = add_row(sheet, item, &moments[i], i == 0);
	return r;
}

/* Whether it holds then, nobody knows yet. */
static int show_condition(struct arena *arena, const struct upcoming_item *item,
			  const struct term *term)
{
	const struct drop_schedule *schedule = item->schedule;
	const char *text = schedule_text(arena, schedule);

	if (text)
		text = arena_printf(arena, "%s, %s: only if %s then", item->layer->name,
				    text, schedule->only_if);
	if (!text)
		return -ENOMEM;
	prose_sentence(term, 2, "", text);
	return 0;
}

static int show_conditions(const struct schedules_view *view, const struct term *term)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < view->upcoming->len; i++) {
		const struct upcoming_item *item = &view->upcoming->items[i];

		if (item->schedule->only_if && !item->not_applicable)
			r = show_condition(view->arena, item, term);
	}
	return r;
}

/* Once for each profile: its schedules stand together, as none of them is due. */
static void show_reasons(const struct upcoming *upcoming, const struct term *term)
{
	const struct layer *last = NULL;

	for (size_t i = 0; i < upcoming->len; i++) {
		const struct upcoming_item *item = &upcoming->items[i];

		if (item->not_applicable && item->layer != last)
			prose_sentence(term, 2, "not applicable: ", item->not_applicable);
		if (item->not_applicable)
			last = item->layer;
	}
}

static int show_table(const struct schedules_view *view, const struct term *term)
{
	const struct upcoming *upcoming = view->upcoming;
	const struct moment *moments = view->moments;
	struct sheet sheet = {
		.view = view,
		.table = {
			.columns = columns,
			.width = sizeof(columns) / sizeof(*columns),
		},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < upcoming->len; i++) {
		r = add_item(&sheet, &upcoming->items[i], moments);
		moments += upcoming->items[i].next_len;
	}
	return r == 0 ? table_print(view->arena, &sheet.table, term) : r;
}

static int show_text(const struct schedules_view *view, const struct term *term)
{
	int r = 0;

	if (view->upcoming->len > 0)
		r = show_table(view, term);
	else
		(void)fputs("There are no schedules.\n", term->file);
	if (r == 0)
		r = show_conditions(view, term);
	if (r < 0)
		return r;
	show_reasons(view->upcoming, term);
	return term_finish(term);
}

static void show_moment(struct out *out, const struct moment *moment)
{
	out_object(out, NULL);
	out_int(out, "at", moment->at);
	out_string(out, "time", moment->rfc3339);
	out_string(out, "zone", moment->zone);
	out_end_object(out);
}

static void show_runs(struct out *out, const struct upcoming_item *item,
		      const struct moment *moments)
{
	bool due = item->next_len > 0;

	if (due)
		out_int(out, "next", moments->at);
	else
		out_null(out, "next");
	out_string(out, "next_time", due ? moments->rfc3339 : NULL);
	out_string(out, "zone", due ? moments->zone : NULL);
	out_list(out, "runs");
	for (size_t i = 0; i < item->next_len; i++)
		show_moment(out, &moments[i]);
	out_end_list(out);
}

static void show_item(struct out *out, const struct upcoming_item *item,
		      const struct moment *moments)
{
	const struct drop_schedule *schedule = item->schedule;

	out_object(out, NULL);
	out_string(out, "profile", item->layer->name);
	out_place(out, "from", schedule->at, true);
	out_string(out, "schedule", schedule->schedule);
	if (schedule->schedule)
		out_null(out, "every_seconds");
	else
		out_uint(out, "every_seconds", schedule->every_seconds);
	out_uint(out, "shortest_seconds", item->shortest);
	out_string(out, "mode", enumtab_word(shape_modes, (int)schedule->mode));
	out_bool(out, "sync", schedule->sync);
	out_string(out, "only_if", schedule->only_if);
	out_string(out, "not_applicable", item->not_applicable);
	show_runs(out, item, moments);
	out_end_object(out);
}

static int show_document(const struct schedules_view *view, FILE *file)
{
	const struct moment *moments = view->moments;
	struct out out = out_to(file);

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "schedule next");
	out_int(&out, "now", view->now);
	out_list(&out, "items");
	for (size_t i = 0; i < view->upcoming->len; i++) {
		show_item(&out, &view->upcoming->items[i], moments);
		moments += view->upcoming->items[i].next_len;
	}
	out_end_list(&out);
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", view->status);
	out_end_object(&out);
	return out_finish(&out);
}

int view_schedules(const struct schedules_view *view, const struct term *term, bool json)
{
	return json ? show_document(view, term->file) : show_text(view, term);
}
