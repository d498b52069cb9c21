/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "render/view_check.h"

/* So many are named, as a pager's screen has one line. */
#define MOST_NAMED 3

static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

struct tally {
	size_t live, boot; /* not as wanted: now; at the next boot only */
};

static struct tally count(const struct plan *plan)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < plan->len; i++) {
		if (check_wrong_now(&plan->items[i]))
			tally.live++;
		else if (check_wrong_at_boot(&plan->items[i]))
			tally.boot++;
	}
	return tally;
}

static enum nagios_state state_of(const struct check_view *view,
				  const struct tally *tally)
{
	switch ((int)view->status) {
	case STATUS_OK:
		return NAGIOS_OK;
	case STATUS_DIFFERS:
	case STATUS_RESTORED:
		return tally->live > 0 ? NAGIOS_CRITICAL : NAGIOS_WARNING;
	case STATUS_NO_KNOB:
		return NAGIOS_CRITICAL;
	/* Of several profiles one is faulty: what the others say counts. */
	case STATUS_BAD_PROFILE:
	case STATUS_NO_PRIVILEGE:
		return tally->live > 0 ? NAGIOS_CRITICAL : NAGIOS_UNKNOWN;
	default:
		return NAGIOS_UNKNOWN;
	}
}

/* What is behind a | is for programs, and a second line is for nobody. */
static const char *one_line(struct arena *arena, const char *text)
{
	char *line = text ? arena_copy(arena, text, strlen(text)) : NULL;

	for (char *at = line; at && *at; at++) {
		if (*at == '|')
			*at = '/';
		else if ((unsigned char)*at < ' ')
			*at = ' ';
	}
	return line;
}

/* The first one, with its place; NULL: no memory. */
static const char *problem(const struct check_view *view)
{
	for (const struct diag *diag = view->diags->first; diag; diag = diag->next) {
		if (diag->severity == SEVERITY_ERROR && !diag->at.source)
			return diag->message;
		if (diag->severity == SEVERITY_ERROR)
			return arena_printf(view->arena, "%s:%u: %s",
					    diag->at.source->name, diag->at.line,
					    diag->message);
	}
	return "the profiles cannot be compared with this host";
}

static bool is_faulty(const struct check_view *view)
{
	return view->plan && (view->status == STATUS_BAD_PROFILE ||
			      view->status == STATUS_NO_PRIVILEGE);
}

/* "PROBLEM; of the other profiles 2 of 3 settings are not as wanted" */
static const char *with_problem(const struct check_view *view, const struct tally *tally,
				const char *names)
{
	const char *text = problem(view);
	size_t wrong = tally->live + tally->boot;

	if (!text || !names)
		return NULL;
	if (wrong == 0)
		return arena_printf(view->arena, "%s; the other profiles: %zu as wanted",
				    text, view->plan->counts.same);
	return arena_printf(view->arena,
			    "%s; the other profiles: %zu of %zu not as wanted: %s", text,
			    wrong, view->plan->len, names);
}

static const char *name_item(struct arena *arena, const struct plan_item *item)
{
	if (item->action == ACTION_REFUSE)
		return arena_printf(arena, "%s: %s", plan_item_name(item),
				    item->reason ? item->reason : "cannot be done");
	if (plan_item_writes(item))
		return arena_printf(arena, "%s is %s, want %s", plan_item_name(item),
				    item->live ? item->live : "?",
				    item->want ? item->want : "?");
	return arena_printf(arena, "%s at the next boot", plan_item_name(item));
}

/* "vm.swappiness is 60, want 10; 2 more"; NULL: no memory. */
static const char *name_items(struct arena *arena, const struct plan *plan)
{
	const char *text = "";
	size_t named = 0, more = 0;

	for (size_t i = 0; text && i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];
		const char *one;

		if (!check_wrong_now(item) && !check_wrong_at_boot(item))
			continue;
		if (named == MOST_NAMED) {
			more++;
			continue;
		}
		one = name_item(arena, item);
		text = one ? arena_printf(arena, "%s%s%s", text, named++ > 0 ? "; " : "",
					  one)
			   : NULL;
	}
	if (text && more > 0)
		text = arena_printf(arena, "%s; %zu more", text, more);
	return text;
}

static const char *sentence(const struct check_view *view, const struct tally *tally,
			    enum nagios_state state)
{
	const struct plan *plan = view->plan;
	const char *names;

	if (is_faulty(view))
		return with_problem(view, tally, name_items(view->arena, plan));
	if (state == NAGIOS_UNKNOWN || !plan)
		return problem(view);
	if (!plan->applies)
		return plan->not_applicable ? "not applicable to this host"
					    : "no profile is active";
	if (state == NAGIOS_OK)
		return arena_printf(view->arena, "%zu settings are as wanted",
				    plan->counts.same);
	names = name_items(view->arena, plan);
	if (names && *names)
		return arena_printf(view->arena,
				    "%zu of %zu settings are not as wanted: %s",
				    tally->live + tally->boot, plan->len, names);
	return names ? "files of the persisted configuration are not as wanted" : NULL;
}

int view_nagios(const struct check_view *view, const struct term *term,
		enum nagios_state *ret)
{
	const struct plan *plan = view->plan;
	struct tally tally = plan ? count(plan) : (struct tally){ 0 };
	const char *text;

	*ret = state_of(view, &tally);
	text = one_line(view->arena, sentence(view, &tally, *ret));
	if (!text)
		return -ENOMEM;
	fprintf(term->file, "LOWMEMCTL %s - %s", words[*ret], text);
	if (plan)
		fprintf(term->file,
			" | differs=%zu;;0;0;%zu differs_at_boot=%zu;0;;0;%zu same=%zu;;;0;%zu "
			"skipped=%zu;;;0;%zu",
			tally.live, plan->len, tally.boot, plan->len, plan->counts.same,
			plan->len, plan->counts.skipped, plan->len);
	(void)fputc('\n', term->file);
	return term_finish(term);
}
