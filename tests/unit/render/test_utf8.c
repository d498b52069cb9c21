/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/utf8.h"

#include <locale.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

static void test_take(void)
{
	static const struct {
		const char *text;
		size_t len;
		uint32_t code;
		size_t taken;
	} rows[] = {
		{ "a", 1, 'a', 1 },
		{ "\0", 1, 0, 1 },
		{ "\xc3\xa9", 2, 0xe9, 2 },
		{ "\xe2\x82\xac", 3, 0x20ac, 3 },
		{ "\xf0\x9f\x98\x80", 4, 0x1f600, 4 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff, 4 },
		{ "\xef\xbf\xbf", 3, 0xffff, 3 },
		{ "\x80", 1, UTF8_BAD, 1 },  /* a tail with no head */
		{ "\xff", 1, UTF8_BAD, 1 },  /* in no form */
		{ "\xc3", 1, UTF8_BAD, 1 },  /* cut short */
		{ "\xc3(", 2, UTF8_BAD, 1 }, /* no tail */
		{ "\xe2\x82(", 3, UTF8_BAD, 1 },
		{ "\xc0\xaf", 2, UTF8_BAD, 1 }, /* overlong */
		{ "\xc1\xbf", 2, UTF8_BAD, 1 },
		{ "\xe0\x9f\xbf", 3, UTF8_BAD, 1 },
		{ "\xf0\x8f\xbf\xbf", 4, UTF8_BAD, 1 },
		{ "\xed\xa0\x80", 3, UTF8_BAD, 1 }, /* a surrogate */
		{ "\xed\xbf\xbf", 3, UTF8_BAD, 1 },
		{ "\xf4\x90\x80\x80", 4, UTF8_BAD, 1 }, /* above U+10FFFF */
		{ "\xf8\x88\x80\x80\x80", 5, UTF8_BAD, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct span rest = { rows[i].text, rows[i].len };

		is_int(utf8_take(&rest), rows[i].code, "row %zu: code", i);
		is_int((long long)rest.len, (long long)(rows[i].len - rows[i].taken),
		       "row %zu: what is left", i);
	}
}

static void test_width(void)
{
	is_int((long long)utf8_width(span_of("vm.x")), 4, "width of ASCII");
	is_int((long long)utf8_width(span_of("a\xff")), 2, "a bad byte takes a column");
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		skip("no locale C.UTF-8");
		return;
	}
	is_int((long long)utf8_width(span_of("\xe6\x97\xa5")), 2, "a wide character");
	is_int((long long)utf8_width(span_of("e\xcc\x81")), 1, "a combining accent");
	(void)setlocale(LC_CTYPE, "C");
	is_int((long long)utf8_width(span_of("\xc3\xa9")), 1,
	       "the C locale counts characters, too");
}

static void test_tame(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const char *plain = "vm.min_free_kbytes \xc3\xa9 \\ \"";

	ok(utf8_tame(arena, plain) == plain, "harmless text is not copied");
	is_str(utf8_tame(arena, "\x1b[2J\t\n\x7f"), "\\x1b[2J\\x09\\x0a\\x7f",
	       "control bytes are shown");
	is_str(utf8_tame(arena, "a\xff\xc3"), "a\\xff\\xc3", "bad bytes are shown");
	is_str(utf8_tame(arena, "\xc2\x9b"), "\\xc2\\x9b", "a C1 control is shown");
	is_str(utf8_tame(arena, "x\xe2\x80\xaey"), "x\\xe2\\x80\\xaey",
	       "a turn of direction is shown");
	is_str(utf8_tame(arena, ""), "", "nothing stays nothing");
}

static void test_no_memory(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(0);

	ok(!utf8_tame(arena, "\x1b"), "no memory is told");
}

int main(void)
{
	test_take();
	test_width();
	test_tame();
	test_no_memory();
	return done();
}
