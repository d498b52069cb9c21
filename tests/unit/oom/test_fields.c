/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/fields.h"

#include "tap.h"

static void is_span(struct span got, const char *want, const char *name)
{
	ok(span_is(got, want), "%s: '%.*s' is '%s'", name, (int)got.len, got.at, want);
}

static void test_digits(void)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t value;
		const char *rest;
	} rows[] = {
		{ "", false, 0, "" },
		{ "x1", false, 0, "x1" },
		{ "-1", false, 0, "-1" },
		{ "0", true, 0, "" },
		{ "0x10", true, 0, "x10" },
		{ "44kB", true, 44, "kB" },
		{ "0000000000000000000000000007 ", true, 7, " " },
		{ "9999999999999999999", true, UINT64_C(9999999999999999999), "" },
		{ "18446744073709551615", true, UINT64_MAX, "" },
	};
	struct span rest = span_of("18446744073709551616k");
	uint64_t value;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct span text = span_of(rows[i].text);

		ok(digits_take(&text, &value) == rows[i].good, "'%s'", rows[i].text);
		ok(value == rows[i].value, "its value");
		is_span(text, rows[i].rest, "what is left");
	}
	ok(digits_take(&rest, &value) && value >= UINT64_MAX - 15, "one too many");
	is_span(rest, "k", "all of its digits");
	rest = span_of("99999999999999999999999999999999999999990");
	ok(digits_take(&rest, &value) && value >= UINT64_MAX - 15, "much too long");
	ok(rest.len == 0, "and gone");
	rest = (struct span){ "1234", 2 };
	ok(digits_take(&rest, &value) && value == 12, "ends where the span does");
}

static void test_blanks(void)
{
	struct span rest = span_of(" \t \nx ");

	blanks_take(&rest);
	ok(span_is(rest, "\nx "), "blanks and tabs");
	blanks_take(&rest);
	ok(span_is(rest, "\nx "), "none");
	rest = (struct span){ "   x", 2 };
	blanks_take(&rest);
	ok(rest.len == 0, "blanks alone");
}

static void test_words(void)
{
	const struct span text = { "order=0, order=1, end", 17 };
	struct span behind;

	ok(span_behind(text, "order=", &behind), "the first words count");
	is_span(behind, "0, order=1,", "behind them");
	ok(span_behind(text, "1,", &behind) && behind.len == 0, "at the end");
	behind = span_of("kept");
	ok(!span_behind(text, "end", &behind), "not beyond the end");
	is_span(behind, "kept", "nothing is written then");
	is_span(span_before(text, ", "), "order=0", "before");
	is_span(span_before(text, "end"), "order=0, order=1,",
		"before what is not there");
	is_span(span_before(text, "order"), "", "at the beginning");
	ok(span_has(text, "r=1"), "has");
	ok(!span_has(text, "end"), "has not");
	is_span(span_from(text, 9), "order=1,", "from");
}

static const char zone[] = "Node 0 DMA32 free:44kB min:0kB reserved_highatomic:4096KB , "
			   "all_unreclaimable? no nothing: x lost  :  7 adj=-17";

static void test_next(void)
{
	static const struct {
		const char *name, *text;
		uint64_t value;
		bool negative, kib;
	} want[] = {
		{ "free", "44kB", 44, false, true },
		{ "min", "0kB", 0, false, true },
		{ "reserved_highatomic", "4096KB", 4096, false, true },
		{ "lost", "7", 7, false, false },
		{ "adj", "-17", 17, true, false },
	};
	struct span rest = span_of(zone);
	struct field field;

	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		if (!ok(field_next(&rest, &field), "field %zu", i))
			continue;
		is_span(field.name, want[i].name, "name");
		is_span(field.text, want[i].text, "text");
		ok(field.value == want[i].value, "value");
		ok(field.negative == want[i].negative, "sign");
		ok(field.kib == want[i].kib, "unit");
	}
	ok(!field_next(&rest, &field), "no more");
	ok(rest.len == 0, "all was read");
}

/* What is no field is passed over, and hides none. */
static void test_damage(void)
{
	static const struct {
		const char *text, *name;
		uint64_t value;
	} rows[] = {
		{ ": = a:7", "a", 7 },
		{ "a:;b:3", "b", 3 },
		{ "a:: b:4", "b", 4 },
		{ "cached: Hot: hi:  186,", "hi", 186 },
		{ "[:1]x=2]", "x", 2 },
		{ "kernel:free:9kB", "free", 9 },
		{ "anon(0)=3", "anon(0)", 3 },
		{ "pages_scanned:18446744073709551616", "pages_scanned", UINT64_MAX },
		{ "mapped-file:12 x", "mapped-file", 12 },
	};
	struct field field;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct span rest = span_of(rows[i].text);

		if (!ok(field_next(&rest, &field), "'%s'", rows[i].text))
			continue;
		is_span(field.name, rows[i].name, "name");
		ok(field.value == rows[i].value ||
			   (rows[i].value == UINT64_MAX && field.value > UINT64_MAX - 16),
		   "value");
	}
	for (size_t len = 0; len < sizeof(zone); len++) {
		struct span rest = { zone, len };
		size_t count = 0;

		while (field_next(&rest, &field) && field.text.len > 0 &&
		       field.text.at + field.text.len <= zone + len)
			count++;
		if (rest.len > 0 || count > 5)
			ok(false, "cut after %zu bytes", len);
	}
	ok(!field_next(&(struct span){ "a:-", 3 }, &field), "a sign alone");
	ok(!field_next(&(struct span){ "a:12", 2 }, &field), "cut before the number");
}

static void test_find(void)
{
	const struct span text = span_of("min:1kB low_min:2kB min:3kB Min:4kB");
	struct field field;

	ok(field_find(text, "min", &field) && field.value == 1, "the first one");
	ok(field_find(text, "low_min", &field) && field.value == 2, "by its whole name");
	ok(field_find(text, "Min", &field) && field.value == 4, "by its case");
	ok(field_is(&field, span_of("Min")), "is");
	ok(!field_is(&field, span_of("Mi")) && !field_is(&field, span_of("Minx")),
	   "is not");
	ok(!field_find(text, "in", &field), "not a part of one");
}

static void test_amount(void)
{
	struct field field = { .value = (uint64_t)FIELD_MOST - 1 };

	is_int(field_amount(&field), FIELD_MOST - 1, "large");
	field.value = (uint64_t)FIELD_MOST + 1;
	is_int(field_amount(&field), FIELD_MOST, "too large");
	field.value = UINT64_MAX;
	is_int(field_amount(&field), FIELD_MOST, "as the kernel prints a negative one");
}

int main(void)
{
	test_digits();
	test_blanks();
	test_words();
	test_next();
	test_damage();
	test_find();
	test_amount();
	return done();
}
