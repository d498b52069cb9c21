/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/glob.h"

#include <fnmatch.h>
#include <string.h>

#define MARKS "*?[\\"

bool glob_is_literal(const char *glob)
{
	return glob[strcspn(glob, MARKS)] == '\0';
}

size_t glob_prefix(const char *glob)
{
	return strcspn(glob, MARKS);
}

/* What libraries make of collating elements differs: the list is taken to have no end before
 * the text has, so that what is behind it is not counted. */
static const char *skip_element(const char *at)
{
	size_t name = strspn(at + 2, "abcdefghijklmnopqrstuvwxyz");

	if (at[1] != ':')
		return at[1] == '.' || at[1] == '=' ? at + strlen(at) : at;
	return strncmp(at + 2 + name, ":]", 2) == 0 ? at + name + 3 : at;
}

/* Behind the list in brackets that begins at @glob; where it has no end, @glob. */
static const char *skip_list(const char *glob)
{
	const char *at = glob + 1;

	at += *at == '!' || *at == '^';
	at += *at == ']';
	for (; *at && *at != ']'; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '[')
			at = skip_element(at);
		if (!*at)
			return at;
	}
	return *at ? at + 1 : glob;
}

size_t glob_shortest(const char *glob)
{
	size_t len = 0;

	while (*glob) {
		const char *behind = *glob == '[' ? skip_list(glob) : glob;

		len += *glob != '*';
		glob += *glob == '\\' && glob[1];
		glob = behind > glob ? behind : glob + 1;
	}
	return len;
}

/* In the locale of a terminal '?' is a character, elsewhere a byte. */
static bool is_ascii(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

bool glob_covers(const char *glob, const char *other)
{
	if (strcmp(glob, other) == 0 || strcmp(glob, "*") == 0)
		return true;
	return glob_is_literal(other) && is_ascii(other) && fnmatch(glob, other, 0) == 0;
}
