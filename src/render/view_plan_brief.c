/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/arena.h"
#include "base/diag.h"
#include "plan/plan.h"
#include "render/prose.h"
#include "render/size_text.h"
#include "render/view_plan.h"

#define INDENT 2

/* "is 60, want 10" */
static const char *difference(struct arena *arena, const struct plan_item *item)
{
	const char *live = item->live, *want = item->want;

	if (live && want && size_text_fits(item, NULL)) {
		live = size_text(arena, item, live);
		want = size_text(arena, item, want);
		if (!live || !want)
			return NULL;
	}
	return arena_printf(arena, "is %s, want %s", live ? live : "?",
			    want ? want : "?");
}

/* "in force, but gone after a reboot: 60 then (/etc/sysctl.d/x.conf:3)" */
static const char *boot_difference(struct arena *arena, const struct plan_item *item)
{
	const char *sides = plan_view_sides(item);
	const char *head = sides ? sides : "not as wanted after a reboot";

	/* Of files that carry a schedule out, what is the matter with one of them. */
	if (item->kind == ITEM_SCHEDULE && item->reason)
		return arena_printf(arena, "%s: %s", head, item->reason);
	if (!item->boot || !item->boot_from.source)
		return arena_printf(arena, "%s: unset then", head);
	return arena_printf(arena, "%s: %s then, by %s:%u", head, item->boot,
			    item->boot_from.source->name, item->boot_from.line);
}

/* What there is to say about @item; NULL: no memory. */
static const char *finding(struct arena *arena, const struct plan_item *item)
{
	if (item->action == ACTION_REFUSE)
		return item->reason ? item->reason : "cannot be done";
	if (item->action == ACTION_SKIP)
		return arena_printf(arena, "skipped: %s",
				    item->reason ? item->reason : "left out");
	if (plan_item_writes(item))
		return difference(arena, item);
	if (plan_item_persists(item))
		return boot_difference(arena, item);
	return arena_printf(arena, "is %s, as wanted", item->live ? item->live : "?");
}

/* "vm.swappiness: is 60, want 10 (p.yaml:7)" */
static int show_item(struct arena *arena, const struct plan_item *item,
		     const struct term *term)
{
	struct prose prose = prose_on(term, INDENT);
	const char *text = finding(arena, item);

	if (text && item->from.source)
		text = arena_printf(arena, "%s (%s:%u)", text, item->from.source->name,
				    item->from.line);
	if (!text)
		return -ENOMEM;
	prose_add(&prose, PAINT_NONE, plan_item_name(item));
	prose_add(&prose, PAINT_NONE, ": ");
	prose_add(&prose, PAINT_NONE, text);
	prose_end(&prose);
	return 0;
}

int view_plan_brief(const struct plan_view *view, const struct term *term)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < view->plan->len; i++) {
		const struct plan_item *item = &view->plan->items[i];

		if (view->verbose || plan_item_writes(item) || plan_item_persists(item) ||
		    item->action == ACTION_REFUSE)
			r = show_item(view->arena, item, term);
	}
	if (r < 0)
		return r;
	view_plan_files(view, term);
	if (view->plan->not_applicable)
		prose_sentence(term, INDENT,
			       "not applicable: ", view->plan->not_applicable);
	if (view->comment && view->plan->applies)
		prose_sentence(term, INDENT, "", view->comment);
	return 0;
}
