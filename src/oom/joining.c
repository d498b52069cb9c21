/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/joining.h"

#include <string.h>

#include "oom/citation.h"
#include "oom/fields.h"

/* The kernel's own times have six. */
#define GLUED_DECIMALS 3
/* So much before a message says who it is of; the rest is somebody's long line. */
#define BEFORE_MOST    512
#define DATE	       "Jun 10 13:33:11 "
#define SEARCHED       (4 * (size_t)JOINED_MOST)

static bool is_message(struct shape shape)
{
	return shape.kind != SHAPE_NONE;
}

/* The text without the blanks that joining put in. */
static struct span tighten(struct joining *joining)
{
	size_t from = 0, len = 0;

	if (joining->breaks_len == 0)
		return (struct span){ joining->text, joining->len };
	for (size_t i = 0; i <= joining->breaks_len; i++) {
		size_t end = i < joining->breaks_len ? joining->breaks[i] : joining->len;

		(void)memcpy(joining->tight + len, joining->text + from, end - from);
		len += end - from;
		from = end + 1;
	}
	return (struct span){ joining->tight, len };
}

/* Where the prefix ends in @text, which may be no more than a part of it. */
static size_t prefix_in(const struct joining *joining, struct span text)
{
	size_t end = is_message(joining->shape) ? joining->shape.at : text.len;

	return joining->prefix.len < end ? joining->prefix.len : end;
}

static int hand_over(struct joining *joining, struct span text, struct span tight)
{
	const struct logical logical = {
		.shape = joining->shape,
		.text = text,
		.tight = tight,
		.prefix_len = prefix_in(joining, text),
		.when = { joining->when, joining->when_len },
		.caller = joining->prefix.caller,
		.counted = joining->prefix.counted,
		.number = joining->number,
	};

	return joining->take(joining->data, &logical);
}

static int flush(struct joining *joining)
{
	struct span text = { joining->text, joining->len }, tight;

	if (!joining->active)
		return 0;
	joining->active = false;
	tight = tighten(joining);
	/* Neither part of a message that was wrapped within its first words is one. */
	if (!is_message(joining->shape) && joining->wrapped) {
		joining->shape = shape_find(text, 0);
		if (!is_message(joining->shape)) {
			joining->shape = shape_find(tight, 0);
			text = is_message(joining->shape) ? tight : text;
		}
		if (citation_is(text, joining->shape))
			return 0;
	}
	return hand_over(joining, text, tight);
}

static void append(struct joining *joining, struct span part)
{
	size_t room = JOINED_MOST - joining->len;

	part.len = part.len < room ? part.len : room;
	(void)memcpy(joining->text + joining->len, part.at, part.len);
	joining->len += part.len;
}

static void start(struct joining *joining, struct span line, struct shape shape,
		  const struct logprefix *prefix)
{
	joining->active = true;
	joining->wrapped = false;
	joining->number = joining->current;
	joining->shape = shape;
	joining->prefix = *prefix;
	joining->len = joining->breaks_len = 0;
	joining->when_len =
		prefix->when.len < JOINED_WHEN ? prefix->when.len : JOINED_WHEN;
	(void)memcpy(joining->when, prefix->when.at ? prefix->when.at : "",
		     joining->when_len);
	append(joining, line);
}

static bool ends_with(const struct joining *joining, const char *words)
{
	struct span text = span_trim((struct span){ joining->text, joining->len });
	size_t len = strlen(words);

	return text.len >= len && span_is(span_from(text, text.len - len), words);
}

/* "Node 0" */
static bool ends_with_node(const struct joining *joining)
{
	struct span text = span_trim((struct span){ joining->text, joining->len });
	size_t digits = 0;

	while (digits < text.len && text.at[text.len - 1 - digits] >= '0' &&
	       text.at[text.len - 1 - digits] <= '9')
		digits++;
	text.len -= digits;
	text = span_trim(text);
	return digits > 0 && text.len >= 4 &&
	       span_is(span_from(text, text.len - 4), "Node");
}

/* Was the line wrapped before the first words of its message ended? */
static bool belongs_to_last(const struct joining *joining, struct shape shape)
{
	if (shape.kind == SHAPE_HEADER)
		return ends_with(joining, "invoked");
	if (shape.kind == SHAPE_ZONE || shape.kind == SHAPE_BLOCKS)
		return joining->shape.kind == SHAPE_NONE && ends_with_node(joining);
	/* A name is whole, and ends its line. */
	return shape.kind == SHAPE_NONE && joining->shape.kind != SHAPE_VM_KILL;
}

