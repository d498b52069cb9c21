/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/importing.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "cli/boot.h"
#include "cli/command.h"
#include "cli/show.h"
#include "plan/import.h"
#include "profile/file.h"
#include "profile/format.h"
#include "profile/load.h"
#include "profile/wording.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"

/* The most lenient dialect: no host is asked for its own. */
#define LENIENT "systemd"

static enum status read_file(struct context *context, const struct source **ret)
{
	const struct loader loader = {
		.arena = context->arena,
		.diags = &context->diags,
		.root = &context->root,
	};
	const struct file_wish wish = { .name = context->operands[0], .foreign = true };
	cleanup(file_close) struct file file = { .fd = -1 };
	int r = file_open(&loader, &wish, &file);

	if (r == 0)
		r = file_read(&loader, &file, NOWHERE, ret);
	return r == 0 ? STATUS_OK : STATUS_ERROR;
}

static enum status find_dialect(struct context *context, const struct sysctl_loader **ret)
{
	if (given(context, OPTION_LOADER))
		return boot_loader(context, ret);
	return sysctl_loader_detect(context->arena, &context->root, LENIENT, ret) < 0
		       ? STATUS_ERROR
		       : STATUS_OK;
}

/* What the profile is called, and what it says of itself. */
static enum status name_draft(struct context *context, struct draft *draft)
{
	const char *name = context->option[OPTION_NAME], *path = context->operands[0];
	bool is_stdin = strcmp(path, "-") == 0;
	size_t at;

	if (name && format_name.fault(context->arena, name, &at)) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--name takes %s, not '%s'", format_name.noun, name);
		return STATUS_USAGE;
	}
	draft->name = name ? name : import_name(context->arena, path);
	draft->description = arena_printf(context->arena, "Imported from %s",
					  is_stdin ? "standard input"
						   : wording_shown(context->arena, path));
	return draft->name && draft->description ? STATUS_OK : STATUS_ERROR;
}

static enum status make_draft(struct context *context, const struct source *source,
			      const struct sysctl_loader *loader, struct draft *ret)
{
	struct conf_lines lines = { 0 };
	int r = sysctlconf_read(context->arena, &context->diags, source, loader, &lines);

	if (r == 0)
		r = import_lines(context->arena, &context->diags, &lines, ret);
	if (r == 0)
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, -r, "cannot import: %s", strerror(-r));
	return STATUS_ERROR;
}

enum status import_file(struct context *context)
{
	const struct sysctl_loader *loader = NULL;
	const struct source *source = NULL;
	struct draft draft = { 0 };
	enum status status = find_dialect(context, &loader);

	if (status == STATUS_OK)
		status = read_file(context, &source);
	if (status == STATUS_OK)
		status = make_draft(context, source, loader, &draft);
	if (status == STATUS_OK)
		status = name_draft(context, &draft);
	if (status != STATUS_OK)
		return status;
	if (draft.sysctl.len == 0)
		diag_note(&context->diags, NOWHERE,
			  "there is nothing in it that a profile could have");
	return show_draft(context, "profile import", &draft);
}
