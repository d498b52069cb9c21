/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/span.h"

#include "tap.h"

static bool word_is(struct span *rest, const char *wanted)
{
	struct span word;

	return span_word(rest, &word) && span_is(word, wanted);
}

int main(void)
{
	struct span rest = span_of(" 256\t32  0\n"), part;

	ok(word_is(&rest, "256") && word_is(&rest, "32") && word_is(&rest, "0"), "words");
	ok(!span_word(&rest, &part), "then no more");
	rest = span_of("a\n\nb");
	ok(span_line(&rest, &part) && span_is(part, "a"), "a line");
	ok(span_line(&rest, &part) && part.len == 0, "an empty line");
	ok(span_line(&rest, &part) && span_is(part, "b"), "a line without its newline");
	ok(!span_line(&rest, &part), "then no more");
	rest = span_of("key=a=b");
	ok(span_until(&rest, '=', &part) && span_is(part, "key") && span_is(rest, "a=b"),
	   "up to the first mark");
	ok(span_is(span_trim(span_of(" \t x y\r\n")), "x y"), "trimmed");
	is_int((long long)span_trim(span_of(" \n ")).len, 0, "blanks trim to nothing");
	ok(!span_is((struct span){ "abc", 2 }, "abc") && !span_is(span_of("abc"), "ab"),
	   "lengths count");
	ok(span_starts(span_of("vm.swappiness"), "vm."), "starts with");
	ok(!span_starts((struct span){ "vm.swappiness", 2 }, "vm."),
	   "not when shorter, whatever stands behind");
	ok(span_same(span_of(""), (struct span){ NULL, 0 }), "nothing is nothing");
	ok(span_compare(span_of("web"), span_of("web-2")) < 0 &&
		   span_compare(span_of("web-2"), span_of("web")) > 0,
	   "a word comes before what begins with it");
	ok(span_compare(span_of("b"), span_of("aa")) > 0, "the first byte that differs");
	is_int(span_compare(span_of(""), (struct span){ NULL, 0 }), 0,
	       "nothing is nothing");
	return done();
}
