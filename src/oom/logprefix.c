/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/logprefix.h"

#include <string.h>

#include "oom/fields.h"

#define MOST_WORDS 6 /* between a time and "kernel:" */
#define CLOCK	   8 /* "21:40:09" is so long */

static bool is_digit(struct span text, size_t at)
{
	return at < text.len && text.at[at] >= '0' && text.at[at] <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
}

/* Are there @count digits at @at? */
static bool are_digits(struct span text, size_t at, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_digit(text, at + i))
			return false;
	}
	return true;
}

/* "21:40:09" */
static bool is_clock(struct span text, size_t at)
{
	return text.len >= at + CLOCK && text.at[at + 2] == ':' &&
	       text.at[at + 5] == ':' && are_digits(text, at, 2) &&
	       are_digits(text, at + 3, 2) && are_digits(text, at + 6, 2);
}

size_t logprefix_uptime(struct span line, size_t at)
{
	size_t i = at, point;

	if (i >= line.len || line.at[i++] != '[')
		return 0;
	while (i < line.len && line.at[i] == ' ')
		i++;
	if (!is_digit(line, i))
		return 0;
	while (is_digit(line, i))
		i++;
	if (i >= line.len || line.at[i] != '.')
		return 0;
	for (point = i++; is_digit(line, i);)
		i++;
	if (i - point < 2 || i >= line.len || line.at[i] != ']')
		return 0;
	return i + 1 - at;
}

/* A prefix as it is being read. */
struct reading {
	struct logprefix prefix;
	struct span rest;
	bool kernel; /* "kernel:" was there */
};

static void take(struct reading *reading, size_t len, bool is_time)
{
	if (is_time && reading->prefix.when.len == 0)
		reading->prefix.when = (struct span){ reading->rest.at, len };
	reading->rest = span_from(reading->rest, len);
	reading->prefix.stamped = true;
}

/* "[ T813]", "[   C1]" */
static bool read_caller(struct reading *reading)
{
	struct span text = span_from(reading->rest, 1);
	uint64_t id;
	bool is_cpu;

	blanks_take(&text);
	if (text.len < 2 || (*text.at != 'T' && *text.at != 'C'))
		return false;
	is_cpu = *text.at == 'C';
	text = span_from(text, 1);
	if (!digits_take(&text, &id) || text.len == 0 || *text.at != ']')
		return false;
	reading->prefix.caller = (uint32_t)id * 2 + is_cpu + 1;
	take(reading, (size_t)(text.at - reading->rest.at) + 1, false);
	return true;
}

/* "[Mon Jun 10 13:33:11 2024]", in any language; "[2024-06-10T13:33:11,5+02:00]" */
static bool read_bracket_time(struct reading *reading)
{
	const char *end = memchr(reading->rest.at, ']', reading->rest.len);
	size_t len = end ? (size_t)(end - reading->rest.at) + 1 : 0;
	struct span inner;

	if (len < 12 || len > 48)
		return false;
	inner = (struct span){ reading->rest.at + 1, len - 2 };
	for (size_t i = 0; i + CLOCK <= inner.len; i++) {
		if (is_clock(inner, i)) {
			take(reading, len, true);
			reading->prefix.when = inner;
			return true;
		}
	}
	return false;
}

/* "[meta sequenceId=\"813\"]", of RFC 5424 */
static bool read_structured(struct reading *reading)
{
	const char *end;
	size_t len;

	if (reading->rest.len < 2 || !is_letter(reading->rest.at[1]))
		return false;
	end = memmem(reading->rest.at, reading->rest.len, "\"]", 2);
	len = end ? (size_t)(end - reading->rest.at) + 2 : 0;
	if (!end || !span_has((struct span){ reading->rest.at, len }, "=\""))
		return false;
	take(reading, len, false);
	return true;
}

static bool read_bracket(struct reading *reading)
{
	size_t len = logprefix_uptime(reading->rest, 0);

	if (len > 0) {
		struct span inner = { reading->rest.at + 1, len - 2 };
		bool first = reading->prefix.when.len == 0;

		take(reading, len, true);
		if (first)
			reading->prefix.when = span_trim(inner);
		return true;
	}
	return read_caller(reading) || read_bracket_time(reading) ||
	       read_structured(reading);
}

/* "<4>", and the "1 " behind it of RFC 5424 */
static bool read_level(struct reading *reading)
{
	struct span text = span_from(reading->rest, 1);
	uint64_t level;

	if (!digits_take(&text, &level) || text.len == 0 || *text.at != '>')
		return false;
	text = span_from(text, 1);
	if (span_starts(text, "1 ") && are_digits(text, 2, 4))
		text = span_from(text, 2);
	take(reading, (size_t)(text.at - reading->rest.at), false);
	return true;
}