/* Stacks are many lines, none of which continues the one before. */
static bool is_of_stack(struct span line)
{
	return span_has(line, "+0x") || span_starts(line, "[<");
}

static int put_in(struct joining *joining, struct span line, struct shape shape,
		  const struct logprefix *prefix)
{
	struct span part = span_from(line, prefix->len);
	int r;

	if (!joining->active || prefix->stamped || is_of_stack(part) ||
	    joining->breaks_len == JOINED_BREAKS || !belongs_to_last(joining, shape)) {
		r = flush(joining);
		start(joining, line, shape, prefix);
		return r;
	}
	if (joining->len > 0 && joining->len < JOINED_MOST &&
	    joining->text[joining->len - 1] != ' ') {
		joining->breaks[joining->breaks_len++] = joining->len;
		joining->text[joining->len++] = ' ';
	}
	append(joining, part);
	joining->wrapped = true;
	if (is_message(shape))
		joining->shape =
			shape_find((struct span){ joining->text, joining->len }, 0);
	return 0;
}

/* Where a second message is glued to the end of one, with its time: "race 0+4[4325.46] Free swap". */
static size_t find_glued(struct span line, size_t from)
{
	size_t len;

	for (size_t i = from; i < line.len; i++) {
		const char *at = memchr(line.at + i, '[', line.len - i);

		if (!at)
			break;
		i = (size_t)(at - line.at);
		len = logprefix_uptime(line, i);
		/* Shorter ones are somebody's numbers. */
		if (len > 0 &&
		    !memchr(at + len - 1 - GLUED_DECIMALS, '.', GLUED_DECIMALS))
			return i;
	}
	return line.len;
}

/* Does a line of syslog's begin at @at, of the kernel? */
static bool is_dated(struct span line, size_t at)
{
	struct logprefix prefix = logprefix_read(span_from(line, at));

	return prefix.when.len > 0 && !prefix.guessed && !prefix.foreign;
}

/* Where " kernel: " is. Lines of figures have few of its letters, but for "kB". */
static size_t find_kernel(struct span line, size_t from)
{
	const char *end = line.at + line.len;
	const char *at = from < line.len ? line.at + from : end;

	while (at < end && (at = memchr(at, 'k', (size_t)(end - at)))) {
		if (at[-1] == ' ' &&
		    span_starts(span_from(line, (size_t)(at - line.at)), "kernel: "))
			return (size_t)(at - line.at) - 1;
		at++;
	}
	return line.len;
}

/* Where one is glued that syslog wrote, as terminals do with lines that are as wide as they are. */
static size_t find_dated(struct span line, size_t from)
{
	size_t host = find_kernel(line, from + strlen(DATE));

	if (host == line.len)
		return line.len;
	while (host > from && line.at[host - 1] != ' ')
		host--;
	if (host < from + strlen(DATE) || !is_dated(line, host - strlen(DATE)))
		return line.len;
	return host - strlen(DATE);
}

