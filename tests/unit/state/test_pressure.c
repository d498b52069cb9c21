/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/pressure.h"

#include "tap.h"

static void test_good(void)
{
	const struct pressure found = pressure_parse(
		span_of("some avg10=12.34 avg60=5.06 avg300=0.70 total=157656722\n"
			"full avg10=100.00 avg60=4.05 avg300=0.00 total=141133234\n"));

	ok(found.known, "known");
	is_int(found.some_avg10, 1234, "some, 10 s");
	is_int(found.some_avg60, 506, "some, 60 s");
	is_int(found.some_avg300, 70, "some, 300 s");
	is_int(found.full_avg10, 10000, "full, 10 s");
	is_int(found.full_avg60, 405, "full, 60 s");
	is_int(found.full_avg300, 0, "full, 300 s");
}

#define SOME "some avg10=1.00 avg60=1.00 avg300=1.00 total=1\n"
#define FULL "full avg10=1.00 avg60=1.00 avg300=1.00 total=1\n"

static const char *const bad[] = {
	"",
	"\n\n",
	SOME,
	FULL,
	SOME "full\n",
	SOME "full avg10=1.00 avg60=1.00 total=1\n",
	SOME "full avg10=1 avg60=1.00 avg300=1.00\n",
	SOME "full avg10=1.0 avg60=1.00 avg300=1.00\n",
	SOME "full avg10=1.x0 avg60=1.00 avg300=1.00\n",
	SOME "full avg10=-1.00 avg60=1.00 avg300=1.00\n",
	SOME "full avg10=101.00 avg60=1.00 avg300=1.00\n",
	SOME "full avg10=100.01 avg60=1.00 avg300=1.00\n",
	SOME "full avg10=99999999999999999999.00 avg60=1.00 avg300=1.00\n",
	SOME "full avg10= avg60=1.00 avg300=1.00\n",
	SOME "full avg10=. avg60=1.00 avg300=1.00\n",
	SOME "full avg10 avg60=1.00 avg300=1.00\n",
	SOME "FULL avg10=1.00 avg60=1.00 avg300=1.00\n",
};

static void test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const struct pressure found = pressure_parse(span_of(bad[i]));

		ok(!found.known, "%zu: unknown", i);
		is_int(found.some_avg10 + found.full_avg10, 0, "%zu: and nothing told",
		       i);
	}
	ok(pressure_parse(span_of(FULL "what else\n" SOME)).known, "in any order");
}

int main(void)
{
	test_good();
	test_bad();
	return done();
}
