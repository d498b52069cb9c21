/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_schedules.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "json.h"
#include "plan/upcoming.h"
#include "profile/profile.h"
#include "tap.h"

#define NOW 1795608000

static const struct source source = { .name = "p.yaml", .text = "", .len = 0 };

static struct drop_schedule schedules[] = {
	{ .at = { &source, 4, 5 },
	  .every_seconds = 5400,
	  .mode = DROP_PAGECACHE,
	  .only_if = "low_free < 64M" },
	{ .at = { &source, 8, 5 },
	  .schedule = "30 3 * * *",
	  .mode = DROP_ALL,
	  .sync = true },
};
static const struct layer here = { .name = "here" };
static const struct layer there = { .name = "there" };

static const struct moment moments[] = {
	{ NOW + 45, "Wed 2026-11-25 13:00 CET", "2026-11-25T13:00:45+01:00", "CET" },
	{ NOW + 3599, "Wed 2026-11-25 13:59 CET", "2026-11-25T13:59:59+01:00", "CET" },
	{ NOW + 55800, "Thu 2026-11-26 04:30 CET", "2026-11-26T04:30:00+01:00", "CET" },
	{ NOW + 273600, "Sat 2026-11-28 17:00 CET", "2026-11-28T17:00:00+01:00", "CET" },
};
static const int64_t times[] = { NOW + 45, NOW + 3599, NOW + 55800, NOW + 273600 };

static struct upcoming_item items[] = {
	{ &here, &schedules[0], NULL, 5400, times, 2 },
	{ &here, &schedules[1], NULL, 86400, times + 2, 2 },
	{ &there, &schedules[0], "there: when arch: this host is i686", 5400, NULL, 0 },
	{ &there, &schedules[1], "there: when arch: this host is i686", 86400, NULL, 0 },
};
static const struct upcoming upcoming = { .items = items, .len = 4 };

static struct schedules_view view_of(struct arena *arena)
{
	return (struct schedules_view){
		.arena = arena,
		.upcoming = &upcoming,
		.moments = moments,
		.now = NOW,
	};
}

static void test_text(struct arena *arena)
{
	struct schedules_view view = view_of(arena);
	const struct upcoming none = { 0 };
	struct capture got;

	is_int(view_schedules(&view, capture(&got, 0, false), false), 0, "schedules");
	is_str(captured(&got),
	       "PROFILE  SCHEDULE    MODE                NEXT RUN                           IN\n"
	       "here     every 90m   pagecache, no sync  Wed 2026-11-25 13:00 CET         45 s\n"
	       "                                         Wed 2026-11-25 13:59 CET       59 min\n"
	       "here     30 3 * * *  all                 Thu 2026-11-26 04:30 CET  15 h 30 min\n"
	       "                                         Sat 2026-11-28 17:00 CET      3 d 4 h\n"
	       "there    every 90m   pagecache, no sync  not applicable                      -\n"
	       "there    30 3 * * *  all                 not applicable                      -\n"
	       "here, every 90m: only if low_free < 64M then\n"
	       "not applicable: there: when arch: this host is i686\n",
	       "as text");
	view.upcoming = &none;
	is_int(view_schedules(&view, capture(&got, 0, false), false), 0, "none");
	is_str(captured(&got), "There are no schedules.\n", "is said in words");
}

static void test_json(void)
{
	static const char start[] =
		"{\"schema\":\"lowmemctl/1\",\"command\":\"schedule next\","
		"\"now\":1795608000,\"items\":["
		"{\"profile\":\"here\",\"from\":{\"file\":\"p.yaml\",\"line\":4,"
		"\"column\":5},\"schedule\":null,\"every_seconds\":5400,"
		"\"shortest_seconds\":5400,\"mode\":\"pagecache\",\"sync\":false,"
		"\"only_if\":\"low_free < 64M\",\"not_applicable\":null,"
		"\"next\":1795608045,\"next_time\":\"2026-11-25T13:00:45+01:00\","
		"\"zone\":\"CET\",\"runs\":["
		"{\"at\":1795608045,\"time\":\"2026-11-25T13:00:45+01:00\","
		"\"zone\":\"CET\"},"
		"{\"at\":1795611599,\"time\":\"2026-11-25T13:59:59+01:00\","
		"\"zone\":\"CET\"}]},"
		"{\"profile\":\"here\",\"from\":{\"file\":\"p.yaml\",\"line\":8,"
		"\"column\":5},\"schedule\":\"30 3 * * *\",\"every_seconds\":null,"
		"\"shortest_seconds\":86400,\"mode\":\"all\",\"sync\":true,"
		"\"only_if\":null,\"not_applicable\":null,\"next\":1795663800,";
	struct schedules_view view = view_of(NULL);
	struct capture got;

	is_int(view_schedules(&view, capture(&got, 0, false), true), 0, "as JSON");
	ok(json_valid(captured(&got)), "valid");
	ok(strncmp(got.text, start, strlen(start)) == 0, "with all there is to know: %s",
	   got.text);
	ok(strstr(got.text,
		  "\"not_applicable\":\"there: when arch: this host is i686\","
		  "\"next\":null,\"next_time\":null,\"zone\":null,\"runs\":[]}],"
		  "\"diagnostics\":[],\"exit_code\":0}\n"),
	   "and what is not due");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct schedules_view view = view_of(arena);
		struct capture got;

		r = view_schedules(&view, capture(&got, 80, false), false);
		(void)captured(&got);
	}
	is_int(r, 0, "shows once memory suffices");
	ok(limit > 256, "and tells when it does not");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	test_text(arena);
	test_json();
	test_no_memory();
	return done();
}
