/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/enumtab.h"
#include "cli/command.h"
#include "cli/job.h"
#include "cli/options.h"
#include "render/view.h"
#include "sys/signals.h"
#include "sys/streams.h"

/* Far more than any profile of the allowed size needs; it bounds what a hostile one can take. */
#define ARENA_LIMIT ((size_t)256 * 1024 * 1024)

/* A document of some hundred items is written at once. */
#define OUTPUT_SIZE ((size_t)64 * 1024)

static enum status set_up_terms(struct context *context)
{
	const char *word = context->option[OPTION_COLOR];
	int when = COLOR_AUTO, r = 0;

	if (word)
		r = enumtab_value(color_words, span_of(word), &when);
	context->out = term_on(stdout, (enum color_when)when);
	context->err = term_on(stderr, (enum color_when)when);
	/* For the width of characters, where there is one: a hook does not wait for a locale. */
	if (context->out.tty || context->err.tty)
		(void)setlocale(LC_CTYPE, "");
	term_learn_charset(&context->out);
	term_learn_charset(&context->err);
	if (r == 0)
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "--color takes auto, always or never, not '%s'", word);
	return STATUS_USAGE;
}

static enum status run_command(struct context *context)
{
	const char *path =
		context->option[OPTION_ROOT] ? context->option[OPTION_ROOT] : "/";
	enum status status;
	int r;

	if (context->command->hostless)
		return context->command->run(context);
	r = root_init(&context->root, path);
	if (r < 0) {
		(void)diag_error(&context->diags, NOWHERE, -r,
				 "cannot open the root '%s': %s%s", path, strerror(-r),
				 r == -ENOSYS ? ": --root takes Linux 5.6 or later" : "");
		return STATUS_ERROR;
	}
	status = context->command->run(context);
	root_done(&context->root);
	return status;
}

/* With --json there is always one document, also where a command failed before it had one. */
static enum status report_failure(struct context *context, enum status status)
{
	const struct report report = { .status = status };

	if (!given(context, OPTION_JSON) || context->shown)
		return status;
	return job_report(context, &report);
}

static enum status run(struct context *context, int argc, char **argv)
{
	enum status status = options_parse(context, argc, argv);
	enum status color = set_up_terms(context);

	if (status == STATUS_OK)
		status = color;
	if (status == STATUS_OK && given(context, OPTION_HELP)) {
		help_print(&context->out, context->command);
		return status;
	}
	if (status == STATUS_OK && given(context, OPTION_VERSION)) {
		(void)fputs("lowmemctl " LOWMEMCTL_VERSION "\n", stdout);
		return status;
	}
	if (status == STATUS_OK)
		status = run_command(context);
	return report_failure(context, status);
}

/* What cannot be told was not done, unless something was changed: that counts more. */
static enum status close_output(struct context *context, enum status status)
{
	if (!ferror(stdout) && fclose(stdout) == 0)
		return status;
	(void)diag_error(&context->diags, NOWHERE, EIO,
			 "cannot write to standard output: %s", strerror(errno));
	return status == STATUS_OK || status == STATUS_DIFFERS ? STATUS_ERROR : status;
}

int main(int argc, char **argv)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA_LIMIT);
	struct context context = { .arena = arena };
	char buffer[OUTPUT_SIZE];
	enum status status;

	streams_guard();
	signals_settle();
	if (!arena) {
		(void)fputs("lowmemctl: out of memory\n", stderr);
		return STATUS_ERROR;
	}
	/* Closed below, so the buffer is not used beyond this function. */
	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	context.diags = diags_in(arena);
	context.root.fd = -1;
	status = close_output(&context, run(&context, argc, argv));
	diags_sort(&context.diags);
	view_diags(&context.diags, &context.err);
	return (int)status;
}
