/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/ysyntax.h"

#include <errno.h>
#include <string.h>

#include "base/span.h"

struct origin ysyntax_origin(const struct source *source, yaml_mark_t mark)
{
	return (struct origin){ source, (unsigned)mark.line + 1,
				(unsigned)mark.column + 1 };
}

/* How many bytes a character takes whose first one is @first; 0: none begins so. */
static size_t size_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc0 || first >= 0xf8)
		return 0;
	if (first < 0xe0)
		return 2;
	return first < 0xf0 ? 3 : 4;
}

/* How many bytes the character at @text has, or 0 where there is none: overlong forms,
 * surrogates and what lies beyond U+10FFFF are none. */
static size_t character_len(const unsigned char *text, size_t len)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = size_of(text[0]);
	unsigned code = text[0] & 0x7fU >> size;

	if (size > len)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3fU);
	}
	if (size > 1 &&
	    (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)))
		return 0;
	return size;
}

/* The C1 controls, the byte order mark and the last two of a plane: none of them is text.
 */
static bool is_unprintable(const unsigned char *text, size_t size)
{
	if (size == 1)
		return (text[0] < ' ' && text[0] != '\t' && text[0] != '\n' &&
			text[0] != '\r') ||
		       text[0] == 0x7f;
	if (size == 2)
		return text[0] == 0xc2 && text[1] < 0xa0 && text[1] != 0x85;
	return size == 3 && text[0] == 0xef &&
	       ((text[1] == 0xbb && text[2] == 0xbf) ||
		(text[1] == 0xbf && text[2] >= 0xbe));
}

size_t ysyntax_character(struct span rest, bool *ret_allowed)
{
	const unsigned char *text = (const unsigned char *)rest.at;
	size_t size = character_len(text, rest.len);

	*ret_allowed = size > 0 && !is_unprintable(text, size);
	return size;
}

static int bad_byte(struct diags *diags, struct origin at, const unsigned char *text,
		    size_t size)
{
	if (size == 0)
		return diag_error(diags, at, EINVAL,
				  "the byte 0x%02x is not UTF-8: a profile is UTF-8 text",
				  text[0]);
	if (text[0] == 0)
		return diag_error(diags, at, EINVAL,
				  "a NUL byte: a profile is UTF-8 text");
	if (size == 1)
		return diag_error(diags, at, EINVAL, "a control character (0x%02x)",
				  text[0]);
	return diag_error(diags, at, EINVAL, "a character that YAML does not allow");
}

int ysyntax_check_bytes(struct diags *diags, const struct source *source)
{
	const unsigned char *text = (const unsigned char *)source->text;
	struct origin at = { source, 1, 1 };
	size_t i = 0;

	if (span_starts((struct span){ source->text, source->len }, "\xef\xbb\xbf"))
		i += 3;
	while (i < source->len) {
		struct span rest = { source->text + i, source->len - i };
		size_t size = 1;
		bool allowed = true;

		/* Nearly all of a profile is this. */
		if (text[i] < ' ' || text[i] >= 0x7f)
			size = ysyntax_character(rest, &allowed);
		if (!allowed)
			return bad_byte(diags, at, text + i, size);
		at.column++;
		if (text[i] == '\n')
			at = (struct origin){ source, at.line + 1, 1 };
		i += size;
	}
	return 0;
}

/* The line that @mark is in, as far as @mark; *@ret_next is the character there. */
static struct span line_before(const struct source *source, yaml_mark_t mark,
			       char *ret_next)
{
	struct span rest = { source->text, source->len }, line = { source->text, 0 };
	size_t len = 0;

	for (size_t i = 0; i <= mark.line; i++) {
		if (!span_line(&rest, &line))
			line = (struct span){ source->text, 0 };
	}
	if (mark.line == 0 && span_starts(line, "\xef\xbb\xbf"))
		line = (struct span){ line.at + 3, line.len - 3 };
	for (size_t i = 0; i < mark.column && len < line.len; i++) {
		len++;
		while (len < line.len && ((unsigned char)line.at[len] & 0xc0) == 0x80)
			len++;
	}
	*ret_next = '\0';
	if (len < line.len)
		*ret_next = line.at[len];
	return (struct span){ line.at, len };
}

