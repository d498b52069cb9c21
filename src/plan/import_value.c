/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/import_value.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/span.h"
#include "base/text.h"
#include "knob/knob.h"
#include "knob/role.h"
#include "knob/sysctlname.h"
#include "knob/value.h"
#include "profile/draft.h"
#include "profile/setting.h"
#include "state/sysctlconf.h"

static bool is_comment(struct span word)
{
	return word.at[0] == '#' || word.at[0] == ';';
}

/* The numbers that @text begins with, where a comment follows them; else all of it. */
static struct span without_comment(struct span text)
{
	struct span rest = text, word;
	struct num number;
	size_t len = 0;

	while (span_word(&rest, &word)) {
		if (len > 0 && is_comment(word))
			return (struct span){ text.at, len };
		if (num_kernel(word, &number) < 0)
			break;
		len = (size_t)(word.at + word.len - text.at);
	}
	return text;
}

/* A number that is octal or hexadecimal for the kernel. */
static bool has_prefix(struct span word)
{
	if (word.len > 0 && word.at[0] == '-')
		word = (struct span){ word.at + 1, word.len - 1 };
	return word.len > 1 && word.at[0] == '0';
}

/* @given with such numbers in decimal: itself where there are none. NULL: out of memory. */
static const char *in_decimal(struct arena *arena, const char *given)
{
	struct text text = text_in(arena);
	struct span rest = span_of(given), word;
	struct num number;
	bool changed = false;

	while (span_word(&rest, &word)) {
		bool prefix = has_prefix(word) && num_kernel(word, &number) == 0;

		text_add(&text, " ", text.len > 0);
		if (prefix)
			text_addf(&text, "%s%" PRIu64, number.negative ? "-" : "",
				  number.magnitude);
		else
			text_add(&text, word.at, word.len);
		changed |= prefix;
	}
	return changed ? text_finish(&text) : given;
}

/* What the kernel reads of the value: 0 and *@ret, or why it reads nothing in ->why; -ENOMEM. */
static int read_as_kernel(struct arena *arena, struct import_value *value,
			  const char **ret)
{
	struct span all = span_trim(span_of(value->line->value)), read;
	const char *text = NULL;
	int r = value_as_written(arena, value->knob, value->line->value, &text);

	*ret = NULL;
	if (r == VALUE_NOT_A_NUMBER)
		value->why = "its value is no number for the kernel";
	if (r < 0 || value->why)
		return r < 0 ? r : 0;
	/* Of a value that is empty the catalogue has more to say. */
	read = without_comment(text ? span_of(text) : all);
	text = arena_copy(arena, read.at, read.len);
	*ret = text;
	if (text && (!value->knob || knob_numeric(value->knob)))
		*ret = in_decimal(arena, text);
	value->cut = read.len != all.len;
	value->rewritten = *ret != text;
	return *ret ? 0 : -ENOMEM;
}

static int check(struct arena *arena, struct import_value *value, const char *text)
{
	const struct draft_setting setting = { .key = value->line->key, .value = text };
	const char *sentence = NULL;
	int fault = value_resolve(arena, value->knob, text, NULL, &sentence);

	if (fault < 0)
		return fault;
	if (!setting_has_key(setting.key, false))
		value->why = "it is not the name of a sysctl, such as vm.swappiness";
	else if (fault != VALUE_OK)
		value->why = sentence;
	else if (!draft_holds(&setting))
		value->why = "its name or its value cannot be written in a profile";
	else
		value->text = sentence;
	return 0;
}

int import_value(struct arena *arena, const struct conf_line *line,
		 struct import_value *ret)
{
	struct import_value value = {
		.line = line,
		.knob = line->glob ? NULL : knob_find(line->key, NULL),
	};
	const char *text;
	int r = read_as_kernel(arena, &value, &text);

	if (r == 0 && line->glob) {
		value.pattern = sysctlname_path(arena, line->key);
		r = value.pattern ? 0 : -ENOMEM;
	}
	if (r == 0 && text) {
		value.zero = value_same(value.knob, text, "0");
		r = check(arena, &value, text);
	}
	if (r == 0)
		*ret = value;
	return r;
}
