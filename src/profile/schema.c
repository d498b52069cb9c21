/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/schema.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/near.h"
#include "base/num.h"
#include "base/span.h"
#include "profile/format.h"
#include "profile/wording.h"
#include "profile/ytree.h"

/* One field on its way into its struct. */
struct entry {
	struct decoder *decoder;
	const struct field *field;
	const struct ynode *node;
	char *into; /* the struct */
};

static int decode_field(const struct entry *entry);

bool schema_is_nothing(const struct ynode *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	if (node->kind != YNODE_SCALAR || node->quoted)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(node->text, words[i]) == 0)
			return true;
	}
	return false;
}

static bool is_truth(const struct ynode *node)
{
	return node->kind == YNODE_SCALAR && !node->quoted &&
	       (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0);
}

/* Is it a number to YAML, as large as it may be? */
static bool is_number(const struct ynode *node)
{
	int64_t value;

	return node->kind == YNODE_SCALAR && !node->quoted &&
	       num_i64(span_of(node->text), &value) != -EINVAL;
}

static void wrong_type(const struct entry *entry)
{
	struct arena *arena = entry->decoder->arena;

	(void)diag_error(entry->decoder->diags, entry->node->at, EINVAL,
			 "%s: found %s, wanted %s", entry->field->key,
			 wording_found(arena, entry->node),
			 wording_wanted(arena, entry->field));
}

static struct given *given_of(const struct entry *entry)
{
	return (struct given *)(void *)(entry->into + entry->field->offset);
}

static void give(const struct entry *entry, int64_t value)
{
	*given_of(entry) = (struct given){ .node = entry->node, .value = value };
}

/* A scalar that is not nothing. What is else is told. */
static bool is_something(const struct entry *entry)
{
	bool good = entry->node->kind == YNODE_SCALAR && !schema_is_nothing(entry->node);

	if (!good)
		wrong_type(entry);
	return good;
}

static bool begins_with_zero(const char *text)
{
	text += text[0] == '-';
	return text[0] == '0' && text[1] && text[strspn(text, "0123456789")] == '\0';
}

static int decode_int(const struct entry *entry)
{
	const char *text = entry->node->text;
	struct diags *diags = entry->decoder->diags;
	const struct field *field = entry->field;
	int64_t value = 0;

	if (!is_something(entry))
		return 0;
	if (begins_with_zero(text)) {
		(void)diag_error(diags, entry->node->at, EINVAL,
				 "%s: '%s' begins with a zero, which could mean octal: "
				 "leave the zero out",
				 field->key, text);
		return 0;
	}
	if (!is_number(entry->node)) {
		wrong_type(entry);
		return 0;
	}
	if (num_i64(span_of(text), &value) < 0 || value < field->min ||
	    value > field->max) {
		(void)diag_error(diags, entry->node->at, EINVAL, "%s: %s is not %s",
				 field->key, text,
				 wording_wanted(entry->decoder->arena, field));
		return 0;
	}
	give(entry, value);
	return 0;
}

static int decode_bool(const struct entry *entry)
{
	if (!is_truth(entry->node))
		wrong_type(entry);
	else
		give(entry, strcmp(entry->node->text, "true") == 0);
	return 0;
}

static int decode_word(const struct entry *entry)
{
	struct near near = near_to(entry->node->text);
	struct decoder *decoder = entry->decoder;
	int value = 0;

	if (!is_something(entry))
		return 0;
	if (enumtab_value(entry->field->words, span_of(entry->node->text), &value) == 0) {
		give(entry, value);
		return 0;
	}
	for (const struct enumtab *row = entry->field->words; row->word; row++)
		near_try(&near, row->word);
	if (!near.best) {
		wrong_type(entry);
		return 0;
	}
	(void)diag_error(decoder->diags, entry->node->at, EINVAL,
			 "%s: found %s, wanted %s: did you mean '%s'?", entry->field->key,
			 wording_found(decoder->arena, entry->node),
			 wording_wanted(decoder->arena, entry->field), near.best);
	return 0;
}

