/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/schema.h"

#include "parse.h"
#include "profile/format.h"

struct inner {
	const struct ynode *node;
	struct given size;
};

struct outer {
	const struct ynode *node;
	struct given count, flag, word, text, texts, wait, value, settings, left, right;
	struct inner map, other;
	struct given_list list;
};

static const struct enumtab words[] = { { "red", 3 }, { "green", 7 }, { NULL, 0 } };

static const struct field inner_fields[] = {
	{ .key = "size",
	  .kind = FIELD_INT,
	  .required = true,
	  .min = -5,
	  .max = 5,
	  .offset = offsetof(struct inner, size) },
	{ .key = NULL },
};

static const struct schema inner_schema = { sizeof(struct inner), inner_fields, NULL,
					    false };

static const struct field either[] = {
	{ .key = "either",
	  .kind = FIELD_INT,
	  .max = 9,
	  .offset = offsetof(struct outer, left) },
	{ .key = "either",
	  .kind = FIELD_MAP,
	  .schema = &inner_schema,
	  .offset = offsetof(struct outer, other) },
	{ .key = NULL },
};

#define FIELD(key_, kind_, ...)                                                          \
	{                                                                                \
		.key = #key_, .kind = (kind_), .offset = offsetof(struct outer, key_),   \
		__VA_ARGS__                                                              \
	}

static const struct field outer_fields[] = {
	FIELD(count, FIELD_INT, .min = 1, .max = 10),
	FIELD(flag, FIELD_BOOL, .max = 0),
	FIELD(word, FIELD_WORD, .words = words),
	FIELD(text, FIELD_TEXT, .format = &format_name),
	FIELD(texts, FIELD_TEXTS, .format = &format_name),
	FIELD(wait, FIELD_DURATION, .max = 3600),
	FIELD(value, FIELD_VALUE, .max = 0),
	FIELD(settings, FIELD_SETTINGS, .max = 0),
	FIELD(map, FIELD_MAP, .schema = &inner_schema),
	FIELD(list, FIELD_LIST, .schema = &inner_schema),
	{ .key = "either", .kind = FIELD_EITHER, .either = either },
	{ .key = NULL },
};

static const struct schema outer_schema = { sizeof(struct outer), outer_fields, NULL,
					    false };

static void decode(struct parsed *p, const struct schema *schema, const char *text,
		   struct outer *ret)
{
	struct decoder decoder;

	parse_tree(p, text);
	decoder = (struct decoder){ p->arena, &p->diags, SCHEMA_SUGGESTIONS };
	*ret = (struct outer){ .node = NULL };
	if (p->r == 0)
		p->r = schema_decode(&decoder, schema, "it", p->root, ret);
}

static void test_good(void)
{
	struct outer o;
	struct parsed p;

	decode(&p, &outer_schema,
	       "count: 7\nflag: true\nword: green\ntext: abc\ntexts: [a, b]\nwait: 1h\n"
	       "value: x y\nsettings: {a.b: 1}\nmap: {size: -5}\nlist:\n- size: 1\n"
	       "- size: 2\neither: 9\n",
	       &o);
	ok(p.r == 0 && p.diags.errors == 0, "a good map");
	ok(o.node == p.root, "the struct knows its map");
	is_int(o.count.value, 7, "a number");
	is_int(o.flag.value, 1, "a truth");
	is_int(o.word.value, 7, "a word");
	is_str(o.text.node->text, "abc", "a text");
	is_int((long long)o.texts.node->len, 2, "a list of texts");
	is_int(o.wait.value, 3600, "a duration");
	is_str(o.value.node->text, "x y", "a value");
	ok(o.settings.node != NULL, "settings");
	is_int(o.map.size.value, -5, "a map");
	is_int((long long)o.list.len, 2, "a list of maps");
	is_int(((struct inner *)o.list.items)[1].size.value, 2, "the second of them");
	ok(o.left.value == 9 && !o.other.node, "the first of two ways");
	arena_free(p.arena);
	decode(&p, &outer_schema, "either: {size: 4}\n", &o);
	ok(!o.left.node && o.other.size.value == 4, "the second of two ways");
	ok(!o.count.node && !o.map.node && !o.list.node, "what is not given has no node");
	arena_free(p.arena);
	decode(&p, &outer_schema, "list:\nsettings: ~\ntexts: a\n", &o);
	ok(p.diags.errors == 0, "nothing is a list and a map without entries");
	arena_free(p.arena);
}

