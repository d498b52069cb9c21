/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/timers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/span.h"
#include "base/text.h"
#include "plan/schedule.h"
#include "profile/profile.h"
#include "tap.h"

#define CALL	  LOWMEMCTL_PROGRAM " drop-caches --mode "
#define CRON_CALL "[ ! -x " LOWMEMCTL_PROGRAM " ] || " CALL
#define HEAD                                                                             \
	"# Written by lowmemctl (profile web). 'lowmemctl unpersist web' removes it.\n"

static const struct drop_schedule schedules[] = {
	{ .schedule = "30 3 * * *", .mode = DROP_ALL, .sync = true },
	{ .every_seconds = 6 * 3600,
	  .mode = DROP_SLAB,
	  .only_if = "low_free  <\t64M or psi_some_avg10 < 2.5%" },
	{ .schedule = "@weekly",
	  .mode = DROP_PAGECACHE,
	  .sync = true,
	  .only_if = "cached > 1G",
	  .under_pressure = true },
};

static struct timer_files written(struct arena *arena, enum carrier carrier)
{
	const struct timers_request request = {
		.profile = "web",
		.schedules = schedules,
		.len = sizeof(schedules) / sizeof(schedules[0]),
		.carrier = carrier,
	};
	struct timer_files files = { 0 };
	const char *why;
	size_t which;

	is_int(timers_write(arena, &request, &files, &which, &why), 0, "written");
	return files;
}

static void test_systemd(struct arena *arena)
{
	static const char *const paths[] = {
		"etc/systemd/system/lowmemctl-web-1.timer",
		"etc/systemd/system/lowmemctl-web-1.service",
		"etc/systemd/system/lowmemctl-web-2.timer",
		"etc/systemd/system/lowmemctl-web-2.service",
		"etc/systemd/system/lowmemctl-web-3.timer",
		"etc/systemd/system/lowmemctl-web-3.service",
		"etc/systemd/system/timers.target.d/50-lowmemctl-web.conf",
	};
	struct timer_files files = written(arena, CARRIER_SYSTEMD);

	is_int((long long)files.len, 7, "files");
	for (size_t i = 0; i < files.len && i < 7; i++) {
		is_str(files.items[i].path, paths[i], "its path");
		ok(timers_are_ours(files.items[i].text), "and it is ours");
	}
	is_str(files.items[0].text,
	       HEAD
	       "[Unit]\nDescription=When to drop caches (profile web, schedule 1)\n\n"
	       "[Timer]\nOnCalendar=*-*-* 03:30:00\n"
	       "AccuracySec=1min\nPersistent=false\n",
	       "a timer");
	is_str(files.items[1].text,
	       HEAD "[Unit]\nDescription=Drop caches (profile web, schedule 1)\n"
		    "ConditionFileIsExecutable=" LOWMEMCTL_PROGRAM "\n"
		    "ConditionPathIsReadWrite=/proc/sys\n\n"
		    "[Service]\nType=oneshot\nExecStart=" CALL "all --spare\n"
		    "Nice=19\nIOSchedulingClass=idle\nCapabilityBoundingSet=\n"
		    "NoNewPrivileges=yes\nPrivateNetwork=yes\nProtectHome=yes\n"
		    "ProtectSystem=strict\n",
	       "a service");
	ok(strstr(files.items[2].text, "OnCalendar=*-*-* 00/6:00:00 UTC\n"),
	   "one that runs every so many hours");
	ok(strstr(files.items[3].text, CALL
		  "slab --no-sync --if \"low_free < 64M or psi_some_avg10 < 2.5%%\"\n"),
	   "a condition that asks for pressure itself");
	ok(strstr(files.items[5].text, CALL "pagecache --if \"cached > 1G\"\n"),
	   "one that runs under pressure");
	is_str(files.items[6].text,
	       HEAD "[Unit]\nWants=lowmemctl-web-1.timer\nWants=lowmemctl-web-2.timer\n"
		    "Wants=lowmemctl-web-3.timer\n",
	       "what enables them");
}