static struct span without_end(struct span line)
{
	while (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* Leaves out the beginning of a line in which a message begins so late that it would not fit. */
static void leave_out(struct span *line, struct shape *shape, struct logprefix *prefix)
{
	size_t len = shape->at > BEFORE_MOST ? shape->at - BEFORE_MOST : 0;

	*line = span_from(*line, len);
	shape->at -= len;
	prefix->len = prefix->len > len ? prefix->len - len : 0;
}

static bool is_of_victim(struct shape shape)
{
	return shape.kind == SHAPE_KILL || shape.kind == SHAPE_CONSTRAINT;
}

/* Where a second line about a victim follows one: newlines are blanks on some pages, and nothing on
 * others. */
static size_t find_next_kill(struct span line, struct shape shape)
{
	static const char *const words[] = { "Out of memory", "Out of Memory",
					     "Memory cgroup out of memory",
					     "Killed process ", "oom-kill:constraint=" };
	struct span text = span_from(line, shape.at + 1), rest;
	size_t found = line.len;

	if (!is_of_victim(shape))
		return line.len;
	if (shape.kind == SHAPE_KILL)
		(void)span_behind(text, "process ", &text);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		rest = text;
		while (span_behind(rest, words[i], &rest)) {
			size_t at = (size_t)(rest.at - line.at) - strlen(words[i]);
			struct shape next = shape_find(span_from(line, at), 0);

			if (at < found && next.at == 0 && is_of_victim(next))
				found = at;
		}
	}
	return found;
}

/* Where the message at @shape ends, if another one is glued to it. Far less than is searched is a
 * kernel's longest message; all of a long line would be searched anew for each that is in it. */
static size_t find_end(struct span line, struct shape shape)
{
	size_t most = shape.at + SEARCHED;
	struct span near = { line.at, line.len < most ? line.len : most };
	size_t glued = find_glued(near, shape.at + 1);
	size_t dated = find_dated(near, shape.at + 1);
	size_t kill = find_next_kill(near, shape);

	glued = glued < dated ? glued : dated;
	glued = glued < kill ? glued : kill;
	return glued < near.len ? glued : line.len;
}

/* Does the end of the last line about a victim stand before the next one, which begins at @shape? */
static bool ends_last(const struct joining *joining, struct shape shape,
		      const struct logprefix *prefix)
{
	return joining->active && is_of_victim(joining->shape) && is_of_victim(shape) &&
	       !prefix->stamped && shape.at > prefix->len;
}

/* The first message of @line, and what is put together with it: the rest is left. @when is the time of
 * the line, which counts for all in it. */
static int take_message(struct joining *joining, struct span *line, struct span *when)
{
	struct logprefix prefix = logprefix_read(*line);
	struct shape shape = shape_find(*line, prefix.guessed ? 0 : prefix.len);
	struct span rest = span_from(*line, line->len), text = *line;

	*line = rest;
	if (prefix.len == text.len && !prefix.stamped)
		return flush(joining);
	if (citation_is(text, shape))
		return flush(joining);
	if (prefix.foreign)
		shape.kind = SHAPE_NONE;
	*when = prefix.when = prefix.when.len > 0 ? prefix.when : *when;
	if (ends_last(joining, shape, &prefix)) {
		*line = span_from(text, shape.at);
		text.len = shape.at;
		shape = (struct shape){ SHAPE_NONE, text.len };
	} else if (is_message(shape)) {
		text.len = find_end(text, shape);
		*line = (struct span){ text.at + text.len,
				       (size_t)(rest.at - text.at) - text.len };
		leave_out(&text, &shape, &prefix);
	}
	return put_in(joining, text, shape, &prefix);
}

static int take_line(struct joining *joining, struct span line)
{
	struct span when = { 0 };
	int r;

	do
		r = take_message(joining, &line, &when);
	while (r == 0 && line.len > 0);
	return r;
}

/* Where in @text a newline is written as @words, of which the first byte is rare. */
static const char *find_newline(struct span text, const char words[static 5])
{
	const char *at = text.at, *end = text.at + text.len;

	while (at < end && (at = memchr(at, words[0], (size_t)(end - at)))) {
		if (end - at >= 4 && memcmp(at, words, 4) == 0)
			return at;
		at++;
	}
	return NULL;
}

/* The parts of a line in which newlines are written in words: by rsyslog, and by the kernel. */
static bool take_part(struct span *rest, struct span *ret)
{
	const char *at, *other;

	if (rest->len == 0)
		return false;
	at = find_newline(*rest, "#012");
	other = find_newline(*rest, "\\x0a");
	if (!at || (other && other < at))
		at = other;
	if (!at) {
		*ret = *rest;
		*rest = span_from(*rest, rest->len);
		return true;
	}
	*ret = (struct span){ rest->at, (size_t)(at - rest->at) };
	*rest = span_from(*rest, ret->len + 4);
	return true;
}

static int take_parts(struct joining *joining, struct span rest, uint64_t number)
{
	struct span part;
	int r = 0;

	joining->current = number;
	if (rest.len == 0)
		return flush(joining);
	while (r == 0 && take_part(&rest, &part))
		r = take_line(joining, part);
	return r;
}

int joining_line(struct joining *joining, struct span line, uint64_t number)
{
	line = without_end(line);
	return printable_line(&joining->printable, &line, &number)
		       ? take_parts(joining, line, number)
		       : 0;
}

int joining_flush(struct joining *joining)
{
	struct span line;
	uint64_t number;
	int r = 0;

	if (printable_rest(&joining->printable, &line, &number))
		r = take_parts(joining, line, number);
	joining->printable.on = false;
	return r == 0 ? flush(joining) : r;
}
