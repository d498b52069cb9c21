/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/tally.h"

#include "tap.h"

static void test_nothing(void)
{
	const struct tally tally = { 0 };

	is_int((long long)tally_quantile_us(&tally, 50), 0,
	       "of nothing there is no median");
}

/* What is told is never less than what it took, and at most a quarter more. */
static void test_bounds(void)
{
	bool fine = true;

	for (uint64_t us = 0; us < 5000000; us = us * 9 / 8 + 1) {
		struct tally tally = { 0 };
		uint64_t told;

		tally_took(&tally, us * 1000 + 999);
		told = tally_quantile_us(&tally, 100);
		fine &= told >= us && told <= us + us / 4;
		if (!fine)
			printf("# %llu us is told as %llu\n", (unsigned long long)us,
			       (unsigned long long)told);
	}
	ok(fine, "what is told is what it took, or a quarter more");
}

static void test_quantiles(void)
{
	struct tally tally = { 0 };

	for (int i = 0; i < 99; i++)
		tally_took(&tally, 2000);
	tally_took(&tally, UINT64_C(3600) * 1000000000);
	is_int((long long)tally_quantile_us(&tally, 50), 2, "the median");
	is_int((long long)tally_quantile_us(&tally, 99), 2, "99 of 100");
	ok(tally_quantile_us(&tally, 100) >= UINT64_C(3600) * 1000000, "and the worst");
	tally_took(&tally, UINT64_MAX);
	ok(tally_quantile_us(&tally, 100) > 0, "anything has a place");
}

static void test_histogram(void)
{
	struct tally tally = { 0 };
	uint64_t us = 0;
	size_t at = 0;

	is_int((long long)tally_next(&tally, &at, &us), 0, "an empty histogram");
	at = 0;
	tally_took(&tally, 3000);
	tally_took(&tally, 9000);
	tally_took(&tally, 9500);
	is_int((long long)tally_next(&tally, &at, &us), 1, "one");
	is_int((long long)us, 3, "of 3 us");
	is_int((long long)tally_next(&tally, &at, &us), 2, "two");
	is_int((long long)us, 9, "of up to 9 us");
	is_int((long long)tally_next(&tally, &at, &us), 0, "and no more");
}

int main(void)
{
	test_nothing();
	test_bounds();
	test_quantiles();
	test_histogram();
	return done();
}
