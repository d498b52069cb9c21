/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/timers.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/text.h"
#include "base/vec.h"
#include "plan/only_if.h"
#include "plan/schedule.h"
#include "profile/condition.h"
#include "profile/profile.h"

const struct enumtab carrier_all[] = {
	{ "watch", CARRIER_WATCH },
	{ "systemd", CARRIER_SYSTEMD },
	{ "cron", CARRIER_CRON },
	{ NULL, 0 },
};

const struct enumtab *const carrier_others = carrier_all + 1;

#define MINUTE	 60
#define HOUR	 3600
#define DAY	 86400
#define ALL_DAY	 ((UINT64_C(1) << 24) - 1)
#define ALL_WEEK 0x7f
#define HEAD	 "# Written by lowmemctl (profile "

static int add_file(struct arena *arena, struct timer_files *files, const char *path,
		    struct text *text)
{
	struct timer_file *file = vec_push(arena, files);

	if (!file)
		return -ENOMEM;
	file->path = path;
	file->text = text_finish(text);
	return file->path && file->text ? 0 : -ENOMEM;
}

static struct text begin(struct arena *arena, const char *profile)
{
	struct text text = text_in(arena);

	text_addf(&text, HEAD "%s). 'lowmemctl unpersist %s' removes it.\n", profile,
		  profile);
	return text;
}

/* What is called. */

static bool asks_pressure(const struct drop_schedule *schedule)
{
	struct condition condition = { 0 };
	const char *why;
	size_t at;

	return schedule->only_if &&
	       condition_parse(schedule->only_if, &condition, &why, &at) == 0 &&
	       only_if_asks_pressure(&condition);
}

/* One word for whoever reads the line: in @quotes, blanks in it single, and @percent for a '%'.
 * A condition has no quotes, backslashes or dollars: condition.h. */
static void add_condition(struct text *text, const char *condition, char quotes,
			  const char *percent)
{
	struct span rest = span_of(condition), word;

	text_addf(text, " --if %c", quotes);
	for (bool first = true; span_word(&rest, &word); first = false) {
		if (!first)
			text_add(text, " ", 1);
		for (size_t i = 0; i < word.len; i++) {
			if (word.at[i] == '%')
				text_addf(text, "%s", percent);
			else
				text_add(text, &word.at[i], 1);
		}
	}
	text_add(text, &quotes, 1);
}

static void add_call(struct text *text, const struct drop_schedule *schedule, char quotes,
		     const char *percent)
{
	static const char *const modes[] = {
		[DROP_PAGECACHE] = "pagecache",
		[DROP_SLAB] = "slab",
		[DROP_ALL] = "all",
	};

	text_addf(text, LOWMEMCTL_PROGRAM " drop-caches --mode %s",
		  modes[schedule->mode]);
	if (!schedule->sync)
		text_addf(text, " --no-sync");
	if (schedule->only_if)
		add_condition(text, schedule->only_if, quotes, percent);
	/* The daemon spares hosts that reclaim, too. */
	if (!schedule->under_pressure && !asks_pressure(schedule))
		text_addf(text, " --spare");
}

/* When: systemd.time(7). */

/*
 * Where the bits of 0..@max are every n-th, and n goes into their number: n. Else 0, as systemd (252)
 * counts on from where another step ends: it leaves out the first of January for days of 01/8.
 */
static unsigned step_of(uint64_t bits, unsigned max, unsigned *ret_first)
{
	unsigned first = 0, step = 1;
	uint64_t same = 0;

	while (first < max && !(bits >> first & 1))
		first++;
	while (first + step <= max && !(bits >> (first + step) & 1))
		step++;
	for (unsigned i = first; i <= max; i += step)
		same |= UINT64_C(1) << i;
	*ret_first = first;
	return step > 1 && first + 2 * step <= max && (max + 1) % step == 0 &&
			       same == bits
		       ? step
		       : 0;
}

static void add_value(struct text *text, unsigned value, const char *const *names)
{
	if (names)
		text_addf(text, "%s", names[value]);
	else
		text_addf(text, "%02u", value);
}

