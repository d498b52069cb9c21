/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/out.h"

#include <errno.h>
#include <limits.h>

#include "base/cleanup.h"
#include "capture.h"
#include "json.h"
#include "tap.h"

static void test_judge(void)
{
	static const char *const bad[] = {
		"",	  "{}",		  "[1,]\n",	  "{\"a\"}\n", "[\"\\x\"]\n",
		"[01]\n", "[\"\x01\"]\n", "[\"\xff\"]\n", "[1\n",      "[] []\n",
		"{,}\n",  "[\"]\n",
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!json_valid(bad[i]), "the judge refuses %zu", i);
	ok(json_valid("{\"a\":[1,-2,\"\\u001b\",null,true,false,{},[]]}\n"),
	   "the judge takes what is valid");
}

static void test_document(void)
{
	struct capture got;
	struct out out = out_to(capture(&got, 0, false)->file);

	out_object(&out, NULL);
	out_string(&out, "word", "x");
	out_string(&out, "none", NULL);
	out_list(&out, "empty");
	out_end_list(&out);
	out_list(&out, "list");
	out_object(&out, NULL);
	out_end_object(&out);
	out_int(&out, NULL, INT64_MIN);
	out_uint(&out, NULL, UINT64_MAX);
	out_end_list(&out);
	out_bool(&out, "yes", true);
	out_bool(&out, "no", false);
	out_null(&out, "null");
	out_end_object(&out);
	is_int(out_finish(&out), 0, "a document is written");
	is_str(captured(&got),
	       "{\"word\":\"x\",\"none\":null,\"empty\":[],"
	       "\"list\":[{},-9223372036854775808,18446744073709551615],"
	       "\"yes\":true,\"no\":false,\"null\":null}\n",
	       "a document, whole");
}

static void test_hundredths(void)
{
	static const struct {
		unsigned value;
		const char *want;
	} rows[] = {
		{ 0, "0.00" },
		{ 7, "0.07" },
		{ 1234, "12.34" },
		{ 10000, "100.00" },
		{ UINT_MAX, "42949672.95" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct capture got;
		struct out out = out_to(capture(&got, 0, false)->file);
		char want[32];

		out_list(&out, NULL);
		out_hundredths(&out, NULL, rows[i].value);
		out_end_list(&out);
		is_int(out_finish(&out), 0, "hundredths");
		(void)snprintf(want, sizeof(want), "[%s]\n", rows[i].want);
		is_str(captured(&got), want, "%u", rows[i].value);
		ok(json_valid(got.text), "valid");
	}
}

static void test_strings(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "\"\"\n" },
		{ "a b", "\"a b\"\n" },
		{ "\"\\/", "\"\\\"\\\\/\"\n" },
		{ "1\t2\n", "\"1\\t2\\n\"\n" },
		{ "\x01\x1b\r\x7f", "\"\\u0001\\u001b\\u000d\\u007f\"\n" },
		{ "\xc2\x9b", "\"\\u009b\"\n" },
		{ "\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"\n" },
		{ "a\xff"
		  "b",
		  "\"a\xef\xbf\xbd"
		  "b\"\n" },
		{ "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"\n" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"\n" },
		{ "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"\n" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct capture got;
		struct out out = out_to(capture(&got, 0, false)->file);

		out_string(&out, NULL, rows[i].text);
		is_int(out_finish(&out), 0, "string %zu is written", i);
		is_str(captured(&got), rows[i].want, "string %zu", i);
	}
}

/* Every pair of bytes, as name and as value. */
static void test_any_bytes(void)
{
	unsigned pair, invalid = 0;

	for (pair = 0x0101; pair <= 0xffff; pair++) {
		char text[3] = { (char)(pair >> 8), (char)(pair & 0xff), '\0' };
		struct capture got;
		struct out out = out_to(capture(&got, 0, false)->file);

		out_object(&out, NULL);
		out_string(&out, text, text);
		out_end_object(&out);
		invalid += out_finish(&out) != 0;
		invalid += !json_valid(captured(&got));
	}
	is_int(invalid, 0, "any two bytes make a valid document");
}

static void test_full(void)
{
	cleanup_file FILE *full = fopen("/dev/full", "we");
	struct out out;
	int i;

	if (!full) {
		skip("there is no /dev/full");
		return;
	}
	out = out_to(full);
	out_string(&out, NULL, "short");
	is_int(out_finish(&out), -EIO, "a full disk is told");
	out = out_to(full);
	out_list(&out, NULL);
	for (i = 0; i < 10000; i++)
		out_string(&out, NULL, "more than any buffer holds");
	out_end_list(&out);
	is_int(out_finish(&out), -EIO, "a full disk is told of a long document");
	clearerr(full);
	ok(setvbuf(full, NULL, _IONBF, 0) == 0, "without a buffer");
	out = out_to(full);
	out_string(&out, NULL, "short");
	is_int(out_finish(&out), -EIO,
	       "a full disk is told of where the last flush is idle");
}

int main(void)
{
	test_judge();
	test_document();
	test_hundredths();
	test_strings();
	test_any_bytes();
	test_full();
	return done();
}
