/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>

#include "base/near.h"
#include "cli/command.h"

const struct command *const commands[] = {
	&command_apply,
	&command_capture,
	&command_confirm,
	&command_diagnose,
	&command_diff,
	&command_drop_caches,
	&command_get,
	&command_help,
	&command_history,
	&command_persist,
	&command_profile,
	&command_revert,
	&command_schedule,
	&command_status,
	&command_unpersist,
	&command_verify,
	&command_victims,
	&command_watch,
	NULL,
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

enum status command_unknown(struct context *context, const char *word)
{
	struct near near = near_to(word);

	for (size_t i = 0; commands[i]; i++)
		near_try(&near, commands[i]->name);
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "unknown command '%s'%s%s%s (see 'lowmemctl --help')", word,
			 near.best ? ": did you mean '" : "", near.best ? near.best : "",
			 near.best ? "'?" : "");
	return STATUS_USAGE;
}
