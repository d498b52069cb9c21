/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Schemas say in tables what a map may hold; decoding goes by the table, and so does the
 * JSON Schema that render/ prints for editors.
 *
 * A schema decodes into a struct of its own that begins with a `const struct ynode *node`
 * (NULL: not given). What is decoded keeps its node, so that whatever is wrong with it
 * besides can be told with its place.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/enumtab.h"
#include "knob/knob.h"

struct arena;
struct format;
struct ynode;

enum field_kind {
	FIELD_INT,	/* struct given: a number within min..max */
	FIELD_BOOL,	/* struct given: true or false */
	FIELD_WORD,	/* struct given: one of `words` */
	FIELD_TEXT,	/* struct given: a text of `format` */
	FIELD_TEXTS,	/* struct given: one such text, or a list of them */
	FIELD_DURATION, /* struct given: seconds */
	FIELD_VALUE,	/* struct given: what a knob may hold; judged elsewhere */
	FIELD_SETTINGS, /* struct given: a map of knobs of `class`; judged elsewhere */
	FIELD_MAP,	/* the struct of `schema` */
	FIELD_LIST,	/* struct given_list of such */
	FIELD_EITHER,	/* the first of `either` that can be meant */
};

struct given {
	const struct ynode *node; /* NULL: not given, or not usable */
	int64_t value;		  /* numbers, seconds, what stands for the word */
};

struct given_list {
	const struct ynode *node;
	void *items;
	size_t len;
};

struct field {
	const char *key; /* NULL: the end of the fields */
	const char *about;
	enum field_kind kind;
	bool required;
	size_t offset;
	int64_t min, max;
	const struct enumtab *words;
	const struct format *format;
	const struct schema *schema;
	const struct field *either; /* ended by one without a key */
	enum knob_class class;
};

struct schema {
	size_t size; /* of the struct */
	const struct field *fields;
	const char *const *just_one; /* keys of which one must be given; NULL-ended */
	bool not_empty;
};

/* Suggestions cost time, and after some of them nobody reads on. */
#define SCHEMA_SUGGESTIONS 16

struct decoder {
	struct arena *arena;
	struct diags *diags;
	unsigned suggestions; /* still to be made */
};

/* Decodes @node, whose key is @name, into @ret. Faults go to the diagnostics: 0, or
 * -ENOMEM. */
int schema_decode(struct decoder *decoder, const struct schema *schema, const char *name,
		  const struct ynode *node, void *ret)
	__attribute__((warn_unused_result));

/* Is it what YAML reads as nothing: no text, `~`, `null`? */
bool schema_is_nothing(const struct ynode *node);
