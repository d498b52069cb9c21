/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/schedule.h"

#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "profile/profile.h"
#include "tap.h"

#define HOUR 3600
#define DAY  86400

/* A zone that is made up, with at most two changes. */
struct zone {
	int offset;
	struct {
		int64_t at; /* 0: none */
		int offset;
	} changes[2];
};

static int zone_offset(int64_t wall, void *data)
{
	const struct zone *zone = data;
	int offset = zone->offset;

	for (size_t i = 0; i < 2 && zone->changes[i].at != 0; i++) {
		if (wall >= zone->changes[i].at)
			offset = zone->changes[i].offset;
	}
	return offset;
}

/* Of the zone that TZ names. */
static int libc_offset(int64_t wall, void *data)
{
	time_t at = (time_t)wall;
	struct tm tm;

	(void)data;
	return localtime_r(&at, &tm) ? (int)tm.tm_gmtoff : 0;
}

static const struct local_time by_libc = { libc_offset, NULL };

/* "2026-03-29 01:59:59" as if it were UTC; without seconds, too. */
static int64_t seconds_of(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%d %H:%M", &tm);

	if (end && *end == ':')
		end = strptime(end, ":%S", &tm);
	ok(end && *end == '\0', "%s is a time", text);
	return timegm(&tm);
}

static struct schedule cron_schedule(const char *text)
{
	struct drop_schedule from = { .schedule = text };

	return schedule_of(&from);
}

