/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/condition.h"

#include <errno.h>
#include <string.h>

#include "base/enumtab.h"
#include "base/num.h"
#include "base/span.h"

#define LARGEST_ORDER 10
#define WHOLE	      1000 /* thousandths */

static const struct enumtab fields[] = {
	{ "low_free", CONDITION_LOW_FREE },
	{ "free", CONDITION_FREE },
	{ "available", CONDITION_AVAILABLE },
	{ "cached", CONDITION_CACHED },
	{ "swap_free", CONDITION_SWAP_FREE },
	{ "psi_some_avg10", CONDITION_PSI_SOME_AVG10 },
	{ "unusable", CONDITION_UNUSABLE },
	{ NULL, 0 },
};

#define B    "[ \\t]*"
#define LESS B "[<>]=?" B
#define SIZES                                                                            \
	"(low_free|free|available|cached|swap_free)" LESS "(0|[1-9][0-9]*)([KMGT]i?)?"
#define PSI  "psi_some_avg10" LESS "(100(\\.0{1,2})?|[1-9]?[0-9](\\.[0-9]{1,2})?)%?"
#define FRAG "unusable\\(" B "(10|[0-9])" B "\\)" LESS "(1000|[1-9][0-9]{0,2}|0)"
#define TERM "(" SIZES "|" PSI "|" FRAG ")"

const char condition_pattern[] = "^" B TERM "([ \\t]+(and|or)[ \\t]+" TERM ")*" B "$";

/* Where the reading is, and why it cannot go on. */
struct cursor {
	const char *at;
	const char *why;
};

static int fail(struct cursor *cursor, const char *why)
{
	cursor->why = why;
	return -EINVAL;
}

static void skip_blanks(struct cursor *cursor)
{
	cursor->at += strspn(cursor->at, " \t");
}

/* Characters of @set, as many as there are. */
static struct span take(struct cursor *cursor, const char *set)
{
	struct span span = { cursor->at, strspn(cursor->at, set) };

	cursor->at += span.len;
	return span;
}

static int read_field(struct cursor *cursor, struct condition_term *term)
{
	const char *start = cursor->at;
	struct span word = take(cursor, "abcdefghijklmnopqrstuvwxyz_0123456789");
	int value;

	if (enumtab_value(fields, word, &value) < 0) {
		cursor->at = start;
		return fail(cursor,
			    "wanted low_free, free, available, cached, swap_free, "
			    "psi_some_avg10 or unusable(order)");
	}
	term->field = (enum condition_field)value;
	return 0;
}

static int read_order(struct cursor *cursor, struct condition_term *term)
{
	uint64_t order = 0;

	if (term->field != CONDITION_UNUSABLE)
		return 0;
	if (*cursor->at != '(')
		return fail(cursor, "wanted the order in brackets: unusable(4)");
	cursor->at++;
	skip_blanks(cursor);
	if (num_u64(take(cursor, "0123456789"), &order) < 0 || order > LARGEST_ORDER)
		return fail(cursor, "the order is a number from 0 to 10");
	skip_blanks(cursor);
	if (*cursor->at != ')')
		return fail(cursor, "wanted ')' behind the order");
	cursor->at++;
	term->order = (unsigned)order;
	return 0;
}

static int read_comparator(struct cursor *cursor, struct condition_term *term)
{
	struct span sign;

	skip_blanks(cursor);
	sign = (struct span){ cursor->at, strspn(cursor->at, "<>=!") };
	if (compare_take(&sign, &term->comparator) < 0 ||
	    term->comparator == COMPARE_SAME || term->comparator == COMPARE_NOT_SAME)
		return fail(cursor, "wanted one of < <= > >=");
	cursor->at = sign.at;
	skip_blanks(cursor);
	return 0;
}

/* "10", "2.5" or the same with a percent sign. */
static int read_percentage(struct span word, uint64_t *ret)
{
	char text[sizeof("100.00%")];
	unsigned hundredths;

	if (word.len > 0 && word.at[word.len - 1] == '%')
		word.len--;
	if (word.len == 0 || word.len + 1 >= sizeof(text))
		return -EINVAL;
	memcpy(text, word.at, word.len);
	text[word.len] = '%';
	if (num_percent((struct span){ text, word.len + 1 }, &hundredths) < 0)
		return -EINVAL;
	*ret = hundredths;
	return 0;
}

static int read_bound(struct cursor *cursor, struct condition_term *term)
{
	struct span word = { cursor->at, strcspn(cursor->at, " \t") };

	switch (term->field) {
	case CONDITION_LOW_FREE:
	case CONDITION_FREE:
	case CONDITION_AVAILABLE:
	case CONDITION_CACHED:
	case CONDITION_SWAP_FREE:
		if (num_size(word, &term->bound) < 0)
			return fail(cursor, "wanted a size such as 64M");
		break;
	case CONDITION_PSI_SOME_AVG10:
		if (read_percentage(word, &term->bound) < 0)
			return fail(cursor, "wanted a percentage from 0 to 100");
		break;
	case CONDITION_UNUSABLE:
		if (num_u64(word, &term->bound) < 0 || term->bound > WHOLE)
			return fail(cursor, "wanted thousandths, from 0 to 1000");
		break;
	}
	cursor->at += word.len;
	return 0;
}

static int read_term(struct cursor *cursor, struct condition_term *term)
{
	int r;

	skip_blanks(cursor);
	r = read_field(cursor, term);
	if (r == 0)
		r = read_order(cursor, term);
	if (r == 0)
		r = read_comparator(cursor, term);
	if (r == 0)
		r = read_bound(cursor, term);
	return r;
}

/* 1: a term follows; 0: the end. */
static int read_joint(struct cursor *cursor, bool *ret_or)
{
	struct span word;

	skip_blanks(cursor);
	if (!*cursor->at)
		return 0;
	word = (struct span){ cursor->at, strcspn(cursor->at, " \t") };
	if (!span_is(word, "and") && !span_is(word, "or"))
		return fail(cursor, "wanted 'and', 'or' or the end");
	cursor->at += word.len;
	*ret_or = span_is(word, "or");
	return 1;
}

static int read_terms(struct cursor *cursor, struct condition *condition)
{
	bool alternative = false;
	int r;

	do {
		struct condition_term *term;

		if (condition->len == CONDITION_TERMS)
			return fail(cursor, "more than 8 comparisons");
		term = &condition->terms[condition->len++];
		term->alternative = alternative;
		r = read_term(cursor, term);
		if (r == 0)
			r = read_joint(cursor, &alternative);
	} while (r > 0);
	return r;
}

int condition_parse(const char *text, struct condition *ret, const char **ret_why,
		    size_t *ret_at)
{
	struct cursor cursor = { .at = text };
	struct condition condition = { .len = 0 };
	int r = read_terms(&cursor, &condition);

	if (r < 0) {
		*ret_why = cursor.why;
		*ret_at = (size_t)(cursor.at - text);
		return r;
	}
	*ret = condition;
	return 0;
}
