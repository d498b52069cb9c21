/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/printable.h"

#include <string.h>

#include "oom/fields.h"

/*
 * What logs hold of it: others are left alone, as what only looks like it ("pid=2074") must be. At the
 * end of a line more of it can be meant.
 */
static const struct {
	const char *code;
	const char *text;
	bool at_end;
} codes[] = {
	{ "=3D", "=", false }, { "=C2=A0", " ", false }, { "=20", " ", true },
	{ "=0A", "", true },   { "=0D", "", true },
};

static void put(struct printable *printable, struct span text)
{
	size_t room = PRINTABLE_MOST - printable->len;

	text.len = text.len < room ? text.len : room;
	if (text.len > 0)
		(void)memcpy(printable->text + printable->len, text.at, text.len);
	printable->len += text.len;
}

/* Takes a code off @rest, and puts in what it stands for. */
static bool take_code(struct printable *printable, struct span *rest)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		size_t len = strlen(codes[i].code);
		struct span behind;

		if (!span_starts(*rest, codes[i].code))
			continue;
		behind = span_from(*rest, len);
		if (codes[i].at_end && behind.len > 0 && *behind.at != '=')
			continue;
		put(printable, span_of(codes[i].text));
		*rest = behind;
		return true;
	}
	return false;
}

/* Puts in what @line means. False: it goes on in the next one. */
static bool decode(struct printable *printable, struct span line)
{
	while (line.len > 0) {
		const char *at = memchr(line.at, '=', line.len);
		size_t before = at ? (size_t)(at - line.at) : line.len;

		put(printable, (struct span){ line.at, before });
		line = span_from(line, before);
		if (line.len == 0)
			break;
		if (line.len == 1)
			return false;
		if (!take_code(printable, &line)) {
			put(printable, (struct span){ line.at, 1 });
			line = span_from(line, 1);
		}
	}
	return true;
}

/* Most lines have no "=" at all. */
static bool has_code(struct span line)
{
	const char *at = line.at, *end = line.at + line.len;

	while ((at = memchr(at, '=', (size_t)(end - at)))) {
		if (end - at >= 3 && at[1] == '3' && at[2] == 'D')
			return true;
		at++;
	}
	return false;
}

bool printable_line(struct printable *printable, struct span *line, uint64_t *number)
{
	printable->on = printable->on || has_code(*line);
	if (!printable->on)
		return true;
	if (printable->number == 0) {
		printable->len = 0;
		printable->number = *number;
	}
	if (!decode(printable, *line))
		return false;
	return printable_rest(printable, line, number);
}

bool printable_rest(struct printable *printable, struct span *line, uint64_t *number)
{
	if (printable->number == 0)
		return false;
	*line = (struct span){ printable->text, printable->len };
	*number = printable->number;
	printable->number = 0;
	return true;
}
