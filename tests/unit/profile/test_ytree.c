/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/ytree.h"

#include "parse.h"

static void test_shape(void)
{
	struct parsed p;
	const struct ynode *list, *map;

	parse_tree(&p, "a: 1\nb:\n  - x\n  - 'y'\nc: {d: \"\"}\n");
	is_int(p.r, 0, "a map is read");
	is_int(p.root->kind, YNODE_MAP, "the root is a map");
	is_int((long long)p.root->len, 3, "of three entries");
	is_str(p.root->first->key, "a", "the first key");
	is_str(p.root->first->text, "1", "the first value");
	list = ynode_get(p.root, "b");
	is_int((long long)list->len, 2, "a list of two");
	ok(!list->first->quoted && list->first->next->quoted, "quotes are remembered");
	is_int(list->first->next->at.line, 4, "a line");
	is_int(list->first->next->at.column, 5, "a column");
	map = ynode_get(p.root, "c");
	is_int(ynode_get(map, "d")->key_at.column, 5, "a key's column");
	is_str(ynode_get(map, "d")->text, "", "an empty text");
	ok(ynode_get(map, "e") == NULL, "a key that is not there");
	ok(ynode_get(list, "x") == NULL, "a list has no keys");
	arena_free(p.arena);
}

static void test_places(void)
{
	struct parsed p;
	struct origin at;

	parse_tree(&p, "a: 'Gr\xc3\xbc\xc3\x9f"
		       "e x'\nb: \"t\\tx\"\nc: plain x\nd: two\n  lines\n");
	at = ynode_place(ynode_get(p.root, "a"), 8);
	is_int(at.column, 11, "columns count characters, and the quote");
	at = ynode_place(ynode_get(p.root, "b"), 2);
	is_int(at.column, 4, "where there is an escape the beginning is shown");
	at = ynode_place(ynode_get(p.root, "c"), 6);
	is_int(at.column, 10, "a place in a plain text");
	at = ynode_place(ynode_get(p.root, "d"), 5);
	is_int(at.line * 100 + at.column, 404, "a text of several lines has none");
	arena_free(p.arena);
}

static void test_empty(void)
{
	static const char *const texts[] = { "", "# only\n", "\n\n", "\xef\xbb\xbf" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct parsed p;

		parse_tree(&p, texts[i]);
		ok(p.r == 0 && !p.root, "empty document %zu", i);
		arena_free(p.arena);
	}
}

static void test_mark(void)
{
	struct parsed p;

	parse_tree(&p, "\xef\xbb\xbfkey: x\n");
	is_int(p.r, 0, "a byte order mark is no fault");
	is_str(p.root->first->key, "key", "it is no part of the key");
	is_int(p.root->first->key_at.column, 1, "it takes no column");
	arena_free(p.arena);
}

/* What can be read is there beside the faults. */
static void test_rest_is_kept(void)
{
	struct parsed p;

	parse_tree(&p, "a: &x 1\nb: *x\na: 2\n? [k]\n: {v: 1}\nc: 3\n");
	is_int(p.r, -EINVAL, "refused");
	is_int((long long)p.diags.errors, 4, "every fault is told");
	ok(p.root && p.root->len == 3, "what is left is there");
	ok(ynode_get(p.root, "b")->broken, "an alias is marked as broken");
	is_str(ynode_get(p.root, "a")->text, "1", "the first of two keys counts");
	arena_free(p.arena);
}

static void test_depth(void)
{
	struct parsed p;

	parse_tree(&p, "[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]");
	is_int(p.r, 0, "16 levels");
	arena_free(p.arena);
	parse_tree(&p, "[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]");
	is_int(p.r, -EINVAL, "17 levels");
	is_str(message(&p, 1), "1:17: nested deeper than 16 levels", "the message");
	ok(!p.root, "nothing is read");
	arena_free(p.arena);
}

static void test_size(void)
{
	cleanup(arena_freep) struct arena *texts = arena_new(ARENA);
	char *text = arena_alloc(texts, YTREE_SIZE + 2);
	struct parsed p;

	memset(text, ' ', YTREE_SIZE + 1);
	text[0] = 'x';
	text[YTREE_SIZE] = '\0';
	parse_tree(&p, text);
	is_int(p.r, 0, "1 MiB");
	arena_free(p.arena);
	text[YTREE_SIZE] = ' ';
	parse_tree(&p, text);
	is_int(p.r, -EINVAL, "a byte more");
	is_str(message(&p, 1), "0:0: larger than 1 MiB: no profile needs that much",
	       "the message");
	arena_free(p.arena);
	/* Each bracket alone would be fine. */
	memset(text, '[', YTREE_SIZE);
	text[YTREE_SIZE] = '\0';
	parse_tree(&p, text);
	is_str(message(&p, 1), "1:17: nested deeper than 16 levels", "1 MiB of '['");
	arena_free(p.arena);
}

static void test_no_memory(void)
{
	static const char text[] = "a: [b, {c: 'd'}]\na: 2\ne: &x f\n";
	int r = -ENOMEM;
	size_t limit = 0;

	for (; r == -ENOMEM && limit < 8192; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct diags diags = diags_in(arena);
		const struct source source = { "p.yaml", text, sizeof(text) - 1 };
		struct ynode *root;

		r = ytree_parse(arena, &diags, &source, &root);
		if (r == -ENOMEM && root)
			break;
	}
	is_int(r, -EINVAL, "reads and tells its faults once memory suffices");
	ok(limit > 512, "and not before (%zu)", limit);
}

int main(void)
{
	test_shape();
	test_places();
	test_empty();
	test_mark();
	test_rest_is_kept();
	test_depth();
	test_size();
	test_no_memory();
	return done();
}
