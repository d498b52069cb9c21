/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A subcommand is one constant: name, help, options, and what runs it.
 *
 * Options are rows, too; getopt's arrays, the help texts and the suggestions
 * for mistyped ones are made from them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/status.h"
#include "render/term.h"
#include "sys/root.h"

struct arena;

enum option_id {
	OPTION_ROOT,
	OPTION_LOADER,
	OPTION_JSON,
	OPTION_COLOR,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_DRY_RUN,
	OPTION_DETAILED,
	OPTION_BEST_EFFORT,
	OPTION_TRIAL,
	OPTION_FORCE,
	OPTION_PERSIST,
	OPTION_EDIT_CONFLICTS,
	OPTION_NAME,
	OPTION_SCAN,
	OPTION_USER,
	OPTION_RESTORE,
	OPTION_REALTIME,
	OPTION_PIDFILE,
	OPTION_CGROUP,
	OPTION_LINES,
	OPTION_WITH,
	OPTION_WATCH,
	OPTION_MODE,
	OPTION_NO_SYNC,
	OPTION_IF,
	OPTION_COMPACT,
	OPTION_SPARE,
	OPTION_AS,
	OPTION_SCHEDULES,
	OPTION_DMESG,
	OPTION_JOURNAL,
	OPTION_SINCE,
	OPTION_LAST,
	OPTION_TASKS,
	OPTION_SUGGEST,
	OPTION_ACTIVE,
	OPTION_COMPLETION,
	OPTION_METRICS,
	OPTION_NAGIOS,
	OPTION_COUNT,
};

struct option_row {
	enum option_id id;
	const char *name;     /* NULL ends the rows */
	char letter;	      /* 0: none */
	const char *argument; /* what it takes, for the help; NULL: nothing */
	const char *help;
};

/* What a command works with. */
struct context {
	struct arena *arena;
	struct diags diags;
	struct root root;
	struct term out, err;
	const char *option
		[OPTION_COUNT]; /* its argument, or "" where it takes none; NULL: not given */
	const struct command *command;
	char *const *operands;
	size_t operands_len;
	bool shown; /* the command has written its document, or its text */
};

struct command {
	const char *name;
	const char *synopsis;		  /* behind the name */
	const char *summary;		  /* one line for the list */
	const char *text;		  /* for its own help; may be NULL */
	const struct option_row *options; /* besides the global ones; NULL: none */
	size_t least, most;		  /* operands */
	const char *operand;		  /* what is missing where there are too few */
	const struct option_row *instead; /* of all operands; NULL: no option is */
	bool writes;			  /* may change the host */
	bool hostless;			  /* looks at no host: the root is not opened */
	enum status (*run)(struct context *context);
};

/* All commands, sorted by name; NULL-ended. */
extern const struct command *const commands[];
extern const struct option_row global_options[];

const struct command *command_find(const char *name);
/* Says that @word is no command, and which one may be meant. */
enum status command_unknown(struct context *context, const char *word);

/* Writes the help for @command, or for the program where it is NULL. */
void help_print(const struct term *term, const struct command *command);

static inline bool given(const struct context *context, enum option_id id)
{
	return context->option[id] != NULL;
}
