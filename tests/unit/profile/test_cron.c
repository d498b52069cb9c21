/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/cron.h"

#include <errno.h>

#include "tap.h"

#define ALL(first, last) (((UINT64_C(2) << (last)) - 1) & ~((UINT64_C(1) << (first)) - 1))
#define BIT(n)		 (UINT64_C(1) << (n))

static void test_good(void)
{
	static const struct {
		const char *text;
		struct cron want;
	} cases[] = {
		{ "30 3 * * *",
		  { BIT(30), BIT(3), ALL(1, 31), ALL(1, 12), ALL(0, 6), true, true } },
		{ "@hourly",
		  { BIT(0), ALL(0, 23), ALL(1, 31), ALL(1, 12), ALL(0, 6), true, true } },
		{ "@weekly",
		  { BIT(0), BIT(0), ALL(1, 31), ALL(1, 12), BIT(0), true, false } },
		{ "@monthly",
		  { BIT(0), BIT(0), BIT(1), ALL(1, 12), ALL(0, 6), false, true } },
		{ " 05\t0-4/2,23 1,31 JAN,mar-may 7 ",
		  { BIT(5), BIT(0) | BIT(2) | BIT(4) | BIT(23), BIT(1) | BIT(31),
		    BIT(1) | BIT(3) | BIT(4) | BIT(5), BIT(0), false, false } },
		{ "*/30 20/2 29 2 fri-sat",
		  { BIT(0) | BIT(30), BIT(20) | BIT(22), BIT(29), BIT(2), BIT(5) | BIT(6),
		    false, false } },
		{ "0 0 * * 5-7",
		  { BIT(0), BIT(0), ALL(1, 31), ALL(1, 12), BIT(0) | BIT(5) | BIT(6),
		    true, false } },
		/* Either of the two is enough, so that it comes true. */
		{ "0 0 30 2 mon",
		  { BIT(0), BIT(0), BIT(30), BIT(2), BIT(1), false, false } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cron *want = &cases[i].want;
		struct cron got = { 0 };
		const char *why = "";
		size_t at;

		is_int(cron_parse(cases[i].text, &got, &why, &at), 0, "'%s'",
		       cases[i].text);
		ok(got.minutes == want->minutes && got.hours == want->hours &&
			   got.days == want->days && got.months == want->months &&
			   got.weekdays == want->weekdays,
		   "'%s': its bits", cases[i].text);
		ok(got.any_day == want->any_day && got.any_weekday == want->any_weekday,
		   "'%s': its stars", cases[i].text);
	}
}

static void test_bad(void)
{
	static const struct {
		const char *text;
		size_t at;
	} cases[] = {
		{ "", 0 },
		{ "30 3 * *", 0 },
		{ "30 3 * * * *", 11 },
		{ "60 3 * * *", 0 },
		{ "0 24 * * *", 2 },
		{ "0 0 0 * *", 4 },
		{ "0 0 32 * *", 4 },
		{ "0 0 1 0 *", 6 },
		{ "0 0 1 ja *", 6 },
		{ "0 0 * * 8", 8 },
		{ "0 0 * * sunday", 8 },
		{ "0,61 0 * * *", 2 },
		{ "5-1 0 * * *", 0 },
		{ "*/0 0 * * *", 0 },
		{ "*/ 0 * * *", 0 },
		{ "*/100 0 * * *", 0 },
		{ "1, 0 * * *", 0 },
		{ ",1 0 * * *", 0 },
		{ "1-2-3 0 * * *", 0 },
		{ "-1 0 * * *", 0 },
		{ "1- 0 * * *", 0 },
		{ "*-3 0 * * *", 0 },
		{ "0 0 31 2,4 *", 0 },
		{ "@yearly", 0 },
		{ "@", 0 },
		{ "001 0 * * *", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cron cron;
		const char *why = NULL;
		size_t at = 99;

		is_int(cron_parse(cases[i].text, &cron, &why, &at), -EINVAL, "'%s'",
		       cases[i].text);
		ok(why && *why, "'%s' says why", cases[i].text);
		is_int((long long)at, (long long)cases[i].at, "'%s' says where",
		       cases[i].text);
	}
}

int main(void)
{
	test_good();
	test_bad();
	return done();
}
