/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the two ways of showing a plan share. */

#include "apply/result.h"
#include "render/view.h"

struct plan_item;

/* What became of item @index; one with RESULT_NULL where nothing was carried out. */
struct item_outcome plan_view_outcome(const struct plan_view *view, size_t index);
/* "done"; NULL for RESULT_NULL. */
const char *item_result_word(enum item_result result);

/* The text for people; @view->plan is not NULL. 0 or -ENOMEM. */
int view_plan_text(const struct plan_view *view, const struct term *term)
	__attribute__((warn_unused_result));
/* The same in short: a line for each difference, and one for the whole. */
void view_plan_brief(const struct plan_view *view, const struct term *term);
