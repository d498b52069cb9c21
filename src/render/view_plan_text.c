/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "plan/plan.h"
#include "render/table.h"
#include "render/view_plan.h"

#define MAX_COLUMNS 7

/* How a row shows at first sight what is the matter with it. */
struct mark {
	const char *sign;
	enum paint paint;
	bool whole; /* the whole row is painted, not only the values that change */
};

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

static struct mark mark_of(const struct plan_item *item, enum item_result result)
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

static bool same(const struct plan_item *item, enum item_result result)
{
	return result == RESULT_NULL && item->action == ACTION_NONE &&
	       (item->live_status == LIVE_SAME || item->live_status == LIVE_UNKNOWN);
}

/* In order now, and not so at the next boot, which nobody asked to have judged. */
static bool lapses(const struct plan_item *item)
{
	return item->action == ACTION_NONE &&
	       (item->boot_status == BOOT_DIFFERS || item->boot_status == BOOT_UNSET ||
		item->boot_status == BOOT_OVERRIDDEN);
}

/* A value for a cell: the tabs between its fields are blanks there. NULL: no memory. */
static const char *value_text(struct arena *arena, const char *value)
{
	char *copy;

	if (!*value)
		return "\"\"";
	if (!strchr(value, '\t'))
		return value;
	copy = arena_copy(arena, value, strlen(value));
	for (char *at = copy; at && *at; at++) {
		if (*at == '\t')
			*at = ' ';
	}
	return copy;
}

static const char *live_text(struct arena *arena, const struct plan_item *item)
{
	if (item->live)
		return value_text(arena, item->live);
	if (item->live_status == LIVE_ABSENT)
		return "absent";
	return item->live_status == LIVE_UNREADABLE ? "unreadable" : "-";
}

static const char *boot_text(struct arena *arena, const struct plan_item *item)
{
	if (item->boot_status == BOOT_UNSET)
		return "unset";
	return item->boot ? value_text(arena, item->boot) : "-";
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

static void add_columns(struct sheet *sheet)
{
	const struct plan_view *view = sheet->view;

	add_column(sheet, "", false);
	add_column(sheet, "KEY", true);
	add_column(sheet, view->result ? "BEFORE" : "LIVE", true);
	add_column(sheet, "WANT", true);
	if (view->result)
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
	struct arena *arena = view->arena;
	struct mark mark = mark_of(item, outcome.result);
	enum paint rest = mark.whole ? mark.paint : PAINT_NONE;
	const char *now = outcome.live ? value_text(arena, outcome.live) : "-";
	const char *result = item_result_word(outcome.result);
	int r = add_cell(sheet, mark.sign, mark.paint);

	if (r == 0)
		r = add_cell(sheet, item->key, rest);
	if (r == 0)
		r = add_cell(sheet, live_text(arena, item), rest);
	if (r == 0)
		r = add_cell(sheet, item->want ? value_text(arena, item->want) : "-",
			     mark.paint);
	if (r == 0 && view->result)
		r = add_cell(sheet, now, rest);
	if (r == 0 && view->loader)
		r = add_cell(sheet, boot_text(arena, item), rest);
	if (r == 0 && view->result)
		return add_cell(sheet, result ? result : "-", mark.paint);
	if (r == 0 && view->verbose)
		return add_cell(sheet, needs_text(arena, item->needs), PAINT_DIM);
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

		if (view->verbose || !same(item, outcome.result))
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

static void show_note(const struct plan_item *item, struct mark mark, const char *reason,
		      const struct term *term)
{
	(void)fprintf(term->file, "%s%s ", term_paint(term, mark.paint), mark.sign);
	term_text(term, item->key);
	if (item->from.source) {
		(void)fputs(" (", term->file);
		term_text(term, item->from.source->name);
		(void)fprintf(term->file, ":%u)", item->from.line);
	}
	(void)fputs(": ", term->file);
	term_text(term, reason);
	(void)fprintf(term->file, "%s\n", term_paint(term, PAINT_NONE));
}

/* One line for each row that has something to say. */
static void show_notes(const struct plan_view *view, const struct term *term)
{
	bool any = false;
	size_t i;

	for (i = 0; i < view->plan->len; i++) {
		const struct plan_item *item = &view->plan->items[i];
		struct item_outcome outcome = plan_view_outcome(view, i);
		const char *reason = outcome.reason ? outcome.reason : item->reason;

		if (!reason || (!view->verbose && same(item, outcome.result)))
			continue;
		show_note(item, mark_of(item, outcome.result), reason, term);
		any = true;
	}
	if (any)
		(void)fputc('\n', term->file);
}

static void show_line(const struct term *term, const char *before, const char *text)
{
	(void)fputs(before, term->file);
	term_text(term, text);
	(void)fputc('\n', term->file);
}

static void show_closing(const struct plan_view *view, const struct term *term)
{
	size_t lapsing = 0;
	size_t i;

	for (i = 0; view->loader && i < view->plan->len; i++)
		lapsing += lapses(&view->plan->items[i]);
	if (view->comment)
		show_line(term, "", view->comment);
	else if (view->in_sync)
		show_line(term, "", "Nothing differs.");
	if (lapsing > 0)
		(void)fprintf(term->file,
			      "In sync now, but not after the next boot: %zu%s\n",
			      lapsing, view->verbose ? "" : " (-v lists them)");
	if (view->next)
		show_line(term, "Next: ", view->next);
}

int view_plan_text(const struct plan_view *view, const struct term *term)
{
	int r = show_table(view, term);

	if (r < 0)
		return r;
	show_notes(view, term);
	if (view->plan->not_applicable)
		show_line(term,
			  "Not applicable to this host: ", view->plan->not_applicable);
	if (view->plan->applies || !view->plan->not_applicable)
		show_closing(view, term);
	return 0;
}
