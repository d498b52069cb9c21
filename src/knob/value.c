/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/value.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/span.h"
#include "knob/knob.h"
#include "knob/role.h"
#include "knob/value_field.h"

/* The 20 digits of the longest number, its sign, and a blank. */
#define FIELD_ROOM 22

static size_t count_fields(struct span text)
{
	struct span word;
	size_t count = 0;

	while (span_word(&text, &word))
		count++;
	return count;
}

static int keep_text(const struct reading *reading)
{
	const char *text =
		arena_copy(reading->arena, reading->text.at, reading->text.len);

	if (!text)
		return -ENOMEM;
	*reading->ret = text;
	return VALUE_OK;
}

static int resolve_fields(struct reading *reading)
{
	size_t room = reading->text.len + FIELD_ROOM * count_fields(reading->text) + 1;
	char *joined = arena_alloc(reading->arena, room), *at = joined;
	struct span rest = reading->text, word;

	if (!joined)
		return -ENOMEM;
	while (span_word(&rest, &word)) {
		const char *field = "";
		int r = reading_field(reading, word, &field);

		if (r != VALUE_OK)
			return r;
		if (at > joined)
			*at++ = ' ';
		at = stpcpy(at, field);
	}
	if (reading->later)
		return keep_text(reading);
	*reading->ret = joined;
	return VALUE_OK;
}

static int resolve_numbers(struct reading *reading, size_t want)
{
	size_t have = count_fields(reading->text);

	if (want > 0 && have != want)
		return reading_fault_accepts(reading, VALUE_FIELD_COUNT,
					     "%zu value%s given", have,
					     have == 1 ? " is" : "s are");
	return resolve_fields(reading);
}

static int resolve_word(const struct reading *reading)
{
	if (!reading_is_choice(reading->knob, reading->text))
		return reading_fault_accepts(reading, VALUE_NOT_A_CHOICE,
					     "%.*s is not among its words",
					     (int)reading->text.len, reading->text.at);
	return keep_text(reading);
}

static int not_settable(const struct reading *reading)
{
	const struct knob *knob = reading->knob;

	if (knob->class == KNOB_BOOTPARAM)
		return reading_fault(reading, VALUE_NOT_SETTABLE,
				     "%s is a boot parameter: it belongs on the kernel "
				     "command line",
				     knob->key);
	if (knob->read_only)
		return reading_fault(reading, VALUE_NOT_SETTABLE,
				     "%s is read-only: nothing can be written to it",
				     knob->key);
	if (knob->replacement)
		return reading_fault(reading, VALUE_NOT_SETTABLE,
				     "%s is an action and holds no value: use %s instead",
				     knob->key, knob->replacement);
	return reading_fault(
		reading, VALUE_NOT_SETTABLE,
		"%s is an action and holds no value that a profile could ask for",
		knob->key);
}

static bool is_one_line(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if ((c < ' ' && c != '\t') || c == 127)
			return false;
	}
	return true;
}

static int resolve(struct reading *reading)
{
	const struct knob *knob = reading->knob;

	if (!knob)
		return resolve_fields(reading);
	if (knob->class == KNOB_BOOTPARAM || knob->read_only)
		return not_settable(reading);
	switch (knob->type) {
	case KNOB_BOOL:
	case KNOB_INT:
	case KNOB_UINT:
	case KNOB_ULONG:
		return resolve_numbers(reading, 1);
	case KNOB_VECTOR:
		return resolve_numbers(reading, knob->fields);
	case KNOB_WORD:
		return resolve_word(reading);
	case KNOB_TRIGGER:
		return not_settable(reading);
	case KNOB_STRING:
		return keep_text(reading);
	}
	return -EINVAL;
}

int value_resolve(struct arena *arena, const struct knob *knob, const char *text,
		  const struct value_facts *facts, const char **ret)
{
	struct reading reading = {
		.arena = arena,
		.knob = knob,
		.facts = facts,
		.text = span_trim(span_of(text)),
		.ret = ret,
	};

	if (reading.text.len == 0)
		return reading_fault_accepts(&reading, VALUE_EMPTY, "the value is empty");
	if (!is_one_line(reading.text))
		return reading_fault(&reading, VALUE_NOT_ONE_LINE,
				     "the value is not one line of plain text");
	return resolve(&reading);
}

/* The word in brackets, where there is one and only one; else all of @text. */
static struct span bracketed(struct span text)
{
	struct span rest = text, word, found = text;
	size_t count = 0;

	while (span_word(&rest, &word)) {
		if (word.len < 3 || word.at[0] != '[' || word.at[word.len - 1] != ']')
			continue;
		found = (struct span){ word.at + 1, word.len - 2 };
		count++;
	}
	return count == 1 ? found : text;
}

static struct span meaning_of(const struct knob *knob, const char *text)
{
	struct span trimmed = span_trim(span_of(text));

	if (!knob || knob->readback == KNOB_READ_BRACKET)
		return bracketed(trimmed);
	return trimmed;
}

const char *value_meaning(struct arena *arena, const struct knob *knob, const char *text)
{
	struct span meaning = meaning_of(knob, text);

	return arena_copy(arena, meaning.at, meaning.len);
}

/* The first @most words of @text, or all of them where it is 0. */
static struct span first_words(struct span text, unsigned most)
{
	struct span rest = text, word;
	unsigned count = 0;

