/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/num.h"

#include <errno.h>
#include <string.h>

#include "tap.h"

#define ROWS(array) (sizeof(array) / sizeof(*(array)))

static const struct {
	const char *text;
	int r;
	uint64_t value;
} u64s[] = {
	{ "0", 0, 0 },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "18446744073709551616", -ERANGE, 0 },
	{ "99999999999999999999", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ "01", -EINVAL, 0 },
	{ "00", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1 ", -EINVAL, 0 },
	{ "1x", -EINVAL, 0 },
	{ "0x1", -EINVAL, 0 },
};

static const struct {
	const char *text;
	int r;
	int64_t value;
} i64s[] = {
	{ "-9223372036854775808", 0, INT64_MIN },
	{ "9223372036854775807", 0, INT64_MAX },
	{ "9223372036854775808", -ERANGE, 0 },
	{ "-9223372036854775809", -ERANGE, 0 },
	{ "-0", 0, 0 },
	{ "-", -EINVAL, 0 },
	{ "--1", -EINVAL, 0 },
};

/* As a sysctl file reads it. */
static const struct {
	const char *text;
	int r;
	bool negative;
	uint64_t magnitude;
} kernels[] = {
	{ "600", 0, false, 600 },
	{ "0x10", 0, false, 16 },
	{ "0X1F", 0, false, 31 },
	{ "010", 0, false, 8 },
	{ "08", -EINVAL, false, 0 },
	{ "-0", 0, false, 0 },
	{ "-5", 0, true, 5 },
	{ "+5", 0, false, 5 },
	{ "5abc", -EINVAL, false, 0 },
	{ "1e3", -EINVAL, false, 0 },
	{ "0x", -EINVAL, false, 0 },
	{ "", -EINVAL, false, 0 },
	{ "99999999999999999999999", -ERANGE, false, 0 },
};

static const struct {
	const char *text;
	int r;
	uint64_t value;
} sizes[] = {
	{ "512", 0, 512 },
	{ "64M", 0, 64 << 20 },
	{ "64Mi", 0, 64 << 20 },
	{ "1K", 0, 1024 },
	{ "2Gi", 0, (uint64_t)2 << 30 },
	{ "1T", 0, (uint64_t)1 << 40 },
	{ "16777216T", -ERANGE, 0 },
	{ "16777215T", 0, (uint64_t)16777215 << 40 },
	{ "M", -EINVAL, 0 },
	{ "64m", -EINVAL, 0 },
	{ "64MB", -EINVAL, 0 },
	{ "1.5G", -EINVAL, 0 },
	{ "-1M", -EINVAL, 0 },
	{ "64i", -EINVAL, 0 },
	{ "", -EINVAL, 0 },
};

static const struct {
	const char *text;
	int r;
	unsigned value;
} percents[] = {
	{ "5%", 0, 500 },
	{ "2.5%", 0, 250 },
	{ "0.25%", 0, 25 },
	{ "100%", 0, 10000 },
	{ "100.01%", -ERANGE, 0 },
	{ "101%", -ERANGE, 0 },
	{ "5", -EINVAL, 0 },
	{ "%", -EINVAL, 0 },
	{ "2.%", -EINVAL, 0 },
	{ ".5%", -EINVAL, 0 },
	{ "1.234%", -EINVAL, 0 },
	{ "-1%", -EINVAL, 0 },
	{ "184467440737095517%", -ERANGE, 0 },
	{ "5 %", -EINVAL, 0 },
	{ "05%", -EINVAL, 0 },
	{ "", -EINVAL, 0 },
};

static const struct {
	const char *text;
	int r;
	uint64_t value;
} durations[] = {
	{ "90", 0, 90 },
	{ "30s", 0, 30 },
	{ "5m", 0, 300 },
	{ "6h", 0, 21600 },
	{ "2d", 0, 172800 },
	{ "1w", 0, 604800 },
	{ "1h30m", 0, 5400 },
	{ "0", -ERANGE, 0 },
	{ "0s", -ERANGE, 0 },
	{ "1h30", -EINVAL, 0 },
	{ "0h30", -EINVAL, 0 },
	{ "0h30s", 0, 30 },
	{ "5x", -EINVAL, 0 },
	{ "m", -EINVAL, 0 },
	{ "", -EINVAL, 0 },
	{ "-5m", -EINVAL, 0 },
	{ "1.5h", -EINVAL, 0 },
	{ "99999999999999999999w", -ERANGE, 0 },
	{ "18446744073709551615w", -ERANGE, 0 },
	{ "9223372036854775807s", -ERANGE, 0 },
};

