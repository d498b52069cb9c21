/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/arena.h"
#include "base/near.h"
#include "cli/command.h"

#define MOST_OPTIONS 32
/* getopt's values for options without a letter; letters are below. */
#define FIRST_VALUE  256

const struct option_row global_options[] = {
	{ OPTION_ROOT, "root", 0, "DIR",
	  "take the host's paths below DIR: DIR/proc, ..." },
	{ OPTION_LOADER, "loader", 0, "NAME",
	  "who reads sysctl.d at boot: systemd, procps, busybox, sysctl.conf" },
	{ OPTION_JSON, "json", 0, NULL, "one JSON document on standard output" },
	{ OPTION_COLOR, "color", 0, "WHEN", "auto (default), always or never" },
	{ OPTION_QUIET, "quiet", 'q', NULL, "say nothing but errors" },
	{ OPTION_VERBOSE, "verbose", 'v', NULL, "show what is as wanted, too" },
	{ OPTION_HELP, "help", 'h', NULL, "this text, or that of a command" },
	{ OPTION_VERSION, "version", 'V', NULL, "the version" },
	{ 0 },
};

/* getopt's view of the global rows and those of one command. */
struct getopt_view {
	struct option options[MOST_OPTIONS];
	const struct option_row *rows[MOST_OPTIONS];
	char letters[2 * MOST_OPTIONS + 4];
	size_t len, letters_len;
};

static void view_add(struct getopt_view *view, const struct option_row *rows)
{
	for (; rows && rows->name && view->len + 1 < MOST_OPTIONS; rows++) {
		view->options[view->len] = (struct option){
			.name = rows->name,
			.has_arg = rows->argument ? required_argument : no_argument,
			.val = rows->letter ? rows->letter : FIRST_VALUE + (int)view->len,
		};
		view->rows[view->len++] = rows;
		if (rows->letter)
			view->letters[view->letters_len++] = rows->letter;
		if (rows->letter && rows->argument)
			view->letters[view->letters_len++] = ':';
	}
}

static const struct option_row *row_of(const struct getopt_view *view, int value)
{
	for (size_t i = 0; i < view->len; i++) {
		if (view->options[i].val == value)
			return view->rows[i];
	}
	return NULL;
}

static enum status usage(struct context *context, const char *problem)
{
	if (context->command)
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "%s (see 'lowmemctl %s --help')", problem,
				 context->command->name);
	else
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "%s (see 'lowmemctl --help')", problem);
	return STATUS_USAGE;
}

/* The word of the command line that getopt stumbled over, without what follows a "=". */
static const char *bad_option(struct context *context, char *const *argv)
{
	const char *word = argv[optind - 1];

	if (strncmp(word, "--", 2) != 0)
		return arena_printf(context->arena, "-%c", optopt);
	return arena_copy(context->arena, word, strcspn(word, "="));
}

/* The first command that has an option of its own named @name; NULL: none. */
static const struct command *owner_of(const char *name)
{
	for (size_t i = 0; commands[i]; i++) {
		const struct option_row *row = commands[i]->options;

		for (; row && row->name; row++) {
			if (strcmp(row->name, name) == 0)
				return commands[i];
		}
	}
	return NULL;
}

static enum status unknown_option(struct context *context, const struct getopt_view *view,
				  char *const *argv)
{
	const char *word = bad_option(context, argv);
	struct near near = near_to(word && strlen(word) > 2 ? word + 2 : "");
	const char *problem;

	for (size_t i = 0; i < view->len; i++)
		near_try(&near, view->rows[i]->name);
	if (near.best && *near.word) {
		problem = arena_printf(context->arena,
				       "unknown option '%s': did you mean '--%s'?", word,
				       near.best);
	} else if (owner_of(near.word)) {
		problem = arena_printf(context->arena,
				       "'%s' is no option of '%s': '%s' has it", word,
				       context->command ? context->command->name
							: "lowmemctl",
				       owner_of(near.word)->name);
	} else {
		problem = arena_printf(context->arena, "unknown option '%s'",
				       word ? word : "?");
	}
	return usage(context, problem ? problem : "unknown option");
}

