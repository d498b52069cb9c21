/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/schedule.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/num.h"
#include "profile/profile.h"

#define MINUTE	 INT64_C(60)
#define HOUR	 INT64_C(3600)
#define DAY	 INT64_C(86400)
#define ALL_DAY	 ((UINT64_C(1) << 24) - 1)
/* The calendar is the same again after so many days: 400 years. */
#define CYCLE	 146097
/* No zone is further from Greenwich, and no clock jumps further (tzset(3); Samoa left out a day). */
#define FURTHEST (25 * HOUR)

static int64_t floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

static int64_t modulo(int64_t value, int64_t by)
{
	return value - floor_div(value, by) * by;
}

/* Of a day counted from 1 January 1970. Years begin in March here: their leap day is the last. */
static void date_of(int64_t day, unsigned *ret_month, unsigned *ret_day)
{
	static const int64_t lengths[] = {
		31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29
	};
	static const int64_t spans[] = { 36524, 1461, 365 }; /* 100, 4, 1 years */
	static const int64_t most[] = { 3, 24, 3 };
	int64_t left = modulo(day - 11017, CYCLE); /* since 1 March 2000 */
	unsigned month = 0;

	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		int64_t times = left / spans[i];

		left -= spans[i] * (times < most[i] ? times : most[i]);
	}
	for (; left >= lengths[month]; month++)
		left -= lengths[month];
	*ret_month = (month + 2) % 12 + 1;
	*ret_day = (unsigned)left + 1;
}

static bool day_is_due(const struct cron *cron, int64_t day)
{
	int64_t weekday = modulo(day + 4, 7); /* 1 January 1970 was a Thursday */
	unsigned month, date;
	bool by_date, by_weekday;

	date_of(day, &month, &date);
	if (!(cron->months >> month & 1))
		return false;
	by_date = cron->days >> date & 1;
	by_weekday = cron->weekdays >> weekday & 1;
	return cron->any_day || cron->any_weekday ? by_date && by_weekday
						  : by_date || by_weekday;
}

static bool minute_is_due(const struct cron *cron, int64_t minute)
{
	return (cron->hours >> (minute / 60) & 1) && (cron->minutes >> (minute % 60) & 1);
}

/* The first day from @day on; SCHEDULE_NEVER: none in all 400 years. */
static int64_t next_day(const struct cron *cron, int64_t day)
{
	for (int64_t end = day + CYCLE; day < end; day++) {
		if (day_is_due(cron, day))
			return day;
	}
	return SCHEDULE_NEVER;
}

/* The first minute of a day from @minute on; -1: none. */
static int64_t next_minute(const struct cron *cron, int64_t minute)
{
	for (; minute < DAY / MINUTE; minute++) {
		if (minute_is_due(cron, minute))
			return minute;
	}
	return -1;
}

/* The first local time after @shown, in seconds as if it were UTC; or SCHEDULE_NEVER. */
static int64_t next_shown(const struct cron *cron, int64_t shown)
{
	int64_t from = floor_div(shown, MINUTE) + 1;
	int64_t today = floor_div(from, DAY / MINUTE), day = next_day(cron, today);
	int64_t minute = next_minute(cron, day == today ? modulo(from, DAY / MINUTE) : 0);

	if (minute < 0) {
		day = next_day(cron, today + 1);
		minute = next_minute(cron, 0);
	}
	return day == SCHEDULE_NEVER || minute < 0 ? SCHEDULE_NEVER
						   : day * DAY + minute * MINUTE;
}

static int64_t shown_at(const struct local_time *local, int64_t wall)
{
	return wall + local->offset(wall, local->data);
}

/*
 * The first moment at which clocks show @shown or more: the first of two that show it, and where clocks jump
 * over it that of the jump. Never goes down where @shown goes up. Zones do not change twice within two days.
 */
static int64_t first_shown(const struct local_time *local, int64_t shown)
{
	int64_t early = shown - FURTHEST, late = shown + FURTHEST;
	int64_t usual = shown - local->offset(early, local->data);

	if (shown_at(local, usual) == shown)
		return usual;
	while (late - early > 1) {
		int64_t middle = early + (late - early) / 2;

		if (shown_at(local, middle) < shown)
			early = middle;
		else
			late = middle;
	}
	return late;
}

/* Whose hours are restricted: each local time once. Up to a day of them may lie between @after and the
 * next, where that day comes twice. */