/* Three and more in a row are a range. */
static void add_list(struct text *text, uint64_t bits, unsigned max,
		     const char *const *names)
{
	const char *comma = "";

	for (unsigned i = 0; i <= max; i++) {
		unsigned last = i;

		if (!(bits >> i & 1))
			continue;
		while (last < max && (bits >> (last + 1) & 1))
			last++;
		text_addf(text, "%s", comma);
		add_value(text, i, names);
		comma = ",";
		if (last < i + 2)
			continue;
		text_addf(text, "..");
		add_value(text, last, names);
		i = last;
	}
}

/* The field of bits @min..@max: all of them, every n-th, or a list. */
static void add_field(struct text *text, uint64_t bits, unsigned min, unsigned max)
{
	unsigned first, step = min == 0 ? step_of(bits, max, &first) : 0;

	if (bits == (UINT64_C(2) << max) - (UINT64_C(1) << min))
		text_add(text, "*", 1);
	else if (step > 0)
		text_addf(text, "%02u/%u", first, step);
	else
		add_list(text, bits, max, NULL);
}

static void add_calendar(struct text *text, const struct cron *cron, uint64_t days,
			 uint64_t weekdays, const char *zone)
{
	/* Its ranges go from Monday on: bit 7 is Sunday here. */
	static const char *const names[] = { "",    "Mon", "Tue", "Wed",
					     "Thu", "Fri", "Sat", "Sun" };

	text_addf(text, "OnCalendar=");
	if (weekdays != ALL_WEEK) {
		add_list(text, (weekdays & ~UINT64_C(1)) | (weekdays & 1) << 7, 7, names);
		text_add(text, " ", 1);
	}
	text_addf(text, "*-");
	add_field(text, cron->months, 1, 12);
	text_add(text, "-", 1);
	add_field(text, days, 1, 31);
	text_add(text, " ", 1);
	add_field(text, cron->hours, 0, 23);
	text_add(text, ":", 1);
	add_field(text, cron->minutes, 0, 59);
	text_addf(text, ":00%s\n", zone);
}

/* Days in one of the two are two lines; days in both are one. */
static void add_cron(struct text *text, const struct cron *cron)
{
	const uint64_t all = UINT64_C(0xfffffffe);

	if (cron->any_day || cron->any_weekday) {
		add_calendar(text, cron, cron->days, cron->weekdays, "");
		return;
	}
	add_calendar(text, cron, cron->days, ALL_WEEK, "");
	add_calendar(text, cron, all, cron->weekdays, "");
}

/* The hours in which multiples of @every fall on this minute of the day. */
static uint64_t hours_of(uint64_t every, unsigned minute)
{
	uint64_t hours = 0;

	for (unsigned hour = 0; hour < 24; hour++) {
		if ((hour * HOUR + minute * MINUTE) % every == 0)
			hours |= UINT64_C(1) << hour;
	}
	return hours;
}

/* A line for the minutes that have the same hours. Days begin at multiples of 24 hours: in UTC. */
static void add_times_of_day(struct text *text, uint64_t every)
{
	uint64_t told = 0;

	for (unsigned minute = 0; minute < 60; minute++) {
		struct cron cron = { .months = 0x1ffe, .hours = hours_of(every, minute) };

		for (unsigned other = minute; other < 60; other++) {
			if (hours_of(every, other) == cron.hours)
				cron.minutes |= UINT64_C(1) << other;
		}
		if (cron.hours == 0 || (told & cron.minutes))
			continue;
		told |= cron.minutes;
		add_calendar(text, &cron, UINT64_C(0xfffffffe), ALL_WEEK, " UTC");
	}
}

static bool has_times(uint64_t every)
{
	return every == 0 || (every % MINUTE == 0 && DAY % every == 0);
}

