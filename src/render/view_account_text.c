/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "knob/knob.h"
#include "knob/value.h"
#include "plan/process_account.h"
#include "render/prose.h"
#include "render/view_account.h"
#include "state/host.h"
#include "state/state.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"

#define INDENT	11 /* of what a label stands before */
#define INDENT2 13

struct page {
	const struct account_view *view;
	const struct term *term;
	const struct account *account;
};

/* "  label    text", folded below itself. NULL as a text: no memory. */
static int row(const struct page *page, const char *label, enum paint paint,
	       const char *text)
{
	struct prose prose = prose_on(page->term, INDENT);
	const char *head = arena_printf(page->view->arena, "  %-*s", INDENT - 2, label);

	if (!head || !text)
		return -ENOMEM;
	prose_add(&prose, PAINT_DIM, head);
	prose_add(&prose, paint, text);
	prose_end(&prose);
	return 0;
}

/* The tabs between a value's fields are blanks here. NULL: no memory. */
static const char *value_text(struct arena *arena, const char *value)
{
	char *text;

	if (!*value)
		return "(an empty line)";
	if (!strchr(value, '\t'))
		return value;
	text = arena_copy(arena, value, strlen(value));
	for (char *at = text; at && *at; at++) {
		if (*at == '\t')
			*at = ' ';
	}
	return text;
}

/* "10  /etc/sysctl.d/a.conf:3". NULL: no memory. */
static const char *value_at(struct arena *arena, const char *value,
			    const struct conf_line *line)
{
	const char *text = value_text(arena, value);

	return text ? arena_printf(arena, "%s  %s:%u", text, line->at.source->name,
				   line->at.line)
		    : NULL;
}

static int show_live(const struct page *page)
{
	const struct live *source = page->account->source;
	const char *text = page->account->live;

	if (text)
		return row(page, "live", PAINT_BOLD, value_text(page->view->arena, text));
	if (source->error == 0)
		return row(page, "live", PAINT_DIM, "cannot be read: it holds nothing");
	if (source->error == ENOENT || source->error == ENOTDIR)
		return row(page, "live", PAINT_DIM,
			   "absent: this kernel does not have it");
	return row(page, "live", PAINT_BAD,
		   arena_printf(page->view->arena, "unreadable: %s",
				strerror(source->error)));
}

static const char *boot_text(struct arena *arena, const struct boot_answer *boot)
{
	const struct conf_line *line = boot->line;

	if (boot->value)
		return value_at(arena, boot->value, line);
	if (line)
		return arena_printf(arena, "unset: %s:%u takes it back",
				    line->at.source->name, line->at.line);
	return "unset: no line that is read sets it";
}

/* The two are told apart in words: what is missing is either a reboot (or an apply) or a line. */
static const char *state_text(enum account_state state)
{
	switch (state) {
	case ACCOUNT_SETTLED:
		return "configured, and in force";
	case ACCOUNT_NOT_IN_FORCE:
		return "configured, but not in force";
	case ACCOUNT_DEFAULT:
		return "not configured: it is the kernel's own value";
	case ACCOUNT_TRANSIENT:
		return "in force, but not configured: gone after a reboot, unless it is the "
		       "kernel's own";
	case ACCOUNT_PENDING:
		return "configured, but not there: it comes into force when something adds the knob and "
		       "the loader runs again";
	case ACCOUNT_ABSENT:
	case ACCOUNT_UNKNOWN:
		break;
	}
	return NULL;
}

static int show_boot(const struct page *page)
{
	const struct account *account = page->account;
	const char *state = state_text(account->state);
	bool bad = account->state == ACCOUNT_NOT_IN_FORCE;
	int r;

	if (!account->sysctl)
		return row(page, "boot", PAINT_DIM,
			   "sysctl.d cannot hold it: only an active profile sets it");
	r = row(page, "boot", PAINT_BOLD, boot_text(page->view->arena, &account->boot));
	if (r == 0 && state)
		r = row(page, "", bad ? PAINT_CHANGE : PAINT_NONE, state);
	return r;
}

