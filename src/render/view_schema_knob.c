/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_schema_knob.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/span.h"
#include "profile/setting.h"
#include "render/out.h"

#define B	"[ \\t]*"
#define NUMBER	"-?(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+)"
#define PERCENT "(100(\\.0{1,2})?|[1-9]?[0-9](\\.[0-9]{1,2})?)%"
#define SIZE	"(0|[1-9][0-9]*)[KMGT]i?|" PERCENT
#define TRUTH                                                                            \
	"[Yy]|[Nn]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]|"                         \
	"[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]"
/* One line that is not empty, without a number that begins with a zero. */
#define OCTAL "-?0[0-7]+([ \\t\\n]|$)"
#define ANY                                                                              \
	"^(?!" B OCTAL "|.*[ \\t]" OCTAL ")" B                                           \
	"[^\\u0000-\\u0020\\u007f][^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*\\n?$"
#define LINE                                                                             \
	"^" B "[^\\u0000-\\u0020\\u007f][^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*\\n?$"

/* @text as a regular expression for itself; in globs, "*" and "**" as what they mean. */
static const char *quoted(struct arena *arena, const char *text, bool glob)
{
	size_t room = strlen(text) * 5 + 1, len = 0;
	char *regex = arena_alloc(arena, room);

	for (; regex && *text; text++) {
		if (glob && *text == '*') {
			bool across = text[1] == '*';

			len += (size_t)snprintf(regex + len, room - len,
						across ? ".*" : "[^/]*");
			text += across ? 1 : 0;
			continue;
		}
		if (strchr(".[](){}*+?^$|\\", *text))
			regex[len++] = '\\';
		regex[len++] = *text;
	}
	return regex;
}

/* One field of a number: what the knob's kind allows, and its words. */
static const char *field_pattern(struct arena *arena, const struct knob *knob)
{
	const char *pattern = arena_printf(
		arena, NUMBER "%s%s", knob->size == KNOB_NO_SIZE ? "" : "|" SIZE,
		knob->type == KNOB_BOOL && knob->class == KNOB_SYSFS ? "|" TRUTH : "");

	for (const struct knob_choice *choice = knob->choices;
	     pattern && choice && choice->value; choice++) {
		const char *word = quoted(arena, choice->value, false);

		pattern = word ? arena_printf(arena, "%s|%s", pattern, word) : NULL;
	}
	return pattern;
}

static const char *number_pattern(struct arena *arena, const struct knob *knob)
{
	const char *field = field_pattern(arena, knob);

	if (!field)
		return NULL;
	if (knob->type != KNOB_VECTOR)
		return arena_printf(arena, "^[ \\t]*(%s)[ \\t]*\\n?$", field);
	if (knob->fields == 0)
		return arena_printf(arena, "^[ \\t]*(%s)([ \\t]+(%s))*[ \\t]*\\n?$",
				    field, field);
	return arena_printf(arena, "^[ \\t]*(%s)([ \\t]+(%s)){%d}[ \\t]*\\n?$", field,
			    field, knob->fields - 1);
}

static void write_integer(struct out *out, const struct knob *knob)
{
	int64_t min;
	uint64_t max;

	out_object(out, NULL);
	out_string(out, "type", "integer");
	if (knob_range(knob, KVER_ANY, 0, &min, &max)) {
		out_int(out, "minimum", min);
		out_uint(out, "maximum", max);
	}
	out_end_object(out);
}

/* As words, and as numbers where YAML takes them for such. */
static void write_choices(struct out *out, const struct knob *knob)
{
	int64_t number;

	out_object(out, NULL);
	out_list(out, "enum");
	for (const struct knob_choice *choice = knob->choices; choice && choice->value;
	     choice++) {
		if (knob->type == KNOB_WORD)
			out_string(out, NULL, choice->value);
		if (num_i64(span_of(choice->value), &number) == 0)
			out_int(out, NULL, number);
	}
	out_end_list(out);
	out_end_object(out);
}

static bool has_number_choice(const struct knob *knob)
{
	int64_t number;

	for (const struct knob_choice *choice = knob->choices; choice && choice->value;
	     choice++) {
		if (num_i64(span_of(choice->value), &number) == 0)
			return true;
	}
	return false;
}