static void add_when(struct text *text, const struct drop_schedule *from)
{
	const struct schedule schedule = schedule_of(from);
	uint64_t every = schedule.every_seconds;
	const char *accuracy = "1min";

	if (every == 0) {
		add_cron(text, &schedule.cron);
	} else if (has_times(every)) {
		add_times_of_day(text, every);
	} else {
		text_addf(
			text,
			"# No times of the day are so far apart: it counts from boot, and the daemon\n"
			"# from the epoch.\n"
			"OnBootSec=%llus\nOnUnitActiveSec=%llus\n",
			(unsigned long long)every, (unsigned long long)every);
		if (every < HOUR)
			accuracy = "1s";
	}
	/* What was missed while a host was off does not help it once it runs. */
	text_addf(text, "AccuracySec=%s\nPersistent=false\n", accuracy);
}

/* Units of systemd. */

static int add_timer(struct arena *arena, const struct timers_request *request, size_t i,
		     struct timer_files *files)
{
	struct text text = begin(arena, request->profile);

	text_addf(&text,
		  "[Unit]\nDescription=When to drop caches (profile %s, schedule %zu)\n\n"
		  "[Timer]\n",
		  request->profile, i + 1);
	add_when(&text, &request->schedules[i]);
	return add_file(arena, files,
			timers_unit_path(arena, request->profile, i + 1, "timer"), &text);
}

/*
 * What an administrator has put there may outlive the program. But where a condition fails, systemd before 237
 * starts again at once, and again, what counts from its own start.
 */
static void add_conditions(struct text *text, const struct drop_schedule *from)
{
	if (has_times(schedule_of(from).every_seconds))
		text_addf(text, "ConditionFileIsExecutable=" LOWMEMCTL_PROGRAM "\n"
				"ConditionPathIsReadWrite=/proc/sys\n");
}

/* It writes to /proc/sys/vm, which takes root and no capability; ProtectKernelTunables= would make that
 * read-only. */
static int add_service(struct arena *arena, const struct timers_request *request,
		       size_t i, struct timer_files *files)
{
	struct text text = begin(arena, request->profile);

	text_addf(&text, "[Unit]\nDescription=Drop caches (profile %s, schedule %zu)\n",
		  request->profile, i + 1);
	add_conditions(&text, &request->schedules[i]);
	text_addf(&text, "\n[Service]\nType=oneshot\nExecStart=");
	add_call(&text, &request->schedules[i], '"', "%%");
	text_addf(&text, "\nNice=19\nIOSchedulingClass=idle\nCapabilityBoundingSet=\n"
			 "NoNewPrivileges=yes\nPrivateNetwork=yes\nProtectHome=yes\n"
			 "ProtectSystem=strict\n");
	return add_file(arena, files,
			timers_unit_path(arena, request->profile, i + 1, "service"),
			&text);
}

static int add_target(struct arena *arena, const struct timers_request *request,
		      struct timer_files *files)
{
	struct text text = begin(arena, request->profile);

	text_addf(&text, "[Unit]\n");
	for (size_t i = 0; i < request->len; i++)
		text_addf(&text, "Wants=lowmemctl-%s-%zu.timer\n", request->profile,
			  i + 1);
	return add_file(arena, files, timers_target_path(arena, request->profile), &text);
}

static int write_systemd(struct arena *arena, const struct timers_request *request,
			 struct timer_files *files)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < request->len; i++) {
		r = add_timer(arena, request, i, files);
		if (r == 0)
			r = add_service(arena, request, i, files);
	}
	return r == 0 ? add_target(arena, request, files) : r;
}

/* Cron. */

/* "5/15" goes on to the end of the field; some crons want to be told where that is. */
static void add_cron_word(struct text *text, struct span word, unsigned max)
{
	const char *comma = "";
	struct span item, first;

	while (span_until(&word, ',', &item)) {
		bool lone = item.at[0] != '*' && memchr(item.at, '/', item.len) &&
			    !memchr(item.at, '-', item.len);

		text_addf(text, "%s", comma);
		if (lone && span_until(&item, '/', &first))
			text_addf(text, "%.*s-%u/", (int)first.len, first.at, max);
		text_add(text, item.at, item.len);
		comma = ",";
	}
}

