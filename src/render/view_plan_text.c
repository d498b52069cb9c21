/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "plan/plan.h"
#include "render/size_text.h"
#include "render/table.h"
#include "render/view_plan.h"

#define MAX_COLUMNS 7

static struct mark mark_of_action(enum plan_action action)
{
	switch (action) {
	case ACTION_NONE:
		break;
	case ACTION_WRITE:
	case ACTION_PERSIST:
	case ACTION_WRITE_PERSIST:
		return (struct mark){ "~", PAINT_CHANGE, false };
	case ACTION_SKIP:
		return (struct mark){ "-", PAINT_DIM, true };
	case ACTION_REFUSE:
		return (struct mark){ "!", PAINT_BAD, true };
	}
	return (struct mark){ "=", PAINT_NONE, false };
}

struct mark plan_view_mark(const struct plan_item *item, enum item_result result)
{
	switch (result) {
	case RESULT_NULL:
		break;
	case RESULT_DONE:
		return (struct mark){ "~", PAINT_GOOD, false };
	case RESULT_RESTORED:
		return (struct mark){ "<", PAINT_CHANGE, false };
	case RESULT_FAILED:
	case RESULT_STUCK:
		return (struct mark){ "!", PAINT_BAD, true };
	}
	return mark_of_action(item->action);
}

bool plan_view_same(const struct plan_item *item, enum item_result result)
{
	return result == RESULT_NULL && item->action == ACTION_NONE &&
	       (item->live_status == LIVE_SAME || item->live_status == LIVE_UNKNOWN);
}

const char *plan_view_sides(const struct plan_item *item)
{
	bool in_force = item->live_status == LIVE_SAME;
	bool configured = item->boot_status == BOOT_SAME;

	if (item->boot_status == BOOT_UNKNOWN || (in_force && configured) ||
	    item->action == ACTION_SKIP || item->action == ACTION_REFUSE)
		return NULL;
	if (in_force)
		return "in force, but gone after a reboot";
	return configured ? "configured, but not in force" : NULL;
}

/* What the cells of one row are made from. */
struct row {
	struct arena *arena;
	const struct plan_item *item;
	const char *now;
	bool sizes; /* its values are shown as sizes */
};

/* A reason speaks of the kernel's own numbers: the row of one that failed shows them. */
static struct row row_of(struct arena *arena, const struct plan_item *item,
			 struct item_outcome outcome)
{
	bool explained = outcome.reason || item->action == ACTION_REFUSE;

	return (struct row){
		.arena = arena,
		.item = item,
		.now = outcome.live,
		.sizes = !explained && size_text_fits(item, outcome.live),
	};
}

/* A value for a cell: the tabs between its fields are blanks there. NULL: no memory. */
static const char *value_text(const struct row *row, const char *value)
{
	char *copy;

	if (!*value)
		return "\"\"";
	if (row->sizes)
		return size_text(row->arena, row->item, value);
	if (!strchr(value, '\t'))
		return value;
	copy = arena_copy(row->arena, value, strlen(value));
	for (char *at = copy; at && *at; at++) {
		if (*at == '\t')
			*at = ' ';
	}
	return copy;
}

/* "oom_score_adj <= -900" for what reads "<=-900" as JSON. */
static const char *rule_text(struct arena *arena, const char *want)
{
	size_t sign = strspn(want, "<>=");

	return arena_printf(arena, "oom_score_adj %.*s%s%s", (int)sign, want,
			    sign > 0 ? " " : "", want + sign);
}

static const char *want_text(const struct row *row)
{
	const struct plan_item *item = row->item;

	if (!item->want)
		return "-";
	if (item->kind == ITEM_PROCESS && !item->process.pid)
		return rule_text(row->arena, item->want);
	return value_text(row, item->want);
}

static const char *live_text(const struct row *row)
{
	const struct plan_item *item = row->item;

	if (item->live)
		return value_text(row, item->live);
	if (item->live_status == LIVE_ABSENT)
		return "absent";
	return item->live_status == LIVE_UNREADABLE ? "unreadable" : "-";
}

