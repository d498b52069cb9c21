/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/service.h"

#include <fcntl.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "cli/command.h"

/* A link of the same name below this folder is what `systemctl enable` makes. */
#define ENABLED "etc/systemd/system/sysinit.target.wants/lowmemctl-apply.service"

static const char *const units[] = {
	"etc/systemd/system/lowmemctl-apply.service",
	"usr/local/lib/systemd/system/lowmemctl-apply.service",
	"usr/lib/systemd/system/lowmemctl-apply.service",
	"lib/systemd/system/lowmemctl-apply.service",
};

static bool is_there(struct context *context, const char *path)
{
	cleanup_fd int fd = root_open(&context->root, path, O_PATH | O_NOFOLLOW);

	return fd >= 0;
}

static bool is_installed(struct context *context)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (is_there(context, units[i]))
			return true;
	}
	return false;
}

void service_warn(struct context *context, bool rules)
{
	/* Which runlevels an init script is in is known to that init. */
	if (is_there(context, ENABLED) || is_there(context, "etc/init.d/lowmemctl"))
		return;
	if (is_installed(context)) {
		diag_warning(
			&context->diags, NOWHERE,
			"settings in /sys, process rules and schedules are kept in the "
			"active profile, and carried out at boot by a service that is not "
			"enabled: systemctl enable lowmemctl-apply.service%s",
			rules ? " lowmemctl-watch.service" : "");
	} else {
		diag_warning(
			&context->diags, NOWHERE,
			"settings in /sys, process rules and schedules are kept in the "
			"active profile, but nothing on this host carries that out at "
			"boot: there is no lowmemctl-apply.service; until there is, let a "
			"boot script run 'lowmemctl apply --active'%s",
			rules ? ", and 'lowmemctl watch' for rules and schedules" : "");
	}
}
