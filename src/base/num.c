/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/num.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

static int digits(struct span text, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;

	if (text.len == 0)
		return -EINVAL;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)digit_of(text.at[i]);

		if (digit >= base)
			return -EINVAL;
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

int num_u64(struct span text, uint64_t *ret)
{
	if (text.len > 1 && text.at[0] == '0')
		return -EINVAL;
	return digits(text, 10, ret);
}

int num_i64(struct span text, int64_t *ret)
{
	bool negative = text.len > 0 && text.at[0] == '-';
	uint64_t magnitude;
	int r;

	if (negative)
		text = (struct span){ text.at + 1, text.len - 1 };
	r = num_u64(text, &magnitude);
	if (r < 0)
		return r;
	if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0))
		return -ERANGE;
	*ret = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return 0;
}

int num_kernel(struct span text, struct num *ret)
{
	bool negative = text.len > 0 && text.at[0] == '-';
	unsigned base = 10;
	uint64_t magnitude;
	int r;

	if (negative || (text.len > 0 && text.at[0] == '+'))
		text = (struct span){ text.at + 1, text.len - 1 };
	if (text.len > 2 && text.at[0] == '0' &&
	    (text.at[1] == 'x' || text.at[1] == 'X')) {
		base = 16;
		text = (struct span){ text.at + 2, text.len - 2 };
	} else if (text.len > 1 && text.at[0] == '0') {
		base = 8;
	}
	r = digits(text, base, &magnitude);
	if (r < 0)
		return r;
	*ret = (struct num){ .negative = negative && magnitude > 0,
			     .magnitude = magnitude };
	return 0;
}

int num_compare(struct num a, struct num b)
{
	int order = (a.magnitude > b.magnitude) - (a.magnitude < b.magnitude);

	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	return a.negative ? -order : order;
}

/* The power of two that the suffix at the end of *@text stands for; the suffix is taken
 * off. */
static unsigned take_size_suffix(struct span *text)
{
	static const char letters[] = "KMGT";
	struct span rest = *text;
	const char *letter;

	if (rest.len > 1 && rest.at[rest.len - 1] == 'i')
		rest.len--;
	letter = rest.len > 0
			 ? memchr(letters, rest.at[rest.len - 1], sizeof(letters) - 1)
			 : NULL;
	if (!letter)
		return 0;
	rest.len--;
	*text = rest;
	return 10 * (unsigned)(letter - letters + 1);
}

int num_size(struct span text, uint64_t *ret_bytes)
{
	unsigned shift = take_size_suffix(&text);
	uint64_t value;
	int r = num_u64(text, &value);

	if (r < 0)
		return r;
	if (value > UINT64_MAX >> shift)
		return -ERANGE;
	*ret_bytes = value << shift;
	return 0;
}

int num_percent(struct span text, unsigned *ret_hundredths)
{
	struct span whole;
	uint64_t value, fraction = 0;
	int r;

	if (text.len == 0 || text.at[text.len - 1] != '%')
		return -EINVAL;
	text.len--;
	if (!span_until(&text, '.', &whole))
		return -EINVAL;
	r = num_u64(whole, &value);
	if (r < 0)
		return r;
	if (whole.at[whole.len] == '.') {
		if (text.len > 2 || digits(text, 10, &fraction) < 0)
			return -EINVAL;
		fraction *= text.len == 1 ? 10 : 1;
	}
	if (value > 100 || value * 100 + fraction > 10000)
		return -ERANGE;
	*ret_hundredths = (unsigned)(value * 100 + fraction);
	return 0;
}

static uint64_t seconds_in(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	case 'w':
		return 604800;
	default:
		return 0;
	}
}

int num_duration(struct span text, uint64_t *ret_seconds)
{
	const char *start = text.at;
	uint64_t total = 0;

	do {
		uint64_t value, unit;
		size_t len = 0;
		int r;

		while (len < text.len && digit_of(text.at[len]) < 10)
			len++;
		r = num_u64((struct span){ text.at, len }, &value);
		if (r < 0)
			return r;
		/* A bare number is seconds, but only alone: "1h30" would be a guess. */
		unit = len < text.len ? seconds_in(text.at[len]) : text.at == start;
		if (unit == 0)
			return -EINVAL;
		if (__builtin_mul_overflow(value, unit, &value) ||
		    __builtin_add_overflow(total, value, &total))
			return -ERANGE;
		len += len < text.len ? 1 : 0;
		text = (struct span){ text.at + len, text.len - len };
	} while (text.len > 0);
	/* A time from now on has to fit as well. */
	if (total == 0 || total > INT64_MAX / 2)
		return -ERANGE;
	*ret_seconds = total;
	return 0;
}

size_t num_text(int64_t value, char ret[NUM_TEXT_SIZE])
{
	char digits[NUM_TEXT_SIZE];
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	size_t count = 0, len = 0;

	do {
		digits[count++] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (value < 0)
		ret[len++] = '-';
	while (count > 0)
		ret[len++] = digits[--count];
	ret[len] = '\0';
	return len;
}

size_t num_duration_text(uint64_t seconds, char ret[NUM_TEXT_SIZE])
{
	static const char units[] = "dhms";
	size_t unit = 0, len;

	while (seconds % seconds_in(units[unit]) != 0)
		unit++;
	len = num_text((int64_t)(seconds / seconds_in(units[unit])), ret);
	ret[len++] = units[unit];
	ret[len] = '\0';
	return len;
}
