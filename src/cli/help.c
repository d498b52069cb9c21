/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "cli/command.h"

static void print_options(FILE *file, const struct option_row *rows)
{
	for (; rows && rows->name; rows++) {
		char left[64];

		(void)snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
			       rows->letter ? '-' : ' ',
			       rows->letter ? rows->letter : ' ',
			       rows->letter ? ", " : "  ", rows->name,
			       rows->argument ? " " : "",
			       rows->argument ? rows->argument : "");
		fprintf(file, "  %-24s %s\n", left, rows->help);
	}
}

static void print_command(FILE *file, const struct command *command)
{
	fprintf(file, "Usage: lowmemctl %s%s%s\n\n%s.\n", command->name,
		*command->synopsis ? " " : "", command->synopsis, command->summary);
	if (command->text)
		fprintf(file, "\n%s\n", command->text);
	if (command->options) {
		fprintf(file, "\nOptions:\n");
		print_options(file, command->options);
	}
	fprintf(file, "\nGlobal options:\n");
	print_options(file, global_options);
}

static void print_program(FILE *file)
{
	fprintf(file,
		"Usage: lowmemctl [OPTION]... COMMAND [ARGUMENT]...\n\n"
		"Declares a Linux host's memory behaviour: compares a profile with the running\n"
		"kernel, and applies the difference, reversibly.\n\n"
		"Commands:\n");
	for (size_t i = 0; commands[i]; i++)
		fprintf(file, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(file, "\nOptions, before or after the command:\n");
	print_options(file, global_options);
	fprintf(file,
		"\nA PROFILE is a path (with a '/', or ending in .yaml), '-' for standard input,\n"
		"or a name: see 'lowmemctl profile list'.\n\n"
		"Exit status: 0 done; 1 error; 2 differs; 4 failed and put back; 6 failed,\n"
		"something stays changed; 64 usage; 65 bad profile; 69 no such knob; 75 locked;\n"
		"77 no privilege.\n");
}

void help_print(const struct term *term, const struct command *command)
{
	if (command)
		print_command(term->file, command);
	else
		print_program(term->file);
}
