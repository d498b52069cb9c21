/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_timers.h"

#include <errno.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/status.h"
#include "plan/timers.h"
#include "render/out.h"
#include "render/out_parts.h"

/* Paths are told as the host has them. */
static int show_file(struct arena *arena, struct out *out, const struct timer_file *file)
{
	const char *path = arena_printf(arena, "/%s", file->path);

	out_object(out, NULL);
	out_string(out, "path", path);
	out_string(out, "text", file->text);
	out_end_object(out);
	return path ? 0 : -ENOMEM;
}

static int show_document(const struct timers_view *view, const struct term *term)
{
	struct out out = out_to(term->file);
	int r = 0, end;

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "schedule emit");
	out_list(&out, "files");
	for (size_t i = 0; r == 0 && i < view->files->len; i++)
		r = show_file(view->arena, &out, &view->files->items[i]);
	out_end_list(&out);
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", r == 0 ? STATUS_OK : STATUS_ERROR);
	out_end_object(&out);
	end = out_finish(&out);
	return r == 0 ? end : r;
}

int view_timers(const struct timers_view *view, const struct term *term, bool json)
{
	if (json)
		return show_document(view, term);
	for (size_t i = 0; i < view->files->len; i++)
		(void)fprintf(term->file, "%s# /%s\n%s", i > 0 ? "\n" : "",
			      view->files->items[i].path, view->files->items[i].text);
	return term_finish(term);
}
