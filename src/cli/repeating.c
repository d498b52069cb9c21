/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/repeating.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/picture.h"
#include "cli/standing.h"
#include "render/repaint.h"
#include "sys/clock.h"
#include "sys/wakeup.h"

#define LIMIT	      ((size_t)256 * 1024 * 1024)
/* A hundred nodes with all their zones. */
#define PICTURE_SIZE  ((size_t)1024 * 1024)
/* Profiles are held against the host every so many pictures: that takes as long as all the rest. */
#define STANDING_EACH 10

struct repeating {
	struct context *context;
	int64_t pause_ms;
	/* What is kept over several pictures. */
	struct arena *arena;
	struct stand stand;
	unsigned age; /* pictures since */
};

/* A context of its own: each picture's memory is given back. */
static struct context own_context(const struct context *context, struct arena *arena)
{
	struct context own = *context;

	own.arena = arena;
	own.diags = diags_in(arena);
	return own;
}

static enum status fail(const struct repeating *repeating, int r)
{
	(void)diag_error(&repeating->context->diags, NOWHERE, -r, "cannot go on: %s",
			 strerror(-r));
	return STATUS_ERROR;
}

/* The reason lies in memory that is about to go. */
static void keep_reason(struct repeating *repeating, const struct diags *diags)
{
	for (const struct diag *diag = diags->first; diag; diag = diag->next) {
		if (diag->severity == SEVERITY_ERROR)
			(void)diag_error(&repeating->context->diags, NOWHERE, EIO, "%s",
					 diag->message);
	}
}

static void forget(struct repeating *repeating)
{
	stand_done(&repeating->stand);
	repeating->stand = (struct stand){ 0 };
	arena_freep(&repeating->arena);
	repeating->arena = NULL;
}

static enum status refresh(struct repeating *repeating)
{
	struct context own;
	int r;

	if (repeating->arena && repeating->age++ < STANDING_EACH)
		return STATUS_OK;
	forget(repeating);
	if (!picture_needs_standing(repeating->context))
		return STATUS_OK;
	repeating->arena = arena_new(LIMIT);
	repeating->age = 1;
	if (!repeating->arena)
		return fail(repeating, -ENOMEM);
	own = own_context(repeating->context, repeating->arena);
	r = stand_read(&own, &repeating->stand);
	return r < 0 ? fail(repeating, r) : STATUS_OK;
}

static enum status show(struct repeating *repeating, const struct term *term)
{
	cleanup(arena_freep) struct arena *arena = arena_new(LIMIT);
	struct context own = own_context(repeating->context, arena);
	enum status status = arena ? refresh(repeating) : fail(repeating, -ENOMEM);

	if (status != STATUS_OK)
		return status;
	status = picture_show(&own, &repeating->stand.standing, term);
	keep_reason(repeating, &own.diags);
	return status;
}

/* Drawn aside first: it is written at once. */
static enum status draw(struct repeating *repeating, char *text)
{
	struct term aside = repeating->context->out;
	enum status status;

	aside.file = fmemopen(text, PICTURE_SIZE, "w");
	if (!aside.file)
		return fail(repeating, -errno);
	status = show(repeating, &aside);
	if (fclose(aside.file) != 0 && status == STATUS_OK)
		return fail(repeating, -errno);
	return status;
}

static void suspend(const struct term *term)
{
	repaint_end(term);
	wakeup_suspend();
	repaint_begin(term);
}

/* @text: the first picture. */
static enum status keep_painting(struct repeating *repeating, char *text,
				 const struct wakeup *wakeup)
{
	struct term *term = &repeating->context->out;
	enum status status = STATUS_OK;
	enum wake wake = WAKE_TIME;

	while (status == STATUS_OK && wake != WAKE_STOP) {
		int r = repaint_show(term, text, strlen(text));

		if (r < 0)
			return fail(repeating, r);
		wake = wakeup_wait(wakeup, repeating->pause_ms);
		if (wake == WAKE_SUSPEND)
			suspend(term);
		term_measure(term);
		if (wake != WAKE_STOP)
			status = draw(repeating, text);
	}
	return status;
}

static enum status on_terminal(struct repeating *repeating, char *text)
{
	const struct term *term = &repeating->context->out;
	struct wakeup wakeup;
	enum status status = draw(repeating, text);

	/* What cannot be shown once is said like all else. */
	if (status != STATUS_OK)
		return status;
	wakeup_hold(&wakeup);
	repaint_begin(term);
	status = keep_painting(repeating, text, &wakeup);
	repaint_end(term);
	wakeup_release(&wakeup);
	return status;
}

/* Between two pictures of a log one wants to know when. */
static void put_moment(FILE *file)
{
	time_t now = (time_t)clock_wall();
	char text[64];
	struct tm tm;

	if (localtime_r(&now, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) > 0)
		(void)fprintf(file, "%s\n", text);
}

static enum status to_file(struct repeating *repeating, char *text)
{
	const struct timespec pause = { .tv_sec = (time_t)(repeating->pause_ms / 1000) };
	const struct term *term = &repeating->context->out;

	for (;;) {
		enum status status = draw(repeating, text);
		int r;

		if (status != STATUS_OK)
			return status;
		put_moment(term->file);
		(void)fputs(text, term->file);
		(void)fputc('\n', term->file);
		r = term_finish(term);
		if (r < 0)
			return fail(repeating, r);
		(void)nanosleep(&pause, NULL);
	}
}

enum status repeating_run(struct context *context, uint64_t seconds)
{
	cleanup(arena_freep) struct arena *arena = arena_new(2 * PICTURE_SIZE);
	char *text = arena ? arena_alloc(arena, PICTURE_SIZE) : NULL;
	struct repeating repeating = { .context = context,
				       .pause_ms = (int64_t)seconds * 1000 };
	enum status status;

	if (!text)
		return fail(&repeating, -ENOMEM);
	status = context->out.tty ? on_terminal(&repeating, text)
				  : to_file(&repeating, text);
	forget(&repeating);
	return status;
}