/* Reads options up to the first operand (@permute: all of them, wherever they stand). */
static enum status take_options(struct context *context, int argc, char **argv,
				bool permute)
{
	struct getopt_view view = { .letters = "+:", .letters_len = 2 };
	int value;

	if (permute) {
		view.letters[0] = ':';
		view.letters_len = 1;
	}
	view_add(&view, global_options);
	if (context->command)
		view_add(&view, context->command->options);
	view.letters[view.letters_len] = '\0';
	opterr = 0;
	while ((value = getopt_long(argc, argv, view.letters, view.options, NULL)) !=
	       -1) {
		const struct option_row *row = row_of(&view, value);

		if (value == ':')
			return usage(context, arena_printf(context->arena,
							   "'%s' needs an argument",
							   argv[optind - 1]));
		if (!row && row_of(&view, optopt))
			return usage(context, arena_printf(context->arena,
							   "'%s' takes no argument",
							   bad_option(context, argv)));
		if (!row)
			return unknown_option(context, &view, argv);
		context->option[row->id] = row->argument ? optarg : "";
	}
	return STATUS_OK;
}

/* An option that stands last but for a PROFILE has taken that for its own argument. */
static enum status too_few(struct context *context)
{
	const struct command *command = context->command;
	const struct option_row *row = command->options;

	for (; row && row->name; row++) {
		if (row->argument && given(context, row->id))
			return usage(context,
				     arena_printf(context->arena,
						  "which %s? '%s' is what --%s took",
						  command->operand,
						  context->option[row->id], row->name));
	}
	return usage(context,
		     arena_printf(context->arena, "which %s?", command->operand));
}

/* Is there an option that takes the place of all operands? */
static bool stand_in(const struct context *context)
{
	const struct option_row *row = context->command->instead;

	return row && given(context, row->id);
}

static enum status check_operands(struct context *context)
{
	const struct command *command = context->command;
	size_t len = context->operands_len;

	if (given(context, OPTION_HELP) || given(context, OPTION_VERSION))
		return STATUS_OK;
	if (stand_in(context) && len > 0)
		return usage(context,
			     arena_printf(context->arena,
					  "--%s stands for all of them: '%s' is one word "
					  "too many",
					  command->instead->name, context->operands[0]));
	if (len < command->least && !stand_in(context))
		return too_few(context);
	if (len > command->most)
		return usage(context,
			     arena_printf(context->arena, "'%s' is one word too many",
					  context->operands[command->most]));
	return STATUS_OK;
}

static enum status parse(struct context *context, int argc, char **argv)
{
	enum status status;

	/* 0, not 1: getopt_long() then starts afresh, as tests call this more than once. */
	optind = 0;
	status = take_options(context, argc, argv, false);
	if (status != STATUS_OK)
		return status;
	if (optind >= argc) {
		if (given(context, OPTION_HELP) || given(context, OPTION_VERSION))
			return STATUS_OK;
		return usage(context, "which command?");
	}
	context->command = command_find(argv[optind]);
	if (!context->command)
		return command_unknown(context, argv[optind]);
	argc -= optind;
	argv += optind;
	optind = 0;
	status = take_options(context, argc, argv, true);
	if (status != STATUS_OK)
		return status;
	context->operands = argv + optind;
	context->operands_len = (size_t)(argc - optind);
	return check_operands(context);
}

enum status options_parse(struct context *context, int argc, char **argv)
{
	enum status status = parse(context, argc, argv);

	/* Who asked for JSON gets it, wherever the line went wrong. */
	for (int i = 1; status != STATUS_OK && i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			context->option[OPTION_JSON] = "";
	}
	return status;
}
