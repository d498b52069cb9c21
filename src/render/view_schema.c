/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"
#include "profile/format.h"
#include "profile/schema.h"
#include "profile/shape.h"
#include "render/out.h"
#include "render/view.h"
#include "render/view_schema_knob.h"

static int write_field(struct arena *arena, struct out *out, const char *key,
		       const struct field *field);

/* "type": one, or a list of two. */
static void write_types(struct out *out, const char *one, const char *other)
{
	if (!other) {
		out_string(out, "type", one);
		return;
	}
	out_list(out, "type");
	out_string(out, NULL, one);
	out_string(out, NULL, other);
	out_end_list(out);
}

static void write_text(struct out *out, const struct format *format)
{
	write_types(out, "string", format->number ? "integer" : NULL);
	out_string(out, "pattern", format->pattern);
	if (format->most > 0)
		out_uint(out, "maxLength", format->most);
}

static void write_texts(struct out *out, const struct format *format)
{
	out_list(out, "anyOf");
	out_object(out, NULL);
	write_text(out, format);
	out_end_object(out);
	out_object(out, NULL);
	out_string(out, "type", "array");
	out_object(out, "items");
	write_text(out, format);
	out_end_object(out);
	out_end_object(out);
	out_end_list(out);
}

static void write_bounds(struct out *out, const struct field *field)
{
	out_int(out, "minimum", field->min);
	out_int(out, "maximum", field->max);
}

static void write_words(struct out *out, const struct enumtab *words)
{
	out_list(out, "enum");
	for (; words->word; words++)
		out_string(out, NULL, words->word);
	out_end_list(out);
}

static void write_required(struct out *out, const struct schema *schema)
{
	bool any = false;

	for (const struct field *field = schema->fields; field->key; field++)
		any = any || field->required;
	if (!any)
		return;
	out_list(out, "required");
	for (const struct field *field = schema->fields; field->key; field++)
		if (field->required)
			out_string(out, NULL, field->key);
	out_end_list(out);
}

static void write_just_one(struct out *out, const char *const *keys)
{
	if (!keys)
		return;
	out_list(out, "oneOf");
	for (; *keys; keys++) {
		out_object(out, NULL);
		out_list(out, "required");
		out_string(out, NULL, *keys);
		out_end_list(out);
		out_end_object(out);
	}
	out_end_list(out);
}

/* The members for a map; @nothing: a key without a map behind it is one as well. */
static int write_map(struct arena *arena, struct out *out, const struct schema *schema,
		     bool nothing)
{
	int r = 0;

	write_types(out, "object", nothing ? "null" : NULL);
	out_object(out, "properties");
	for (const struct field *field = schema->fields; r == 0 && field->key; field++)
		r = write_field(arena, out, field->key, field);
	out_end_object(out);
	write_required(out, schema);
	out_bool(out, "additionalProperties", false);
	if (schema->not_empty)
		out_uint(out, "minProperties", 1);
	write_just_one(out, schema->just_one);
	return r;
}

static int write_list(struct arena *arena, struct out *out, const struct schema *schema)
{
	int r;

	write_types(out, "array", "null");
	out_object(out, "items");
	r = write_map(arena, out, schema, false);
	out_end_object(out);
	return r;
}

static int write_either(struct arena *arena, struct out *out, const struct field *field)
{
	int r = 0;

	out_list(out, "anyOf");
	for (const struct field *one = field->either; r == 0 && one->key; one++)
		r = write_field(arena, out, NULL, one);
	out_end_list(out);
	return r;
}

/* The members that say what the field takes. */
static int write_kind(struct arena *arena, struct out *out, const struct field *field)
{
	switch (field->kind) {
	case FIELD_INT:
		out_string(out, "type", "integer");
		write_bounds(out, field);
		return 0;
	case FIELD_BOOL:
		out_string(out, "type", "boolean");
		return 0;
	case FIELD_WORD:
		write_words(out, field->words);
		return 0;
	case FIELD_TEXT:
		write_text(out, field->format);
		return 0;
	case FIELD_TEXTS:
		write_texts(out, field->format);
		return 0;
	case FIELD_DURATION:
		write_text(out, &format_duration);
		write_bounds(out, field);
		return 0;
	case FIELD_VALUE: /* written with the knobs, each its own */
		return 0;
	case FIELD_SETTINGS:
		write_types(out, "object", "null");
		return schema_knobs(arena, out, field->class);
	case FIELD_MAP:
		return write_map(arena, out, field->schema, !field->schema->not_empty);
	case FIELD_LIST:
		return write_list(arena, out, field->schema);
	case FIELD_EITHER:
		return write_either(arena, out, field);
	}
	return 0;
}

static int write_field(struct arena *arena, struct out *out, const char *key,
		       const struct field *field)
{
	int r;

	out_object(out, key);
	if (field->about)
		out_string(out, "description", field->about);
	r = write_kind(arena, out, field);
	out_end_object(out);
	return r;
}

int view_schema(struct arena *arena, FILE *file)
{
	struct out out = out_to(file);
	int r;

	out_object(&out, NULL);
	out_string(&out, "$schema", "http://json-schema.org/draft-07/schema#");
	out_string(&out, "title", "A profile of lowmemctl");
	r = write_map(arena, &out, &shape_profile, false);
	out_end_object(&out);
	return r < 0 ? r : out_finish(&out);
}
