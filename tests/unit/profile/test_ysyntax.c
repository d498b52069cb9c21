/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/ysyntax.h"

#include "parse.h"

static void test_bytes(void)
{
	static const struct {
		const char *text;
		size_t len;
		const char *want; /* NULL: fine */
	} cases[] = {
		{ "a: \xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80\n", 15, NULL },
		{ "\xef\xbb\xbf"
		  "a: 1\n",
		  8, NULL },
		{ "\xc2\x85", 2, NULL },
		{ "\t\r\n", 3, NULL },
		{ "a\n\xc3\xbc\xff", 5,
		  "2:2: the byte 0xff is not UTF-8: a profile is UTF-8 text" },
		{ "\xc3", 1, "1:1: the byte 0xc3 is not UTF-8: a profile is UTF-8 text" },
		{ "\xe0\x80\x80", 3,
		  "1:1: the byte 0xe0 is not UTF-8: a profile is UTF-8 text" },
		{ "\xf4\x90\x80\x80", 4,
		  "1:1: the byte 0xf4 is not UTF-8: a profile is UTF-8 text" },
		{ "\xed\xbf\xbf", 3,
		  "1:1: the byte 0xed is not UTF-8: a profile is UTF-8 text" },
		{ "a\0b", 3, "1:2: a NUL byte: a profile is UTF-8 text" },
		{ "a\x1b[", 3, "1:2: a control character (0x1b)" },
		{ "\x7f", 1, "1:1: a control character (0x7f)" },
		{ "a\xc2\x80", 3, "1:2: a character that YAML does not allow" },
		{ "a\xef\xbb\xbf", 4, "1:2: a character that YAML does not allow" },
		{ "\xef\xbf\xbe", 3, "1:1: a character that YAML does not allow" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed p = parse_bytes(cases[i].text, cases[i].len);

		p.r = ysyntax_check_bytes(&p.diags, &p.source);
		is_str(p.r < 0 ? message(&p, 1) : NULL, cases[i].want, "bytes %zu", i);
		arena_free(p.arena);
	}
}

static void test_sentences(void)
{
	refused("a:\n\tb: 1\n", "2:1: a tab in the indentation: YAML wants blanks",
		"a tab");
	refused("a: @daily\n", "1:4: a text that begins with '@' must be put in quotes",
		"an at sign");
	refused("a: >=2G\n",
		"1:5: a text that begins with '>' or '|' must be put in quotes",
		"a comparator");
	refused("a: *.x\n",
		"1:5: a text that begins with '*' or '&' must be put in quotes",
		"a glob");
	refused("a: b: c\n",
		"1:5: a ':' does not fit here: check the indentation, or put the text in "
		"quotes",
		"two colons");
	refused("a:\n  b: [1\nc: 2\n",
		"3:2: neither ',' nor ']' behind an entry: a list is not closed (the list "
		"begins in line 2)",
		"an open list");
	refused("a: 'x\n",
		"2:1: the file ends within a text in quotes: the closing quote is missing "
		"(the text begins in line 1)",
		"an open quote");
}

int main(void)
{
	test_bytes();
	test_sentences();
	return done();
}