static const char *utc_text(int64_t wall, char ret[32])
{
	time_t at = (time_t)wall;
	struct tm tm;

	if (wall == SCHEDULE_NEVER || !gmtime_r(&at, &tm) ||
	    strftime(ret, 32, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		return "never";
	return ret;
}

/* One after the other, from @after on; @want ends with "". All in UTC. */
static void check_row(const char *cron, const char *after, const char *const *want,
		      const struct local_time *local)
{
	struct schedule schedule = cron_schedule(cron);
	int64_t at = seconds_of(after);
	char text[32];

	for (size_t i = 0; i < 8 && want[i]; i++) {
		at = schedule_next(&schedule, at, local);
		is_str(utc_text(at, text), want[i], "'%s' after %s, number %zu", cron,
		       after, i);
	}
}

struct row {
	const char *cron, *after, *want[8];
};

static void check_rows(const struct row *rows, size_t len, struct zone *zone)
{
	struct local_time local = { zone_offset, zone };

	for (size_t i = 0; i < len; i++)
		check_row(rows[i].cron, rows[i].after, rows[i].want,
			  zone ? &local : &by_libc);
}

#define CHECK(rows, zone) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), zone)

static void test_fields(void)
{
	static const struct row rows[] = {
		{ "30 3 * * *",
		  "2026-11-25 03:29:59",
		  { "2026-11-25 03:30:00", "2026-11-26 03:30:00" } },
		{ "30 3 * * *", "2026-11-25 03:30:00", { "2026-11-26 03:30:00" } },
		{ "30 3 * * *", "2026-12-31 03:30:01", { "2027-01-01 03:30:00" } },
		{ "@hourly",
		  "2026-11-25 22:59:59",
		  { "2026-11-25 23:00:00", "2026-11-26 00:00:00" } },
		{ "*/25 9-17/4 * * *",
		  "2026-11-25 09:10",
		  { "2026-11-25 09:25:00", "2026-11-25 09:50:00", "2026-11-25 13:00:00",
		    "2026-11-25 13:25:00", "2026-11-25 13:50:00", "2026-11-25 17:00:00",
		    "2026-11-25 17:25:00", "2026-11-25 17:50:00" } },
		{ "@weekly",
		  "2026-11-25 12:00", /* a Wednesday */
		  { "2026-11-29 00:00:00", "2026-12-06 00:00:00" } },
		{ "@monthly",
		  "2026-11-01 00:00",
		  { "2026-12-01 00:00:00", "2027-01-01 00:00:00" } },
		{ "0 0 31 * *",
		  "2026-08-01 00:00",
		  { "2026-08-31 00:00:00", "2026-10-31 00:00:00", "2026-12-31 00:00:00",
		    "2027-01-31 00:00:00", "2027-03-31 00:00:00" } },
		{ "59 23 * * *",
		  "1969-12-31 12:00",
		  { "1969-12-31 23:59:00", "1970-01-01 23:59:00" } },
	};
	struct zone utc = { 0 }, nepal = { .offset = 5 * HOUR + 2700 };
	static const struct row offset_rows[] = {
		/* Midnight in Nepal is 18:15 UTC. */
		{ "0 0 * * *", "2026-11-25 18:14", { "2026-11-25 18:15:00" } },
		{ "0 * * * *", "2026-11-25 18:15", { "2026-11-25 19:15:00" } },
		{ "0 0 1 * *", "2026-11-25 18:15", { "2026-11-30 18:15:00" } },
	};

	CHECK(rows, &utc);
	CHECK(offset_rows, &nepal);
}

/* crontab(5): "if both fields are restricted ... either field matches". */
static void test_either_day(void)
{
	static const struct row rows[] = {
		/* The 13th, or a Friday. */
		{ "0 0 13 * fri",
		  "2026-11-01 00:00",
		  { "2026-11-06 00:00:00", "2026-11-13 00:00:00", "2026-11-20 00:00:00",
		    "2026-11-27 00:00:00", "2026-12-04 00:00:00", "2026-12-11 00:00:00",
		    "2026-12-13 00:00:00", "2026-12-18 00:00:00" } },
		/* A field that begins with a star is no choice: odd days that are Fridays. */
		{ "0 0 */2 * 5",
		  "2026-11-01 00:00",
		  { "2026-11-13 00:00:00", "2026-11-27 00:00:00",
		    "2026-12-11 00:00:00" } },
		{ "0 0 13 * */5", /* Sunday or Friday, the 13th */
		  "2026-11-01 00:00",
		  { "2026-11-13 00:00:00", "2026-12-13 00:00:00",
		    "2027-06-13 00:00:00" } },
		/* No such date, but there are Mondays. */
		{ "0 0 30 2 mon",
		  "2026-11-01 00:00",
		  { "2027-02-01 00:00:00", "2027-02-08 00:00:00" } },
	};
	struct zone utc = { 0 };

	CHECK(rows, &utc);
}

static void test_rare_days(void)
{
	static const struct row rows[] = {
		{ "0 0 29 2 *",
		  "2096-02-28 00:00",
		  { "2096-02-29 00:00:00", "2104-02-29 00:00:00" } },
		{ "0 0 29 2 *", "2397-01-01 00:00", { "2400-02-29 00:00:00" } },
		/* Every hour of it, which is another way through. */
		{ "30 * 29 2 *",
		  "2096-02-29 23:00",
		  { "2096-02-29 23:30:00", "2104-02-29 00:30:00",
		    "2104-02-29 01:30:00" } },
		/* A 29th of February that is a Sunday, across a year that has none. */
		{ "0 0 29 2 */7",
		  "2032-01-01 00:00",
		  { "2032-02-29 00:00:00", "2060-02-29 00:00:00", "2088-02-29 00:00:00",
		    "2128-02-29 00:00:00" } },
	};
	struct zone utc = { 0 };
	struct local_time local = { zone_offset, &utc };
	struct schedule leap = cron_schedule("0 0 29 2 *");
	struct schedule none = { 0 }, no_day = cron_schedule("0 * * * *");
	int count = 0;

	CHECK(rows, &utc);
	for (int64_t at = seconds_of("2000-01-01 00:00"),
		     end = seconds_of("2400-01-01 00:00");
	     (at = schedule_next(&leap, at, &local)) < end;)
		count++;
	is_int(count, 97, "leap days of 400 years");
	is_int(schedule_next(&none, 0, &local), SCHEDULE_NEVER, "no fields, never");
	no_day.cron.days = 0;
	is_int(schedule_next(&no_day, 0, &local), SCHEDULE_NEVER, "no days, never");
}

/* Central Europe: 2026-03-29 02:00 CET is 03:00 CEST; 2026-10-25 03:00 CEST is 02:00 CET; both at
 * 01:00 UTC. */
static void test_europe(void)
{
	static const struct row rows[] = {
		/* Skipped: at once after the jump, and only that day. */
		{ "30 2 * * *",
		  "2026-03-28 01:30",
		  { "2026-03-29 01:00:00", "2026-03-30 00:30:00" } },
		{ "*/10 2 * * *",
		  "2026-03-28 01:50",
		  { "2026-03-29 01:00:00", "2026-03-30 00:00:00" } },
		/* What comes at 03:00 anyway comes once. */
		{ "30 2,3 * * *",
		  "2026-03-28 02:30",
		  { "2026-03-29 01:00:00", "2026-03-29 01:30:00" } },
		{ "0 2,3 * * *",
		  "2026-03-28 02:00",
		  { "2026-03-29 01:00:00", "2026-03-30 00:00:00" } },
		/* The jump itself lies behind. */
		{ "30 2 * * *", "2026-03-29 01:00", { "2026-03-30 00:30:00" } },
		{ "30 2 * * *", "2026-03-29 00:59:59", { "2026-03-29 01:00:00" } },
		/* Repeated: the first one only. */
		{ "30 2 * * *",
		  "2026-10-24 00:30",
		  { "2026-10-25 00:30:00", "2026-10-26 01:30:00" } },
		{ "*/30 2 * * *",
		  "2026-10-25 00:10",
		  { "2026-10-25 00:30:00", "2026-10-26 01:00:00" } },
		/* 03:00 is not repeated: clocks show it but once. */
		{ "0 2,3 * * *",
		  "2026-10-24 01:00",
		  { "2026-10-25 00:00:00", "2026-10-25 02:00:00",
		    "2026-10-26 01:00:00" } },
		/* Asked in the second hour. */
		{ "45 1-22 * * *", "2026-10-25 01:10", { "2026-10-25 02:45:00" } },
		/* Every hour counts hours. */
		{ "30 * * * *",
		  "2026-03-28 23:40",
		  { "2026-03-29 00:30:00", "2026-03-29 01:30:00" } },
		{ "30 * * * *",
		  "2026-10-24 23:40",
		  { "2026-10-25 00:30:00", "2026-10-25 01:30:00",
		    "2026-10-25 02:30:00" } },
		{ "0 */1 25 10 *",
		  "2026-10-24 23:40",
		  { "2026-10-25 00:00:00", "2026-10-25 01:00:00",
		    "2026-10-25 02:00:00" } },
	};

	(void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	CHECK(rows, NULL);
}

/* Jumps that are not an hour, nor at night, nor within a day. */
static void test_odd_zones(void)
{
	/* As Lord Howe: half an hour; on 2026-04-05 02:00 is 01:30 at 15:00 UTC, and on 2026-10-04 02:00
	 * is 02:30 at 15:30 UTC, both of the day before. */
	struct zone half = {
		11 * HOUR, { { 1775314800, 10 * HOUR + 1800 }, { 1791041400, 11 * HOUR } }
	};
	static const struct row half_rows[] = {
		{ "45 1 * * *",
		  "2026-04-04 14:00",
		  { "2026-04-04 14:45:00", "2026-04-05 15:15:00" } },
		{ "45 * * * *",
		  "2026-04-04 14:00",
		  { "2026-04-04 14:45:00", "2026-04-04 15:15:00",
		    "2026-04-04 16:15:00" } },
		{ "10 2 * * *",
		  "2026-10-03 14:00",
		  { "2026-10-03 15:30:00", "2026-10-04 15:10:00" } },
		{ "10 * * * *",
		  "2026-10-03 14:50",
		  { "2026-10-03 16:10:00", "2026-10-03 17:10:00" } },
	};
	/* As Apia: from UTC-10 to UTC+14 at midnight, without 30 December 2011. */
	struct zone day_less = { -10 * HOUR, { { 1325239200, 14 * HOUR } } };
	static const struct row day_less_rows[] = {
		{ "0 12 * * *",
		  "2011-12-29 22:00",
		  { "2011-12-30 10:00:00", "2011-12-30 22:00:00",
		    "2011-12-31 22:00:00" } },
		{ "0 12 30 12 *", "2011-12-29 22:00", { "2011-12-30 10:00:00" } },
		{ "0 * 30 12 *", "2011-12-29 22:00", { "2012-12-29 10:00:00" } },
		{ "0 * 31 12 *", "2011-12-29 22:00", { "2011-12-30 10:00:00" } },
	};
	/* As Kwajalein in 1969, but westward: a day comes twice. */
	struct zone day_more = { 12 * HOUR, { { 1325246400, -12 * HOUR } } };
	static const struct row day_more_rows[] = {
		{ "0 6 * * *",
		  "2011-12-29 12:00",
		  { "2011-12-29 18:00:00", "2011-12-31 18:00:00" } },
		{ "0 */12 * * *",
		  "2011-12-29 11:00",
		  { "2011-12-29 12:00:00", "2011-12-30 00:00:00", "2011-12-31 12:00:00",
		    "2012-01-01 00:00:00" } },
		/* The 31st has begun when clocks go back to the 30th: both are as they show. */
		{ "0 * 30 12 *",
		  "2011-12-30 10:30",
		  { "2011-12-30 11:00:00", "2011-12-30 12:00:00",
		    "2011-12-30 13:00:00" } },
	};
	/* As Sao Paulo in 2017: there is no midnight on 15 October, and 24:00 on 17 February 2018 is
	 * 23:00. */
	struct zone midnight = {
		-3 * HOUR, { { 1508036400, -2 * HOUR }, { 1518919200, -3 * HOUR } }
	};
	static const struct row midnight_rows[] = {
		{ "0 0 * * *",
		  "2017-10-14 03:00",
		  { "2017-10-15 03:00:00", "2017-10-16 02:00:00" } },
		{ "30 0 15 * *", "2017-10-01 03:00", { "2017-10-15 03:00:00" } },
		{ "30 23 * * *",
		  "2018-02-17 12:00",
		  { "2018-02-18 01:30:00", "2018-02-19 02:30:00" } },
		{ "30 23 17 * *", "2018-02-17 12:00", { "2018-02-18 01:30:00" } },
		{ "0 0 18 * *", "2018-02-17 12:00", { "2018-02-18 03:00:00" } },
		/* The second 23:30 of that day, though the next one has almost begun. */
		{ "30 * 17 2 *",
		  "2018-02-18 01:00",
		  { "2018-02-18 01:30:00", "2018-02-18 02:30:00",
		    "2019-02-17 03:30:00" } },
	};
	/* As Troll: two hours. */
	struct zone two = { 0, { { 1774746000, 2 * HOUR } } };
	static const struct row two_rows[] = {
		{ "15 1,2,3 * * *",
		  "2026-03-28 12:00",
		  { "2026-03-29 01:00:00", "2026-03-29 01:15:00",
		    "2026-03-29 23:15:00" } },
	};

	/* St. John's had 00:01 up to 2011: at 00:05 back to 23:05. */
	struct zone past_midnight = { -2 * HOUR, { { 1518919500, -3 * HOUR } } };
	static const struct row past_midnight_rows[] = {
		{ "30 * 17 2 *", "2018-02-18 02:00:30", { "2018-02-18 02:30:00" } },
	};
	/* Local mean time before there were zones: 90 seconds at 12:00. */
	struct zone odd_seconds = { 0, { { 1518955200, 90 } } };
	static const struct row odd_seconds_rows[] = {
		{ "1 * * * *", "2018-02-18 11:59", { "2018-02-18 12:59:30" } },
		{ "2 * * * *", "2018-02-18 11:59", { "2018-02-18 12:00:30" } },
		{ "1 12 * * *", "2018-02-18 11:59", { "2018-02-18 12:00:00" } },
	};

	CHECK(half_rows, &half);
	CHECK(day_less_rows, &day_less);
	CHECK(day_more_rows, &day_more);
	CHECK(midnight_rows, &midnight);
	CHECK(two_rows, &two);
	CHECK(past_midnight_rows, &past_midnight);
	CHECK(odd_seconds_rows, &odd_seconds);
}

static void test_every(void)
{
	static const struct {
		uint64_t every;
		int64_t after, want;
	} cases[] = {
		{ 600, 0, 600 },
		{ 600, 599, 600 },
		{ 600, 600, 1200 },
		{ 21600, 100000, 108000 },
		{ 7, -8, -7 },
		{ 7, -7, 0 },
		{ 315360000, 1, 315360000 },
	};
	struct zone far = { 5 * HOUR + 2700, { { 500, -HOUR } } };
	struct local_time local = { zone_offset, &far };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drop_schedule from = { .every_seconds = cases[i].every };
		struct schedule schedule = schedule_of(&from);

		is_int(schedule_next(&schedule, cases[i].after, &local), cases[i].want,
		       "every %llu s after %lld", (unsigned long long)cases[i].every,
		       (long long)cases[i].after);
		is_int((long long)schedule_shortest(&schedule), (long long)cases[i].every,
		       "is the shortest");
	}
}

static void test_shortest(void)
{
	static const struct {
		const char *cron;
		long long want;
	} cases[] = {
		{ "* * * * *", 60 },
		{ "*/10 * * * *", 600 },
		{ "*/7 * * * *", 240 }, /* from :56 to :00 */
		{ "0,5 * * * *", 300 },
		{ "0 * * * *", 3600 },
		{ "0 1,2 * * *", 3600 },
		{ "0 1,23 * * *", 7200 },
		{ "59 23,0 * * *", 3600 },
		{ "0,59 0,23 * * *", 60 },
		{ "30 3 * * *", 86400 },
		{ "30 3 * * 0", 7 * 86400 },
		{ "30 3 * * 1-5", 86400 },
		{ "30 3 * * 1,6", 2 * 86400 },
		{ "30 3 1 * *", 28 * 86400 },
		{ "30 3 1,31 * *", 86400 },
		{ "30 3 1 * 0", 86400 },
		{ "30 3 29 2 *", 1461 * 86400 },
		/* 23:59 and the next midnight are never both due. */
		{ "0,59 0,23 1 * *", 59 * 60 },
		{ "0 0 13 * fri", 86400 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct schedule schedule = cron_schedule(cases[i].cron);

		is_int((long long)schedule_shortest(&schedule), cases[i].want,
		       "the shortest of '%s'", cases[i].cron);
	}
}

/* xorshift, so that every run has the same cases. */
static unsigned random_below(uint64_t *seed, unsigned limit)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed >> 11) % limit;
}

static int random_field(uint64_t *seed, int low, int high, char *text, size_t size)
{
	unsigned width = (unsigned)(high - low + 1);
	int first = low + (int)random_below(seed, width);
	int last = first + (int)random_below(seed, (unsigned)(high - first + 1));
	int step = 1 + (int)random_below(seed, width);

	switch (random_below(seed, 6)) {
	case 0:
		return snprintf(text, size, "%d", first);
	case 1:
		return snprintf(text, size, "%d-%d", first, last);
	case 2:
		return snprintf(text, size, "*/%d", step);
	case 3:
		return snprintf(text, size, "%d-%d/%d,%d", first, last, step, last);
	default:
		return snprintf(text, size, "*");
	}
}

static void random_cron(uint64_t *seed, char text[128])
{
	static const int ranges[][2] = {
		{ 0, 59 }, { 0, 23 }, { 1, 31 }, { 1, 12 }, { 0, 7 }
	};
	size_t len = 0;

	for (size_t i = 0; i < 5; i++) {
		len += (size_t)random_field(seed, ranges[i][0], ranges[i][1], text + len,
					    128 - len);
		text[len++] = i < 4 ? ' ' : '\0';
	}
}

/* By the C library's calendar. */
static bool shows_match(const struct cron *cron, int64_t shown)
{
	time_t at = (time_t)shown;
	struct tm tm;
	bool date, weekday;

	if (!gmtime_r(&at, &tm) || tm.tm_sec != 0)
		return false;
	date = cron->days >> tm.tm_mday & 1;
	weekday = cron->weekdays >> tm.tm_wday & 1;
	return (cron->minutes >> tm.tm_min & 1) && (cron->hours >> tm.tm_hour & 1) &&
	       (cron->months >> (tm.tm_mon + 1) & 1) &&
	       (cron->any_day || cron->any_weekday ? date && weekday : date || weekday);
}

/*
 * Minute by minute, with a hand that never goes back: what it passes over is due. @end: none before it.
 * A day before @after is where the hand may have been furthest.
 */
static int64_t brute_next(const struct cron *cron, int64_t after, int64_t end,
			  struct zone *zone)
{
	bool passing = cron->hours == (1 << 24) - 1;
	int64_t at = after - after % 60 - 2 * DAY;
	int64_t hand = at + zone_offset(at, zone);

	for (at += 60; at < end; at += 60) {
		int64_t shown = at + zone_offset(at, zone);
		bool due = passing && shows_match(cron, shown);

		for (; !passing && hand < shown; hand += 60)
			due = shows_match(cron, hand + 60) || due;
		if (due && at > after)
			return at;
	}
	return end;
}

static struct zone random_zone(uint64_t *seed, int64_t about)
{
	static const int jumps[] = { HOUR, 1800, 2 * HOUR, DAY, 2700, 0 };
	int jump = jumps[random_below(seed, 6)] * (random_below(seed, 2) ? 1 : -1);
	int offset = ((int)random_below(seed, 25) - 12) * HOUR;
	struct zone zone = { offset,
			     { { about + 60 * ((int)random_below(seed, 4320) - 1440),
				 offset + jump } } };

	if (zone.changes[0].offset > 14 * HOUR || zone.changes[0].offset < -12 * HOUR)
		zone.changes[0].offset = offset;
	return zone;
}

static void test_random(void)
{
	uint64_t seed = 88172645463325252;
	int cases = 0, found = 0, wrong = 0;

	while (cases < 2000) {
		int64_t after = 1700000000 - 1700000000 % 60 +
				60 * (int64_t)random_below(&seed, 1 << 20) +
				random_below(&seed, 60) * random_below(&seed, 2);
		int64_t end = after - after % 60 + 4 * DAY, got, want;
		struct zone zone = random_zone(&seed, after - after % 60);
		struct local_time local = { zone_offset, &zone };
		struct schedule schedule = { 0 };
		const char *why;
		char text[128];
		size_t at;

		random_cron(&seed, text);
		if (cron_parse(text, &schedule.cron, &why, &at) < 0)
			continue;
		cases++;
		got = schedule_next(&schedule, after, &local);
		want = brute_next(&schedule.cron, after, end, &zone);
		found += want < end;
		if (got <= after || (want < end ? got != want : got < end)) {
			wrong++;
			printf("# '%s' after %lld, %d then %d at %lld: got %lld, wanted %lld\n",
			       text, (long long)after, zone.offset,
			       zone.changes[0].offset, (long long)zone.changes[0].at,
			       (long long)got, (long long)want);
		}
	}
	is_int(wrong, 0, "random schedules are due when a look at every minute says so");
	ok(found > cases / 4, "%d of %d are due within four days", found, cases);
}

static void test_words(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	cleanup(arena_freep) struct arena *none = arena_new(0);
	const struct drop_schedule fields = { .schedule = "@daily" };
	const struct drop_schedule every = { .every_seconds = 5400 };
	const struct drop_schedule hasty = { .schedule = "*/9 * * * *" };
	const struct drop_schedule fair = { .every_seconds = SCHEDULE_SHORTEST };
	struct schedule schedule = schedule_of(&hasty);

	is_str(schedule_text(arena, &fields), "@daily", "fields as they are written");
	is_str(schedule_text(arena, &every), "every 90m", "a duration in words");
	ok(!schedule_text(none, &every), "which take memory");
	ok(schedule_is_hasty(&schedule), "every nine minutes is hasty");
	schedule = schedule_of(&fair);
	ok(!schedule_is_hasty(&schedule), "ten are not");
}

int main(void)
{
	test_fields();
	test_either_day();
	test_rare_days();
	test_europe();
	test_odd_zones();
	test_every();
	test_shortest();
	test_random();
	test_words();
	return done();
}
