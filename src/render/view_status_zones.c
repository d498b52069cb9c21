/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/prose.h"
#include "render/view_status.h"
#include "render/zone_rows.h"
#include "state/memory.h"

static void say(const struct term *term, const char *text)
{
	prose_sentence(term, 0, "", text);
}

void view_status_zones(const struct status_view *view, const struct term *term)
{
	const struct memory *memory = view->memory;

	(void)fputc('\n', term->file);
	if (memory->zones_len == 0) {
		say(term, "The zones are not told of here (before Linux 2.6 there is no "
			  "/proc/buddyinfo): SysRq-m writes them to the kernel's log.");
		return;
	}
	if (!zone_rows_put(memory, term, view->verbose))
		say(term, "The zones' marks and reserves are not told here (before Linux "
			  "2.6.13 there is no /proc/zoneinfo).");
}
