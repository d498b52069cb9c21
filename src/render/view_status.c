/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_status.h"

int view_status(const struct status_view *view, const struct term *term, bool json)
{
	int r;

	if (json)
		return view_status_document(view, term->file);
	view_status_strains(view, term);
	if (view->brief)
		return term_finish(term);
	(void)fputc('\n', term->file);
	view_status_totals(view, term);
	view_status_zones(view, term);
	view_status_blocks(view, term);
	r = view_status_standing(view, term);
	return r < 0 ? r : term_finish(term);
}
