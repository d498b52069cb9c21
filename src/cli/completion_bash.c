/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/command.h"
#include "cli/completion.h"

static const char head[] =
	"# bash completion for lowmemctl(8); made by 'lowmemctl help --completion bash'\n"
	"# SPDX-License-Identifier: GPL-2.0-or-later\n"
	"# shellcheck shell=bash\n"
	"\n"
	"_lowmemctl_profiles() {\n"
	"	lowmemctl profile list 2>/dev/null |\n"
	"		sed -n '/ masked  /d; / masked$/d; s/^\\([a-z0-9][a-z0-9-]*\\) .*/\\1/p'\n"
	"}\n"
	"\n"
	"_lowmemctl_active() {\n"
	"	local file\n"
	"	for file in /etc/lowmemctl/active.d/*.yaml; do\n"
	"		[[ ! -e $file ]] || basename \"$file\" .yaml\n"
	"	done\n"
	"}\n"
	"\n"
	"_lowmemctl_keys() {\n"
	"	(cd /proc/sys 2>/dev/null && find fs kernel net vm -type f 2>/dev/null | tr / .)\n"
	"}\n"
	"\n"
	"_lowmemctl_entries() {\n"
	"	lowmemctl history 2>/dev/null | sed -n 's/^ *\\([0-9][0-9]*\\) .*/\\1/p'\n"
	"}\n"
	"\n";

static const char tail[] =
	"# What $1 stands for, or the words themselves, as far as they begin with $cur\n"
	"_lowmemctl_reply() {\n"
	"	local words=$1\n"
	"	case $1 in\n"
	"	@profiles) words=$(_lowmemctl_profiles) ;;\n"
	"	@active) words=$(_lowmemctl_active) ;;\n"
	"	@keys) words=$(_lowmemctl_keys) ;;\n"
	"	@entries) words=$(_lowmemctl_entries) ;;\n"
	"	@commands) words=$(_lowmemctl_commands) ;;\n"
	"	@*) words= ;;\n"
	"	esac\n"
	"	mapfile -t COMPREPLY < <(\n"
	"		compgen -W \"$words\" -- \"$cur\"\n"
	"		case $1 in\n"
	"		@files) compgen -f -- \"$cur\" ;;\n"
	"		@folders) compgen -d -- \"$cur\" ;;\n"
	"		@profiles) compgen -f -X '!*.yaml' -- \"$cur\" ;;\n"
	"		esac\n"
	"		[[ $1 != @profiles || $cur != */* ]] || compgen -d -- \"$cur\"\n"
	"	)\n"
	"	case $1 in\n"
	"	@files | @folders | @profiles) compopt -o filenames 2>/dev/null ;;\n"
	"	esac\n"
	"}\n"
	"\n"
	"_lowmemctl() {\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} command='' action='' option='' word i\n"
	"	for ((i = 1; i < COMP_CWORD; i++)); do\n"
	"		word=${COMP_WORDS[i]}\n"
	"		if [[ -n $option ]]; then\n"
	"			# The = of --option=word is a word to bash.\n"
	"			[[ $word == = ]] || option=\n"
	"		elif [[ $word == -* ]]; then\n"
	"			! _lowmemctl_takes \"$command\" \"$word\" >/dev/null || option=$word\n"
	"		elif [[ -z $command ]]; then\n"
	"			command=$word\n"
	"		elif [[ -z $action ]]; then\n"
	"			action=$word\n"
	"		fi\n"
	"	done\n"
	"	[[ $cur != = ]] || cur=\n"
	"	if [[ -n $option ]]; then\n"
	"		_lowmemctl_reply \"$(_lowmemctl_takes \"$command\" \"$option\")\"\n"
	"	elif [[ $cur == -* ]]; then\n"
	"		_lowmemctl_reply \"$(_lowmemctl_options \"$command\")\"\n"
	"	elif [[ -z $command ]]; then\n"
	"		_lowmemctl_reply @commands\n"
	"	else\n"
	"		_lowmemctl_reply \"$(_lowmemctl_operands \"$command\" \"$action\")\"\n"
	"	fi\n"
	"}\n"
	"\n"
	"complete -F _lowmemctl lowmemctl\n";

