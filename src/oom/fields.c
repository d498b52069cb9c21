/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/fields.h"

#include <string.h>

/* So many digits fit, whatever they are. */
#define SAFE_DIGITS 19

bool digits_take(struct span *rest, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < rest->len && rest->at[i] >= '0' && rest->at[i] <= '9'; i++) {
		unsigned digit = (unsigned)(rest->at[i] - '0');

		if (i >= SAFE_DIGITS && value > (UINT64_MAX - digit) / 10)
			value = UINT64_MAX / 10 - 1;
		value = value * 10 + digit;
	}
	*ret = value;
	*rest = span_from(*rest, i);
	return i > 0;
}

void blanks_take(struct span *rest)
{
	while (rest->len > 0 && (*rest->at == ' ' || *rest->at == '\t'))
		*rest = span_from(*rest, 1);
}

bool span_behind(struct span text, const char *words, struct span *ret)
{
	size_t len = strlen(words);
	const char *at = memmem(text.at, text.len, words, len);

	if (!at)
		return false;
	*ret = span_from(text, (size_t)(at - text.at) + len);
	return true;
}

struct span span_before(struct span text, const char *words)
{
	const char *at = memmem(text.at, text.len, words, strlen(words));

	return at ? (struct span){ text.at, (size_t)(at - text.at) } : text;
}

bool span_has(struct span text, const char *words)
{
	return memmem(text.at, text.len, words, strlen(words)) != NULL;
}

/* Letters, digits, "_-()": a bit for each character of ASCII. */
static const uint64_t of_names[2] = { UINT64_C(0x3ff230000000000),
				      UINT64_C(0x7fffffe87fffffe) };

static bool is_of_name(char c)
{
	return (c & 0x80) == 0 && (of_names[c >> 6] >> (c & 63) & 1);
}

/* The word that ends before @end, blanks between them left out. */
static struct span name_before(struct span text, size_t end)
{
	size_t start;

	while (end > 0 && text.at[end - 1] == ' ')
		end--;
	start = end;
	while (start > 0 && is_of_name(text.at[start - 1]))
		start--;
	return (struct span){ text.at + start, end - start };
}

static bool read_value(struct span *rest, struct field *ret)
{
	struct span text;

	blanks_take(rest);
	text = *rest;
	ret->negative = text.len > 1 && *text.at == '-';
	if (ret->negative)
		text = span_from(text, 1);
	if (!digits_take(&text, &ret->value))
		return false;
	ret->kib = span_starts(text, "kB") || span_starts(text, "KB");
	if (ret->kib)
		text = span_from(text, 2);
	ret->text = (struct span){ rest->at, (size_t)(text.at - rest->at) };
	*rest = text;
	return true;
}

bool field_next(struct span *rest, struct field *ret)
{
	const struct span all = *rest;

	for (size_t i = 0; i < all.len; i++) {
		if (all.at[i] != ':' && all.at[i] != '=')
			continue;
		ret->name = name_before(all, i);
		*rest = span_from(all, i + 1);
		if (ret->name.len > 0 && read_value(rest, ret))
			return true;
	}
	*rest = span_from(all, all.len);
	return false;
}

bool field_is(const struct field *field, struct span name)
{
	return field->name.len == name.len &&
	       memcmp(field->name.at, name.at, name.len) == 0;
}

bool field_find(struct span text, const char *name, struct field *ret)
{
	while (field_next(&text, ret)) {
		if (span_is(ret->name, name))
			return true;
	}
	return false;
}

int64_t field_amount(const struct field *field)
{
	return field->value < (uint64_t)FIELD_MOST ? (int64_t)field->value : FIELD_MOST;
}
