/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/reader.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "oom/assembly.h"
#include "oom/fields.h"
#include "oom/joining.h"
#include "oom/seek.h"

/* How far back a report may begin from the first word that is sought. */
#define BACK	    8192
/* So much is kept of what was run over: such a word may begin at its end. */
#define KEPT_MOST   (BACK + SEEK_LONGEST)
/* No line is longer that says anything: rsyslog makes one of a whole report. */
#define LINE_MOST   65536
/* After so much of something else no more of a report follows. */
#define QUIET_ENDED 4096
#define QUIET_OPEN  65536

struct oom_reader {
	struct oom_reader_wish wish;
	struct joining joining;
	struct assembly assembly;
	bool reading;  /* line by line; else it runs */
	int64_t quiet; /* bytes since the last line of a report */
	uint64_t line; /* the number of the one that `kept` begins in */
	/* Reading: the line that is not whole yet, as much of it as there is room for. Running: what was last run over. */
	char kept[LINE_MOST];
	size_t kept_len;
};

static int take(void *data, const struct logical *logical)
{
	struct oom_reader *reader = data;

	if (logical->shape.kind != SHAPE_NONE)
		reader->quiet = 0;
	return assembly_take(&reader->assembly, logical);
}

struct oom_reader *oom_reader_new(struct arena *arena, const struct oom_reader_wish *wish)
{
	struct oom_reader *reader = arena_alloc(arena, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->wish = *wish;
	reader->joining.take = take;
	reader->joining.data = reader;
	reader->assembly.arena = arena;
	reader->assembly.wish = &reader->wish;
	return reader;
}

/* It is between reports, and between logs. */
static void stop(struct oom_reader *reader)
{
	assembly_drop(&reader->assembly);
	reader->joining.active = false;
	reader->reading = false;
	reader->kept_len = 0;
}

int oom_reader_begin(struct oom_reader *reader, const char *name)
{
	int r = oom_reader_end(reader);

	reader->assembly.file = name;
	reader->assembly.retold = (struct retold){ 0 };
	reader->line = 1;
	return r;
}

static int take_line(struct oom_reader *reader, struct span line)
{
	reader->quiet += (int64_t)line.len + 1;
	return joining_line(&reader->joining, line, reader->line++);
}

static void keep(struct oom_reader *reader, struct span text)
{
	size_t room = LINE_MOST - reader->kept_len;

	text.len = text.len < room ? text.len : room;
	if (text.len > 0)
		(void)memcpy(reader->kept + reader->kept_len, text.at, text.len);
	reader->kept_len += text.len;
}

/* Keeps the end of what was run over. */
static void keep_last(struct oom_reader *reader, struct span text)
{
	if (text.len >= KEPT_MOST) {
		size_t drop = text.len - KEPT_MOST;

		reader->line +=
			seek_lines((struct span){ reader->kept, reader->kept_len }) +
			seek_lines((struct span){ text.at, drop });
		reader->kept_len = 0;
		text = span_from(text, drop);
	} else if (reader->kept_len + text.len > KEPT_MOST) {
		size_t drop = reader->kept_len + text.len - KEPT_MOST;

		reader->line += seek_lines((struct span){ reader->kept, drop });
		reader->kept_len -= drop;
		(void)memmove(reader->kept, reader->kept + drop, reader->kept_len);
	}
	keep(reader, text);
}

/* The line of which @text is the end is whole. */
static int end_line(struct oom_reader *reader, struct span text)
{
	int r;

	if (reader->kept_len == 0) {
		text.len = text.len < LINE_MOST ? text.len : LINE_MOST;
		return take_line(reader, text);
	}
	keep(reader, text);
	r = take_line(reader, (struct span){ reader->kept, reader->kept_len });
	reader->kept_len = 0;
	return r;
}

static bool is_quiet(const struct oom_reader *reader)
{
	/* What is being joined is not in any report yet. */
	if (reader->joining.active && reader->joining.shape.kind != SHAPE_NONE)
		return false;
	if (!assembly_is_open(&reader->assembly) || assembly_is_ended(&reader->assembly))
		return reader->quiet > QUIET_ENDED;
	return reader->quiet > QUIET_OPEN;
}

/* Line by line, until there is no more of a report. */
static int read_lines(struct oom_reader *reader, struct span *text)
{
	while (text->len > 0) {
		const char *end = memchr(text->at, '\n', text->len);
		int r;

		if (!end) {
			keep(reader, *text);
			*text = span_from(*text, text->len);
			return 0;
		}
		r = end_line(reader, (struct span){ text->at, (size_t)(end - text->at) });
		*text = span_from(*text, (size_t)(end - text->at) + 1);
		if (r < 0)
			return r;
		if (is_quiet(reader)) {
			reader->reading = false;
			r = joining_flush(&reader->joining);
			return r == 0 ? assembly_close(&reader->assembly) : r;
		}
	}
	return 0;
}

/* What stands before the word in the first line of a report, from 2.6.19 on. */
#define ASKED "invoked "

/* Where in @window, which may begin within a line, lines are to be read for the word at @word. */
static size_t first_line(struct span window, size_t word, bool is_cut)
{
	const char *line = memrchr(window.at, '\n', word), *end;
	struct span lines;

	/* A header is wrapped over two lines at most. */
	line = line ? memrchr(window.at, '\n', (size_t)(line - window.at)) : NULL;
	if (line && word >= strlen(ASKED) &&
	    span_starts(span_from(window, word - strlen(ASKED)), ASKED)) {
		lines = (struct span){ line, (size_t)(window.at + word - line) };
		if (!span_has(lines, " Time(s):"))
			return (size_t)(line - window.at) + 1;
	}
	end = is_cut ? memchr(window.at, '\n', word) : NULL;
	return end ? (size_t)(end - window.at) + 1 : 0;
}

/* Places from here on are in what was kept and @text, as if these were one: where a report is read from
 * does not hang on the pieces that the log comes in. */

static struct span copy_between(const struct oom_reader *reader, struct span text,
				size_t from, size_t to, char *into)
{
	const size_t kept = reader->kept_len;
	size_t first = from < kept ? (to < kept ? to : kept) - from : 0;

	to = to < kept + text.len ? to : kept + text.len;
	if (first > 0)
		(void)memcpy(into, reader->kept + from, first);
	if (to > kept)
		(void)memcpy(into + first, text.at + (from + first - kept),
			     to - from - first);
	return (struct span){ into, to - from };
}

/* A report may be about @word: back to the beginning of a line before it. */
static int start_reading(struct oom_reader *reader, struct span *text, size_t word)
{
	size_t from = word > BACK ? word - BACK : 0, over;
	char copy[KEPT_MOST];
	struct span back = copy_between(reader, *text, from, word, copy);

	from += first_line(back, word - from, from > 0);
	over = from < reader->kept_len ? from : reader->kept_len;
	back = copy_between(reader, *text, over, reader->kept_len, copy);
	reader->line += seek_lines((struct span){ reader->kept, over }) +
			seek_lines((struct span){ text->at, from - over });
	*text = span_from(*text, from - over);
	reader->reading = true;
	reader->quiet = -BACK;
	reader->kept_len = 0;
	return read_lines(reader, &back);
}

/* Does one of the words begin in what was kept, and end in @text? */
static bool is_across(const struct oom_reader *reader, struct span text, size_t *ret_word)
{
	char both[2 * SEEK_LONGEST];
	size_t before = reader->kept_len < SEEK_LONGEST ? reader->kept_len : SEEK_LONGEST;
	size_t behind = text.len < SEEK_LONGEST ? text.len : SEEK_LONGEST;
	struct span joined = { both, before + behind };
	size_t at;

	(void)memcpy(both, reader->kept + reader->kept_len - before, before);
	(void)memcpy(both + before, text.at, behind);
	at = seek_next(joined);
	*ret_word = reader->kept_len - before + at;
	return at < joined.len;
}

static int run(struct oom_reader *reader, struct span *text)
{
	size_t at, word;

	if (is_across(reader, *text, &word))
		return start_reading(reader, text, word);
	at = seek_next(*text);
	if (at < text->len)
		return start_reading(reader, text, reader->kept_len + at);
	keep_last(reader, *text);
	*text = span_from(*text, text->len);
	return 0;
}

int oom_reader_feed(struct oom_reader *reader, const char *bytes, size_t len)
{
	struct span text = { bytes, len };
	int r = 0;

	while (r == 0 && text.len > 0)
		r = reader->reading ? read_lines(reader, &text) : run(reader, &text);
	if (r < 0)
		stop(reader);
	return r;
}

int oom_reader_end(struct oom_reader *reader)
{
	struct span rest = { reader->kept, reader->kept_len };
	int r = 0;

	if (reader->reading && rest.len > 0)
		r = take_line(reader, rest);
	if (r == 0)
		r = joining_flush(&reader->joining);
	if (r == 0)
		r = assembly_close(&reader->assembly);
	stop(reader);
	return r;
}
