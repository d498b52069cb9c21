/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/command.h"
#include "cli/completion.h"

/* What means something in the text of an _arguments specification. */
#define SPECIAL "[]:\\"

static const char head[] =
	"#compdef lowmemctl\n"
	"# zsh completion for lowmemctl(8); made by 'lowmemctl help --completion zsh'\n"
	"# SPDX-License-Identifier: GPL-2.0-or-later\n"
	"\n"
	"_lowmemctl_profiles() {\n"
	"	local -a names\n"
	"	names=(${(f)\"$(lowmemctl profile list 2>/dev/null |\n"
	"		sed -n '/ masked  /d; / masked$/d; s/^\\([a-z0-9][a-z0-9-]*\\) .*/\\1/p')\"})\n"
	"	_alternative 'profiles:profile:compadd -a names' 'files:file:_files -g \"*.yaml\"'\n"
	"}\n"
	"\n"
	"_lowmemctl_active() {\n"
	"	local -a names\n"
	"	names=(/etc/lowmemctl/active.d/*.yaml(N:t:r))\n"
	"	_wanted profiles expl 'active profile' compadd -a names\n"
	"}\n"
	"\n"
	"_lowmemctl_keys() {\n"
	"	local -a names\n"
	"	names=(${(f)\"$(cd /proc/sys && find fs kernel net vm -type f 2>/dev/null | tr / .)\"})\n"
	"	_wanted keys expl key compadd -a names\n"
	"}\n"
	"\n"
	"_lowmemctl_entries() {\n"
	"	local -a names\n"
	"	names=(${(f)\"$(lowmemctl history 2>/dev/null | sed -n 's/^ *\\([0-9][0-9]*\\) .*/\\1/p')\"})\n"
	"	_wanted entries expl entry compadd -a names\n"
	"}\n"
	"\n";

static const char *reply_to(enum complete_kind kind)
{
	switch (kind) {
	case COMPLETE_PROFILE:
		return "_lowmemctl_profiles";
	case COMPLETE_ACTIVE:
		return "_lowmemctl_active";
	case COMPLETE_KEY:
		return "_lowmemctl_keys";
	case COMPLETE_ENTRY:
		return "_lowmemctl_entries";
	case COMPLETE_COMMAND:
		return "_lowmemctl_commands";
	case COMPLETE_FILE:
		return "_files";
	case COMPLETE_FOLDER:
		return "_files -/";
	case COMPLETE_NOTHING:
	case COMPLETE_WORDS:
		break;
	}
	return " ";
}

static void put_option(FILE *file, const struct option_row *row, const char *indent)
{
	fprintf(file, "%s", indent);
	if (row->letter && row->argument)
		fprintf(file, "'(-%c --%s)'{-%c+,--%s=}'", row->letter, row->name,
			row->letter, row->name);
	else if (row->letter)
		fprintf(file, "'(-%c --%s)'{-%c,--%s}'", row->letter, row->name,
			row->letter, row->name);
	else
		fprintf(file, "'--%s%s", row->name, row->argument ? "=" : "");
	(void)fputc('[', file);
	complete_quoted(file, row->help, SPECIAL);
	(void)fputc(']', file);
	if (row->argument) {
		fprintf(file, ":%s:", row->argument);
		if (complete_argument(row) == COMPLETE_WORDS) {
			(void)fputc('(', file);
			complete_words(file, row);
			(void)fputc(')', file);
		} else {
			(void)fputs(reply_to(complete_argument(row)), file);
		}
	}
	(void)fputs("'\n", file);
}

static void put_commands(FILE *file)
{
	(void)fputs("_lowmemctl_commands() {\n\tlocal -a commands\n\tcommands=(\n", file);
	for (size_t i = 0; commands[i]; i++) {
		fprintf(file, "\t\t'%s:", commands[i]->name);
		complete_quoted(file, commands[i]->summary, SPECIAL);
		(void)fputs("'\n", file);
	}
	(void)fputs("\t)\n\t_describe -t commands command commands\n}\n\n", file);
}

/* What comes behind an action depends on which one it is. */
static void put_actions(FILE *file, const struct command *command)
{
	const char *synopsis = command->synopsis;
	struct complete_operand one;

	fprintf(file, "_lowmemctl_of_%s() {\n\tcase ${words[(r)(", command->name);
	complete_actions(file, command, '|');
	(void)fputs(")]} in\n", file);
	while (complete_operand(command, &synopsis, &one)) {
		if (one.kind != COMPLETE_NOTHING)
			fprintf(file, "\t%.*s) %s ;;\n", (int)one.action.len,
				one.action.at, reply_to(one.kind));
	}
	(void)fputs("\tesac\n}\n\n", file);
}

static void put_operands(FILE *file, const struct command *command)
{
	const char *synopsis = command->synopsis;
	struct complete_operand one = { .kind = COMPLETE_NOTHING };

	if (complete_has_actions(command)) {
		(void)fputs("\t\t\t'1:action:(", file);
		complete_actions(file, command, ' ');
		fprintf(file, ")' \\\n\t\t\t'*:argument:_lowmemctl_of_%s'",
			command->name);
		return;
	}
	if (complete_operand(command, &synopsis, &one) && one.kind != COMPLETE_NOTHING)
		fprintf(file, "\t\t\t'*:argument:%s'", reply_to(one.kind));
	else
		(void)fputs("\t\t\t'*: :'", file);
}

static void put_command(FILE *file, const struct command *command)
{
	fprintf(file, "\t%s)\n\t\toptions=(\n", command->name);
	for (const struct option_row *row = command->options; row && row->name; row++)
		put_option(file, row, "\t\t\t");
	(void)fputs("\t\t)\n\t\t_arguments -s $global $options \\\n", file);
	put_operands(file, command);
	(void)fputs(" && ret=0\n\t\t;;\n", file);
}

static void put_main(FILE *file)
{
	(void)fputs("_lowmemctl() {\n"
		    "	local curcontext=$curcontext state ret=1\n"
		    "	local -a line global options\n"
		    "	global=(\n",
		    file);
	for (const struct option_row *row = global_options; row->name; row++)
		put_option(file, row, "\t\t");
	(void)fputs(
		"	)\n"
		"	_arguments -s -C $global '1:command:_lowmemctl_commands' '*::argument:->rest' && ret=0\n"
		"	[[ $state == rest ]] || return ret\n"
		"	curcontext=${curcontext%:*}-$line[1]:\n"
		"	case $line[1] in\n",
		file);
	for (size_t i = 0; commands[i]; i++)
		put_command(file, commands[i]);
	(void)fputs("\tesac\n\treturn ret\n}\n\n_lowmemctl \"$@\"\n", file);
}

void completion_zsh(FILE *file)
{
	(void)fputs(head, file);
	put_commands(file);
	for (size_t i = 0; commands[i]; i++) {
		if (complete_has_actions(commands[i]))
			put_actions(file, commands[i]);
	}
	put_main(file);
}
