/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/show.h"

#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "profile/draft.h"
#include "render/view.h"

enum status show_failed(struct context *context, int r)
{
	if (r != -EIO)
		(void)diag_error(&context->diags, NOWHERE, -r, "cannot show it: %s",
				 strerror(-r));
	return STATUS_ERROR;
}

enum status show_draft(struct context *context, const char *command,
		       const struct draft *draft)
{
	struct draft_view view = {
		.command = command,
		.name = draft->name,
		.keys = draft->sysctl.len + draft->sysfs.len,
		.diags = &context->diags,
	};
	size_t len;
	int r = draft_text(context->arena, draft, &view.text, &len);

	if (r == -EFBIG) {
		(void)diag_error(&context->diags, NOWHERE, EFBIG,
				 "the profile would be larger than 1 MiB");
		return STATUS_ERROR;
	}
	diags_sort(&context->diags);
	context->shown = r == 0;
	if (r == 0)
		r = view_draft(&view, &context->out, given(context, OPTION_JSON));
	if (r == 0)
		return STATUS_OK;
	return show_failed(context, r);
}
