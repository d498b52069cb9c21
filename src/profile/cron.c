/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/cron.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/span.h"

#define FIELDS 5

static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul",
				      "aug", "sep", "oct", "nov", "dec", NULL };
static const char *const weekdays[] = { "sun", "mon", "tue", "wed",
					"thu", "fri", "sat", NULL };

static const struct cron_field {
	const char *why;
	unsigned min, max;
	const char *const *names; /* of min, min + 1, ...; or NULL */
} fields[FIELDS] = {
	{ "the minute is 0 to 59", 0, 59, NULL },
	{ "the hour is 0 to 23", 0, 23, NULL },
	{ "the day of the month is 1 to 31", 1, 31, NULL },
	{ "the month is 1 to 12, or jan to dec", 1, 12, months },
	{ "the day of the week is 0 to 7, or sun to sat", 0, 7, weekdays },
};

#define NUM_60	"[0-5]?[0-9]"
#define NUM_24	"([01]?[0-9]|2[0-3])"
#define NUM_31	"(0?[1-9]|[12][0-9]|3[01])"
#define NUM_12	"(0?[1-9]|1[0-2]|" NAMES_12 ")"
#define NUM_7	"(0?[0-7]|" NAMES_7 ")"
#define JAN_JUN "[Jj][Aa][Nn]|[Ff][Ee][Bb]|[Mm][Aa][RrYy]|[Aa][Pp][Rr]|[Jj][Uu][Nn]"
#define JUL_DEC                                                                          \
	"[Jj][Uu][Ll]|[Aa][Uu][Gg]|[Ss][Ee][Pp]|[Oo][Cc][Tt]|[Nn][Oo][Vv]|[Dd][Ee][Cc]"
#define SUN_WED	 "[Ss][Uu][Nn]|[Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]"
#define THU_SAT	 "[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]"
#define NAMES_12 JAN_JUN "|" JUL_DEC
#define NAMES_7	 SUN_WED "|" THU_SAT
#define ITEM(n)	 "(\\*|" n "(-" n ")?)(/0?[1-9][0-9]?)?"
#define LIST(n)	 ITEM(n) "(," ITEM(n) ")*"
#define GAP	 "[ \\t]+"

const char cron_pattern[] =
	"^[ \\t]*(@hourly|@daily|@weekly|@monthly|" LIST(NUM_60) GAP LIST(NUM_24)
GAP LIST(NUM_31)
GAP LIST(NUM_12)
GAP LIST(NUM_7) ")[ \\t]*$";

static const struct cron_word {
	const char *word, *meaning;
} words[] = {
	{ "@hourly", "0 * * * *" },
	{ "@daily", "0 0 * * *" },
	{ "@weekly", "0 0 * * 0" },
	{ "@monthly", "0 0 1 * *" },
};

/* One or two digits, as crontab(5) has them: 05 is 5. */
static int small_number(struct span text, unsigned *ret)
{
	unsigned value = 0;

	if (text.len == 0 || text.len > 2)
		return -EINVAL;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return -EINVAL;
		value = value * 10 + (unsigned)(text.at[i] - '0');
	}
	*ret = value;
	return 0;
}

static int read_point(const struct cron_field *field, struct span text, unsigned *ret)
{
	unsigned value = 0;

	for (size_t i = 0; field->names && field->names[i]; i++) {
		if (text.len == 3 && strncasecmp(text.at, field->names[i], 3) == 0) {
			*ret = field->min + (unsigned)i;
			return 0;
		}
	}
	if (small_number(text, &value) < 0 || value < field->min || value > field->max)
		return -EINVAL;
	*ret = value;
	return 0;
}

