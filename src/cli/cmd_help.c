/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/completion.h"

enum shell {
	SHELL_BASH,
	SHELL_ZSH,
	SHELL_FISH,
};

const struct enumtab completion_shells[] = {
	{ "bash", SHELL_BASH },
	{ "zsh", SHELL_ZSH },
	{ "fish", SHELL_FISH },
	{ NULL, 0 },
};

static enum status print_completion(struct context *context)
{
	int shell = SHELL_BASH;
	enum status status = choice_read(context, OPTION_COMPLETION, "completion",
					 completion_shells, &shell);

	if (status != STATUS_OK)
		return status;
	switch ((enum shell)shell) {
	case SHELL_BASH:
		completion_bash(context->out.file);
		break;
	case SHELL_ZSH:
		completion_zsh(context->out.file);
		break;
	case SHELL_FISH:
		completion_fish(context->out.file);
		break;
	}
	return STATUS_OK;
}

static enum status run_help(struct context *context)
{
	const struct command *command = NULL;

	if (given(context, OPTION_COMPLETION))
		return print_completion(context);
	if (context->operands_len > 0) {
		command = command_find(context->operands[0]);
		if (!command)
			return command_unknown(context, context->operands[0]);
	}
	help_print(&context->out, command);
	return STATUS_OK;
}

static const struct option_row help_options[] = {
	{ OPTION_COMPLETION, "completion", 0, "SHELL",
	  "the completion of this program for bash, zsh or fish" },
	{ 0 },
};

const struct command command_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = "Show this list, or the help of a command",
	.options = help_options,
	.most = 1,
	.hostless = true,
	.run = run_help,
};
