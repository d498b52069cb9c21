/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "render/term.h"
#include "sys/clock.h"

#define PATIENCE_MS 1000
#define PAUSE_MS    100

struct progress progress_for(const struct context *context)
{
	bool wanted = context->err.tty && !given(context, OPTION_QUIET);

	return (struct progress){ .term = wanted ? &context->err : NULL,
				  .begun_ms = clock_tick_ms() };
}

bool progress_due(struct progress *progress)
{
	int64_t now;

	if (!progress->term)
		return false;
	now = clock_tick_ms();
	if (now - progress->begun_ms < PATIENCE_MS || now - progress->shown_ms < PAUSE_MS)
		return false;
	progress->shown_ms = now;
	return true;
}

/* Blanks, as not all terminals know how to clear a line. */
static void wipe(const struct progress *progress)
{
	unsigned width = progress->term->width;

	(void)fprintf(progress->term->file, "\r%*s\r", width > 1 ? (int)width - 1 : 0,
		      "");
}

void progress_show(struct progress *progress, const char *text)
{
	char line[256];
	size_t len = strlen(text), most = sizeof(line) - 1;

	/* What is wider than the terminal would leave lines behind. */
	if (progress->term->width > 0 && progress->term->width - 1 < most)
		most = progress->term->width - 1;
	len = len < most ? len : most;
	memcpy(line, text, len);
	line[len] = '\0';
	wipe(progress);
	term_text(progress->term, line);
	(void)fflush(progress->term->file);
	progress->shown = true;
}

void progress_end(struct progress *progress)
{
	if (!progress->shown)
		return;
	wipe(progress);
	(void)fflush(progress->term->file);
	progress->shown = false;
}
