/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/picture.h"

#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/show.h"
#include "render/view_status.h"
#include "state/host.h"
#include "state/memory.h"
#include "state/strain.h"

bool picture_needs_standing(const struct context *context)
{
	return !given(context, OPTION_QUIET) || given(context, OPTION_JSON);
}

static int read_memory(struct context *context, struct memory *ret)
{
	struct host host;
	int r = host_read(context->arena, &context->root, HOST_PAGE, &host);

	if (r == 0)
		r = memory_read(context->arena, &context->root, host.page_size, ret);
	return r;
}

/* With what it says where it was tried to read it alone. */
static const char *why_no_memory(const struct context *context, int r)
{
	char text[16];
	ssize_t len;

	if (r != -ENODATA)
		return strerror(-r);
	len = root_read(&context->root, "proc/meminfo", text, sizeof(text));
	if (len < 0 && len != -EFBIG)
		return strerror((int)-len);
	return "it does not say how much memory there is, and how much is free";
}

enum status picture_show(struct context *context, const struct standing *standing,
			 const struct term *term)
{
	struct memory memory;
	struct strain *strains = NULL;
	struct status_view view = {
		.arena = context->arena,
		.memory = &memory,
		.standing = standing,
		.brief = given(context, OPTION_QUIET),
		.verbose = given(context, OPTION_VERBOSE),
		.diags = &context->diags,
	};
	bool json = given(context, OPTION_JSON);
	int r = read_memory(context, &memory);

	if (r < 0) {
		(void)diag_error(&context->diags, NOWHERE, -r,
				 "cannot read /proc/meminfo: %s",
				 why_no_memory(context, r));
		return STATUS_ERROR;
	}
	r = strain_judge(context->arena, &memory, &strains, &view.strains_len);
	view.strains = strains;
	diags_sort(&context->diags);
	if (r == 0) {
		context->shown = true;
		r = view_status(&view, term, json);
	}
	if (r == 0)
		return STATUS_OK;
	return show_failed(context, r);
}