/* Five fields, also for crons that do not know the words with '@'. */
static void add_cron_fields(struct text *text, const char *schedule)
{
	static const unsigned last[] = { 59, 23, 31, 12, 7 };
	struct span rest = span_of(cron_fields(schedule)), word;

	for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++) {
		if (!span_word(&rest, &word))
			return;
		if (i > 0)
			text_add(text, " ", 1);
		add_cron_word(text, word, last[i]);
	}
}

/* Only what comes at the same minutes of each hour, or hours of each day, has fields. */
static bool add_cron_every(struct text *text, uint64_t every)
{
	if (every % MINUTE == 0 && every < HOUR && HOUR % every == 0)
		text_addf(text, "*/%llu * * * *", (unsigned long long)every / MINUTE);
	else if (every == HOUR)
		text_addf(text, "0 * * * *");
	else if (every == DAY)
		text_addf(text, "0 0 * * *");
	else if (every % HOUR == 0 && DAY % every == 0)
		text_addf(text, "0 */%llu * * *", (unsigned long long)every / HOUR);
	else
		return false;
	return true;
}

static const char *why_not_cron(struct arena *arena, uint64_t every)
{
	static const struct {
		uint64_t seconds;
		char letter;
	} units[] = { { DAY, 'd' }, { HOUR, 'h' }, { MINUTE, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (every % units[i].seconds != 0)
		i++;
	return arena_printf(
		arena, "cron cannot run it every %llu%c: use --as systemd, or the daemon",
		(unsigned long long)(every / units[i].seconds), units[i].letter);
}

static int write_cron(struct arena *arena, const struct timers_request *request,
		      struct timer_files *files, size_t *ret_which, const char **ret_why)
{
	struct text text = begin(arena, request->profile);

	text_addf(&text,
		  "# Times are local ones; what runs every so many hours counts from "
		  "midnight.\n"
		  "SHELL=/bin/sh\n"
		  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
	for (size_t i = 0; i < request->len; i++) {
		const struct drop_schedule *schedule = &request->schedules[i];

		if (schedule->schedule) {
			add_cron_fields(&text, schedule->schedule);
		} else if (!add_cron_every(&text, schedule->every_seconds)) {
			*ret_which = i;
			*ret_why = why_not_cron(arena, schedule->every_seconds);
			return *ret_why ? -EINVAL : -ENOMEM;
		}
		/* What a command prints is mailed, and so is that there is none. */
		text_addf(&text, " root [ ! -x " LOWMEMCTL_PROGRAM " ] || ");
		add_call(&text, schedule, '\'', "\\%");
		text_addf(&text, " --quiet\n");
	}
	return add_file(arena, files, timers_cron_path(arena, request->profile), &text);
}

int timers_write(struct arena *arena, const struct timers_request *request,
		 struct timer_files *ret, size_t *ret_which, const char **ret_why)
{
	if (request->len == 0)
		return 0;
	switch (request->carrier) {
	case CARRIER_SYSTEMD:
		return write_systemd(arena, request, ret);
	case CARRIER_CRON:
		return write_cron(arena, request, ret, ret_which, ret_why);
	case CARRIER_WATCH:
		break;
	}
	return 0;
}

bool timers_are_ours(const char *text)
{
	return span_starts(span_of(text), HEAD);
}

const char *timers_cron_path(struct arena *arena, const char *profile)
{
	return arena_printf(arena, "etc/cron.d/lowmemctl-%s", profile);
}

const char *timers_target_path(struct arena *arena, const char *profile)
{
	return arena_printf(arena,
			    "etc/systemd/system/timers.target.d/50-lowmemctl-%s.conf",
			    profile);
}

const char *timers_unit_path(struct arena *arena, const char *profile, size_t number,
			     const char *suffix)
{
	return arena_printf(arena, "etc/systemd/system/lowmemctl-%s-%zu.%s", profile,
			    number, suffix);
}