/* Is the scalar a text of the field's format? What is wrong is told. */
static bool is_text(const struct entry *entry)
{
	const struct format *format = entry->field->format;
	const struct ynode *node = entry->node;
	struct arena *arena = entry->decoder->arena;
	size_t at = 0;
	const char *why;

	if (!is_something(entry))
		return false;
	if (is_truth(node) || (is_number(node) && !format->number)) {
		(void)diag_error(entry->decoder->diags, node->at, EINVAL,
				 "%s: found %s, wanted %s: where it is meant as text, "
				 "put it in quotes",
				 entry->field->key, node->text, format->noun);
		return false;
	}
	why = format->fault(arena, node->text, &at);
	if (!why)
		return true;
	if (*why)
		(void)diag_error(entry->decoder->diags, ynode_place(node, at), EINVAL,
				 "%s: %s", entry->field->key, why);
	else
		(void)diag_error(entry->decoder->diags, ynode_place(node, at), EINVAL,
				 "%s: %s is not %s", entry->field->key,
				 wording_found(arena, node), format->noun);
	return false;
}

static int decode_text(const struct entry *entry)
{
	if (is_text(entry))
		give(entry, 0);
	return 0;
}

static int decode_texts(const struct entry *entry)
{
	bool good = true;

	if (entry->node->kind != YNODE_LIST)
		return decode_text(entry);
	for (const struct ynode *node = entry->node->first; node; node = node->next) {
		struct entry one = *entry;

		one.node = node;
		good = !node->broken && is_text(&one) && good;
	}
	if (good)
		give(entry, 0);
	return 0;
}

static int decode_duration(const struct entry *entry)
{
	uint64_t seconds = 0;

	if (!is_something(entry))
		return 0;
	if (num_duration(span_of(entry->node->text), &seconds) < 0 ||
	    seconds > (uint64_t)entry->field->max)
		wrong_type(entry);
	else
		give(entry, (int64_t)seconds);
	return 0;
}

static int decode_value(const struct entry *entry)
{
	if (entry->node->kind == YNODE_LIST)
		(void)diag_error(entry->decoder->diags, entry->node->at, EINVAL,
				 "%s: found a list: several values are written as one "
				 "text, such as 256 256 32",
				 entry->field->key);
	else if (is_something(entry))
		give(entry, 0);
	return 0;
}

static int decode_settings(const struct entry *entry)
{
	if (entry->node->kind == YNODE_MAP)
		give(entry, 0);
	else if (!schema_is_nothing(entry->node))
		wrong_type(entry);
	return 0;
}

static int decode_map(const struct entry *entry)
{
	const struct schema *schema = entry->field->schema;
	bool nothing = schema_is_nothing(entry->node);

	if (nothing && !schema->not_empty)
		return 0;
	if (nothing || entry->node->kind != YNODE_MAP) {
		wrong_type(entry);
		return 0;
	}
	return schema_decode(entry->decoder, schema, entry->field->key, entry->node,
			     entry->into + entry->field->offset);
}

static int decode_list(const struct entry *entry)
{
	struct given_list *list = (void *)(entry->into + entry->field->offset);
	const struct schema *schema = entry->field->schema;
	char *into;

	if (schema_is_nothing(entry->node))
		return 0;
	if (entry->node->kind != YNODE_LIST) {
		wrong_type(entry);
		return 0;
	}
	into = arena_array(entry->decoder->arena, entry->node->len, schema->size);
	if (!into)
		return -ENOMEM;
	*list = (struct given_list){ entry->node, into, entry->node->len };
	for (const struct ynode *node = entry->node->first; node; node = node->next) {
		int r = schema_decode(entry->decoder, schema, entry->field->key, node,
				      into);

		if (r < 0)
			return r;
		into += schema->size;
	}
	return 0;
}

/* Can @node, by its looks, be meant for @field? */
static bool fits(const struct field *field, const struct ynode *node)
{
	switch (field->kind) {
	case FIELD_INT:
		return is_number(node);
	case FIELD_BOOL:
		return is_truth(node);
	case FIELD_WORD:
	case FIELD_TEXT:
	case FIELD_DURATION:
		return node->kind == YNODE_SCALAR && !is_number(node) &&
		       !schema_is_nothing(node);
	case FIELD_VALUE:
	case FIELD_TEXTS:
	case FIELD_LIST:
		return node->kind != YNODE_MAP;
	case FIELD_SETTINGS:
	case FIELD_MAP:
		return node->kind == YNODE_MAP;
	case FIELD_EITHER:
		return false;
	}
	return false;
}

static int decode_either(const struct entry *entry)
{
	for (const struct field *one = entry->field->either; one->key; one++) {
		struct entry chosen = *entry;

		chosen.field = one;
		if (fits(one, entry->node))
			return decode_field(&chosen);
	}
	wrong_type(entry);
	return 0;
}

