/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "plan/plan.h"
#include "render/prose.h"
#include "render/view_plan.h"

#define INDENT 2

/* Something to say about an item of the plan. */
struct note {
	const struct plan_item *item;
	const char *reason; /* NULL: nothing */
	struct mark mark;
};

static struct note note_on(const struct plan_view *view, size_t index)
{
	const struct plan_item *item = &view->plan->items[index];
	struct item_outcome outcome = plan_view_outcome(view, index);
	const char *reason = outcome.reason ? outcome.reason : item->reason;

	if (!reason && outcome.result == RESULT_NULL && view->loader)
		reason = plan_view_sides(item);
	if (!view->verbose && plan_view_same(item, outcome.result))
		reason = NULL;
	return (struct note){
		.item = item,
		.reason = reason,
		.mark = plan_view_mark(item, outcome.result),
	};
}

/* Can one line say both? */
static bool alike(const struct note *a, const struct note *b)
{
	return a->reason && b->reason && strcmp(a->reason, b->reason) == 0 &&
	       strcmp(a->mark.sign, b->mark.sign) == 0 &&
	       a->item->from.source == b->item->from.source;
}

/* Items of the plan, from the first one to before @end, that one line can say it of. */
struct group {
	const struct plan_view *view;
	struct note note; /* the first one's */
	size_t first, end;
};

static bool belongs(const struct group *group, size_t index)
{
	const struct note note = note_on(group->view, index);

	return note.reason && alike(&group->note, &note);
}

/* Items of which there is nothing to say do not part those around them. */
static struct group group_from(const struct plan_view *view, size_t first)
{
	struct group group = {
		.view = view,
		.note = note_on(view, first),
		.first = first,
		.end = first + 1,
	};

	while (group.end < view->plan->len &&
	       (!note_on(view, group.end).reason || belongs(&group, group.end)))
		group.end++;
	return group;
}

/* " (p.yaml:3, 5, 9)"; "" where they come from no file. NULL: no memory. */
static const char *places(struct arena *arena, const struct group *group)
{
	const struct plan_item *items = group->view->plan->items;
	struct origin last = items[group->first].from;
	struct text text = text_in(arena);

	if (!last.source)
		return "";
	text_addf(&text, " (%s:%u", last.source->name, last.line);
	for (size_t i = group->first + 1; i < group->end; i++) {
		if (!belongs(group, i) || items[i].from.line == last.line)
			continue;
		last = items[i].from;
		text_addf(&text, ", %u", last.line);
	}
	text_addf(&text, ")");
	return text_finish(&text);
}

static void show_keys(struct prose *prose, const struct group *group)
{
	const struct plan_item *items = group->view->plan->items;
	enum paint paint = group->note.mark.paint;
	const char *last = "";

	for (size_t i = group->first; i < group->end; i++) {
		const char *name = plan_item_name(&items[i]);

		if (!belongs(group, i) || strcmp(name, last) == 0)
			continue;
		prose_add(prose, paint, *last ? ", " : " ");
		prose_add(prose, paint, name);
		last = name;
	}
}

/* "- vm.a, vm.b: why (p.yaml:3, 5)" */
static int show_group(const struct group *group, const struct term *term)
{
	struct mark mark = group->note.mark;
	enum paint rest = mark.paint == PAINT_DIM ? PAINT_DIM : PAINT_NONE;
	const char *from = places(group->view->arena, group);
	struct prose prose = prose_on(term, INDENT);

	if (!from)
		return -ENOMEM;
	prose_add(&prose, mark.paint, mark.sign);
	show_keys(&prose, group);
	prose_add(&prose, mark.paint, ": ");
	prose_add(&prose, rest, group->note.reason);
	prose_add(&prose, PAINT_DIM, from);
	prose_end(&prose);
	return 0;
}

int view_plan_notes(const struct plan_view *view, const struct term *term)
{
	bool any = false;
	size_t i = 0;

	while (i < view->plan->len) {
		struct group group;
		int r;

		if (!note_on(view, i).reason) {
			i++;
			continue;
		}
		group = group_from(view, i);
		r = show_group(&group, term);
		if (r < 0)
			return r;
		any = true;
		i = group.end;
	}
	if (any)
		(void)fputc('\n', term->file);
	return 0;
}

/* Where something is refused no file is touched, and only what is the matter is told. */
static bool is_shown(const struct plan_view *view, const struct file_change *change)
{
	return view->result || change->refused || view->plan->refusal == STATUS_OK;
}

static void show_file(const struct plan_view *view, size_t i, const struct term *term)
{
	const struct file_change *change = &view->plan->files.items[i];
	struct file_outcome outcome = plan_view_file_outcome(view, i);
	const char *result = item_result_word(outcome.result);
	const char *reason = outcome.reason ? outcome.reason : change->refused;
	struct prose prose = prose_on(term, INDENT);

	prose_add(&prose, PAINT_NONE, result ? result : file_action_word(change));
	prose_add(&prose, PAINT_NONE, ": ");
	prose_add(&prose, PAINT_NONE, plan_view_file_path(view, change));
	if (result && !change->new)
		prose_add(&prose, PAINT_NONE, " (removed)");
	if (reason)
		prose_add(&prose, PAINT_BAD, ": ");
	if (reason)
		prose_add(&prose, PAINT_BAD, reason);
	prose_end(&prose);
}

void view_plan_files(const struct plan_view *view, const struct term *term)
{
	bool any = false;

	for (size_t i = 0; i < view->plan->files.len; i++) {
		if (!is_shown(view, &view->plan->files.items[i]))
			continue;
		show_file(view, i, term);
		any = true;
	}
	if (any)
		(void)fputc('\n', term->file);
}

/* In order now, and not so at the next boot, which nobody asked to have judged. */
static bool lapses(const struct plan_item *item)
{
	return item->action == ACTION_NONE && item->live_status == LIVE_SAME &&
	       (item->boot_status == BOOT_DIFFERS || item->boot_status == BOOT_UNSET ||
		item->boot_status == BOOT_OVERRIDDEN);
}

/* Never folded: it is there to be copied. */
static void show_command(const struct term *term, const char *before, const char *text)
{
	(void)fputs(before, term->file);
	term_text(term, text);
	(void)fputc('\n', term->file);
}

void view_plan_closing(const struct plan_view *view, const struct term *term)
{
	size_t lapsing = 0;

	if (view->plan->not_applicable)
		prose_sentence(term, INDENT, "Not applicable to this host: ",
			       view->plan->not_applicable);
	if (view->plan->not_applicable && !view->plan->applies)
		return;
	for (size_t i = 0; view->loader && i < view->plan->len; i++)
		lapsing += lapses(&view->plan->items[i]);
	if (view->comment)
		prose_sentence(term, INDENT, "", view->comment);
	else if (view->in_sync)
		prose_sentence(term, INDENT, "", "Nothing differs.");
	if (lapsing > 0)
		(void)fprintf(term->file,
			      "In sync now, but not after the next boot: %zu%s\n",
			      lapsing, view->verbose ? "" : " (-v lists them)");
	if (view->next)
		show_command(term, "Next: ", view->next);
	if (view->undo)
		show_command(term, "Undo: ", view->undo);
}