static void test_cron(struct arena *arena)
{
	struct timer_files files = written(arena, CARRIER_CRON);

	is_int((long long)files.len, 1, "one file");
	is_str(files.items[0].path, "etc/cron.d/lowmemctl-web", "its path");
	ok(timers_are_ours(files.items[0].text), "it is ours");
	is_str(strstr(files.items[0].text, "30 3"),
	       "30 3 * * * root " CRON_CALL "all --spare --quiet\n"
	       "0 */6 * * * root " CRON_CALL
	       "slab --no-sync --if 'low_free < 64M or psi_some_avg10 < 2.5\\%' --quiet\n"
	       "0 0 * * 0 root " CRON_CALL "pagecache --if 'cached > 1G' --quiet\n",
	       "its lines");
	ok(!timers_are_ours("# Written by somebody\n") && !timers_are_ours(""),
	   "another's is not");
	is_int((long long)written(arena, CARRIER_WATCH).len, 0, "the daemon needs none");
}

/* What a schedule's file has from @from up to @to; or why there is none. */
static const char *part_of(struct arena *arena, const struct drop_schedule *schedule,
			   enum carrier carrier, const char *from, const char *to)
{
	const struct timers_request request = {
		.profile = "web", .schedules = schedule, .len = 1, .carrier = carrier
	};
	struct timer_files files = { 0 };
	const char *why = NULL, *start;
	size_t which = 7;

	if (timers_write(arena, &request, &files, &which, &why) < 0)
		return which == 0 ? why : "(which?)";
	start = strstr(files.items[0].text, from);
	start = start ? start + strlen(from) : "(none)";
	return arena_copy(arena, start, (size_t)(strstr(start, to) - start));
}

static const char *when_of(struct arena *arena, const struct drop_schedule *schedule)
{
	return part_of(arena, schedule, CARRIER_SYSTEMD, "[Timer]\n", "AccuracySec=");
}

/* systemd before 237 starts what counts from its own start over and over, where a condition fails. */
static void test_conditions(struct arena *arena)
{
	static const struct {
		uint64_t every;
		bool there;
	} rows[] = { { 6 * 3600, true }, { 7 * 3600, false }, { 90, false } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct drop_schedule schedule = { .every_seconds = rows[i].every,
							.mode = DROP_ALL };
		const struct timers_request request = { .profile = "web",
							.schedules = &schedule,
							.len = 1,
							.carrier = CARRIER_SYSTEMD };
		struct timer_files files = { 0 };
		const char *why = NULL;
		size_t which = 0;
		bool counts;

		is_int(timers_write(arena, &request, &files, &which, &why), 0, "files");
		counts = strstr(files.items[0].text, "OnUnitActiveSec=");
		ok(counts == !rows[i].there, "every %llu s",
		   (unsigned long long)rows[i].every);
		ok(!strstr(files.items[1].text, "Condition") == counts,
		   "and its conditions");
	}
}

static void test_calendar(struct arena *arena)
{
	static const char *const rows[][2] = {
		{ "* * * * *", "OnCalendar=*-*-* *:*:00\n" },
		{ "*/15 * * * *", "OnCalendar=*-*-* *:00/15:00\n" },
		{ "1,2,3,5 8-17 * * *", "OnCalendar=*-*-* 08..17:01..03,05:00\n" },
		{ "0 0 * * mon-fri", "OnCalendar=Mon..Fri *-*-* 00:00:00\n" },
		{ "0 0 * * 0", "OnCalendar=Sun *-*-* 00:00:00\n" },
		{ "0 0 * * 5-7", "OnCalendar=Fri..Sun *-*-* 00:00:00\n" },
		{ "0 0 * * 1,3,5", "OnCalendar=Mon,Wed,Fri *-*-* 00:00:00\n" },
		{ "0 0 1 1,6 *", "OnCalendar=*-01,06-01 00:00:00\n" },
		{ "0 12 */10 * *", "OnCalendar=*-*-01,11,21,31 12:00:00\n" },
		{ "0 12 */8 * 1", "OnCalendar=Mon *-*-01,09,17,25 12:00:00\n" },
		{ "0 */7 * * *", "OnCalendar=*-*-* 00,07,14,21:00:00\n" },
		{ "0 12 13 * 5",
		  "OnCalendar=*-*-13 12:00:00\nOnCalendar=Fri *-*-* 12:00:00\n" },
		{ "0 0,20 * * *", "OnCalendar=*-*-* 00,20:00:00\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		is_str(when_of(arena, &(struct drop_schedule){ .schedule = rows[i][0],
							       .mode = DROP_ALL }),
		       rows[i][1], "%s", rows[i][0]);
}