static int decode_field(const struct entry *entry)
{
	if (entry->node->broken)
		return 0;
	switch (entry->field->kind) {
	case FIELD_INT:
		return decode_int(entry);
	case FIELD_BOOL:
		return decode_bool(entry);
	case FIELD_WORD:
		return decode_word(entry);
	case FIELD_TEXT:
		return decode_text(entry);
	case FIELD_TEXTS:
		return decode_texts(entry);
	case FIELD_DURATION:
		return decode_duration(entry);
	case FIELD_VALUE:
		return decode_value(entry);
	case FIELD_SETTINGS:
		return decode_settings(entry);
	case FIELD_MAP:
		return decode_map(entry);
	case FIELD_LIST:
		return decode_list(entry);
	case FIELD_EITHER:
		return decode_either(entry);
	}
	return 0;
}

static const struct field *find_field(const struct schema *schema, const char *key)
{
	for (const struct field *field = schema->fields; field->key; field++) {
		if (strcmp(field->key, key) == 0)
			return field;
	}
	return NULL;
}

static void unknown_key(struct decoder *decoder, const struct schema *schema,
			const struct ynode *node)
{
	struct near near = near_to(node->key);
	const char *key;

	if (decoder->suggestions > 0) {
		decoder->suggestions--;
		for (const struct field *field = schema->fields; field->key; field++)
			near_try(&near, field->key);
	}
	key = wording_shown(decoder->arena, node->key);
	if (near.best)
		(void)diag_error(decoder->diags, node->key_at, EINVAL,
				 "unknown key '%s': did you mean '%s'?", key, near.best);
	else if (strpbrk(node->key, "./") && find_field(schema, "sysctl"))
		(void)diag_error(decoder->diags, node->key_at, EINVAL,
				 "unknown key '%s': knobs belong below '%s:'", key,
				 key[0] == '/' ? "sysfs" : "sysctl");
	else
		(void)diag_error(decoder->diags, node->key_at, EINVAL,
				 "unknown key '%s': known are %s", key,
				 wording_keys(decoder->arena, schema));
}

static void check_just_one(struct decoder *decoder, const struct schema *schema,
			   const char *name, const struct ynode *map)
{
	const struct ynode *first = NULL;

	for (const char *const *key = schema->just_one; key && *key; key++) {
		const struct ynode *node = ynode_get(map, *key);

		if (node && first)
			(void)diag_error(decoder->diags, node->key_at, EINVAL,
					 "'%s' and '%s' (line %u) exclude each other: "
					 "one of them is enough",
					 node->key, first->key, first->key_at.line);
		first = first ? first : node;
	}
	if (!first && schema->just_one)
		(void)diag_error(decoder->diags, map->at, EINVAL, "%s: %s is missing",
				 name, wording_or(decoder->arena, schema->just_one));
}

static void check_presence(struct decoder *decoder, const struct schema *schema,
			   const char *name, const struct ynode *map)
{
	for (const struct field *field = schema->fields; field->key; field++) {
		if (field->required && !ynode_get(map, field->key))
			(void)diag_error(decoder->diags, map->at, EINVAL,
					 "%s: '%s' is missing: wanted %s", name,
					 field->key,
					 wording_wanted(decoder->arena, field));
	}
	if (schema->not_empty && map->len == 0)
		(void)diag_error(decoder->diags, map->at, EINVAL,
				 "%s is empty: at least one of %s is wanted", name,
				 wording_keys(decoder->arena, schema));
	check_just_one(decoder, schema, name, map);
}

int schema_decode(struct decoder *decoder, const struct schema *schema, const char *name,
		  const struct ynode *node, void *ret)
{
	struct entry entry = { .decoder = decoder, .into = ret };

	if (node->broken)
		return 0;
	if (node->kind != YNODE_MAP) {
		(void)diag_error(decoder->diags, node->at, EINVAL,
				 "%s: found %s, wanted a map of %s", name,
				 wording_found(decoder->arena, node),
				 wording_keys(decoder->arena, schema));
		return 0;
	}
	*(const struct ynode **)ret = node;
	for (entry.node = node->first; entry.node; entry.node = entry.node->next) {
		int r;

		entry.field = find_field(schema, entry.node->key);
		if (!entry.field) {
			unknown_key(decoder, schema, entry.node);
			continue;
		}
		r = decode_field(&entry);
		if (r < 0)
			return r;
	}
	check_presence(decoder, schema, name, node);
	return 0;
}