/* "4,1234,5678901,-;" or "4,1234,5678901,-,caller=T1;" */
static bool read_record(struct reading *reading)
{
	const char *end = memchr(reading->rest.at, ';',
				 reading->rest.len < 96 ? reading->rest.len : 96);
	struct span text = reading->rest;
	struct span when = { 0 };
	uint64_t number;

	if (!end)
		return false;
	for (int i = 0; i < 3; i++) {
		const char *at = text.at;

		if (!digits_take(&text, &number) || text.len == 0 || *text.at != ',')
			return false;
		when = (struct span){ at, (size_t)(text.at - at) };
		text = span_from(text, 1);
	}
	if (span_behind((struct span){ text.at, (size_t)(end - text.at) },
			"caller=", &text) &&
	    text.len > 1) {
		bool is_cpu = *text.at == 'C';

		text = span_from(text, 1);
		if (digits_take(&text, &number))
			reading->prefix.caller = (uint32_t)number * 2 + is_cpu + 1;
	}
	take(reading, (size_t)(end - reading->rest.at) + 1, false);
	if (reading->prefix.when.len == 0)
		reading->prefix.when = when;
	return true;
}

/* "2026-06-10T13:33:11", also with blanks or strokes, with what follows of a fraction and a zone */
static size_t year_first_length(struct span text)
{
	size_t len = strlen("9999-99-99 ") + CLOCK;
	char mark = text.at[4];

	if ((mark != '-' && mark != '/') || text.at[7] != mark ||
	    (text.at[10] != ' ' && (text.at[10] != 'T' || mark == '/')) ||
	    !are_digits(text, 0, 4) || !are_digits(text, 5, 2) ||
	    !are_digits(text, 8, 2) || !is_clock(text, 11))
		return 0;
	while (len < text.len && text.at[len] != ' ' && text.at[len] != ']')
		len++;
	return len;
}

/* "Jun 10 13:33:11", "Jun  1 13:33:11", "Jun 1 13:33:11", "Jun 10 2026 13:33:11" */
static size_t month_first_length(struct span text)
{
	size_t at = strlen("Jun ");

	if (!is_letter(text.at[0]) || !is_letter(text.at[1]) || !is_letter(text.at[2]))
		return 0;
	at += text.at[at] == ' ' ? 1 : 0;
	if (!is_digit(text, at))
		return 0;
	at += is_digit(text, at + 1) ? 2 : 1;
	if (text.at[at++] != ' ')
		return 0;
	if (are_digits(text, at, 4) && span_starts(span_from(text, at + 4), " "))
		at += strlen("2026 ");
	return is_clock(text, at) ? at + CLOCK : 0;
}

/* How long a date and time of day at the beginning are; 0: there is none. */
static size_t date_length(struct span text)
{
	if (text.len < strlen("Jun 1 ") + CLOCK)
		return 0;
	/* Most of what is asked about is none. */
	if (text.at[3] == ' ')
		return month_first_length(text);
	return is_digit(text, 0) ? year_first_length(text) : 0;
}

/* "813 Time(s):" */
static bool read_count(struct reading *reading)
{
	struct span text = reading->rest;
	uint64_t count;

	if (!digits_take(&text, &count) || !span_starts(text, " Time(s):"))
		return false;
	take(reading, (size_t)(text.at - reading->rest.at) + strlen(" Time(s):"), false);
	reading->prefix.counted = true;
	return true;
}

/* "kernel:", "kernel[-]:", "kernel - - -" of RFC 5424 */
static size_t kernel_length(struct span text)
{
	size_t i = strlen("kernel");

	if (!span_starts(text, "kernel"))
		return 0;
	if (i < text.len && text.at[i] == '[') {
		const char *end = memchr(text.at + i, ']', text.len - i);

		if (!end)
			return 0;
		i = (size_t)(end - text.at) + 1;
	}
	if (i < text.len && (text.at[i] == ':' || text.at[i] == '|'))
		return i + 1;
	if (span_starts(span_from(text, i), " - - - "))
		return i + strlen(" - - - ");
	return span_starts(span_from(text, i), " - - ") ? i + strlen(" - - ") : 0;
}

/* "sshd[813]:" */
static bool is_foreign(struct span word)
{
	const char *open;
	struct span text;
	uint64_t pid;

	if (word.len < 4 || word.at[word.len - 1] != ':' || word.at[word.len - 2] != ']')
		return false;
	open = memchr(word.at, '[', word.len);
	if (!open || open == word.at || span_starts(word, "kernel["))
		return false;
	text = span_from(word, (size_t)(open - word.at) + 1);
	return digits_take(&text, &pid) && span_is(text, "]:");
}

static struct span first_word(struct span text)
{
	size_t len = 0;

	while (len < text.len && text.at[len] != ' ' && text.at[len] != '\t')
		len++;
	return (struct span){ text.at, len };
}

