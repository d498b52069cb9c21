/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/agenda.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "profile/profile.h"
#include "tap.h"

#define HOUR INT64_C(3600)
#define DAY  (24 * HOUR)

static struct drop_schedule schedules[] = {
	{ .schedule = "30 3 * * *", .mode = DROP_ALL },
	{ .every_seconds = 6 * 3600, .mode = DROP_SLAB, .only_if = "free < 1M" },
};
static const struct layer web = { .name = "web",
				  .schedules = schedules,
				  .schedules_len = 2 };
static const struct layer db = { .name = "db",
				 .schedules = schedules,
				 .schedules_len = 1 };
static const struct layer *const layers[] = { &web, &db };

static int utc(int64_t wall, void *data)
{
	(void)wall;
	(void)data;
	return 0;
}

/* The host has been up for 1000 s at the epoch. */
static struct agenda_time at(int64_t wall)
{
	return (struct agenda_time){ .wall = wall, .boot = wall + 1000 };
}

static bool is_web(void *data, const char *name)
{
	(void)data;
	return strcmp(name, "web") == 0;
}

static struct agenda begin(struct arena *arena)
{
	struct agenda agenda = { 0 };

	is_int(agenda_begin(arena, layers, 2, is_web, NULL, &agenda), 0, "an agenda");
	agenda.local.offset = utc;
	agenda_start(&agenda, at(DAY));
	return agenda;
}

static void test_begin(struct arena *arena)
{
	struct agenda agenda = begin(arena);

	is_int((long long)agenda.len, 2, "of the profile that the filter lets through");
	is_str(agenda.items[0].text, "30 3 * * *", "the first as written");
	is_str(agenda.items[1].text, "every 6h", "the second");
	is_int((long long)agenda.items[1].condition.len, 1, "and its condition");
	is_int(agenda.items[0].due, DAY + 3 * HOUR + 1800, "half past three");
	is_int(agenda_next(&agenda), DAY + 3 * HOUR + 1800, "comes first");
	is_int(agenda_begin(arena, layers, 2, NULL, NULL, &agenda), 0,
	       "without a filter");
	is_int((long long)agenda.len, 3, "all are in it");
	is_int(agenda_begin(arena, layers, 0, NULL, NULL, &agenda), 0, "no layers");
	ok(agenda_next(&agenda) == SCHEDULE_NEVER, "never come to anything");
}

static void test_take(struct arena *arena)
{
	struct agenda agenda = begin(arena);

	ok(!agenda_take(&agenda, at(DAY + HOUR)), "nothing is due at one");
	ok(agenda_take(&agenda, at(DAY + 3 * HOUR + 1800)) == &agenda.items[0],
	   "at half past three the first is");
	is_int(agenda.items[0].due, 2 * DAY + 3 * HOUR + 1800, "and again tomorrow");
	ok(!agenda_take(&agenda, at(DAY + 3 * HOUR + 1800)), "once");
	/* Suspended for three days: both clocks have gone on. */
	ok(agenda_take(&agenda, at(4 * DAY + HOUR)) == &agenda.items[0],
	   "what was missed is due");
	ok(agenda_take(&agenda, at(4 * DAY + HOUR)) == &agenda.items[1], "of each");
	ok(!agenda_take(&agenda, at(4 * DAY + HOUR)), "once, however often it was");
	is_int(agenda_check_clock(&agenda, at(4 * DAY + HOUR)), 0,
	       "the clock was not set");
	is_int(agenda.items[0].due, 4 * DAY + 3 * HOUR + 1800, "it goes on from there");
}

static struct agenda_time set(int64_t wall, int64_t by)
{
	return (struct agenda_time){ .wall = wall + by, .boot = wall + 1000 };
}

static void test_clock(struct arena *arena)
{
	struct agenda agenda = begin(arena);

	is_int(agenda_check_clock(&agenda, set(DAY + 10, 2)), 0,
	       "two seconds are nothing");
	is_int(agenda_check_clock(&agenda, set(DAY + 3 * HOUR, 2 * HOUR + 2)), 2 * HOUR,
	       "set forward by two hours");
	ok(agenda_take(&agenda, set(DAY + 3 * HOUR, 2 * HOUR + 2)) == &agenda.items[0],
	   "what was skipped is made up for");
	agenda = begin(arena);
	is_int(agenda_check_clock(&agenda, set(DAY, 10 * DAY)), 10 * DAY, "by ten days");
	ok(!agenda_take(&agenda, set(DAY, 10 * DAY)), "is a correction");
	is_int(agenda.items[0].due, 11 * DAY + 3 * HOUR + 1800,
	       "and all goes on from there");
	agenda = begin(arena);
	ok(agenda_take(&agenda, at(DAY + 7 * HOUR)) == &agenda.items[0] &&
		   agenda_take(&agenda, at(DAY + 7 * HOUR)) == &agenda.items[1],
	   "both were done by seven");
	is_int(agenda_check_clock(&agenda, set(DAY + 7 * HOUR, -2 * HOUR)), -2 * HOUR,
	       "set back to five");
	is_int(agenda.items[0].due, 2 * DAY + 3 * HOUR + 1800, "is not done again");
	is_int(agenda.items[1].due, DAY + 6 * HOUR, "intervals are counted anew");
	is_int(agenda_check_clock(&agenda, set(DAY + 4 * HOUR, -DAY)), -22 * HOUR,
	       "set back by a day");
	is_int(agenda.items[0].due, DAY + 3 * HOUR + 1800, "all is reckoned anew");
}

static void test_rest(struct arena *arena)
{
	struct agenda agenda = begin(arena);

	ok(!agenda_rests(&agenda, at(DAY)), "nothing was done yet");
	agenda_begin_run(&agenda, at(DAY));
	ok(agenda_rests(&agenda, at(DAY)), "at once is too soon");
	ok(agenda_rests(&agenda, at(DAY + 599)), "so are ten minutes but a second");
	ok(agenda_rests(&agenda, set(DAY + 1, 10 * DAY)), "whatever clocks are set to");
	ok(!agenda_rests(&agenda, at(DAY + 600)), "ten minutes will do");
}

static void test_no_memory(void)
{
	struct agenda agenda;
	int r = -ENOMEM;

	for (size_t limit = 1; r == -ENOMEM && limit < 8192; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = agenda_begin(arena, layers, 2, NULL, NULL, &agenda);
	}
	is_int(r, 0, "it needs some memory, and says so");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);

	test_begin(arena);
	test_take(arena);
	test_clock(arena);
	test_rest(arena);
	test_no_memory();
	return done();
}