static void test_every(struct arena *arena)
{
	static const struct {
		uint64_t every;
		const char *calendar, *cron;
	} rows[] = {
		{ 600, "OnCalendar=*-*-* *:00/10:00 UTC\n", "*/10 * * * *" },
		{ 1800, "OnCalendar=*-*-* *:00,30:00 UTC\n", "*/30 * * * *" },
		{ 3600, "OnCalendar=*-*-* *:00:00 UTC\n", "0 * * * *" },
		{ 12 * 3600, "OnCalendar=*-*-* 00,12:00:00 UTC\n", "0 */12 * * *" },
		{ 86400, "OnCalendar=*-*-* 00:00:00 UTC\n", "0 0 * * *" },
		{ 5400,
		  "OnCalendar=*-*-* 00/3:00:00 UTC\nOnCalendar=*-*-* 01/3:30:00 UTC\n",
		  "cron cannot run it every 90m: use --as systemd, or the daemon" },
		{ 7 * 3600, NULL,
		  "cron cannot run it every 7h: use --as systemd, or the daemon" },
		{ 2 * 86400, NULL,
		  "cron cannot run it every 2d: use --as systemd, or the daemon" },
		{ 640, NULL,
		  "cron cannot run it every 640s: use --as systemd, or the daemon" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct drop_schedule schedule = { .every_seconds = rows[i].every,
							.mode = DROP_ALL };
		unsigned long long every = rows[i].every;
		const char *boot =
			arena_printf(arena, "OnBootSec=%llus\nOnUnitActiveSec=%llus\n",
				     every, every);
		const char *got = when_of(arena, &schedule);

		is_str(rows[i].calendar || !strstr(got, "OnBoot") ? got
								  : strstr(got, "OnBoot"),
		       rows[i].calendar ? rows[i].calendar : boot, "every %llu", every);
		is_str(part_of(arena, &schedule, CARRIER_CRON, "/bin:/sbin:/bin\n",
			       " root"),
		       rows[i].cron, "and for cron");
	}
}

static void test_cron_fields(struct arena *arena)
{
	static const char *const rows[][2] = {
		{ "  5\t*  * * MON ", "5 * * * MON" },
		{ "5/15 1-9/2 */2 jan,3/4 mon/2",
		  "5-59/15 1-9/2 */2 jan,3-12/4 mon-7/2" },
		{ "@monthly", "0 0 1 * *" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		is_str(part_of(arena,
			       &(struct drop_schedule){ .schedule = rows[i][0],
							.mode = DROP_ALL },
			       CARRIER_CRON, "/bin:/sbin:/bin\n", " root"),
		       rows[i][1], "'%s'", rows[i][0]);
}

static void test_no_memory(enum carrier carrier)
{
	const struct timers_request request = {
		.profile = "web", .schedules = schedules, .len = 3, .carrier = carrier
	};
	bool wrong = false, whole = false;
	size_t limit = 0;

	for (; !whole && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit + 1);
		struct timer_files files = { 0 };
		const char *why;
		size_t which;
		int r = timers_write(arena, &request, &files, &which, &why);

		whole = r == 0;
		wrong |= r != 0 && r != -ENOMEM;
	}
	ok(whole && !wrong && limit > 1024, "all is told, or that memory is short (%zu)",
	   limit);
}

/* That every is no fault of cron's alone: no memory for the reason, either. */
static void test_no_memory_for_why(void)
{
	const struct drop_schedule odd = { .every_seconds = 7 * 3600, .mode = DROP_ALL };
	const struct timers_request request = {
		.profile = "web", .schedules = &odd, .len = 1, .carrier = CARRIER_CRON
	};
	cleanup(arena_freep) struct arena *arena = arena_new(1);
	struct timer_files files = { 0 };
	const char *why;
	size_t which;

	is_int(timers_write(arena, &request, &files, &which, &why), -ENOMEM,
	       "no memory to say why");
}

/* Held against systemd itself: when its calendar says that the lines elapse, the schedule is due. */

#define ASKED 120

static unsigned pick(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % below;
}

static void add_random_field(struct text *text, unsigned *seed, unsigned min,
			     unsigned max)
{
	unsigned first = min + pick(seed, max - min + 1);
	unsigned last = first + pick(seed, max - first + 1);

	switch (pick(seed, 6)) {
	case 0:
	case 1:
		text_addf(text, " *");
		break;
	case 2:
		text_addf(text, " */%u", 1 + pick(seed, max));
		break;
	case 3:
		text_addf(text, " %u-%u", first, last);
		break;
	case 4:
		text_addf(text, " %u-%u/%u,%u", first, last, 1 + pick(seed, 5),
			  min + pick(seed, max - min + 1));
		break;
	default:
		text_addf(text, " %u", first);
	}
}

/* The next fields that cron_parse() takes. */
static const char *random_cron(struct arena *arena, unsigned *seed)
{
	static const unsigned limits[][2] = {
		{ 0, 59 }, { 0, 23 }, { 1, 31 }, { 1, 12 }, { 0, 7 }
	};
	const char *fields, *why;
	struct cron cron;
	size_t at;

	do {
		struct text text = text_in(arena);

		for (size_t i = 0; i < 5; i++)
			add_random_field(&text, seed, limits[i][0], limits[i][1]);
		fields = text_finish(&text);
	} while (fields && cron_parse(fields, &cron, &why, &at) < 0);
	return fields;
}

/* Adds its expressions as words for a shell; how many there are. */
static unsigned add_expressions(struct text *command, const char *lines)
{
	struct span rest = span_of(lines), line;
	unsigned count = 0;

	for (; span_line(&rest, &line); count++) {
		const char *at = memchr(line.at, '=', line.len);

		if (at)
			text_addf(command, " '%.*s'", (int)(line.at + line.len - at - 1),
				  at + 1);
	}
	return count;
}

/* The earliest of the next @count that the tool tells, without its day of the week; "" for none. */
static const char *earliest_of(struct arena *arena, FILE *tool, unsigned count)
{
	static const char mark[] = "Next elapse: ";
	const char *earliest = "";
	char line[256];

	while (count > 0 && fgets(line, sizeof(line), tool)) {
		const char *at = strstr(line, mark), *day;

		if (!at)
			continue;
		count--;
		day = strchr(at + sizeof(mark) - 1, ' ');
		if (day && (!*earliest || strncmp(day + 1, earliest, 19) < 0))
			earliest = arena_copy(arena, day + 1, 19);
	}
	return earliest;
}

static int utc(int64_t wall, void *data)
{
	(void)wall;
	(void)data;
	return 0;
}

static void compare_with_tool(struct arena *arena, struct drop_schedule *due, int64_t now)
{
	const struct local_time local = { .offset = utc };
	struct text command = text_in(arena);
	unsigned counts[ASKED];
	FILE *tool;

	text_addf(&command, "LC_ALL=C TZ=UTC systemd-analyze calendar --base-time=@%lld",
		  (long long)now);
	for (size_t i = 0; i < ASKED; i++)
		counts[i] = add_expressions(&command, when_of(arena, &due[i]));
	tool = popen(text_finish(&command), "r");
	ok(tool, "the tool runs");
	for (size_t i = 0; tool && i < ASKED; i++) {
		const struct schedule schedule = schedule_of(&due[i]);
		const time_t next = (time_t)schedule_next(&schedule, now, &local);
		char text[32] = "";
		struct tm tm;

		if (gmtime_r(&next, &tm))
			(void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
		is_str(earliest_of(arena, tool, counts[i]), text, "every %llu,%s",
		       (unsigned long long)due[i].every_seconds,
		       due[i].schedule ? due[i].schedule : "");
	}
	ok(tool && pclose(tool) == 0, "and takes all of it");
}

static void test_systemd_itself(struct arena *arena)
{
	struct drop_schedule due[ASKED] = { 0 };
	unsigned seed = 20261125;
	size_t len = 0;

	if (system("systemd-analyze calendar --base-time=@0 daily >/dev/null 2>&1") !=
	    0) {
		skip("no systemd-analyze that takes --base-time");
		return;
	}
	for (uint64_t minutes = 1; minutes <= 1440; minutes++) {
		if (1440 % minutes == 0)
			due[len++].every_seconds = minutes * 60;
	}
	for (size_t i = 0; i < ASKED; i++) {
		due[i].mode = DROP_ALL;
		if (i >= len)
			due[i].schedule = random_cron(arena, &seed);
	}
	compare_with_tool(arena, due, 1772000000);
	compare_with_tool(arena, due,
			  1835395199); /* the last second of a February's 28th */
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);

	test_systemd(arena);
	test_cron(arena);
	test_conditions(arena);
	test_calendar(arena);
	test_every(arena);
	test_cron_fields(arena);
	test_no_memory(CARRIER_SYSTEMD);
	test_no_memory(CARRIER_CRON);
	test_no_memory_for_why();
	test_systemd_itself(arena);
	return done();
}