	while (most > 0 && span_word(&rest, &word)) {
		if (++count == most)
			return (struct span){ text.at,
					      (size_t)(word.at - text.at) + word.len };
	}
	return text;
}

int value_as_written(struct arena *arena, const struct knob *knob, const char *text,
		     const char **ret)
{
	struct span all = span_trim(span_of(text)), rest = all, word = { 0 };
	struct num number;

	if (knob && knob->class == KNOB_SYSCTL && knob_numeric(knob)) {
		if (!span_word(&rest, &word))
			return VALUE_EMPTY;
		if (num_kernel(word, &number) < 0 && !reading_is_choice(knob, word))
			return VALUE_NOT_A_NUMBER;
		all = first_words(all, knob->type == KNOB_VECTOR ? knob->fields : 1);
	}
	*ret = arena_copy(arena, all.at, all.len);
	return *ret ? VALUE_OK : -ENOMEM;
}

/* The spelling of module parameters: all that is sure of a file that nobody knows. */
static int parameter_truth(struct span word)
{
	if (span_is(word, "Y") || span_is(word, "1"))
		return 1;
	return span_is(word, "N") || span_is(word, "0") ? 0 : -1;
}

static bool same_truth(const struct knob *knob, struct span a, struct span b)
{
	if (!knob)
		return parameter_truth(a) >= 0 &&
		       parameter_truth(a) == parameter_truth(b);
	return knob->type == KNOB_BOOL && reading_truth(a) >= 0 &&
	       reading_truth(a) == reading_truth(b);
}

static bool same_field(const struct knob *knob, struct span a, struct span b)
{
	struct num x, y;

	if (num_kernel(a, &x) == 0 && num_kernel(b, &y) == 0)
		return num_compare(x, y) == 0;
	return span_same(a, b) || same_truth(knob, a, b);
}

bool value_same(const struct knob *knob, const char *a, const char *b)
{
	struct span rest_a = meaning_of(knob, a), rest_b = meaning_of(knob, b);
	struct span word_a, word_b;

	for (;;) {
		bool more_a = span_word(&rest_a, &word_a),
		     more_b = span_word(&rest_b, &word_b);

		if (!more_a || !more_b)
			return more_a == more_b;
		if (!same_field(knob, word_a, word_b))
			return false;
	}
}

/* The choices, parted by commas, behind @head. */
static const char *list_choices(struct arena *arena, const struct knob *knob,
				const char *head)
{
	const char *list = head, *mark = "";

	for (const struct knob_choice *choice = knob->choices;
	     list && choice && choice->value; choice++) {
		list = arena_printf(arena, "%s%s%s", list, mark, choice->value);
		mark = ", ";
	}
	return list;
}

static const char *range_text(struct arena *arena, const struct knob *knob,
			      struct kver kernel, unsigned word)
{
	int64_t min;
	uint64_t max;

	if (!knob_range(knob, kernel, word, &min, &max))
		return knob->type == KNOB_VECTOR ? "" : NULL;
	if (max == UINT64_MAX)
		return arena_printf(arena, "%" PRId64 " or more", min);
	if (min + 1 == (int64_t)max)
		return arena_printf(arena, "%" PRId64 " or %" PRIu64, min, max);
	return arena_printf(arena, "%" PRId64 "..%" PRIu64, min, max);
}

/* A choice outside the range: 0 where numbers begin at 8, a word such as max. */
static const char *choice_besides(const struct knob *knob, struct kver kernel,
				  unsigned word)
{
	int64_t min, value;
	uint64_t max;

	for (const struct knob_choice *choice = knob->choices; choice && choice->value;
	     choice++) {
		if (num_i64(span_of(choice->value), &value) < 0)
			return choice->value;
		if (knob_range(knob, kernel, word, &min, &max) && value < min)
			return choice->value;
	}
	return NULL;
}

static const char *accepted_number(struct arena *arena, const struct knob *knob,
				   struct kver kernel, unsigned word)
{
	const char *text = range_text(arena, knob, kernel, word);
	const char *besides = choice_besides(knob, kernel, word);

	if (text && knob->size != KNOB_NO_SIZE)
		text = arena_printf(arena,
				    "%s %s, a size such as 64M or a share such as 5%%",
				    text, knob->unit);
	if (text && besides)
		text = arena_printf(arena, "%s, or %s", text, besides);
	return text;
}

static const char *accepted_vector(struct arena *arena, const struct knob *knob,
				   struct kver kernel, unsigned word)
{
	const char *range = range_text(arena, knob, kernel, word);
	const char *count = "numbers";

	if (knob->fields > 0)
		count = arena_printf(arena, "%u numbers", (unsigned)knob->fields);
	if (!range || !count)
		return NULL;
	return arena_printf(arena, "%s%s%s", count, *range ? ", each " : "", range);
}

const char *value_accepts(struct arena *arena, const struct knob *knob,
			  struct kver kernel, unsigned word)
{
	if (!knob)
		return NULL;
	switch (knob->type) {
	case KNOB_BOOL:
	case KNOB_INT:
	case KNOB_UINT:
	case KNOB_ULONG:
		return accepted_number(arena, knob, kernel, word);
	case KNOB_VECTOR:
		return accepted_vector(arena, knob, kernel, word);
	case KNOB_WORD:
		return list_choices(arena, knob, "one of ");
	case KNOB_STRING:
		return knob->choices ? list_choices(arena, knob, "a word such as ")
				     : NULL;
	case KNOB_TRIGGER:
		return NULL;
	}
	return NULL;
}
