/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "render/prose.h"
#include "render/view_diagnose.h"

#define NUMBER 24

static void put_headline(const struct diagnose_view *view, size_t index,
			 const struct term *term)
{
	const struct oom_verdict *verdict = &view->findings[index].verdict;
	enum paint paint = verdict->cause == OOM_CAUSE_UNKNOWN ? PAINT_BOLD : PAINT_BAD;
	char number[NUMBER];
	struct prose prose = prose_on(term, 0);

	if (view->len > 1) {
		(void)snprintf(number, sizeof(number), "%zu. ", index + 1);
		prose_add(&prose, paint, number);
	}
	prose_add(&prose, paint,
		  verdict->headline ? verdict->headline : "The OOM killer came.");
	prose_end(&prose);
}

static int put_place(const struct diagnose_view *view, const struct oom_report *report,
		     const struct term *term)
{
	struct text text = text_in(view->arena);

	text_addf(&text, "%s:%" PRIu64, report->file ? report->file : "-", report->line);
	if (report->last_line > report->line)
		text_addf(&text, "-%" PRIu64, report->last_line);
	if (report->when)
		text_addf(&text, ", %s", report->when);
	if (report->kernel)
		text_addf(&text, ", Linux %s", report->kernel);
	return view_diagnose_line(term, "Log", &text);
}

static const char *certainty_text(enum oom_certainty certainty)
{
	switch (certainty) {
	case OOM_CERTAIN:
		break;
	case OOM_LIKELY:
		return ", likely";
	case OOM_GUESSED:
		return ", as a guess";
	}
	return "";
}

static int put_cause(const struct diagnose_view *view, const struct oom_verdict *verdict,
		     const struct term *term)
{
	struct text text = text_in(view->arena);

	text_addf(&text, "%s%s", oom_cause_word(verdict->cause),
		  verdict->cause == OOM_CAUSE_UNKNOWN
			  ? ""
			  : certainty_text(verdict->certainty));
	return view_diagnose_line(term, "Cause", &text);
}

/* What a knob is to be set to is told where the sentences leave it out. */
static bool is_named(const struct oom_advice *advice)
{
	return !advice->knob || (!advice->value && !strchr(advice->knob, '.')) ||
	       (strstr(advice->text, advice->knob) &&
		(!advice->value || strstr(advice->text, advice->value)));
}

static int put_advice(struct arena *arena, const struct term *term, size_t number,
		      const struct oom_advice *advice)
{
	char head[NUMBER];
	const char *setting = "";
	struct prose prose =
		prose_on(term, (unsigned)snprintf(head, sizeof(head), "%zu. ", number));

	if (!is_named(advice))
		setting = arena_printf(arena, " [%s%s%s]", advice->knob,
				       advice->value ? ": " : "",
				       advice->value ? advice->value : "");
	if (!setting)
		return -ENOMEM;
	prose_add(&prose, PAINT_NONE, head);
	prose_add(&prose, PAINT_NONE, advice->text);
	prose_add(&prose, PAINT_BOLD, setting);
	prose_end(&prose);
	return 0;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_advice(const struct oom_verdict *a, const struct oom_verdict *b)
{
	if (a->advice_len != b->advice_len)
		return false;
	for (size_t i = 0; i < a->advice_len; i++) {
		if (!same(a->advice[i].text, b->advice[i].text) ||
		    !same(a->advice[i].value, b->advice[i].value))
			return false;
	}
	return true;
}

static int put_advices(const struct diagnose_view *view, size_t index,
		       struct stories *stories, const struct term *term)
{
	const struct oom_verdict *verdict = &view->findings[index].verdict;
	int r = 0;

	if (verdict->advice_len == 0)
		return 0;
	(void)fprintf(term->file, "\n%sWhat helps%s", term_paint(term, PAINT_BOLD),
		      term_paint(term, PAINT_NONE));
	if (stories->advised &&
	    same_advice(verdict, &view->findings[stories->adviser].verdict)) {
		(void)fprintf(term->file, "  the same as for %zu\n",
			      stories->adviser + 1);
		return 0;
	}
	(void)fputc('\n', term->file);
	for (size_t i = 0; r == 0 && i < verdict->advice_len; i++)
		r = put_advice(view->arena, term, i + 1, &verdict->advice[i]);
	*stories = (struct stories){ .advised = true, .adviser = index };
	return r;
}

int view_diagnose_story(const struct diagnose_view *view, size_t index,
			struct stories *stories, const struct term *term)
{
	const struct oom_report *report = &view->findings[index].report;
	const struct oom_verdict *verdict = &view->findings[index].verdict;
	int r;

	put_headline(view, index, term);
	r = put_place(view, report, term);
	if (r == 0)
		r = view_diagnose_people(view, report, term);
	if (r == 0)
		r = put_cause(view, verdict, term);
	if (r == 0 && view->verbose)
		r = view_diagnose_figures(view, report, term);
	for (size_t i = 0; r == 0 && i < verdict->facts_len; i++)
		prose_sentence(term, 2, "- ", verdict->facts[i]);
	/* Those of a machine say nothing about a group's limit. */
	if (r == 0 && (verdict->cause != OOM_CAUSE_MEMCG || view->verbose))
		r = view_diagnose_zones(view, report, term);
	if (r == 0 && view->tasks)
		r = view_diagnose_tasks(view, report, term);
	return r == 0 ? put_advices(view, index, stories, term) : r;
}
