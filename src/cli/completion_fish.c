/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/command.h"
#include "cli/completion.h"

#define SPECIAL "\\'"

static const char head[] =
	"# fish completion for lowmemctl(8); made by 'lowmemctl help --completion fish'\n"
	"# SPDX-License-Identifier: GPL-2.0-or-later\n"
	"\n"
	"function __lowmemctl_profiles\n"
	"	lowmemctl profile list 2>/dev/null |\n"
	"		sed -n '/ masked  /d; / masked$/d; s/^\\([a-z0-9][a-z0-9-]*\\) .*/\\1/p'\n"
	"	__fish_complete_suffix .yaml\n"
	"end\n"
	"\n"
	"function __lowmemctl_active\n"
	"	for file in /etc/lowmemctl/active.d/*.yaml\n"
	"		basename $file .yaml\n"
	"	end\n"
	"end\n"
	"\n"
	"function __lowmemctl_keys\n"
	"	sh -c 'cd /proc/sys && find fs kernel net vm -type f 2>/dev/null | tr / .'\n"
	"end\n"
	"\n"
	"function __lowmemctl_entries\n"
	"	lowmemctl history 2>/dev/null | sed -n 's/^ *\\([0-9][0-9]*\\) .*/\\1/p'\n"
	"end\n"
	"\n";

static const char *reply_to(enum complete_kind kind)
{
	switch (kind) {
	case COMPLETE_PROFILE:
		return "(__lowmemctl_profiles)";
	case COMPLETE_ACTIVE:
		return "(__lowmemctl_active)";
	case COMPLETE_KEY:
		return "(__lowmemctl_keys)";
	case COMPLETE_ENTRY:
		return "(__lowmemctl_entries)";
	case COMPLETE_COMMAND:
		return "(__lowmemctl_commands)";
	case COMPLETE_FILE:
		return "(__fish_complete_path)";
	case COMPLETE_FOLDER:
		return "(__fish_complete_directories)";
	case COMPLETE_NOTHING:
	case COMPLETE_WORDS:
		break;
	}
	return "";
}

static void put_quoted(FILE *file, const char *text)
{
	(void)fputc('\'', file);
	complete_quoted(file, text, SPECIAL);
	(void)fputc('\'', file);
}

/* @command: NULL for the global ones. */
static void begin(FILE *file, const char *command)
{
	(void)fputs("complete -c lowmemctl", file);
	if (command)
		fprintf(file, " -n '__fish_seen_subcommand_from %s'", command);
}

static void put_options(FILE *file, const char *command, const struct option_row *row)
{
	for (; row && row->name; row++) {
		begin(file, command);
		if (row->letter)
			fprintf(file, " -s %c", row->letter);
		fprintf(file, " -l %s -d ", row->name);
		put_quoted(file, row->help);
		if (row->argument) {
			(void)fputs(" -x -a '", file);
			if (complete_argument(row) == COMPLETE_WORDS)
				complete_words(file, row);
			else
				(void)fputs(reply_to(complete_argument(row)), file);
			(void)fputc('\'', file);
		}
		(void)fputc('\n', file);
	}
}

static void put_actions(FILE *file, const struct command *command)
{
	fprintf(file,
		"complete -c lowmemctl -n '__fish_seen_subcommand_from %s; and not "
		"__fish_seen_subcommand_from ",
		command->name);
	complete_actions(file, command, ' ');
	(void)fputs("' -a '", file);
	complete_actions(file, command, ' ');
	(void)fputs("'\n", file);
}

static void put_operands(FILE *file, const struct command *command)
{
	const char *synopsis = command->synopsis;
	struct complete_operand one;

	if (complete_has_actions(command))
		put_actions(file, command);
	while (complete_operand(command, &synopsis, &one)) {
		if (one.kind == COMPLETE_NOTHING)
			continue;
		fprintf(file, "complete -c lowmemctl -n '__fish_seen_subcommand_from %s",
			command->name);
		if (one.action.len > 0)
			fprintf(file, "; and __fish_seen_subcommand_from %.*s",
				(int)one.action.len, one.action.at);
		fprintf(file, "' -a '%s'\n", reply_to(one.kind));
	}
}

static void put_commands(FILE *file)
{
	(void)fputs("function __lowmemctl_commands\n\tstring split ' ' '", file);
	for (size_t i = 0; commands[i]; i++)
		fprintf(file, "%s%s", i > 0 ? " " : "", commands[i]->name);
	(void)fputs("'\nend\n\ncomplete -c lowmemctl -f\n", file);
	for (size_t i = 0; commands[i]; i++) {
		fprintf(file, "complete -c lowmemctl -n __fish_use_subcommand -a %s -d ",
			commands[i]->name);
		put_quoted(file, commands[i]->summary);
		(void)fputc('\n', file);
	}
}

void completion_fish(FILE *file)
{
	(void)fputs(head, file);
	put_commands(file);
	put_options(file, NULL, global_options);
	for (size_t i = 0; commands[i]; i++) {
		put_options(file, commands[i]->name, commands[i]->options);
		put_operands(file, commands[i]);
	}
}
