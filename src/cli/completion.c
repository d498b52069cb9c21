/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/completion.h"

#include <string.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "plan/timers.h"
#include "profile/shape.h"
#include "state/sysctlloader.h"

static const struct {
	const char *word;
	enum complete_kind kind;
} kinds[] = {
	{ "PROFILE", COMPLETE_PROFILE }, { "KEY", COMPLETE_KEY },
	{ "ID", COMPLETE_ENTRY },	 { "COMMAND", COMPLETE_COMMAND },
	{ "FILE", COMPLETE_FILE },	 { "DIR", COMPLETE_FOLDER },
	{ "PATH", COMPLETE_FOLDER },
};

static enum complete_kind kind_of(struct span word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (span_is(word, kinds[i].word))
			return kinds[i].kind;
	}
	return COMPLETE_NOTHING;
}

static void put_table(FILE *file, const struct enumtab *rows)
{
	for (const struct enumtab *row = rows; row->word; row++)
		fprintf(file, "%s%s", row == rows ? "" : " ", row->word);
}

void complete_words(FILE *file, const struct option_row *row)
{
	switch ((int)row->id) {
	case OPTION_COLOR:
		put_table(file, color_words);
		break;
	case OPTION_LOADER:
		for (size_t i = 0; sysctl_loader_names[i]; i++)
			fprintf(file, "%s%s", i > 0 ? " " : "", sysctl_loader_names[i]);
		break;
	case OPTION_SCHEDULES:
		put_table(file, carrier_all);
		break;
	case OPTION_AS:
		put_table(file, carrier_others);
		break;
	case OPTION_MODE:
		put_table(file, shape_modes);
		break;
	case OPTION_COMPLETION:
		put_table(file, completion_shells);
		break;
	default:
		break;
	}
}

enum complete_kind complete_argument(const struct option_row *row)
{
	switch ((int)row->id) {
	case OPTION_COLOR:
	case OPTION_LOADER:
	case OPTION_SCHEDULES:
	case OPTION_AS:
	case OPTION_MODE:
	case OPTION_COMPLETION:
		return COMPLETE_WORDS;
	default:
		return kind_of(span_of(row->argument));
	}
}

static bool is_letter(char c, char first, char last)
{
	return c >= first && c <= last;
}

/* The first word in capitals that is no OPTION. */
static struct span operand_word(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t len = 0;

		while (i + len < text.len && is_letter(text.at[i + len], 'A', 'Z'))
			len++;
		if (len > 0 && !span_is((struct span){ text.at + i, len }, "OPTION"))
			return (struct span){ text.at + i, len };
		i += len;
	}
	return (struct span){ text.at, 0 };
}

bool complete_operand(const struct command *command, const char **synopsis,
		      struct complete_operand *ret)
{
	static const char divider[] = " | ";
	const char *end = strstr(*synopsis, divider);
	struct span text = { *synopsis,
			     end ? (size_t)(end - *synopsis) : strlen(*synopsis) };
	size_t len = 0;

	if (text.len == 0)
		return false;
	*synopsis += text.len + (end ? strlen(divider) : 0);
	while (len < text.len && is_letter(text.at[len], 'a', 'z'))
		len++;
	*ret = (struct complete_operand){
		.action = { text.at, len },
		.kind = command == &command_unpersist ? COMPLETE_ACTIVE
						      : kind_of(operand_word(text)),
	};
	return true;
}

bool complete_has_actions(const struct command *command)
{
	return is_letter(*command->synopsis, 'a', 'z');
}

void complete_actions(FILE *file, const struct command *command, char divider)
{
	const char *synopsis = command->synopsis;
	struct complete_operand one;

	while (complete_operand(command, &synopsis, &one))
		fprintf(file, "%.*s%.1s", (int)one.action.len, one.action.at,
			*synopsis ? &divider : "");
}

void complete_quoted(FILE *file, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			(void)fputc('\\', file);
		/* Inside of single quotes nothing stands for one. */
		if (*text == '\'' && !strchr(special, '\''))
			(void)fputs("'\\'", file);
		(void)fputc(*text, file);
	}
}