static int64_t next_by_name(const struct cron *cron, int64_t after,
			    const struct local_time *local)
{
	int64_t shown = next_shown(cron, shown_at(local, after));

	while (shown != SCHEDULE_NEVER) {
		int64_t at = first_shown(local, shown);

		if (at > after)
			return at;
		shown = next_shown(cron, shown);
	}
	return SCHEDULE_NEVER;
}

/* Seconds that may be passed over from @shown on, where neither that day is due nor the one before, to
 * which clocks might go back. */
static int64_t idle_after(const struct cron *cron, int64_t shown)
{
	int64_t today = floor_div(shown, DAY), day, idle;

	if (day_is_due(cron, today) || day_is_due(cron, today - 1))
		return 0;
	day = next_day(cron, today + 1);
	if (day == SCHEDULE_NEVER)
		return SCHEDULE_NEVER;
	idle = day * DAY - shown - FURTHEST;
	return idle > 0 ? idle : 0;
}

/* Of every hour: minute by minute as they pass, whatever clocks make of them. */
static int64_t next_passing(const struct cron *cron, int64_t after,
			    const struct local_time *local)
{
	int64_t at = after;

	while (true) {
		int64_t shown, idle;

		at += MINUTE - modulo(shown_at(local, at), MINUTE);
		shown = shown_at(local, at);
		if (modulo(shown, MINUTE) == 0 &&
		    day_is_due(cron, floor_div(shown, DAY)) &&
		    minute_is_due(cron, modulo(shown, DAY) / MINUTE))
			return at;
		idle = idle_after(cron, shown);
		if (idle == SCHEDULE_NEVER)
			return SCHEDULE_NEVER;
		at += idle;
	}
}

const char *schedule_text(struct arena *arena, const struct drop_schedule *from)
{
	char every[NUM_TEXT_SIZE];

	if (from->schedule)
		return from->schedule;
	(void)num_duration_text(from->every_seconds, every);
	return arena_printf(arena, "every %s", every);
}

struct schedule schedule_of(const struct drop_schedule *from)
{
	struct schedule schedule = { .every_seconds = from->every_seconds };
	const char *why;
	size_t at;

	if (from->schedule && cron_parse(from->schedule, &schedule.cron, &why, &at) < 0)
		schedule.cron = (struct cron){ 0 };
	return schedule;
}

bool schedule_is_hourly(const struct schedule *schedule)
{
	return schedule->every_seconds == 0 && schedule->cron.hours == ALL_DAY;
}

int64_t schedule_next(const struct schedule *schedule, int64_t after,
		      const struct local_time *local)
{
	const struct cron *cron = &schedule->cron;
	int64_t every = (int64_t)schedule->every_seconds;

	if (every > 0)
		return (floor_div(after, every) + 1) * every;
	if (next_minute(cron, 0) < 0)
		return SCHEDULE_NEVER;
	return schedule_is_hourly(schedule) ? next_passing(cron, after, local)
					    : next_by_name(cron, after, local);
}

/* Between two times of one day, and between the last of one and the first of the next day that is due. */
static int64_t shortest_within(const struct cron *cron, int64_t days)
{
	int64_t first = next_minute(cron, 0), last = first, shortest = INT64_MAX;

	for (int64_t minute = first; (minute = next_minute(cron, minute + 1)) >= 0;) {
		if (minute - last < shortest)
			shortest = minute - last;
		last = minute;
	}
	if (days * DAY / MINUTE - last + first < shortest)
		shortest = days * DAY / MINUTE - last + first;
	return shortest * MINUTE;
}

/* The fewest days from one that is due to the next; SCHEDULE_NEVER: there is none. */
static int64_t shortest_days(const struct cron *cron)
{
	int64_t last = next_day(cron, 0), shortest = SCHEDULE_NEVER;

	while (last < CYCLE && shortest > 1) {
		int64_t day = next_day(cron, last + 1);

		if (day - last < shortest)
			shortest = day - last;
		last = day;
	}
	return shortest;
}

uint64_t schedule_shortest(const struct schedule *schedule)
{
	const struct cron *cron = &schedule->cron;
	int64_t days;

	if (schedule->every_seconds > 0)
		return schedule->every_seconds;
	days = shortest_days(cron);
	if (days == SCHEDULE_NEVER || next_minute(cron, 0) < 0)
		return UINT64_MAX;
	return (uint64_t)shortest_within(cron, days);
}

bool schedule_is_hasty(const struct schedule *schedule)
{
	return schedule_shortest(schedule) < SCHEDULE_SHORTEST;
}
