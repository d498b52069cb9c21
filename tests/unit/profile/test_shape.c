/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/shape.h"

#include "profile/format.h"
#include "tap.h"

static void check_schema(const struct schema *schema, const char *name);

static size_t size_of(const struct field *field)
{
	if (field->kind == FIELD_LIST)
		return sizeof(struct given_list);
	return field->kind == FIELD_MAP ? field->schema->size : sizeof(struct given);
}

static void check_field(const struct schema *schema, const struct field *field)
{
	ok(field->kind == FIELD_EITHER ||
		   (field->offset >= sizeof(const struct ynode *) &&
		    field->offset + size_of(field) <= schema->size),
	   "%s: lies within its struct, behind the node", field->key);
	ok(field->min <= field->max, "%s: its range is one", field->key);
	ok((field->kind == FIELD_WORD) == (field->words != NULL), "%s: words",
	   field->key);
	ok((field->kind == FIELD_TEXT || field->kind == FIELD_TEXTS) ==
		   (field->format != NULL),
	   "%s: format", field->key);
	ok((field->kind == FIELD_MAP || field->kind == FIELD_LIST) ==
		   (field->schema != NULL),
	   "%s: schema", field->key);
	if (field->schema)
		check_schema(field->schema, field->key);
	for (const struct field *one = field->either; one && one->key; one++) {
		is_str(one->key, field->key, "%s: alternatives have its name",
		       field->key);
		check_field(schema, one);
	}
}

static void check_schema(const struct schema *schema, const char *name)
{
	for (const struct field *field = schema->fields; field->key; field++) {
		ok(field->about && field->about[0] &&
			   field->about[strlen(field->about) - 1] != '.',
		   "%s: %s is explained by a phrase", name, field->key);
		for (const struct field *other = schema->fields; other < field; other++)
			ok(strcmp(other->key, field->key) != 0 &&
				   (other->kind == FIELD_EITHER ||
				    field->kind == FIELD_EITHER ||
				    other->offset != field->offset),
			   "%s: %s and %s have places of their own", name, other->key,
			   field->key);
		check_field(schema, field);
	}
}

int main(void)
{
	check_schema(&shape_profile, "profile");
	check_schema(&shape_setting, "setting");
	return done();
}