/* With the line that decides, where that is not as it is to be. */
static const char *boot_text(const struct row *row, bool verbose)
{
	const struct plan_item *item = row->item;
	const char *value;

	if (item->boot_status == BOOT_UNSET)
		return "unset";
	if (!item->boot)
		return "-";
	value = value_text(row, item->boot);
	if (!value || !item->boot_from.source ||
	    (item->boot_status == BOOT_SAME && !verbose))
		return value;
	return arena_printf(row->arena, "%s %s:%u", value, item->boot_from.source->name,
			    item->boot_from.line);
}

static const char *needs_text(struct arena *arena, unsigned needs)
{
	const char *text = NULL;
	unsigned i;

	for (i = 0; i < PRIVILEGE_COUNT; i++) {
		if (!(needs & 1U << i))
			continue;
		text = text ? arena_printf(arena, "%s, %s", text, privilege_name(i))
			    : privilege_name(i);
		if (!text)
			return NULL;
	}
	return text ? text : "-";
}

struct sheet {
	const struct plan_view *view;
	struct column columns[MAX_COLUMNS];
	struct table table;
};

static void add_column(struct sheet *sheet, const char *title, bool wrap)
{
	sheet->columns[sheet->table.width++] = (struct column){
		.title = title,
		.wrap = wrap,
	};
}

/* What is live is not what a persist changes. */
static bool shows_now(const struct plan_view *view)
{
	return view->result && !view->boot_only;
}

static void add_columns(struct sheet *sheet)
{
	const struct plan_view *view = sheet->view;

	add_column(sheet, "", false);
	add_column(sheet, "KEY", true);
	add_column(sheet, shows_now(view) ? "BEFORE" : "LIVE", true);
	add_column(sheet, "WANT", true);
	if (shows_now(view))
		add_column(sheet, "NOW", true);
	if (view->loader)
		add_column(sheet, "BOOT", true);
	if (view->result)
		add_column(sheet, "RESULT", false);
	else if (view->verbose)
		add_column(sheet, "NEEDS", true);
}

static int add_cell(struct sheet *sheet, const char *text, enum paint paint)
{
	return text ? table_add(sheet->view->arena, &sheet->table, text, paint) : -ENOMEM;
}

static int add_row(struct sheet *sheet, const struct plan_item *item,
		   struct item_outcome outcome)
{
	const struct plan_view *view = sheet->view;
	struct row row = row_of(view->arena, item, outcome);
	struct mark mark = plan_view_mark(item, outcome.result);
	enum paint rest = mark.whole ? mark.paint : PAINT_NONE;
	const char *result = item_result_word(outcome.result);
	int r = add_cell(sheet, mark.sign, mark.paint);

	if (r == 0)
		r = add_cell(sheet, plan_item_name(item), rest);
	if (r == 0)
		r = add_cell(sheet, live_text(&row), rest);
	if (r == 0)
		r = add_cell(sheet, want_text(&row), mark.paint);
	if (r == 0 && shows_now(view))
		r = add_cell(sheet, row.now ? value_text(&row, row.now) : "-", rest);
	if (r == 0 && view->loader)
		r = add_cell(sheet, boot_text(&row, view->verbose), rest);
	if (r == 0 && view->result)
		return add_cell(sheet, result ? result : "-", mark.paint);
	if (r == 0 && view->verbose)
		return add_cell(sheet, needs_text(view->arena, item->needs), PAINT_DIM);
	return r;
}

static int fill(struct sheet *sheet)
{
	const struct plan_view *view = sheet->view;
	size_t i;

	for (i = 0; i < view->plan->len; i++) {
		const struct plan_item *item = &view->plan->items[i];
		struct item_outcome outcome = plan_view_outcome(view, i);
		int r = 0;

		if (view->verbose || !plan_view_same(item, outcome.result))
			r = add_row(sheet, item, outcome);
		if (r < 0)
			return r;
	}
	return 0;
}

static int show_table(const struct plan_view *view, const struct term *term)
{
	struct sheet sheet = { .view = view };
	int r;

	sheet.table.columns = sheet.columns;
	add_columns(&sheet);
	r = fill(&sheet);
	if (r < 0 || sheet.table.len == 0)
		return r;
	r = table_print(view->arena, &sheet.table, term);
	(void)fputc('\n', term->file);
	return r;
}

int view_plan_text(const struct plan_view *view, const struct term *term)
{
	int r = show_table(view, term);

	if (r == 0)
		r = view_plan_notes(view, term);
	if (r == 0) {
		view_plan_files(view, term);
		view_plan_closing(view, term);
	}
	return r;
}
