/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Judges whether a text is one JSON document (RFC 8259) and a newline. */

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "render/utf8.h"

/* Each takes one thing off the head and returns what follows; NULL: it is not one. */
static const char *json_value(const char *at);

static const char *json_escape(const char *at)
{
	size_t i;

	if (*at != 'u')
		return *at && strchr("\"\\/bfnrt", *at) ? at + 1 : NULL;
	for (i = 1; i <= 4; i++) {
		if (!isxdigit((unsigned char)at[i]))
			return NULL;
	}
	return at + 5;
}

static const char *json_string(const char *at)
{
	if (*at++ != '"')
		return NULL;
	while (at && *at != '"') {
		struct span rest = span_of(at);
		uint32_t code = rest.len > 0 ? utf8_take(&rest) : UTF8_BAD;

		if (code < 0x20 || code == UTF8_BAD)
			return NULL;
		at = code == '\\' ? json_escape(at + 1) : rest.at;
	}
	return at ? at + 1 : NULL;
}

static const char *json_members(const char *at, char end, bool keys)
{
	if (*at == end)
		return at + 1;
	for (;;) {
		if (keys) {
			at = json_string(at);
			if (!at || *at++ != ':')
				return NULL;
		}
		at = json_value(at);
		if (!at)
			return NULL;
		if (*at == end)
			return at + 1;
		if (*at++ != ',')
			return NULL;
	}
}

static const char *json_number(const char *at)
{
	at += *at == '-';
	if (*at == '0' && isdigit((unsigned char)at[1]))
		return NULL;
	if (!isdigit((unsigned char)*at))
		return NULL;
	at += strspn(at, "0123456789");
	if (*at != '.')
		return at;
	return isdigit((unsigned char)at[1]) ? at + 1 + strspn(at + 1, "0123456789")
					     : NULL;
}

static const char *json_value(const char *at)
{
	static const char *const words[] = { "null", "true", "false" };
	size_t i;

	if (*at == '{')
		return json_members(at + 1, '}', true);
	if (*at == '[')
		return json_members(at + 1, ']', false);
	if (*at == '"')
		return json_string(at);
	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return at + strlen(words[i]);
	}
	return json_number(at);
}

__attribute__((unused)) static bool json_valid(const char *text)
{
	const char *end = json_value(text);

	return end && strcmp(end, "\n") == 0;
}
