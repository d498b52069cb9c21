/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/citation.h"

#include <string.h>

#include "oom/fields.h"
#include "oom/logprefix.h"

#define COMM_MOST 16 /* with the blank behind it */

/* Lines that name a text, and say nothing themselves. */
static bool is_heading(struct span line)
{
	static const char *const words[] = { "Subject:", "subject:", "title:", "Title:",
					     "Thread-Topic:" };

	while (line.len > 0 && strchr("> \t", *line.at))
		line = span_from(line, 1);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (span_starts(line, words[i]))
			return true;
	}
	return false;
}

/* Does a quotation that begins behind @at begin with the message? A log's prefix may come first. */
static bool begins_at(struct span line, size_t at, struct shape shape)
{
	struct span before = { line.at + at + 1, shape.at - at - 1 };
	struct span rest = span_from(before, logprefix_read(before).len);

	/* What ends before the message does not begin with it: [meta seq="7"] of syslog's. */
	if (shape.kind == SHAPE_INVOKED)
		return rest.len <= COMM_MOST && !memchr(rest.at, line.at[at], rest.len);
	return span_trim(rest).len == 0 || span_starts(span_trim(rest), "KERN_");
}

/* At the beginning of a quotation: else it is its end, or an apostrophe. */
static bool is_quote(struct span line, size_t at)
{
	char c = line.at[at];

	return (c == '"' || c == '\'' || c == '`') &&
	       (at == 0 || strchr(" \t([{=,:>", line.at[at - 1]));
}

/* Is @before the name of a field of JSON or YAML, or the end of one of CSV? Values are what was logged. */
static bool is_name_of_field(struct span before)
{
	before = span_trim(before);
	return before.len > 0 &&
	       (before.at[before.len - 1] == ':' ||
		(before.at[before.len - 1] == ',' && before.at[0] != '\t'));
}

/* Is it the end of a string, in source? */
static bool ends_string(struct span line, char quote)
{
	line = span_trim(line);
	while (line.len > 0 && strchr(",;)]}", line.at[line.len - 1]))
		line.len--;
	return line.len > 0 && line.at[line.len - 1] == quote;
}

/* Who cites a victim with all figures has it from a log. */
static bool has_figures(struct span message)
{
	return span_has(message, "-rss:") && !span_has(message, "%lukB");
}

static bool is_quoted(struct span line, size_t at, struct shape shape)
{
	struct span before = { line.at, at };
	char quote = line.at[at];

	if (is_name_of_field(before))
		return false;
	if (before.len > 0 && quote != '`' && ends_string(line, quote))
		return true;
	return span_trim(before).len > 0 && !has_figures(span_from(line, shape.at));
}

/* Is one such line enough for a report? */
static bool says_much(enum shape_kind kind)
{
	return kind == SHAPE_INVOKED || kind == SHAPE_HEADER || kind == SHAPE_LIMIT ||
	       kind == SHAPE_CONSTRAINT || kind == SHAPE_KILL || kind == SHAPE_DISABLED ||
	       kind == SHAPE_PANIC;
}

bool citation_is(struct span line, struct shape shape)
{
	if (!says_much(shape.kind))
		return false;
	if (is_heading(line))
		return true;
	for (size_t at = shape.at; at-- > 0;) {
		if (is_quote(line, at))
			return begins_at(line, at, shape) && is_quoted(line, at, shape);
	}
	return false;
}
