/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/condition.h"

#include <errno.h>

#include "tap.h"

static void test_terms(void)
{
	struct condition c = { .len = 0 };
	const char *why;
	size_t at;

	is_int(condition_parse(" low_free<64M and psi_some_avg10 >= 2.5% or "
			       "unusable( 4 ) > 500 ",
			       &c, &why, &at),
	       0, "three terms");
	is_int((long long)c.len, 3, "three of them");
	is_int(c.terms[0].field, CONDITION_LOW_FREE, "the first field");
	is_int(c.terms[0].comparator, COMPARE_LESS, "the first comparator");
	is_int((long long)c.terms[0].bound, 64 << 20, "bytes");
	ok(!c.terms[0].alternative && !c.terms[1].alternative, "`and` goes on");
	is_int((long long)c.terms[1].bound, 250, "hundredths of a percent");
	is_int(c.terms[1].comparator, COMPARE_MORE_OR_SAME, "the second comparator");
	ok(c.terms[2].alternative, "`or` begins anew");
	is_int(c.terms[2].order, 4, "the order");
	is_int((long long)c.terms[2].bound, 500, "thousandths");
}

static void test_bad(void)
{
	static const struct {
		const char *text;
		size_t at;
	} cases[] = {
		{ "", 0 },
		{ "used < 1G", 0 },
		{ "free", 4 },
		{ "free = 1G", 5 },
		{ "free != 1G", 5 },
		{ "free <> 1G", 5 },
		{ "free < ", 7 },
		{ "free < 1GB", 7 },
		{ "free < 01", 7 },
		{ "free < 10%", 7 },
		{ "free < 1G and", 13 },
		{ "free < 1G, cached > 1G", 7 },
		{ "free < 1G nor cached > 1G", 10 },
		{ "free(3) < 1G", 4 },
		{ "unusable > 5", 8 },
		{ "unusable(11) > 5", 11 },
		{ "unusable() > 5", 9 },
		{ "unusable(4 > 5", 11 },
		{ "unusable(4) > 1001", 14 },
		{ "psi_some_avg10 > 100.01", 17 },
		{ "psi_some_avg10 > 1.234", 17 },
		{ "psi_some_avg10 > %", 17 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct condition c;
		const char *why = NULL;
		size_t at = 99;

		is_int(condition_parse(cases[i].text, &c, &why, &at), -EINVAL, "'%s'",
		       cases[i].text);
		ok(why && *why, "'%s' says why", cases[i].text);
		is_int((long long)at, (long long)cases[i].at, "'%s' says where",
		       cases[i].text);
	}
}

static void test_most(void)
{
	static const char eight[] =
		"free<1 or free<1 or free<1 or free<1 or free<1 or free<1 or free<1 or free<1"
		" or free<1";
	char text[sizeof(eight)];
	struct condition c;
	const char *why;
	size_t at;

	memcpy(text, eight, sizeof(text));
	is_int(condition_parse(text, &c, &why, &at), -EINVAL, "nine terms are too many");
	text[sizeof(eight) - sizeof(" or free<1")] = '\0';
	is_int(condition_parse(text, &c, &why, &at), 0, "eight are not");
}

int main(void)
{
	test_terms();
	test_bad();
	test_most();
	return done();
}
