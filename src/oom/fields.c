/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/fields.h"

#include <string.h>

#include "oom/letters.h"

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

enum sign {
	SIGN_OTHER,
	SIGN_NAME,
	SIGN_BLANK,
	SIGN_MARK, /* between a name and its value */
};

static const uint8_t signs[256] = {
	LETTERS_CAPITALS(SIGN_NAME), LETTERS_SMALL(SIGN_NAME), LETTERS_DIGITS(SIGN_NAME),
	['_'] = SIGN_NAME,	     ['-'] = SIGN_NAME,	       ['('] = SIGN_NAME,
	[')'] = SIGN_NAME,	     [' '] = SIGN_BLANK,       [':'] = SIGN_MARK,
	['='] = SIGN_MARK,
};

/* The next mark of @text, and the word before it, blanks between them left out. False: there is none. */
static bool find_mark(struct span text, size_t *ret_at, struct span *ret_name)
{
	size_t start = 0, end = 0;

	for (size_t i = 0; i < text.len; i++) {
		switch ((enum sign)signs[(unsigned char)text.at[i]]) {
		case SIGN_NAME:
			start = end == i ? start : i;
			end = i + 1;
			break;
		case SIGN_BLANK:
			break;
		case SIGN_MARK:
			*ret_at = i;
			*ret_name = (struct span){ text.at + start, end - start };
			return true;
		case SIGN_OTHER:
			start = end = i + 1;
			break;
		}
	}
	return false;
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
	size_t at;

	while (find_mark(*rest, &at, &ret->name)) {
		*rest = span_from(*rest, at + 1);
		if (ret->name.len > 0 && read_value(rest, ret))
			return true;
	}
	*rest = span_from(*rest, rest->len);
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
