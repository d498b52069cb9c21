/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/wording.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "profile/format.h"
#include "profile/schema.h"
#include "profile/ytree.h"

/* Characters of a text that are shown. */
#define LONGEST 100

static const char *or_unknown(const char *text)
{
	return text ? text : "?";
}

const char *wording_shown(struct arena *arena, const char *text)
{
	size_t len = 0, characters = 0;
	char *shown;

	for (; text[len]; len++) {
		characters += ((unsigned char)text[len] & 0xc0) != 0x80;
		if (characters > LONGEST)
			break;
	}
	shown = arena_printf(arena, "%.*s%s", (int)len, text, text[len] ? "..." : "");
	for (char *at = shown; at && *at; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	}
	return or_unknown(shown);
}

const char *wording_found(struct arena *arena, const struct ynode *node)
{
	switch (node->kind) {
	case YNODE_LIST:
		return "a list";
	case YNODE_MAP:
		return "a map";
	case YNODE_SCALAR:
		break;
	}
	if (schema_is_nothing(node))
		return "nothing";
	return or_unknown(arena_printf(arena, "'%s'%s", wording_shown(arena, node->text),
				       node->quoted ? " in quotes" : ""));
}

const char *wording_keys(struct arena *arena, const struct schema *schema)
{
	const char *list = "", *mark = "";

	for (const struct field *field = schema->fields; list && field->key; field++) {
		list = arena_printf(arena, "%s%s%s", list, mark, field->key);
		mark = ", ";
	}
	return or_unknown(list);
}

static const char *list_words(struct arena *arena, const struct enumtab *words)
{
	const char *list = "", *mark = "";

	for (; list && words->word; words++) {
		list = arena_printf(arena, "%s%s%s", list, mark, words->word);
		mark = words[1].word && words[2].word ? ", " : " or ";
	}
	return list;
}

static const char *wanted_number(struct arena *arena, const struct field *field)
{
	if (field->min == field->max)
		return arena_printf(arena, "the number %" PRId64, field->min);
	return arena_printf(arena, "a number from %" PRId64 " to %" PRId64, field->min,
			    field->max);
}

static const char *wanted_either(struct arena *arena, const struct field *field)
{
	const char *list = "", *mark = "";

	for (const struct field *one = field->either; list && one->key; one++) {
		list = arena_printf(arena, "%s%s%s", list, mark,
				    wording_wanted(arena, one));
		mark = ", or ";
	}
	return list;
}

const char *wording_wanted(struct arena *arena, const struct field *field)
{
	switch (field->kind) {
	case FIELD_INT:
		return or_unknown(wanted_number(arena, field));
	case FIELD_BOOL:
		return "true or false";
	case FIELD_WORD:
		return or_unknown(list_words(arena, field->words));
	case FIELD_TEXT:
		return field->format->noun;
	case FIELD_TEXTS:
		return or_unknown(arena_printf(arena, "%s, or a list of such",
					       field->format->noun));
	case FIELD_DURATION:
		return format_duration.noun;
	case FIELD_VALUE:
		return "a value";
	case FIELD_SETTINGS:
		return "a map of knobs and their values";
	case FIELD_MAP:
		return or_unknown(arena_printf(arena, "a map of %s",
					       wording_keys(arena, field->schema)));
	case FIELD_LIST:
		return "a list, each of its entries with a '-' in front";
	case FIELD_EITHER:
		return or_unknown(wanted_either(arena, field));
	}
	return "?";
}

const char *wording_or(struct arena *arena, const char *const *words)
{
	const char *list = *words++;

	for (; list && *words; words++)
		list = arena_printf(arena, "%s or %s", list, *words);
	return or_unknown(list);
}
