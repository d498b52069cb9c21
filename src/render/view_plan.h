/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the two ways of showing a plan share. */

#include "apply/result.h"
#include "render/view.h"

struct file_change;
struct plan_item;

/* What became of item @index; one with RESULT_NULL where nothing was carried out. */
struct item_outcome plan_view_outcome(const struct plan_view *view, size_t index);
/* The same of file @index. */
struct file_outcome plan_view_file_outcome(const struct plan_view *view, size_t index);
/* "/etc/sysctl.d/90-lowmemctl.conf" */
const char *plan_view_file_path(const struct plan_view *view,
				const struct file_change *change);
/* "write", "remove" or "refuse" */
const char *file_action_word(const struct file_change *change);
/* "done"; NULL for RESULT_NULL. */
const char *item_result_word(enum item_result result);

/* How a row shows at first sight what is the matter with it. */
struct mark {
	const char *sign;
	enum paint paint;
	bool whole; /* the whole row is painted, not only the values that change */
};

struct mark plan_view_mark(const struct plan_item *item, enum item_result result);
/* How what is live and what will be at boot go together, in words; NULL: as it is wanted, or not to
 * be told. */
const char *plan_view_sides(const struct plan_item *item);
/* It is as wanted, and nothing was done about it: shown where all is. */
bool plan_view_same(const struct plan_item *item, enum item_result result);

/* The text for people; @view->plan is not NULL. 0 or -ENOMEM. */
int view_plan_text(const struct plan_view *view, const struct term *term)
	__attribute__((warn_unused_result));
/* Below the table: what there is to say about single rows. 0 or -ENOMEM. */
int view_plan_notes(const struct plan_view *view, const struct term *term)
	__attribute__((warn_unused_result));
/* The files that are to be written, or were; a line each. */
void view_plan_files(const struct plan_view *view, const struct term *term);
/* The last lines: what it comes to, and what to do next. */
void view_plan_closing(const struct plan_view *view, const struct term *term);
/* The same in short: a line for each difference, and one for the whole. 0 or -ENOMEM. */
int view_plan_brief(const struct plan_view *view, const struct term *term)
	__attribute__((warn_unused_result));
