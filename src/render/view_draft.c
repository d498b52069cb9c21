/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/status.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "render/view.h"

static int show_document(const struct draft_view *view, FILE *file)
{
	struct out out = out_to(file);

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", view->command);
	out_string(&out, "name", view->name);
	out_uint(&out, "keys", view->keys);
	out_string(&out, "profile", view->text);
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", STATUS_OK);
	out_end_object(&out);
	return out_finish(&out);
}

int view_draft(const struct draft_view *view, const struct term *term, bool json)
{
	if (json)
		return show_document(view, term->file);
	(void)fputs(view->text, term->file);
	return term_finish(term);
}