static void test_bad(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "count: 0", "1:8: count: 0 is not a number from 1 to 10" },
		{ "count: 11", "1:8: count: 11 is not a number from 1 to 10" },
		{ "count: x", "1:8: count: found 'x', wanted a number from 1 to 10" },
		{ "count: '5'",
		  "1:8: count: found '5' in quotes, wanted a number from 1 to 10" },
		{ "count: 05",
		  "1:8: count: '05' begins with a zero, which could mean octal: leave the "
		  "zero out" },
		{ "count:", "1:7: count: found nothing, wanted a number from 1 to 10" },
		{ "count: {}", "1:8: count: found a map, wanted a number from 1 to 10" },
		{ "flag: yes", "1:7: flag: found 'yes', wanted true or false" },
		{ "word: gren",
		  "1:7: word: found 'gren', wanted red or green: did you mean 'green'?" },
		{ "word: 3", "1:7: word: found '3', wanted red or green" },
		{ "text: Abc",
		  "1:7: text: 'Abc' is not a name of small letters, digits and hyphens" },
		{ "text: 5",
		  "1:7: text: found 5, wanted a name of small letters, digits and hyphens: "
		  "where it is meant as text, put it in quotes" },
		{ "texts: [a, b c]",
		  "1:13: texts: 'b c' is not a name of small letters, digits and hyphens" },
		{ "wait: 2h",
		  "1:7: wait: found '2h', wanted a duration such as 6h or 1h30m" },
		{ "value: [1]",
		  "1:8: value: found a list: several values are written as one text, such "
		  "as 256 256 32" },
		{ "settings: 1",
		  "1:11: settings: found '1', wanted a map of knobs and their values" },
		{ "map: 1", "1:6: map: found '1', wanted a map of size" },
		{ "map: {}",
		  "1:6: map: 'size' is missing: wanted a number from -5 to 5" },
		{ "list: {size: 1}",
		  "1:7: list: found a map, wanted a list, each of its entries with a '-' in "
		  "front" },
		{ "list: [1]", "1:8: list: found '1', wanted a map of size" },
		{ "either: x",
		  "1:9: either: found 'x', wanted a number from 0 to 9, or a map of size" },
		{ "coutn: 1", "1:1: unknown key 'coutn': did you mean 'count'?" },
		{ "map: {sizzling: 1, size: 1}",
		  "1:7: unknown key 'sizzling': known are size" },
		{ "[]",
		  "1:1: it: found a list, wanted a map of count, flag, word, text, texts, "
		  "wait, value, settings, map, list, either" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outer o;
		struct parsed p;

		decode(&p, &outer_schema, cases[i].text, &o);
		is_int(p.r, 0, "'%s' is no failure of the decoder", cases[i].text);
		is_int((long long)p.diags.errors, 1, "'%s' is one fault", cases[i].text);
		is_str(message(&p, 1), cases[i].want, "'%s'", cases[i].text);
		arena_free(p.arena);
	}
}

static void test_just_one(void)
{
	static const char *const keys[] = { "count", "wait", NULL };
	const struct schema schema = { sizeof(struct outer), outer_fields, keys, false };
	const struct schema full = { sizeof(struct outer), outer_fields, NULL, true };
	struct outer o;
	struct parsed p;

	decode(&p, &schema, "wait: 1h\n", &o);
	is_int((long long)p.diags.errors, 0, "one of two");
	arena_free(p.arena);
	decode(&p, &schema, "flag: true\n", &o);
	is_str(message(&p, 1), "1:1: it: count or wait is missing", "none of two");
	arena_free(p.arena);
	decode(&p, &schema, "count: 1\nwait: 1h\n", &o);
	is_str(message(&p, 1),
	       "2:1: 'wait' and 'count' (line 1) exclude each other: one of them is enough",
	       "both of two");
	arena_free(p.arena);
	decode(&p, &full, "{}", &o);
	is_str(message(&p, 1),
	       "1:1: it is empty: at least one of count, flag, word, text, texts, wait, "
	       "value, settings, map, list, either is wanted",
	       "an empty map");
	arena_free(p.arena);
}

static void test_nothing(void)
{
	struct parsed p;

	parse_tree(&p, "[~, null, '', \"null\", '~', nothing, {}, ]");
	ok(schema_is_nothing(p.root->first), "a tilde is nothing");
	ok(schema_is_nothing(p.root->first->next), "null is nothing");
	for (const struct ynode *node = p.root->first->next->next; node;
	     node = node->next)
		ok(!schema_is_nothing(node), "'%s' is something", node->text);
	arena_free(p.arena);
}

int main(void)
{
	test_good();
	test_bad();
	test_just_one();
	test_nothing();
	return done();
}
