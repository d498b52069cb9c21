/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/ytext.h"

#include "parse.h"

/* How a scalar is written as a value, and where a text is meant. */
static const struct {
	const char *text, *number, *word;
} scalars[] = {
	{ "10", "10", "\"10\"" },
	{ "-17", "-17", "\"-17\"" },
	{ "0", "0", "\"0\"" },
	{ "64M", "64M", "64M" },
	{ "2Gi", "2Gi", "2Gi" },
	{ "5%", "5%", "5%" },
	{ "0 1 2", "0 1 2", "0 1 2" },
	{ "256 256 32 0 0", "256 256 32 0 0", "256 256 32 0 0" },
	{ "99999999999999999999999", "99999999999999999999999",
	  "\"99999999999999999999999\"" },
	{ "madvise", "madvise", "madvise" },
	{ "lzo-rle", "lzo-rle", "lzo-rle" },
	{ "net.ipv4.conf.*.rp_filter", "net.ipv4.conf.*.rp_filter",
	  "net.ipv4.conf.*.rp_filter" },
	{ "/sys/kernel/mm/ksm/run", "/sys/kernel/mm/ksm/run", "/sys/kernel/mm/ksm/run" },
	{ "a b", "a b", "a b" },
	{ "", "\"\"", "\"\"" },
	{ "-", "\"-\"", "\"-\"" },
	{ "- x", "\"- x\"", "\"- x\"" },
	{ "on", "\"on\"", "\"on\"" },
	{ "No", "\"No\"", "\"No\"" },
	{ "TRUE", "\"TRUE\"", "\"TRUE\"" },
	{ "y", "\"y\"", "\"y\"" },
	{ "null", "\"null\"", "\"null\"" },
	{ "~", "\"~\"", "\"~\"" },
	{ "010", "\"010\"", "\"010\"" },
	{ "0x10", "\"0x10\"", "\"0x10\"" },
	{ "1.5", "\"1.5\"", "\"1.5\"" },
	{ "1e3", "\"1e3\"", "\"1e3\"" },
	{ "1_000", "\"1_000\"", "\"1_000\"" },
	{ "12:30", "\"12:30\"", "\"12:30\"" },
	{ "2001-01-01", "\"2001-01-01\"", "\"2001-01-01\"" },
	{ "a: b", "\"a: b\"", "\"a: b\"" },
	{ "a:", "\"a:\"", "\"a:\"" },
	{ "a #b", "\"a #b\"", "\"a #b\"" },
	{ "#x", "\"#x\"", "\"#x\"" },
	{ "*", "\"*\"", "\"*\"" },
	{ "%", "\"%\"", "\"%\"" },
	{ "@daily", "\"@daily\"", "\"@daily\"" },
	{ "!x", "\"!x\"", "\"!x\"" },
	{ "&x", "\"&x\"", "\"&x\"" },
	{ "|", "\"|\"", "\"|\"" },
	{ "?", "\"?\"", "\"?\"" },
	{ "<<", "\"<<\"", "\"<<\"" },
	{ "[a]", "\"[a]\"", "\"[a]\"" },
	{ "{a, b}", "\"{a, b}\"", "\"{a, b}\"" },
	{ "a, b", "\"a, b\"", "\"a, b\"" },
	{ "it's", "\"it's\"", "\"it's\"" },
	{ "a  b", "\"a  b\"", "\"a  b\"" },
	{ "1  2", "\"1  2\"", "\"1  2\"" },
	{ " a", "\" a\"", "\" a\"" },
	{ "a ", "\"a \"", "\"a \"" },
	{ "1 ", "\"1 \"", "\"1 \"" },
	{ "a\tb", "\"a\\tb\"", "\"a\\tb\"" },
	{ "a\nb", "\"a\\nb\"", "\"a\\nb\"" },
	{ "a\r", "\"a\\r\"", "\"a\\r\"" },
	{ "a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\"" },
	{ "\x01\x1b\x7f", "\"\\u0001\\u001b\\u007f\"", "\"\\u0001\\u001b\\u007f\"" },
	{ "Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
	  "\"Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\"",
	  "\"Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\"" },
	{ "\xc2\x85|\xc2\x9b|\xe2\x80\xa8|\xe2\x80\xa9",
	  "\"\\u0085|\\u009b|\\u2028|\\u2029\"", "\"\\u0085|\\u009b|\\u2028|\\u2029\"" },
	{ "\xef\xbb\xbf|\xef\xbf\xbe", "\"\\ufeff|\\ufffe\"", "\"\\ufeff|\\ufffe\"" },
};

