/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/stamp.h"

#include <stdlib.h>
#include <time.h>

#include "tap.h"

#define NOW    INT64_C(1781100000) /* 2026-06-10 14:00:00 UTC */
#define BOOTED INT64_C(1781000000)

static const struct stamp_base base = { NOW, BOOTED }, nothing = { -1, -1 };

static void zone(const char *name)
{
	if (setenv("TZ", name, 1) < 0)
		abort();
	tzset();
}

static const struct {
	const char *text;
	int64_t want;
} utc[] = {
	/* with a zone */
	{ "2026-06-10T13:33:11+02:00", 1781091191 },
	{ "2026-06-10T13:33:11-0500", 1781116391 },
	{ "2026-06-10T13:33:11+0545", 1781077691 },
	{ "2026-06-10T13:33:11.123456Z", 1781098391 },
	{ "2026-06-10T13:33:11,5+02:00", 1781091191 },
	{ "2026-06-10T13:33:11+02", 1781091191 },
	{ "2026-06-10T13:33:11+99:00", 1781098391 },
	/* and without */
	{ "2026-06-10T13:33:11", 1781098391 },
	{ "2026-06-10 13:33:11", 1781098391 },
	{ "2026/06/10 13:33:11", 1781098391 },
	{ "Wed Jun 10 13:33:11 2026", 1781098391 },
	{ "Wed Jun 10 13:33:11 CEST 2026", 1781098391 },
	{ "10 Jun 2026 13:33:11", 1781098391 },
	{ "Jun 10 13:33:11 2026", 1781098391 },
	{ "Sat Jan  1 00:00:00 2000", 946684800 },
	/* without a year */
	{ "Jun 10 13:33:11", 1781098391 },
	{ "Jun  9 13:33:11", 1781011991 },
	{ "Jun 10 13:59:59", NOW - 1 },
	{ "Jun 11 13:59:59", NOW + 86399 }, /* a clock that was wrong by hours */
	{ "Jun 11 14:00:00", NOW + 86400 },
	{ "Jun 11 14:00:01", NOW + 86401 - 365 * INT64_C(86400) },
	{ "Dec 31 23:59:59", 1767225599 },
	{ "Jan  1 00:00:00", 1767225600 },
	/* since the boot */
	{ "813.000001", BOOTED + 813 },
	{ "0.000000", BOOTED },
	{ "813000001", BOOTED + 813 },
	{ "999999", BOOTED },
	{ "4294967295.9", BOOTED + 4294967295 },
	/* nothing that can be read */
	{ "", -1 },
	{ "4294967296.0", -1 },
	{ "Jun 10", -1 },
	{ "13:33:11", -1 },
	{ "Jux 10 13:33:11", -1 },
	{ "Jun 10th 13:33:11", -1 },
	{ "Jun 13:33:11", -1 },
	{ "Jun 10 13:33", -1 },
	{ "2026-06-10", -1 },
	{ "2026-06-10T13:33", -1 },
	{ "2026-06/10 13:33:11", -1 },
	{ "2026-06-10X13:33:11", -1 },
	{ "99999-06-10T13:33:11", -1 },
	{ "Di Okt 12 03:54:03 2025", -1 },
};

static void test_utc(void)
{
	zone("UTC0");
	for (size_t i = 0; i < sizeof(utc) / sizeof(*utc); i++)
		is_int(stamp_time(span_of(utc[i].text), &base), utc[i].want, "'%s'",
		       utc[i].text);
}

/* A span is not a string: what stands behind it is not read. */
static void test_spans(void)
{
	is_int(stamp_time((struct span){ "2026-06-10T13:33:11+02:00", 19 }, &base),
	       1781098391, "a zone that is not of it");
	is_int(stamp_time((struct span){ "813.0", 3 }, &base), BOOTED, "microseconds");
	is_int(stamp_time((struct span){ "Jun 10 13:33:11 2020", 15 }, &base), 1781098391,
	       "a year that is not of it");
}

static void test_here(void)
{
	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	is_int(stamp_time(span_of("Jun 10 13:33:11"), &base), 1781091191, "in summer");
	is_int(stamp_time(span_of("Jan 10 13:33:11"), &base), 1768048391, "in winter");
	is_int(stamp_time(span_of("2026-01-10T13:33:11"), &base), 1768048391,
	       "with the year, too");
	is_int(stamp_time(span_of("2026-01-10T13:33:11Z"), &base), 1768051991,
	       "unless it says where");
	is_int(stamp_time(span_of("2026-06-10T13:33:11+00:00"), &base), 1781098391,
	       "in numbers");
	zone("UTC0");
}

static void test_base(void)
{
	is_int(stamp_time(span_of("Jun 10 13:33:11"), &nothing), -1, "of which year?");
	is_int(stamp_time(span_of("813.000001"), &nothing), -1, "since which boot?");
	is_int(stamp_time(span_of("813000001"), &nothing), -1, "in microseconds");
	is_int(stamp_time(span_of("2026-06-10T13:33:11Z"), &nothing), 1781098391,
	       "needs nothing else");
	is_int(stamp_time(span_of("Jun 10 13:33:11 2026"), &nothing), 1781098391,
	       "nor does a year");
}

static void test_leap_day(void)
{
	static const struct stamp_base later = { NOW, -1 };

	is_int(stamp_time(span_of("Feb 29 12:00:00"), &later), 1709208000,
	       "the last such day was years ago");
	is_int(stamp_time(span_of("Feb 28 12:00:00"), &later), 1772280000,
	       "the day before was not");
	is_int(stamp_time(span_of("Jan  1 00:00:10"),
			  &(struct stamp_base){ 1767225590, -1 }),
	       1767225610, "a clock that was wrong at the turn of the year");
	is_int(stamp_time(span_of("Feb 30 12:00:00"), &later), -1, "no such day");
}

int main(void)
{
	test_utc();
	test_spans();
	test_here();
	test_base();
	test_leap_day();
	return done();
}
