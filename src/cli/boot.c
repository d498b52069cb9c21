/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/boot.h"

#include <errno.h>
#include <string.h>

#include "base/near.h"
#include "cli/command.h"
#include "state/persisted.h"
#include "state/sysctlloader.h"

static enum status no_such_loader(struct context *context, const char *name)
{
	struct near near = near_to(name);

	for (const char *const *known = sysctl_loader_names; *known; known++)
		near_try(&near, *known);
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "--loader takes systemd, procps, busybox or sysctl.conf, not "
			 "'%s'%s%s%s",
			 name, near.best ? ": did you mean '" : "",
			 near.best ? near.best : "", near.best ? "'?" : "");
	return STATUS_USAGE;
}

static enum status cannot_read(struct context *context, int r)
{
	(void)diag_error(&context->diags, NOWHERE, -r,
			 "cannot read the persisted configuration: %s", strerror(-r));
	return STATUS_ERROR;
}

enum status boot_loader(struct context *context, const struct sysctl_loader **ret)
{
	const char *name = context->option[OPTION_LOADER];
	int r = sysctl_loader_detect(context->arena, &context->root, name, ret);

	if (r == -EINVAL)
		return no_such_loader(context, name);
	return r < 0 ? cannot_read(context, r) : STATUS_OK;
}

enum status boot_read(struct context *context, struct diags *diags,
		      const struct sysctl_loader *loader, bool all, struct persisted *ret)
{
	int r = persisted_read(context->arena, &context->root, diags, loader, all, ret);

	return r < 0 ? cannot_read(context, r) : STATUS_OK;
}