static int show_losers(const struct page *page)
{
	struct arena *arena = page->view->arena;
	const struct boot_answer *boot = &page->account->boot;
	int r = 0;

	for (size_t i = 0; r == 0 && i < boot->losers_len; i++) {
		const struct boot_loser *loser = &boot->losers[i];

		r = row(page, i == 0 ? "loses" : "", PAINT_NONE,
			value_at(arena, loser->line->value, loser->line));
		if (r == 0)
			prose_sentence(page->term, INDENT2, "             ", loser->why);
	}
	return r;
}

static int show_rival(const struct page *page)
{
	const struct account *account = page->account;
	struct arena *arena = page->view->arena;
	const char *boot;

	if (!account->rival)
		return 0;
	boot = boot_text(arena, &account->rival_boot);
	return row(page, account->rival, PAINT_CHANGE,
		   boot ? arena_printf(arena, "would make it %s", boot) : NULL);
}

static int show_writers(const struct page *page)
{
	const struct writers *writers = &page->account->writers;
	struct arena *arena = page->view->arena;
	int r = 0;

	for (size_t i = 0; r == 0 && i < writers->len; i++)
		r = row(page, i == 0 ? "later" : "", PAINT_CHANGE,
			arena_printf(arena, "%s: %s", writers->items[i].name,
				     writers->items[i].what));
	return r;
}

/* "takes 0..200; default 60" */
static const char *range_text(const struct page *page)
{
	const struct knob *knob = page->account->knob;
	struct arena *arena = page->view->arena;
	const char *accepts = value_accepts(arena, knob, page->view->host->kernel,
					    host_word(page->view->host));
	const char *unit = knob->unit && knob->size == KNOB_NO_SIZE ? knob->unit : "";
	const char *text = "";

	if (knob->read_only)
		return "can only be read";
	if (accepts)
		text = arena_printf(arena, "takes %s%s%s", accepts, *unit ? ", " : "",
				    unit);
	if (text && knob->default_value)
		text = arena_printf(arena, "%s%sdefault: %s", text, *text ? "; " : "",
				    knob->default_value);
	return text;
}

static int show_knob(const struct page *page)
{
	const struct knob *knob = page->account->knob;
	struct arena *arena = page->view->arena;
	const char *range;
	int r;

	if (!knob)
		return row(
			page, "knob", PAINT_DIM,
			"not in the catalogue: nothing is known but what the file says");
	r = row(page, "knob", PAINT_NONE, knob->summary);
	range = range_text(page);
	if (r == 0 && (!range || *range))
		r = row(page, "", PAINT_NONE, range);
	if (r == 0 && knob->history)
		r = row(page, "", PAINT_DIM, arena_printf(arena, "in %s", knob->history));
	if (r == 0 && knob->readback_note)
		r = row(page, "written", PAINT_NONE, knob->readback_note);
	if (r == 0 && knob->rollback_note)
		r = row(page, "undo", PAINT_NONE, knob->rollback_note);
	if (r == 0 && knob->danger_note)
		r = row(page, "careful", PAINT_CHANGE, knob->danger_note);
	if (r == 0 && knob->effect)
		r = row(page, "effect", PAINT_NONE, knob->effect);
	if (r == 0 && knob->replacement)
		r = row(page, "instead", PAINT_NONE, knob->replacement);
	return r;
}

static int show_account(const struct page *page)
{
	int r;

	(void)fputs(term_paint(page->term, PAINT_BOLD), page->term->file);
	term_text(page->term, page->account->key);
	(void)fputs(term_paint(page->term, PAINT_NONE), page->term->file);
	(void)fputc('\n', page->term->file);
	r = show_live(page);
	if (r == 0)
		r = show_boot(page);
	if (r == 0)
		r = show_losers(page);
	if (r == 0)
		r = show_rival(page);
	if (r == 0)
		r = show_writers(page);
	if (r == 0)
		r = show_knob(page);
	(void)fputc('\n', page->term->file);
	return r;
}

int view_accounts_text(const struct account_view *view, const struct term *term)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < view->len; i++) {
		const struct page page = { view, term, &view->accounts[i] };

		r = show_account(&page);
	}
	for (size_t i = 0; r == 0 && i < view->processes_len; i++)
		r = view_process_text(view->arena, &view->processes[i], term);
	if (r == 0 && view->len > 0)
		(void)fprintf(term->file, "Loader: %s (%s)\n", view->loader->name,
			      view->loader->about);
	return r < 0 ? r : term_finish(term);
}
