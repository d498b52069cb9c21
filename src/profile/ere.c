/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/ere.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/span.h"

/* Characters, with all repetitions written out. */
#define MOST_WRITTEN_OUT 1000

/* What stands between two brackets, so far. Its branches are parted by '|', and the last
 * thing of a branch is what a repetition would be of. */
struct group {
	size_t size, last; /* written out */
	bool last_empty;   /* can be no characters */
	bool before_empty; /* so can what is before it in the branch */
	bool branch_empty; /* one of the earlier branches can */
};

struct scan {
	const char *at;
	size_t depth;
	struct group groups[ERE_LONGEST + 1];
};

static struct group *top(struct scan *scan)
{
	return &scan->groups[scan->depth];
}

static void add(struct scan *scan, size_t size, bool empty)
{
	struct group *group = top(scan);

	group->size += size;
	group->last = size;
	group->before_empty &= group->last_empty;
	group->last_empty = empty;
}

static void begin_branch(struct group *group)
{
	group->branch_empty |= group->before_empty && group->last_empty;
	group->before_empty = group->last_empty = true;
	group->last = 0;
}

static void enter_group(struct scan *scan)
{
	scan->groups[++scan->depth] =
		(struct group){ .before_empty = true, .last_empty = true };
}

static void leave_group(struct scan *scan)
{
	const struct group *group = top(scan);
	bool empty = group->branch_empty || (group->before_empty && group->last_empty);

	/* Without its opening one it is a character. */
	if (scan->depth == 0) {
		add(scan, 1, false);
		return;
	}
	scan->depth--;
	add(scan, group->size > 0 ? group->size : 1, empty);
}

/* The last thing is there @least times to @times written out, or without end. */
static const char *repeat(struct scan *scan, size_t least, size_t times, bool endless)
{
	struct group *group = top(scan);

	if (endless && group->last > 0 && group->last_empty)
		return "an endless repetition of what can be empty";
	group->last_empty |= least == 0;
	if (times < 2)
		return NULL;
	group->size += group->last * (times - 1);
	group->last *= times;
	return NULL;
}

/* From the '[' to the last character of a bracket expression, in which only classes have
 * a form of their own. */
static const char *bracket_end(const char *at)
{
	at += at[1] == '^' ? 2 : 1;
	at += *at == ']';
	for (; *at && *at != ']'; at++) {
		const char end[] = { at[1], ']', '\0' };
		const char *found;

		if (*at != '[' || !at[1] || !strchr(".:=", at[1]))
			continue;
		found = strstr(at + 2, end);
		at = found ? found + 1 : at + 1;
	}
	return *at ? at : at - 1;
}

/* What is in braces; scan->at moves to the last of them. */
static const char *braces_fault(struct scan *scan)
{
	size_t number = 0, most = 0, least = 0;
	bool comma = false;

	while (scan->at[1] && strchr("0123456789,", scan->at[1])) {
		char c = *++scan->at;

		comma |= c == ',';
		number = c == ',' ? 0 : number * 10 + (size_t)(c - '0');
		if (number > ERE_COUNT)
			return "a repetition count above 64";
		most = number > most ? number : most;
		least = comma ? least : number;
	}
	comma = *scan->at == ',';
	scan->at += scan->at[1] == '}';
	return repeat(scan, least, most + comma, comma);
}

static const char *escape_fault(struct arena *arena, struct scan *scan)
{
	const char *why;
	char c = scan->at[1];

	if (c >= '1' && c <= '9') {
		why = arena_printf(arena,
				   "back-references such as \\%c are not supported", c);
		return why ? why : "";
	}
	scan->at += c != '\0';
	/* Those that are a place, to the GNU library, and no character. */
	add(scan, 1, c != '\0' && strchr("<>bB`'", c));
	return NULL;
}

/* Takes what begins at scan->at, up to its last character. */
static const char *token_fault(struct arena *arena, struct scan *scan)
{
	switch (*scan->at) {
	case '\\':
		return escape_fault(arena, scan);
	case '{':
		return braces_fault(scan);
	case '*':
		return repeat(scan, 0, 1, true);
	case '+':
		/* regcomp() makes aa* of it, and of ((a+)+)+ eight times as much. */
		return repeat(scan, 1, 2, true);
	case '?':
		return repeat(scan, 0, 1, false);
	case '(':
		enter_group(scan);
		return NULL;
	case ')':
		leave_group(scan);
		return NULL;
	case '|':
		begin_branch(top(scan));
		return NULL;
	case '[':
		scan->at = bracket_end(scan->at);
		break;
	}
	add(scan, 1, *scan->at == '^' || *scan->at == '$');
	return NULL;
}

static const char *scan_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	struct scan scan = { .at = text };

	top(&scan)->before_empty = top(&scan)->last_empty = true;
	for (; *scan.at; scan.at++) {
		const char *why;

		*ret_at = (size_t)(scan.at - text);
		why = token_fault(arena, &scan);
		if (why)
			return why;
		if (top(&scan)->size > MOST_WRITTEN_OUT)
			return "longer than 1000 characters with its repetitions written out";
	}
	return NULL;
}

const char *ere_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	cleanup(regfree) regex_t regex = { 0 };
	struct span trimmed = span_trim(span_of(text));
	char copy[ERE_LONGEST + 1] = "", reason[128];
	const char *why;
	int r;

	*ret_at = 0;
	if (strlen(text) > ERE_LONGEST)
		return "longer than 256 bytes";
	memcpy(copy, trimmed.at, trimmed.len);
	why = scan_fault(arena, copy, ret_at);
	*ret_at += (size_t)(trimmed.at - text);
	if (why)
		return why;
	*ret_at = 0;
	r = regcomp(&regex, copy, ERE_FLAGS);
	if (r == 0)
		return NULL;
	(void)regerror(r, &regex, reason, sizeof(reason));
	why = arena_printf(arena, "not a regular expression: %s", reason);
	return why ? why : "";
}