static const char *reply_to(enum complete_kind kind)
{
	switch (kind) {
	case COMPLETE_PROFILE:
		return "@profiles";
	case COMPLETE_ACTIVE:
		return "@active";
	case COMPLETE_KEY:
		return "@keys";
	case COMPLETE_ENTRY:
		return "@entries";
	case COMPLETE_COMMAND:
		return "@commands";
	case COMPLETE_FILE:
		return "@files";
	case COMPLETE_FOLDER:
		return "@folders";
	case COMPLETE_NOTHING:
	case COMPLETE_WORDS:
		break;
	}
	return "@nothing";
}

static void put_commands(FILE *file)
{
	(void)fputs("_lowmemctl_commands() {\n\techo '", file);
	for (size_t i = 0; commands[i]; i++)
		fprintf(file, "%s%s", i > 0 ? " " : "", commands[i]->name);
	(void)fputs("'\n}\n\n", file);
}

static void put_names(FILE *file, const struct option_row *rows)
{
	for (; rows && rows->name; rows++) {
		fprintf(file, " --%s", rows->name);
		if (rows->letter)
			fprintf(file, " -%c", rows->letter);
	}
}

static void put_options(FILE *file)
{
	(void)fputs("_lowmemctl_options() {\n\tlocal global='", file);
	put_names(file, global_options);
	(void)fputs("'\n\tcase $1 in\n", file);
	for (size_t i = 0; commands[i]; i++) {
		if (!commands[i]->options)
			continue;
		fprintf(file, "\t%s) echo \"$global", commands[i]->name);
		put_names(file, commands[i]->options);
		(void)fputs("\" ;;\n", file);
	}
	(void)fputs("\t*) echo \"$global\" ;;\n\tesac\n}\n\n", file);
}

/* @begin: how the pattern for the command begins, up to an open quote. */
static void put_takes(FILE *file, const char *begin, const char *command,
		      const struct option_row *rows)
{
	for (; rows && rows->name; rows++) {
		enum complete_kind kind;

		if (!rows->argument)
			continue;
		kind = complete_argument(rows);
		fprintf(file, "\t%s%s --%s'", begin, command, rows->name);
		if (rows->letter)
			fprintf(file, " | %s%s -%c'", begin, command, rows->letter);
		(void)fputs(") echo '", file);
		if (kind == COMPLETE_WORDS)
			complete_words(file, rows);
		else
			(void)fputs(reply_to(kind), file);
		(void)fputs("' ;;\n", file);
	}
}

static void put_arguments(FILE *file)
{
	(void)fputs("# What option $2 of command $1 takes; fails where that is nothing\n"
		    "_lowmemctl_takes() {\n\tcase \"$1 $2\" in\n",
		    file);
	put_takes(file, "*'", "", global_options);
	for (size_t i = 0; commands[i]; i++)
		put_takes(file, "'", commands[i]->name, commands[i]->options);
	(void)fputs("\t*) return 1 ;;\n\tesac\n}\n\n", file);
}

static void put_operands_of(FILE *file, const struct command *command)
{
	const char *synopsis = command->synopsis;
	bool actions = complete_has_actions(command);
	struct complete_operand one;

	if (actions) {
		fprintf(file, "\t'%s ') echo '", command->name);
		complete_actions(file, command, ' ');
		(void)fputs("' ;;\n", file);
	}
	while (complete_operand(command, &synopsis, &one)) {
		if (one.kind != COMPLETE_NOTHING)
			fprintf(file, "\t'%s %.*s'%s) echo %s ;;\n", command->name,
				(int)one.action.len, one.action.at, actions ? "" : "*",
				reply_to(one.kind));
	}
}

void completion_bash(FILE *file)
{
	(void)fputs(head, file);
	put_commands(file);
	put_options(file);
	put_arguments(file);
	(void)fputs("# The operands of command $1, after the action $2\n"
		    "_lowmemctl_operands() {\n\tcase \"$1 $2\" in\n",
		    file);
	for (size_t i = 0; commands[i]; i++)
		put_operands_of(file, commands[i]);
	(void)fputs("\tesac\n}\n\n", file);
	(void)fputs(tail, file);
}
