/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/retold.h"

#include "oom/finish.h"
#include "oom/take.h"
#include "tap.h"

static struct retold retold;

/* A report of @when, of which the header is told where there is an @asker. */
static bool is_retold(const char *when, const char *asker, int64_t pid, bool figures)
{
	struct taking taking = { .asker = span_of(asker) };
	struct retold_times times = { 0 };

	taking.report.has_header = *asker != '\0';
	taking.report.chosen_pid = pid;
	taking.report.memcg.usage = figures ? 1 : -1;
	taking.report.totals.free = -1;
	retold_time(&times, span_of(when));
	return retold_is(&retold, &taking, &times);
}

/* The kill line that a report with its figures did not have yet, and then again. */
static void test_killed(void)
{
	struct oom_kill kill = { .pid = 3 };
	struct taking taking = { .asker = span_of("") };
	struct retold_times times = { 0 };

	ok(!is_retold("12:00:00", "eater", 3, true), "who is chosen");
	taking.report.kills = (struct oom_kills){ &kill, 1, 1 };
	taking.report.memcg.usage = taking.report.totals.free = -1;
	retold_time(&times, span_of("12:00:00"));
	ok(!retold_is(&retold, &taking, &times), "is killed: that is not said again");
	taking.report.memcg.usage = 1;
	ok(!retold_is(&retold, &taking, &times), "one with figures and a kill");
	taking.report.memcg.usage = -1;
	ok(retold_is(&retold, &taking, &times), "whose kill is said again");
}

/* Lines of a control group alone, of @when. */
static bool is_group_retold(const char *when, int64_t usage, int64_t limit,
			    const char *path)
{
	struct taking taking = { .asker = span_of("") };
	struct retold_times times = { 0 };

	report_clear(&taking.report);
	taking.report.is_memcg = true;
	taking.report.memcg.usage = usage;
	taking.report.memcg.limit = limit;
	taking.report.memcg.path = path;
	retold_time(&times, span_of(when));
	return retold_is(&retold, &taking, &times);
}

static void test_group(void)
{
	struct taking taking = { .asker = span_of("eater") };
	struct retold_times times = { 0 };

	report_clear(&taking.report);
	taking.report.has_header = taking.report.is_memcg = true;
	taking.report.chosen_pid = 5;
	taking.report.memcg.usage = 7;
	taking.report.memcg.limit = 8;
	taking.report.memcg.path = "/g";
	retold_time(&times, span_of("13:00:00"));
	ok(!retold_is(&retold, &taking, &times), "a report of a group");
	ok(is_group_retold("13:00:00", 7, 8, NULL), "what it used, again");
	ok(is_group_retold("", 7, 8, "/g"), "without the time");
	ok(is_group_retold("", -1, -1, "/g"), "its name");
	ok(!is_group_retold("13:00:01", 7, 8, "/g"), "at another time");
	ok(!is_group_retold("", 6, 8, "/g"), "another usage");
	ok(!is_group_retold("", 7, 9, NULL), "another limit");
	ok(!is_group_retold("", 7, 8, "/h"), "another group");
	ok(!is_group_retold("", -1, -1, NULL), "nothing to go by");
}

int main(void)
{
	ok(!is_retold("10:00:00", "", 7, false), "nothing was told before");
	ok(!is_retold("10:00:00", "eater", 7, true), "a report with figures is told");
	ok(!is_retold("10:00:00", "eater", 7, true), "and so is another one");
	ok(is_retold("10:00:00", "", 7, false), "the victim again");
	ok(is_retold("10:00:00", "eater", -1, false), "the header again");
	ok(is_retold("10:00:00", "eater", 7, false), "both again");
	ok(!is_retold("10:00:00", "", 8, false), "another victim");
	ok(!is_retold("10:00:00", "baker", -1, false), "another one asked");
	ok(!is_retold("10:00:01", "", 7, false), "another time");
	ok(!is_retold("", "", 7, false), "no time");
	for (int64_t i = 0; i < RETOLD_KEPT; i++)
		ok(!is_retold("11:00:00", "", 10 + i, true), "figures of %d", (int)i);
	ok(!is_retold("10:00:00", "", 7, false), "what is long ago is forgotten");
	test_killed();
	test_group();
	return done();
}
