/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "base/diag.h"
#include "plan/plan.h"
#include "render/view_plan.h"

static void show_place(const struct plan_item *item, const struct term *term)
{
	if (!item->from.source)
		return;
	(void)fputs(" (", term->file);
	term_text(term, item->from.source->name);
	(void)fprintf(term->file, ":%u)", item->from.line);
}

/* "vm.swappiness: is 60, want 10 (p.yaml:7)", or why it cannot be done. */
static void show_item(const struct plan_item *item, const struct term *term)
{
	term_text(term, item->key);
	(void)fputs(": ", term->file);
	if (item->action == ACTION_REFUSE) {
		term_text(term, item->reason ? item->reason : "cannot be done");
	} else {
		(void)fputs("is ", term->file);
		term_text(term, item->live ? item->live : "?");
		(void)fputs(", want ", term->file);
		term_text(term, item->want ? item->want : "?");
	}
	show_place(item, term);
	(void)fputc('\n', term->file);
}

void view_plan_brief(const struct plan_view *view, const struct term *term)
{
	for (size_t i = 0; i < view->plan->len; i++) {
		const struct plan_item *item = &view->plan->items[i];

		if (plan_item_writes(item) || item->action == ACTION_REFUSE)
			show_item(item, term);
	}
	if (view->plan->not_applicable) {
		(void)fputs("not applicable: ", term->file);
		term_text(term, view->plan->not_applicable);
		(void)fputc('\n', term->file);
	}
	if (view->comment && view->plan->applies) {
		term_text(term, view->comment);
		(void)fputc('\n', term->file);
	}
}
