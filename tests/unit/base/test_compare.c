/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/compare.h"

#include <errno.h>

#include "tap.h"

static const struct {
	const char *word;
	bool less, same, more; /* holds where the left side is less, same, more */
} rows[] = {
	{ "<", true, false, false }, { "<=", true, true, false },
	{ "=", false, true, false }, { "==", false, true, false },
	{ "!=", true, false, true }, { ">", false, false, true },
	{ ">=", false, true, true },
};

int main(void)
{
	struct span text = span_of(">=64M"), bad = span_of("=<1"), none = span_of("64M");
	enum comparator comparator;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct span word = span_of(rows[i].word);

		is_int(compare_take(&word, &comparator), 0, "'%s' is known",
		       rows[i].word);
		is_int(compare_holds(comparator, -3), rows[i].less, "less %s",
		       rows[i].word);
		is_int(compare_holds(comparator, 0), rows[i].same, "same %s",
		       rows[i].word);
		is_int(compare_holds(comparator, 3), rows[i].more, "more %s",
		       rows[i].word);
	}
	is_int(compare_take(&text, &comparator), 0, "off the head");
	ok(span_is(text, "64M"), "the operand is left");
	is_int(compare_take(&bad, &comparator), -EINVAL, "=< is none");
	is_int(compare_take(&none, &comparator), -EINVAL, "nothing is none");
	ok(span_is(none, "64M"), "and takes nothing");
	return done();
}
