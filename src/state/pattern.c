/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/pattern.h"

#include <fnmatch.h>
#include <string.h>

#include "base/span.h"

/* Names of sysctls are shorter by far; what is longer is taken literally. */
#define LONGEST	   512
#define MOST_DEPTH 8

/* The end of the alternative at @text: its comma or closing brace. NULL: there is none. */
static const char *alternative_end(const char *text)
{
	unsigned depth = 0;

	for (; *text; text++) {
		if (depth == 0 && (*text == ',' || *text == '}'))
			return text;
		if (*text == '{')
			depth++;
		else if (*text == '}')
			depth--;
	}
	return NULL;
}

static bool matches(const char *pattern, const char *path, unsigned depth);

/* @a, @b and @c in one; false: that is too long. */
static bool join(struct span a, struct span b, struct span c, char *text)
{
	if (a.len + b.len + c.len >= LONGEST)
		return false;
	memcpy(text, a.at, a.len);
	memcpy(text + a.len, b.at, b.len);
	memcpy(text + a.len + b.len, c.at, c.len);
	text[a.len + b.len + c.len] = '\0';
	return true;
}

/* @head, one of the alternatives behind its brace, and what follows the last of them. */
static bool matches_either(struct span head, const char *path, unsigned depth)
{
	const char *from = head.at + head.len + 1, *tail = from, *end;
	char text[LONGEST];

	while ((tail = alternative_end(tail)) != NULL && *tail == ',')
		tail++;
	if (!tail)
		return fnmatch(head.at, path, FNM_PATHNAME | FNM_PERIOD) == 0;
	for (;; from = end + 1) {
		end = alternative_end(from);
		if (join(head, (struct span){ from, (size_t)(end - from) },
			 span_of(tail + 1), text) &&
		    matches(text, path, depth))
			return true;
		if (end == tail)
			return false;
	}
}

static bool matches(const char *pattern, const char *path, unsigned depth)
{
	size_t head = strcspn(pattern, "{");

	if (pattern[head] == '\0' || depth == 0)
		return fnmatch(pattern, path, FNM_PATHNAME | FNM_PERIOD) == 0;
	return matches_either((struct span){ pattern, head }, path, depth - 1);
}

bool pattern_matches(const char *pattern, const char *path, bool braces)
{
	return matches(pattern, path, braces ? MOST_DEPTH : 0);
}
