/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/ytext.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/span.h"
#include "profile/ysyntax.h"

#define DIGITS	    "0123456789"
#define LETTERS	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
/* What has no meaning in YAML, wherever it stands behind a letter; in brackets, too. */
#define HARMLESS    LETTERS DIGITS "_./+*@=%- "
#define COLUMNS	    80
#define REPLACEMENT "\xef\xbf\xbd"

struct ytext ytext_in(struct arena *arena)
{
	return (struct ytext){ .text = text_in(arena) };
}

static void put(struct ytext *ytext, const char *bytes, size_t len)
{
	text_add(&ytext->text, bytes, len);
}

void ytext_add(struct ytext *ytext, const char *text)
{
	put(ytext, text, strlen(text));
}

/* Words that some reader of YAML takes for a truth, or for nothing. */
static bool is_reserved(const char *text)
{
	static const char *const words[] = {
		"y", "n", "yes", "no", "on", "off", "true", "false", "null",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(words[i], text) == 0)
			return true;
	}
	return false;
}

/* "10", "-17", "64M", "5%": no octal or hexadecimal number, no fraction and no date. */
static bool is_number_word(struct span word)
{
	static const char *const suffixes[] = {
		"", "%", "K", "M", "G", "T", "Ki", "Mi", "Gi", "Ti",
	};
	size_t digits = word.len > 0 && word.at[0] == '-';
	struct span suffix;
	int64_t number;

	while (digits < word.len && strchr(DIGITS, word.at[digits]))
		digits++;
	if (num_i64((struct span){ word.at, digits }, &number) == -EINVAL)
		return false;
	suffix = (struct span){ word.at + digits, word.len - digits };
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (span_is(suffix, suffixes[i]))
			return true;
	}
	return false;
}

/* Numbers with one blank between them, as vectors are. */
static bool is_numbers(const char *text)
{
	struct span rest = span_of(text), word;

	while (span_until(&rest, ' ', &word)) {
		if (!is_number_word(word))
			return false;
	}
	return *text && text[strlen(text) - 1] != ' ';
}

static bool is_plain(const char *text, bool number)
{
	int64_t value;

	if (is_numbers(text))
		return number || num_i64(span_of(text), &value) == -EINVAL;
	if (!*text || !strchr(LETTERS "/", *text) || text[strspn(text, HARMLESS)])
		return false;
	return !is_reserved(text) && text[strlen(text) - 1] != ' ' && !strstr(text, "  ");
}

/* libyaml takes the next line mark and Unicode's separators for line ends. */
static bool ends_a_line(struct span character)
{
	return span_is(character, "\n") || span_is(character, "\r") ||
	       span_is(character, "\xc2\x85") || span_is(character, "\xe2\x80\xa8") ||
	       span_is(character, "\xe2\x80\xa9");
}

/* The number of the character of @size bytes at @text. */
static uint32_t code_of(struct span character)
{
	uint32_t code = (unsigned char)character.at[0];

	if (character.len > 1)
		code &= 0x7fU >> character.len;
	for (size_t i = 1; i < character.len; i++)
		code = code << 6 | ((unsigned char)character.at[i] & 0x3fU);
	return code;
}

static void put_escape(struct ytext *ytext, struct span character)
{
	static const struct {
		char byte;
		const char *escape;
	} names[] = {
		{ '"', "\\\"" }, { '\\', "\\\\" }, { '\t', "\\t" },
		{ '\n', "\\n" }, { '\r', "\\r" },
	};
	char number[16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (character.at[0] == names[i].byte) {
			ytext_add(ytext, names[i].escape);
			return;
		}
	}
	(void)snprintf(number, sizeof(number), "\\u%04x", (unsigned)code_of(character));
	ytext_add(ytext, number);
}

/* Takes the next character off *@rest. False: it must not stand in YAML as it is. */
static bool take_character(struct span *rest, struct span *ret)
{
	bool allowed;
	size_t size = ysyntax_character(*rest, &allowed);

	*ret = (struct span){ rest->at, size };
	if (size == 0) {
		*ret = span_of(REPLACEMENT);
		allowed = true;
		size = 1;
	}
	*rest = (struct span){ rest->at + size, rest->len - size };
	return allowed && !ends_a_line(*ret);
}

static void put_quoted(struct ytext *ytext, const char *text)
{
	struct span rest = span_of(text), character;

	put(ytext, "\"", 1);
	while (rest.len > 0) {
		bool as_it_is = take_character(&rest, &character);

		if (as_it_is && !strchr("\"\\\t", character.at[0]))
			put(ytext, character.at, character.len);
		else
			put_escape(ytext, character);
	}
	put(ytext, "\"", 1);
}

void ytext_scalar(struct ytext *ytext, const char *text, bool number)
{
	if (is_plain(text, number))
		ytext_add(ytext, text);
	else
		put_quoted(ytext, text);
}

void ytext_entry(struct ytext *ytext, const char *indent, const char *key,
		 const char *value, bool number)
{
	ytext_add(ytext, indent);
	ytext_scalar(ytext, key, false);
	ytext_add(ytext, ": ");
	ytext_scalar(ytext, value, number);
	ytext_add(ytext, "\n");
}

/* A word of a comment, where nothing can be escaped. */
static void put_word(struct ytext *ytext, struct span word)
{
	struct span character;

	while (word.len > 0) {
		if (!take_character(&word, &character))
			character = span_of("?");
		put(ytext, character.at, character.len);
	}
}

static void put_comment_line(struct ytext *ytext, const char *indent, struct span line)
{
	size_t head = strlen(indent) + 1, column = head;
	struct span word;

	ytext_add(ytext, indent);
	ytext_add(ytext, "#");
	while (span_word(&line, &word)) {
		if (column > head && column + 1 + word.len > COLUMNS) {
			ytext_add(ytext, "\n");
			ytext_add(ytext, indent);
			ytext_add(ytext, "#");
			column = head;
		}
		ytext_add(ytext, " ");
		put_word(ytext, word);
		column += 1 + word.len;
	}
	ytext_add(ytext, "\n");
}

void ytext_comment(struct ytext *ytext, const char *indent, const char *lines)
{
	struct span rest = span_of(lines ? lines : ""), line;

	while (span_line(&rest, &line))
		put_comment_line(ytext, indent, line);
}

bool ytext_holds(const char *text)
{
	struct span rest = span_of(text);
	bool allowed;

	while (rest.len > 0) {
		size_t size = ysyntax_character(rest, &allowed);

		if (size == 0)
			return false;
		rest = (struct span){ rest.at + size, rest.len - size };
	}
	return true;
}

int ytext_finish(struct ytext *ytext, const char **ret, size_t *ret_len)
{
	*ret = text_finish(&ytext->text);
	*ret_len = ytext->text.len;
	return *ret ? 0 : -ENOMEM;
}
