/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/command.h"
#include "cli/commands.h"

static enum status run_help(struct context *context)
{
	const struct command *command = NULL;

	if (context->operands_len > 0) {
		command = command_find(context->operands[0]);
		if (!command)
			return command_unknown(context, context->operands[0]);
	}
	help_print(&context->out, command);
	return STATUS_OK;
}

const struct command command_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = "Show this list, or the help of a command",
	.most = 1,
	.hostless = true,
	.run = run_help,
};