/* Host, facility and program, as far as "kernel:"; without that the host alone. */
static void read_source(struct reading *reading)
{
	struct span text = reading->rest, host = { 0 };

	blanks_take(&text);
	for (int i = 0; i < MOST_WORDS && text.len > 0; i++) {
		size_t len = kernel_length(text);
		struct span word;

		if (len > 0) {
			take(reading, (size_t)(text.at - reading->rest.at) + len, false);
			reading->kernel = true;
			return;
		}
		word = first_word(text);
		host = i == 0 ? word : host;
		reading->prefix.foreign =
			reading->prefix.foreign || (i <= 1 && is_foreign(word));
		text = span_from(text, word.len);
		blanks_take(&text);
	}
	if (host.len > 0 && host.at[host.len - 1] != ':' && *host.at != '[') {
		take(reading, (size_t)(host.at - reading->rest.at) + host.len, false);
		reading->prefix.guessed = true;
	}
}

static bool read_date(struct reading *reading)
{
	size_t len = date_length(reading->rest);

	if (len == 0)
		return false;
	take(reading, len, true);
	read_source(reading);
	return true;
}

static bool read_kernel(struct reading *reading)
{
	struct span text = reading->rest, word = first_word(text);
	size_t len = kernel_length(text);

	/* "kern.warn kernel:", "err|kernel[-]|" */
	if (len == 0 && word.len < 24 && memchr(word.at, '.', word.len)) {
		text = span_from(text, word.len);
		blanks_take(&text);
		len = kernel_length(text);
	} else if (len == 0 && word.len < 48) {
		const char *bar = memchr(word.at, '|', word.len);

		text = bar ? span_from(text, (size_t)(bar - text.at) + 1) : text;
		len = kernel_length(text);
	}
	if (len == 0)
		return false;
	take(reading, (size_t)(text.at - reading->rest.at) + len, false);
	reading->kernel = true;
	return true;
}

/* "messages.1:Mar  3 04:17:40", "kern.log:813:[12.345678]": of grep(1) */
static bool read_file(struct reading *reading)
{
	const struct span word = first_word(reading->rest);

	for (size_t i = 0; i < word.len; i++) {
		struct span rest = span_from(reading->rest, i + 1);

		if (word.at[i] != ':' ||
		    (date_length(rest) == 0 && logprefix_uptime(rest, 0) == 0))
			continue;
		reading->rest = rest;
		return true;
	}
	return false;
}

/* "<pre>", "</td>", "<br />": of a page that was saved as it is */
static bool read_tag(struct reading *reading)
{
	static const char *const tags[] = { "a",    "b",    "br",  "code", "div", "em",
					    "font", "i",    "kbd", "li",   "p",	  "pre",
					    "samp", "span", "td",  "tr",   "tt",  "u" };
	const char *end = memchr(reading->rest.at, '>', reading->rest.len);
	struct span name = span_from(reading->rest, 1);

	if (name.len > 0 && *name.at == '/')
		name = span_from(name, 1);
	name = span_before(span_before(span_before(name, ">"), " "), "/");
	for (size_t i = 0; end && i < sizeof(tags) / sizeof(*tags); i++) {
		if (!span_is(name, tags[i]))
			continue;
		reading->rest =
			span_from(reading->rest, (size_t)(end - reading->rest.at) + 1);
		return true;
	}
	return false;
}

/* "&gt;", "&nbsp;" */
static bool read_entity(struct reading *reading)
{
	static const char *const entities[] = { "&gt;", "&nbsp;", "&quot;" };

	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++) {
		if (span_starts(reading->rest, entities[i])) {
			reading->rest = span_from(reading->rest, strlen(entities[i]));
			return true;
		}
	}
	return false;
}

/* What printed pages begin the rest of a line with */
static bool read_wrap(struct reading *reading)
{
	static const char *const signs[] = { "↪", "↳" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (!span_starts(reading->rest, signs[i]))
			continue;
		reading->rest = span_from(reading->rest, strlen(signs[i]));
		return true;
	}
	return false;
}

static bool read_part(struct reading *reading)
{
	const struct span rest = reading->rest;

	switch (*rest.at) {
	case '[':
		return read_bracket(reading);
	case '<':
		return read_level(reading) || read_tag(reading);
	case '&':
		return read_entity(reading);
	case 'M':
		if (span_starts(rest, "MESSAGE=")) {
			reading->rest = span_from(rest, strlen("MESSAGE="));
			return true;
		}
		break;
	case '>':
	case ':':
	case '|':
	case '*':
	case '`':
		reading->rest = span_from(rest, 1);
		return true;
	case '\xe2':
		return read_wrap(reading);
	default:
		break;
	}
	if (is_digit(rest, 0) && (read_record(reading) || read_count(reading)))
		return true;
	if (read_date(reading))
		return true;
	/* Behind it are the kernel's own words: of what they may not be all has been tried. */
	if (reading->kernel && is_letter(*rest.at) && !span_starts(rest, "kernel"))
		return false;
	return read_kernel(reading) || read_file(reading);
}

struct logprefix logprefix_read(struct span line)
{
	struct reading reading = { .rest = line };

	do
		blanks_take(&reading.rest);
	while (reading.rest.len > 0 && read_part(&reading));
	reading.prefix.len = line.len - reading.rest.len;
	return reading.prefix;
}
