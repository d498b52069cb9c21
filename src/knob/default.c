/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/default.h"

#include <stdbool.h>
#include <string.h>

#include "base/num.h"
#include "knob/knob.h"
#include "knob/value_field.h"

#define NONE ((struct span){ "", 0 })

/* Numbers, one of the knob's words, or a truth: what a file could hold. */
static bool is_value(const struct knob *knob, struct span text)
{
	struct span rest = text, word;
	struct num number;
	bool numbers = text.len > 0;

	while (numbers && span_word(&rest, &word))
		numbers = num_kernel(word, &number) == 0;
	return numbers || reading_is_choice(knob, text) ||
	       (knob->type == KNOB_BOOL && reading_truth(text) >= 0);
}

static bool take_word(struct span *rest, const char *wanted)
{
	struct span before = *rest, word;

	if (span_word(rest, &word) && span_is(word, wanted))
		return true;
	*rest = before;
	return false;
}

static bool take_version(struct span *rest, struct kver *ret)
{
	struct span word;

	return span_word(rest, &word) && kver_parse(word.at, ret) == 0;
}

/* Does "up to 2.6.20", "before 4.6", "in 3.16" or "in 5.2 to 5.10" hold for @v? */
static bool holds_in_version(struct span text, struct kver v)
{
	struct kver first = KVER_ANY, last = KVER_ANY;
	bool before = take_word(&text, "before");

	if (before || (take_word(&text, "up") && take_word(&text, "to")))
		return take_version(&text, &last) && !span_trim(text).len &&
		       kver_compare(v, last) < !before;
	if (!take_word(&text, "in") || !take_version(&text, &first))
		return false;
	last = first;
	if (take_word(&text, "to") && !take_version(&text, &last))
		return false;
	return !span_trim(text).len && kver_compare(v, first) >= 0 &&
	       kver_compare(v, last) <= 0;
}

static bool holds(struct span text, struct default_facts facts)
{
	struct span rest = text;

	if (take_word(&rest, "on") && take_word(&rest, "32-bit"))
		return facts.word == 32 && !span_trim(rest).len;
	return kver_known(facts.kernel) && holds_in_version(text, facts.kernel);
}

/* The value that @clause begins with, where the rest of it holds. */
static struct span value_of_clause(const struct knob *knob, struct span clause,
				   struct default_facts facts)
{
	struct span rest = clause, word;

	while (span_word(&rest, &word)) {
		struct span value = { clause.at, (size_t)(word.at - clause.at) };
		struct span condition = { word.at,
					  clause.len - (size_t)(word.at - clause.at) };

		if (holds(condition, facts) && is_value(knob, span_trim(value)))
			return span_trim(value);
	}
	return NONE;
}

/* What the part in brackets says. */
static struct span exception_for(const struct knob *knob, const char *brackets,
				 struct default_facts facts)
{
	struct span rest = { brackets, strcspn(brackets, ")") }, clause;
	struct span value = NONE;

	/* From 3.0 on the third number counts stable updates, which change no default. */
	if (facts.kernel.major >= 3)
		facts.kernel.patch = 0;
	while (value.len == 0 && span_until(&rest, ',', &clause))
		value = value_of_clause(knob, span_trim(clause), facts);
	return value;
}

struct span knob_default(const struct knob *knob, struct default_facts facts)
{
	const char *text = knob->default_value ? knob->default_value : "";
	const char *brackets = strstr(text, " ("), *colon = strchr(text, ':');
	struct span head = span_of(text), exception = NONE;

	if (brackets) {
		exception = exception_for(knob, brackets + 2, facts);
		head.len = (size_t)(brackets - text);
	} else if (colon) {
		head.len = (size_t)(colon - text);
	}
	if (exception.len > 0)
		return exception;
	return is_value(knob, head) ? head : NONE;
}
