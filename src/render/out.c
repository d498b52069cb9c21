/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/out.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/span.h"
#include "render/utf8.h"

struct out out_to(FILE *file)
{
	return (struct out){ .file = file, .first = true };
}

static void flush(struct out *out)
{
	(void)fwrite(out->text, 1, out->len, out->file);
	out->len = 0;
}

static void put(struct out *out, const char *text, size_t len)
{
	if (len > sizeof(out->text) - out->len)
		flush(out);
	if (len > sizeof(out->text)) {
		(void)fwrite(text, 1, len, out->file);
		return;
	}
	memcpy(out->text + out->len, text, len);
	out->len += len;
}

static void put_char(struct out *out, char c)
{
	if (out->len == sizeof(out->text))
		flush(out);
	out->text[out->len++] = c;
}

static void put_text(struct out *out, const char *text)
{
	put(out, text, strlen(text));
}

static void escape(struct out *out, uint32_t code)
{
	char hex[16];

	switch (code) {
	case UTF8_BAD:
		put_text(out, "\xef\xbf\xbd"); /* U+FFFD */
		break;
	case '"':
	case '\\':
		put_char(out, '\\');
		put_char(out, (char)code);
		break;
	case '\n':
		put_text(out, "\\n");
		break;
	case '\t':
		put_text(out, "\\t");
		break;
	default:
		(void)snprintf(hex, sizeof(hex), "\\u%04" PRIx32, code);
		put_text(out, hex);
		break;
	}
}

/* DEL and the C1 controls are escaped for the sake of terminals, not of parsers. */
static bool plain(uint32_t code)
{
	if (code < 0x80)
		return code >= 0x20 && code != '"' && code != '\\' && code != 0x7f;
	return code >= 0xa0 && code != UTF8_BAD;
}

/* The first byte of @at that is not a plain one of ASCII: nearly all text ends there. */
static const char *skip_ascii(const char *at)
{
	while ((unsigned char)*at < 0x80 && plain((unsigned char)*at))
		at++;
	return at;
}

/* Runs of plain characters are taken in one go. */
static void quote(struct out *out, const char *text)
{
	const char *run = text;
	struct span rest;

	put_char(out, '"');
	text = skip_ascii(text);
	rest = span_of(text);
	while (rest.len > 0) {
		const char *at = rest.at;
		uint32_t code = utf8_take(&rest);

		if (plain(code))
			continue;
		put(out, run, (size_t)(at - run));
		escape(out, code);
		run = rest.at;
	}
	put(out, run, (size_t)(rest.at - run));
	put_char(out, '"');
}

static void begin(struct out *out, const char *key)
{
	if (!out->first)
		put_char(out, ',');
	out->first = false;
	if (!key)
		return;
	quote(out, key);
	put_char(out, ':');
}

static void enter(struct out *out, const char *key, char bracket)
{
	begin(out, key);
	put_char(out, bracket);
	out->depth++;
	out->first = true;
}

static void leave(struct out *out, char bracket)
{
	assert(out->depth > 0);
	put_char(out, bracket);
	out->depth--;
	out->first = false;
}

void out_object(struct out *out, const char *key)
{
	enter(out, key, '{');
}

void out_list(struct out *out, const char *key)
{
	enter(out, key, '[');
}

void out_end_object(struct out *out)
{
	leave(out, '}');
}

void out_end_list(struct out *out)
{
	leave(out, ']');
}

void out_string(struct out *out, const char *key, const char *value)
{
	if (!value) {
		out_null(out, key);
		return;
	}
	begin(out, key);
	quote(out, value);
}

static void put_digits(struct out *out, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	put(out, digits + at, sizeof(digits) - at);
}

void out_int(struct out *out, const char *key, int64_t value)
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	begin(out, key);
	if (value < 0)
		put_char(out, '-');
	put_digits(out, magnitude);
}

void out_uint(struct out *out, const char *key, uint64_t value)
{
	begin(out, key);
	put_digits(out, value);
}

void out_hundredths(struct out *out, const char *key, unsigned value)
{
	begin(out, key);
	put_digits(out, value / 100);
	put_char(out, '.');
	put_char(out, (char)('0' + value / 10 % 10));
	put_char(out, (char)('0' + value % 10));
}

void out_bool(struct out *out, const char *key, bool value)
{
	begin(out, key);
	put_text(out, value ? "true" : "false");
}

void out_null(struct out *out, const char *key)
{
	begin(out, key);
	put_text(out, "null");
}

int out_finish(struct out *out)
{
	assert(out->depth == 0);
	put_char(out, '\n');
	flush(out);
	/* An earlier failed flush leaves the mark even where this one has nothing to do. */
	return fflush(out->file) != 0 || ferror(out->file) ? -EIO : 0;
}