/* "1-5" or "3" or "*". A lone number with a step goes on to the end of the field. */
static const char *read_range(const struct cron_field *field, struct span text, bool step,
			      unsigned *ret_first, unsigned *ret_last)
{
	struct span first;
	bool range = text.len > 0 && memchr(text.at, '-', text.len);

	*ret_first = field->min;
	*ret_last = field->max;
	if (span_is(text, "*"))
		return NULL;
	if (!span_until(&text, '-', &first) || read_point(field, first, ret_first) < 0)
		return field->why;
	if (range && read_point(field, text, ret_last) < 0)
		return field->why;
	if (!range && !step)
		*ret_last = *ret_first;
	return *ret_first <= *ret_last ? NULL : "the range runs backwards";
}

static const char *read_item(const struct cron_field *field, struct span text,
			     uint64_t *bits)
{
	bool has_step = text.len > 0 && memchr(text.at, '/', text.len);
	unsigned first, last, step = 1;
	struct span range = { text.at, 0 };
	const char *why;

	if (!span_until(&text, '/', &range))
		return field->why;
	if (has_step && (small_number(text, &step) < 0 || step == 0))
		return "a step is a number from 1 to 99";
	why = read_range(field, range, has_step, &first, &last);
	if (why)
		return why;
	for (; first <= last; first += step)
		*bits |= UINT64_C(1) << first;
	return NULL;
}

static const char *read_field(const struct cron_field *field, struct span text,
			      uint64_t *bits, const char **ret_at)
{
	bool comma_at_end = text.len > 0 && text.at[text.len - 1] == ',';
	struct span item;

	*ret_at = text.at;
	while (span_until(&text, ',', &item)) {
		const char *why = read_item(field, item, bits);

		*ret_at = item.at;
		if (why)
			return why;
	}
	return comma_at_end ? field->why : NULL;
}

/* Is there ever such a day? The 30th of February is the usual one that is not. */
static bool comes_true(const struct cron *cron)
{
	static const unsigned longest[] = {
		31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	if (!cron->any_day && !cron->any_weekday)
		return true;
	for (unsigned month = 1; month <= 12; month++) {
		uint64_t days = (UINT64_C(2) << longest[month - 1]) - 1;

		if ((cron->months >> month & 1) && (cron->days & days))
			return true;
	}
	return false;
}

const char *cron_fields(const char *text)
{
	struct span span = span_trim(span_of(text));

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (span_is(span, words[i].word))
			return words[i].meaning;
	}
	return text;
}

static int wrong(const char *why, size_t at, const char **ret_why, size_t *ret_at)
{
	*ret_why = why;
	*ret_at = at;
	return -EINVAL;
}

int cron_parse(const char *text, struct cron *ret, const char **ret_why, size_t *ret_at)
{
	struct cron cron = { 0 };
	uint64_t *const bits[FIELDS] = { &cron.minutes, &cron.hours, &cron.days,
					 &cron.months, &cron.weekdays };
	struct span rest = span_trim(span_of(cron_fields(text))), word;

	if (span_starts(rest, "@"))
		return wrong("the words are @hourly, @daily, @weekly and @monthly", 0,
			     ret_why, ret_at);
	for (size_t i = 0; i < FIELDS; i++) {
		const char *why, *at = text;

		if (!span_word(&rest, &word))
			return wrong("five fields are wanted: minute, hour, day of the "
				     "month, month, day of the week",
				     0, ret_why, ret_at);
		why = read_field(&fields[i], word, bits[i], &at);
		if (why)
			return wrong(why, (size_t)(at - text), ret_why, ret_at);
		if (i == 2)
			cron.any_day = word.at[0] == '*';
		if (i == 4)
			cron.any_weekday = word.at[0] == '*';
	}
	if (span_word(&rest, &word))
		return wrong("more than five fields", (size_t)(word.at - text), ret_why,
			     ret_at);
	if (cron.weekdays >> 7 & 1) /* 7 is Sunday, too */
		cron.weekdays = (cron.weekdays | 1) & 0x7f;
	if (!comes_true(&cron))
		return wrong("there is no such day in these months", 0, ret_why, ret_at);
	*ret = cron;
	return 0;
}
