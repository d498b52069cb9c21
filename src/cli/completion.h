/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Completion for shells, from the tables of commands and options.
 *
 * What an operand is, is read in a command's synopsis: alternatives are divided by " | ", a word in
 * small letters that begins one is an action, and the first word in capitals but OPTION says what
 * follows.
 */

#include <stdbool.h>
#include <stdio.h>

#include "base/enumtab.h"
#include "base/span.h"

struct command;
struct option_row;

/* The shells. */
extern const struct enumtab completion_shells[];

enum complete_kind {
	COMPLETE_NOTHING, /* a word of the user's own */
	COMPLETE_WORDS,	  /* one of a few */
	COMPLETE_PROFILE,
	COMPLETE_ACTIVE, /* profiles that are active */
	COMPLETE_KEY,
	COMPLETE_ENTRY, /* of the journal */
	COMPLETE_COMMAND,
	COMPLETE_FILE,
	COMPLETE_FOLDER,
};

/* The words for scripts of @row's argument to choose from, to @file, a blank between them. */
void complete_words(FILE *file, const struct option_row *row);
enum complete_kind complete_argument(const struct option_row *row);

struct complete_operand {
	struct span action; /* of no length: the command has none */
	enum complete_kind kind;
};

/* Takes one alternative from *@synopsis. False where none is left. */
bool complete_operand(const struct command *command, const char **synopsis,
		      struct complete_operand *ret);
bool complete_has_actions(const struct command *command);
/* The names of the actions to @file, with @divider between them. */
void complete_actions(FILE *file, const struct command *command, char divider);

/* @text with a backslash before each of the characters in @special, to @file. In single quotes. */
void complete_quoted(FILE *file, const char *text, const char *special);

/* The whole script. */
void completion_bash(FILE *file);
void completion_zsh(FILE *file);
void completion_fish(FILE *file);