/* @text as the value, the key, and in brackets; and what reads back is the same. */
static void read_back(const char *text, bool number)
{
	struct parsed p = parse_bytes("", 0);
	struct ytext ytext = ytext_in(p.arena);
	const struct ynode *in_brackets;
	size_t len;

	ytext_entry(&ytext, "", "key", text, number);
	ytext_entry(&ytext, "", *text ? text : "empty", "value", number);
	ytext_add(&ytext, "map: {value: ");
	ytext_scalar(&ytext, text, number);
	ytext_add(&ytext, ", last: x}\n");
	is_int(ytext_finish(&ytext, &p.source.text, &len), 0, "it is written");
	p.source.len = len;
	p.r = ytree_parse(p.arena, &p.diags, &p.source, &p.root);
	if (!ok(p.r == 0 && p.root && p.root->len == 3, "it can be read")) {
		printf("# %s\n", message(&p, 1));
		arena_free(p.arena);
		return;
	}
	is_str(p.root->first->text, text, "as the same");
	is_str(p.root->first->next->key, *text ? text : "empty", "as a key as well");
	in_brackets = ynode_get(ynode_get(p.root, "map"), "value");
	is_str(in_brackets ? in_brackets->text : NULL, text, "and in brackets");
	arena_free(p.arena);
}

static const char *scalar_of(struct arena *arena, const char *text, bool number)
{
	struct ytext ytext = ytext_in(arena);
	const char *written = NULL;
	size_t len;

	ytext_scalar(&ytext, text, number);
	return ytext_finish(&ytext, &written, &len) == 0 ? written : NULL;
}

static void test_scalars(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);

	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
		is_str(scalar_of(arena, scalars[i].text, true), scalars[i].number,
		       "scalar %zu as a value", i);
		is_str(scalar_of(arena, scalars[i].text, false), scalars[i].word,
		       "scalar %zu as a text", i);
		read_back(scalars[i].text, true);
		read_back(scalars[i].text, false);
	}
	is_str(scalar_of(arena, "a\xff\xc3", true), "\"a\xef\xbf\xbd\xef\xbf\xbd\"",
	       "what is not UTF-8 is replaced");
}

/* Every character that takes one byte, or two, at the head of a text and within one. */
static void test_characters(void)
{
	struct parsed p;
	char text[16];
	int wrong = 0;

	for (unsigned code = 1; code < 0x800; code++) {
		struct ytext ytext;
		const char *c = code < 0x80 ? (char[]){ (char)code, 0 }
					    : (char[]){ (char)(0xc0 | code >> 6),
							(char)(0x80 | (code & 0x3f)), 0 };

		(void)snprintf(text, sizeof(text), "%sa%sb", c, c);
		p = parse_bytes("", 0);
		ytext = ytext_in(p.arena);
		ytext_entry(&ytext, "", text, text, true);
		wrong += ytext_finish(&ytext, &p.source.text, &p.source.len) != 0;
		wrong += ytree_parse(p.arena, &p.diags, &p.source, &p.root) != 0 ||
			 !p.root || strcmp(p.root->first->text, text) != 0 ||
			 strcmp(p.root->first->key, text) != 0;
		arena_free(p.arena);
	}
	is_int(wrong, 0, "every character reads back");
}

static void test_comments(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	struct ytext ytext = ytext_in(arena);
	const char *written;
	size_t len;

	ytext_comment(&ytext, "", NULL);
	ytext_comment(&ytext, "", "");
	ytext_comment(&ytext, "", "One  line\n\nand a\tthird");
	ytext_comment(
		&ytext, "  ",
		"Of the pages that a process maps this many may be in flight at the "
		"same time before it waits for the first of them to be done.");
	/* One column too many. */
	ytext_comment(&ytext, "",
		      "Which of the values are as they were before which is told by "
		      "lines behind: line");
	ytext_comment(&ytext, "", "a\x01\xff\xc2\x85: b");
	is_int(ytext_finish(&ytext, &written, &len), 0, "comments");
	is_str(written,
	       "# One line\n#\n# and a third\n"
	       "  # Of the pages that a process maps this many may be in flight at the same time\n"
	       "  # before it waits for the first of them to be done.\n"
	       "# Which of the values are as they were before which is told by lines behind:\n# line\n"
	       "# a?\xef\xbf\xbd?: b\n",
	       "are folded, and nothing leads out of one");
	is_int((long long)len, (long long)strlen(written),
	       "the length is that of the text");
}

static void test_holds(void)
{
	ok(ytext_holds(""), "nothing can be written");
	ok(ytext_holds("a\x01\n\xc3\xbc"), "nor do control characters matter");
	ok(!ytext_holds("a\xff"), "a byte that is not UTF-8 cannot");
	ok(!ytext_holds("\xed\xa0\x80"), "nor half a pair");
}

static void test_no_memory(void)
{
	int r = -ENOMEM, failures = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < 4096; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct ytext ytext = ytext_in(arena);
		const char *written;
		size_t len;

		ytext_comment(&ytext, "  ", "why");
		ytext_entry(&ytext, "  ", "key", "a: \"b\"", true);
		r = ytext_finish(&ytext, &written, &len);
		failures += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 1, "and not before");
}

int main(void)
{
	test_scalars();
	test_characters();
	test_comments();
	test_holds();
	test_no_memory();
	return done();
}
