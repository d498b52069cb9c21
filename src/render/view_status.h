/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What `status` shows: the picture of memory, what is wrong with it, and how lowmemctl itself stands
 * on this host. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"
#include "render/term.h"

struct arena;
struct diags;
struct entry;
struct leftout;
struct memory;
struct plan;
struct plan_item;
struct strain;

/* A schedule of a daemon, as that told of it. */
struct schedule_seen {
	const char *profile, *key;
	int64_t next, last;	    /* seconds since the epoch; -1: never, or not told */
	int64_t freed_kib, took_ms; /* of the last one; -1: not told */
	const char *skipped;	    /* why the last one was; NULL: it was not */
};

/* The daemon, as others see it. Numbers are -1 where it did not tell them. */
struct watch_seen {
	bool running;
	const char *problem; /* why no more is known; NULL: nothing is missing */
	pid_t pid;	     /* 0: not known */
	bool told;	     /* it says the following of itself */
	int64_t told_at;     /* then, in seconds since the epoch; -1: not known */
	const char *mode;
	int64_t rules, processes, changed, denied, drifted, lost;
	int64_t p50_us, p99_us;
	struct schedule_seen *schedules;
	size_t schedules_len, schedules_cap;
};

/* How lowmemctl stands on a host. What could not be found out has the reason in a `problem`, and is
 * no failure. */
struct standing {
	/* The active profiles, and what they want against what there is; NULL: there are none. */
	const char **names;
	size_t names_len;
	const struct plan *plan;
	const char *profiles_problem; /* with a plan: that is of the others */

	unsigned long trial; /* the journal's entry; 0: none waits */
	pid_t trial_pid;
	int64_t trial_until; /* seconds since the epoch; 0: not known */
	const char *trial_problem;

	/* An entry of the journal that no end was written for, nobody being at it; NULL: none. */
	const struct entry *cut_off;

	const struct leftout *leftout;
	const char *leftout_problem;

	struct watch_seen watch;
};

struct status_view {
	struct arena *arena;
	const struct memory *memory;
	const struct strain *strains; /* the worst first */
	size_t strains_len;
	const struct standing *standing;
	bool brief;   /* the strains, and no more */
	bool verbose; /* all there is */
	const struct diags *diags;
	enum status status;
};

/* To @term's stream: text for people, or the JSON document. 0, -ENOMEM, or -EIO where it could not
 * be written. */
int view_status(const struct status_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));

/* The JSON document. 0 or -EIO. */
int view_status_document(const struct status_view *view, FILE *file)
	__attribute__((warn_unused_result));
/* The text's parts. 0 or -ENOMEM. */
void view_status_strains(const struct status_view *view, const struct term *term);
void view_status_totals(const struct status_view *view, const struct term *term);
void view_status_zones(const struct status_view *view, const struct term *term);
void view_status_blocks(const struct status_view *view, const struct term *term);
int view_status_standing(const struct status_view *view, const struct term *term)
	__attribute__((warn_unused_result));

/* Where texts begin behind their label. */
#define STATUS_INDENT 13

/* What stands between @item and that it holds. */
bool view_status_differs(const struct plan_item *item);