static void test_numbers(void)
{
	for (size_t i = 0; i < ROWS(u64s); i++) {
		uint64_t value = 0;

		is_int(num_u64(span_of(u64s[i].text), &value), u64s[i].r, "u64 '%s'",
		       u64s[i].text);
		ok(value == u64s[i].value, "u64 '%s': value", u64s[i].text);
	}
	for (size_t i = 0; i < ROWS(i64s); i++) {
		int64_t value = 0;

		is_int(num_i64(span_of(i64s[i].text), &value), i64s[i].r, "i64 '%s'",
		       i64s[i].text);
		ok(value == i64s[i].value, "i64 '%s': value", i64s[i].text);
	}
	for (size_t i = 0; i < ROWS(kernels); i++) {
		struct num value = { 0 };

		is_int(num_kernel(span_of(kernels[i].text), &value), kernels[i].r,
		       "kernel '%s'", kernels[i].text);
		ok(value.negative == kernels[i].negative &&
			   value.magnitude == kernels[i].magnitude,
		   "kernel '%s': value", kernels[i].text);
	}
}

static void test_quantities(void)
{
	for (size_t i = 0; i < ROWS(sizes); i++) {
		uint64_t value = 0;

		is_int(num_size(span_of(sizes[i].text), &value), sizes[i].r, "size '%s'",
		       sizes[i].text);
		ok(value == sizes[i].value, "size '%s': value", sizes[i].text);
	}
	for (size_t i = 0; i < ROWS(percents); i++) {
		unsigned value = 0;

		is_int(num_percent(span_of(percents[i].text), &value), percents[i].r,
		       "percent '%s'", percents[i].text);
		ok(value == percents[i].value, "percent '%s': value", percents[i].text);
	}
	for (size_t i = 0; i < ROWS(durations); i++) {
		uint64_t value = 0;

		is_int(num_duration(span_of(durations[i].text), &value), durations[i].r,
		       "duration '%s'", durations[i].text);
		ok(value == durations[i].value, "duration '%s': value",
		   durations[i].text);
	}
}

static void test_order(void)
{
	/* In ascending order. */
	static const struct num row[] = {
		{ true, 7 }, { true, 5 }, { false, 0 }, { false, 5 }
	};

	for (size_t i = 0; i < ROWS(row); i++) {
		for (size_t j = 0; j < ROWS(row); j++)
			is_int(num_compare(row[i], row[j]), (i > j) - (i < j),
			       "compare %zu with %zu", i, j);
	}
}

static const struct {
	int64_t value;
	const char *text;
} texts[] = {
	{ 0, "0" },
	{ 7, "7" },
	{ 10, "10" },
	{ -1000, "-1000" },
	{ INT64_MAX, "9223372036854775807" },
	{ INT64_MIN, "-9223372036854775808" },
};

static void test_texts(void)
{
	for (size_t i = 0; i < ROWS(texts); i++) {
		char text[NUM_TEXT_SIZE];
		size_t len = num_text(texts[i].value, text);

		is_str(text, texts[i].text, "%s in decimal", texts[i].text);
		is_int((long long)len, (long long)strlen(texts[i].text), "%s: its length",
		       texts[i].text);
	}
}

static void test_duration_texts(void)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} rows[] = {
		{ 1, "1s" },
		{ 90, "90s" },
		{ 60, "1m" },
		{ 5400, "90m" },
		{ 21600, "6h" },
		{ 86400, "1d" },
		{ 90000, "25h" },
		{ 604800, "7d" },
		{ INT64_MAX / 2, "4611686018427387903s" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[NUM_TEXT_SIZE];
		uint64_t seconds = 0;
		size_t len = num_duration_text(rows[i].seconds, text);

		is_str(text, rows[i].text, "%s as a text", rows[i].text);
		is_int((long long)len, (long long)strlen(text), "its length");
		is_int(num_duration(span_of(text), &seconds), 0, "is read");
		ok(seconds == rows[i].seconds, "as what it was");
	}
}

int main(void)
{
	test_texts();
	test_duration_texts();
	test_numbers();
	test_quantities();
	test_order();
	return done();
}
