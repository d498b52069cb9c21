/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The schedules of a watch: which is due, and when the next one is. Pure: time is what the caller
 * says it is.
 *
 * However many moments have passed, of a host that was suspended or busy, a schedule is due once. When
 * the clock is set, as in cron(8): by up to three hours it is time that was skipped, in which case what
 * was due meanwhile is due now, or time that comes twice, and what was done is not done again; by
 * more it is a correction, from which all are reckoned anew.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/schedule.h"
#include "profile/condition.h"

struct arena;
struct drop_schedule;
struct layer;

/* The clock counts as set where it differs by so much from what was expected. */
#define AGENDA_SLACK	  2
#define AGENDA_CORRECTION 10800

struct agenda_entry {
	const char *profile;
	const char *text; /* "30 3 * * *", "every 6h" */
	const struct drop_schedule *from;
	struct schedule schedule;
	struct condition condition; /* of no terms: none */
	int64_t due;		    /* in seconds since the epoch */
};

struct agenda {
	struct agenda_entry *items;
	size_t len;
	struct local_time local;
	int64_t began; /* when the last run did, since boot; -1: there was none */
	int64_t ahead; /* by so much the wall clock is ahead of the time since boot */
};

/* What the caller's clocks show, in seconds. */
struct agenda_time {
	int64_t wall, boot;
};

/* Does the profile named @name have its schedules carried out by the watch? */
typedef bool agenda_filter(void *data, const char *name);

/* The schedules of the @layers_len layers at @layers, which apply to the host, in @arena. 0 or -ENOMEM. */
int agenda_begin(struct arena *arena, const struct layer *const *layers,
		 size_t layers_len, agenda_filter *filter, void *data, struct agenda *ret)
	__attribute__((warn_unused_result));
/* Reckons from @now on when each is due. */
void agenda_start(struct agenda *agenda, struct agenda_time now);
/* When the next one is; SCHEDULE_NEVER where there is none. */
int64_t agenda_next(const struct agenda *agenda);
/* One that is due at @now, and is reckoned to its next time; NULL: none is. */
struct agenda_entry *agenda_take(struct agenda *agenda, struct agenda_time now);
/* By how many seconds the clock has been set since; 0: it has not. What follows from it is done. */
int64_t agenda_check_clock(struct agenda *agenda, struct agenda_time now);
/* A run begins. */
void agenda_begin_run(struct agenda *agenda, struct agenda_time now);
/* Is it too soon after the last one? Schedules of several profiles together are not to come to what one may
 * not ask for. */
bool agenda_rests(const struct agenda *agenda, struct agenda_time now);