static int write_number(struct arena *arena, struct out *out, const struct knob *knob)
{
	const char *pattern = number_pattern(arena, knob);

	if (!pattern)
		return -ENOMEM;
	if (knob->type != KNOB_VECTOR || knob->fields <= 1)
		write_integer(out, knob);
	if (knob->type == KNOB_BOOL && knob->class == KNOB_SYSFS) {
		out_object(out, NULL);
		out_string(out, "type", "boolean");
		out_end_object(out);
	}
	if (has_number_choice(knob))
		write_choices(out, knob);
	out_object(out, NULL);
	out_string(out, "type", "string");
	out_string(out, "pattern", pattern);
	out_end_object(out);
	return 0;
}

/* Whatever is one line. */
static void write_line(struct out *out, const char *pattern)
{
	out_object(out, NULL);
	out_list(out, "type");
	out_string(out, NULL, "string");
	out_string(out, NULL, "integer");
	out_string(out, NULL, "boolean");
	out_end_list(out);
	out_string(out, "pattern", pattern);
	out_end_object(out);
}

static bool is_settable(const struct knob *knob)
{
	return !knob->read_only && knob->type != KNOB_TRIGGER;
}

/* The ways to write a value of @knob (NULL: of one that the catalogue does not have). */
static int write_ways(struct arena *arena, struct out *out, const struct knob *knob)
{
	if (!knob) {
		write_line(out, ANY);
		return 0;
	}
	switch (knob->type) {
	case KNOB_BOOL:
	case KNOB_INT:
	case KNOB_UINT:
	case KNOB_ULONG:
	case KNOB_VECTOR:
		return write_number(arena, out, knob);
	case KNOB_WORD:
		write_choices(out, knob);
		return 0;
	case KNOB_STRING:
		write_line(out, LINE);
		return 0;
	case KNOB_TRIGGER:
		return 0;
	}
	return 0;
}

/* The value itself, or a map of it and `optional`. */
static int write_value(struct arena *arena, struct out *out, const struct knob *knob)
{
	int r;

	out_list(out, "anyOf");
	r = write_ways(arena, out, knob);
	if (r < 0)
		return r;
	out_object(out, NULL);
	out_string(out, "type", "object");
	out_object(out, "properties");
	out_object(out, "value");
	out_list(out, "anyOf");
	r = write_ways(arena, out, knob);
	out_end_list(out);
	out_end_object(out);
	out_object(out, "optional");
	out_string(out, "type", "boolean");
	out_end_object(out);
	out_end_object(out);
	out_list(out, "required");
	out_string(out, NULL, "value");
	out_end_list(out);
	out_bool(out, "additionalProperties", false);
	out_end_object(out);
	out_end_list(out);
	return r;
}

static int write_knob(struct arena *arena, struct out *out, const char *key,
		      const struct knob *knob)
{
	int r = 0;

	out_object(out, key);
	if (knob && knob->summary)
		out_string(out, "description", knob->summary);
	if (knob && !is_settable(knob)) {
		out_object(out, "not"); /* nothing that could be asked for */
		out_end_object(out);
	} else {
		r = write_value(arena, out, knob);
	}
	out_end_object(out);
	return r;
}

static bool is_pattern(const struct knob *knob)
{
	return strchr(knob->key, '*') != NULL;
}

/* The rows of @class: those with a glob as key, or the others. Of the variants of one key
 * just the one that the validator goes by. */
static int write_rows(struct arena *arena, struct out *out, enum knob_class class,
		      bool patterns)
{
	const char *key;
	size_t len;
	const struct knob *rows = knob_all(&len);
	int r = 0;

	for (size_t i = 0; r == 0 && i < len; i++) {
		const struct knob *knob = &rows[i];

		if (knob->class != class || is_pattern(knob) != patterns)
			continue;
		if (!patterns && knob_find(knob->key, NULL) != knob)
			continue;
		key = knob->key;
		if (patterns)
			key = quoted(arena, key, true);
		if (patterns && key)
			key = arena_printf(arena, "^%s$", key);
		r = key ? write_knob(arena, out, key, knob) : -ENOMEM;
	}
	return r;
}

int schema_knobs(struct arena *arena, struct out *out, enum knob_class class)
{
	int r;

	out_object(out, "propertyNames");
	out_string(out, "pattern",
		   class == KNOB_SYSFS ? setting_sysfs_pattern : setting_sysctl_pattern);
	out_end_object(out);
	out_object(out, "properties");
	r = write_rows(arena, out, class, false);
	out_end_object(out);
	if (r < 0)
		return r;
	out_object(out, "patternProperties");
	r = write_rows(arena, out, class, true);
	out_end_object(out);
	if (r < 0)
		return r;
	return write_knob(arena, out, "additionalProperties", NULL);
}
