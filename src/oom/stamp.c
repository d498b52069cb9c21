/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/stamp.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "oom/fields.h"

#define DAY 86400

/* Numbers and marks off @rest as @shape has them: '9' is a number, put into @ret one by one. */
static bool take_numbers(struct span *rest, const char *shape, int *ret)
{
	for (; *shape; shape++) {
		uint64_t number;

		if (*shape == '9') {
			if (!digits_take(rest, &number) || number > 9999)
				return false;
			*ret++ = (int)number;
		} else if (rest->len > 0 && *rest->at == *shape) {
			*rest = span_from(*rest, 1);
		} else {
			return false;
		}
	}
	return true;
}

static int month_of(struct span word)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	for (int i = 0; i < 12; i++) {
		if (span_is(word, names[i]))
			return i;
	}
	return -1;
}

static int64_t local(const struct tm *tm)
{
	struct tm copy = *tm;

	copy.tm_isdst = -1;
	return mktime(&copy);
}

/* "+02:00", "-0500", "Z"; what is behind a fraction of a second. */
static bool take_zone(struct span rest, int64_t *ret_seconds)
{
	bool west;
	uint64_t hours, minutes = 0;

	while (rest.len > 0 &&
	       (isdigit((unsigned char)*rest.at) || *rest.at == '.' || *rest.at == ','))
		rest = span_from(rest, 1);
	*ret_seconds = 0;
	if (rest.len == 0)
		return false;
	if (*rest.at == 'Z')
		return true;
	west = *rest.at == '-';
	if (!west && *rest.at != '+')
		return false;
	rest = span_from(rest, 1);
	if (!digits_take(&rest, &hours))
		return false;
	if (hours > 99) {
		minutes = hours % 100;
		hours /= 100;
	} else if (span_starts(rest, ":")) {
		rest = span_from(rest, 1);
		(void)digits_take(&rest, &minutes);
	}
	if (hours > 14 || minutes > 59)
		return false;
	*ret_seconds = (int64_t)(hours * 60 + minutes) * 60 * (west ? -1 : 1);
	return true;
}

static int64_t read_iso(struct span when)
{
	struct tm tm = { 0 };
	int64_t zone;
	int number[6];
	char mark = '-';

	if (when.len > 4 && when.at[4] == '/')
		mark = '/';
	if (!take_numbers(&when, mark == '/' ? "9/9/9" : "9-9-9", number) ||
	    when.len == 0 || (*when.at != 'T' && *when.at != ' '))
		return -1;
	when = span_from(when, 1);
	if (!take_numbers(&when, "9:9:9", number + 3))
		return -1;
	tm.tm_year = number[0] - 1900;
	tm.tm_mon = number[1] - 1;
	tm.tm_mday = number[2];
	tm.tm_hour = number[3];
	tm.tm_min = number[4];
	tm.tm_sec = number[5];
	return take_zone(when, &zone) ? timegm(&tm) - zone : local(&tm);
}

static bool has_day(const struct tm *tm)
{
	int year = tm->tm_year + 1900;

	return tm->tm_mon != 1 || tm->tm_mday < 29 ||
	       (tm->tm_mday == 29 && year % 4 == 0 &&
		(year % 100 != 0 || year % 400 == 0));
}

static int64_t without_year(struct tm *tm, int64_t now)
{
	time_t time = (time_t)now;
	struct tm today;

	if (now < 0 || !localtime_r(&time, &today))
		return -1;
	tm->tm_year = today.tm_year + 1;
	/* The 29th of February is up to 8 years back. */
	for (int i = 0; i < 10; i++, tm->tm_year--) {
		int64_t at = has_day(tm) ? local(tm) : INT64_MAX;

		if (at <= now + DAY)
			return at;
	}
	return -1;
}

/* "Jun 10 13:33:11", with or without a day of the week before it and a year behind it or before the
 * time */
static int64_t read_words(struct span when, int64_t now)
{
	struct tm tm = { .tm_mon = -1 };
	struct span word;
	int clock[3] = { 0 };
	uint64_t number;
	bool timed = false;

	while (span_word(&when, &word)) {
		struct span text = word;

		if (memchr(word.at, ':', word.len)) {
			timed = take_numbers(&text, "9:9:9", clock);
		} else if (digits_take(&text, &number) && text.len == 0 &&
			   number < 9999) {
			if (number > 31)
				tm.tm_year = (int)number - 1900;
			else
				tm.tm_mday = (int)number;
		} else if (tm.tm_mon < 0) {
			tm.tm_mon = month_of(word);
		}
	}
	if (!timed || tm.tm_mon < 0 || tm.tm_mday == 0)
		return -1;
	tm.tm_hour = clock[0];
	tm.tm_min = clock[1];
	tm.tm_sec = clock[2];
	return tm.tm_year > 0 ? local(&tm) : without_year(&tm, now);
}

int64_t stamp_time(struct span when, const struct stamp_base *base)
{
	struct span rest = when;
	uint64_t number;

	if (when.len == 0)
		return -1;
	if (!digits_take(&rest, &number))
		return read_words(when, base->now);
	if (rest.len == 0 || *rest.at == '.') {
		uint64_t seconds = rest.len == 0 ? number / 1000000 : number;

		return base->booted < 0 || seconds > UINT32_MAX
			       ? -1
			       : base->booted + (int64_t)seconds;
	}
	return *rest.at == ' ' ? read_words(when, base->now) : read_iso(when);
}