static bool is_indentation(struct span text)
{
	return span_trim(text).len == 0;
}

/* What most often is behind one of libyaml's sentences. */
static const struct hint {
	const char *problem, *sentence;
} hints[] = {
	{ "mapping values are not allowed in this context",
	  "a ':' does not fit here: check the indentation, or put the text in quotes" },
	{ "did not find expected key",
	  "no key where one belongs: check the indentation and the brackets" },
	{ "could not find expected ':'",
	  "a key without a ':' behind it: check the indentation" },
	{ "did not find expected '-' indicator",
	  "no '-' where the list goes on: check the indentation" },
	{ "did not find expected ',' or ']'",
	  "neither ',' nor ']' behind an entry: a list is not closed" },
	{ "did not find expected ',' or '}'",
	  "neither ',' nor '}' behind an entry: a map is not closed" },
	{ "found unexpected end of stream",
	  "the file ends within a text in quotes: the closing quote is missing" },
	{ "did not find expected alphabetic or numeric character",
	  "a text that begins with '*' or '&' must be put in quotes" },
	{ "did not find expected comment or line break",
	  "a text that begins with '>' or '|' must be put in quotes" },
	{ "block sequence entries are not allowed in this context",
	  "a list cannot begin here: put its '-' on a line of its own" },
	{ "found unknown escape character",
	  "an escape that YAML does not know: single quotes leave '\\' alone" },
	{ "did not find expected <document start>",
	  "text where the document has ended: check the indentation" },
	{ "found a tab character that violates indentation",
	  "a tab in the indentation: YAML wants blanks" },
	{ "found a tab character where an indentation space is expected",
	  "a tab in the indentation: YAML wants blanks" },
};

static const char *hint_for(const char *problem)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (strcmp(hints[i].problem, problem) == 0)
			return hints[i].sentence;
	}
	return NULL;
}

/* What is open at that place, in the words of profiles; NULL: it would not help. */
static const char *open_thing(const char *context)
{
	if (!context)
		return NULL;
	if (strstr(context, "mapping"))
		return "map";
	if (strstr(context, "sequence"))
		return "list";
	return strstr(context, "quoted scalar") ? "text" : NULL;
}

static int explain(struct diags *diags, struct origin at, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "it cannot be read";
	const char *hint = hint_for(problem), *thing = open_thing(parser->context);
	unsigned line = (unsigned)parser->context_mark.line + 1;

	if (!hint)
		return diag_error(diags, at, EINVAL, "not valid YAML: %s%s%s", problem,
				  parser->context ? " " : "",
				  parser->context ? parser->context : "");
	if (thing && line < at.line)
		return diag_error(diags, at, EINVAL, "%s (the %s begins in line %u)",
				  hint, thing, line);
	return diag_error(diags, at, EINVAL, "%s", hint);
}

int ysyntax_error(struct diags *diags, const struct source *source,
		  const yaml_parser_t *parser)
{
	struct origin at = ysyntax_origin(source, parser->problem_mark);
	struct span before;
	char next;

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	before = line_before(source, parser->problem_mark, &next);
	if (is_indentation(before) &&
	    (memchr(before.at, '\t', before.len) || next == '\t'))
		return diag_error(diags, at, EINVAL,
				  "a tab in the indentation: YAML wants blanks");
	if (!parser->problem || !strstr(parser->problem, "cannot start any token") ||
	    !next)
		return explain(diags, at, parser);
	if (next == '\t')
		return diag_error(diags, at, EINVAL, "a tab where YAML wants blanks");
	return diag_error(diags, at, EINVAL,
			  "a text that begins with '%c' must be put in quotes", next);
}
