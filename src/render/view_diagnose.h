/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What `diagnose` shows: the story of each OOM report, or of many in groups.
 *
 * All texts of a report are a log's, and so anybody's: they are shown with what moves a cursor made
 * visible.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"
#include "oom/suggest.h"
#include "render/term.h"

struct arena;
struct diags;
struct oom_groups;
struct text;

struct diagnose_view {
	struct arena *arena;
	const struct oom_finding *findings; /* in the order of the logs */
	size_t len;
	bool tasks;   /* the task tables, the largest first */
	bool brief;   /* a line for each report */
	bool verbose; /* all there is */
	const struct diags *diags;
	enum status status;
};

/* To @term's stream: text for people, or the JSON document. Where there is no report the text is
 * empty. 0, -ENOMEM, or -EIO where it could not be written. */
int view_diagnose(const struct diagnose_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));

/* The JSON document. 0, -ENOMEM or -EIO. */
int view_diagnose_document(const struct diagnose_view *view, FILE *file)
	__attribute__((warn_unused_result));

/* The text's parts. 0 or -ENOMEM. */
/* All reports as a table, numbered from 1. */
int view_diagnose_table(const struct diagnose_view *view, const struct term *term)
	__attribute__((warn_unused_result));
int view_diagnose_groups(const struct diagnose_view *view,
			 const struct oom_groups *groups, const struct term *term)
	__attribute__((warn_unused_result));
/* Reports are told one after the other; what helps against several, once. */
struct stories {
	bool advised;	/* some advice was given: */
	size_t adviser; /* at this report, last */
};
/* One, by its index. */
int view_diagnose_story(const struct diagnose_view *view, size_t index,
			struct stories *stories, const struct term *term)
	__attribute__((warn_unused_result));
/* Who asked, what for, and who was killed: lines behind labels. */
int view_diagnose_people(const struct diagnose_view *view,
			 const struct oom_report *report, const struct term *term)
	__attribute__((warn_unused_result));
/* The totals of memory, and who had most of it. */
int view_diagnose_figures(const struct diagnose_view *view,
			  const struct oom_report *report, const struct term *term)
	__attribute__((warn_unused_result));
int view_diagnose_zones(const struct diagnose_view *view, const struct oom_report *report,
			const struct term *term) __attribute__((warn_unused_result));
int view_diagnose_tasks(const struct diagnose_view *view, const struct oom_report *report,
			const struct term *term) __attribute__((warn_unused_result));

/* Where texts begin behind their label. */
#define DIAGNOSE_INDENT 9
/* Puts @text behind @label. 0, or -ENOMEM where it is full. */
int view_diagnose_line(const struct term *term, const char *label, struct text *text)
	__attribute__((warn_unused_result));
