/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_diagnose.h"

#include <errno.h>
#include <inttypes.h>

#include "base/text.h"
#include "oom/group.h"
#include "render/prose.h"

/* More stories than this nobody reads: groups are shown, and a story of each of the largest. */
#define MOST_STORIES 20
#define MOST_GROUPS  5

/* To be taken apart by other programs: a report is never more than a line. */
static void put_brief(const struct diagnose_view *view, const struct term *term)
{
	for (size_t i = 0; i < view->len; i++) {
		const struct oom_report *report = &view->findings[i].report;
		const struct oom_verdict *verdict = &view->findings[i].verdict;

		term_text(term, report->file ? report->file : "-");
		(void)fprintf(term->file, ":%" PRIu64 ": %s: ", report->line,
			      oom_cause_word(verdict->cause));
		term_text(term, verdict->headline ? verdict->headline : "");
		(void)fputc('\n', term->file);
	}
}

static int put_stories(const struct diagnose_view *view, const struct term *term)
{
	struct stories told = { 0 };
	int r = 0;

	if (view->len > 1)
		r = view_diagnose_table(view, term);
	for (size_t i = 0; r == 0 && i < view->len; i++) {
		if (view->len > 1)
			(void)fputc('\n', term->file);
		r = view_diagnose_story(view, i, &told, term);
	}
	return r;
}

static int put_groups(const struct diagnose_view *view, const struct term *term)
{
	struct oom_groups groups;
	struct stories told = { 0 };
	size_t stories;
	int r = oom_groups(view->arena, view->findings, view->len, &groups);

	if (r < 0)
		return r;
	if (view->verbose) {
		r = view_diagnose_table(view, term);
		(void)fputc('\n', term->file);
	}
	if (r == 0)
		r = view_diagnose_groups(view, &groups, term);
	stories = groups.len < MOST_GROUPS ? groups.len : MOST_GROUPS;
	(void)fprintf(term->file, "\nThe newest report of %s:\n",
		      groups.len == 1	      ? "it"
		      : stories == groups.len ? "each"
					      : "each of the largest groups");
	for (size_t i = 0; r == 0 && i < stories; i++) {
		(void)fputc('\n', term->file);
		r = view_diagnose_story(view, groups.items[i].last, &told, term);
	}
	return r;
}

int view_diagnose_line(const struct term *term, const char *label, struct text *text)
{
	const char *words = text_finish(text);
	struct prose prose = prose_on(term, DIAGNOSE_INDENT);
	char head[DIAGNOSE_INDENT + 1];

	if (!words)
		return -ENOMEM;
	(void)snprintf(head, sizeof(head), "%-*s", DIAGNOSE_INDENT, label);
	prose_add(&prose, PAINT_DIM, head);
	prose_add(&prose, PAINT_NONE, words);
	prose_end(&prose);
	return 0;
}

int view_diagnose(const struct diagnose_view *view, const struct term *term, bool json)
{
	int r = 0;

	if (json)
		return view_diagnose_document(view, term->file);
	if (view->brief)
		put_brief(view, term);
	else if (view->len > MOST_STORIES)
		r = put_groups(view, term);
	else
		r = put_stories(view, term);
	return r < 0 ? r : term_finish(term);
}
