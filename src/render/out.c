/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/out.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>

#include "base/span.h"
#include "render/utf8.h"

struct out out_to(FILE *file)
{
	return (struct out){ .file = file, .first = true };
}

static void escape(FILE *file, uint32_t code)
{
	switch (code) {
	case UTF8_BAD:
		(void)fputs("\xef\xbf\xbd", file); /* U+FFFD */
		break;
	case '"':
	case '\\':
		(void)fprintf(file, "\\%c", (int)code);
		break;
	case '\n':
		(void)fputs("\\n", file);
		break;
	case '\t':
		(void)fputs("\\t", file);
		break;
	default:
		(void)fprintf(file, "\\u%04" PRIx32, code);
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

/* Runs of plain characters are written in one go. */
static void quote(FILE *file, const char *text)
{
	struct span rest = span_of(text);
	const char *run = text;

	(void)putc_unlocked('"', file);
	while (rest.len > 0) {
		const char *at = rest.at;
		uint32_t code = utf8_take(&rest);

		if (plain(code))
			continue;
		(void)fwrite_unlocked(run, 1, (size_t)(at - run), file);
		escape(file, code);
		run = rest.at;
	}
	(void)fwrite_unlocked(run, 1, (size_t)(rest.at - run), file);
	(void)putc_unlocked('"', file);
}

static void begin(struct out *out, const char *key)
{
	if (!out->first)
		(void)putc_unlocked(',', out->file);
	out->first = false;
	if (!key)
		return;
	quote(out->file, key);
	(void)putc_unlocked(':', out->file);
}

static void enter(struct out *out, const char *key, char bracket)
{
	begin(out, key);
	(void)putc_unlocked(bracket, out->file);
	out->depth++;
	out->first = true;
}

static void leave(struct out *out, char bracket)
{
	assert(out->depth > 0);
	(void)putc_unlocked(bracket, out->file);
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
	quote(out->file, value);
}

void out_int(struct out *out, const char *key, int64_t value)
{
	begin(out, key);
	(void)fprintf(out->file, "%" PRId64, value);
}

void out_uint(struct out *out, const char *key, uint64_t value)
{
	begin(out, key);
	(void)fprintf(out->file, "%" PRIu64, value);
}

void out_bool(struct out *out, const char *key, bool value)
{
	begin(out, key);
	(void)fputs(value ? "true" : "false", out->file);
}

void out_null(struct out *out, const char *key)
{
	begin(out, key);
	(void)fputs("null", out->file);
}

int out_finish(struct out *out)
{
	assert(out->depth == 0);
	(void)putc_unlocked('\n', out->file);
	/* An earlier failed flush leaves the mark even where this one has nothing to do. */
	return fflush(out->file) != 0 || ferror(out->file) ? -EIO : 0;
}
