/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/upcoming.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/schedule.h"
#include "profile/profile.h"
#include "state/host.h"
#include "tap.h"

/* 2026-11-25 12:00 UTC. */
#define NOW  1795608000
#define HOUR 3600

static int one_hour(int64_t wall, void *data)
{
	(void)wall;
	(void)data;
	return HOUR;
}

static const struct local_time local = { one_hour, NULL };
static const struct host host = { .arch = "i686" };
static const char *const other[] = { "x86_64", NULL };
static const struct when elsewhere = { .arch = other };

static struct drop_schedule first_schedules[] = {
	{ .schedule = "30 14 * * *" }, /* 13:30 UTC */
	{ .every_seconds = 6 * HOUR },
	{ .schedule = "@hourly" },
};
static struct drop_schedule second_schedules[] = {
	{ .schedule = "* * * * *" },
};
static struct drop_schedule third_schedules[] = {
	{ .schedule = "0 14 * * *" }, /* as soon as @hourly */
};

static struct layer first = { .name = "first",
			      .schedules = first_schedules,
			      .schedules_len = 3 };
static struct layer second = { .name = "second",
			       .when = &elsewhere,
			       .schedules = second_schedules,
			       .schedules_len = 1 };
static struct layer third = { .name = "third",
			      .schedules = third_schedules,
			      .schedules_len = 1 };
static struct layer *layers[] = { &second, &first, &third };
static const struct profile profile = { .items = layers, .len = 3 };

static const struct upcoming_request request = {
	.profile = &profile,
	.host = &host,
	.local = &local,
	.now = NOW,
	.runs = 2,
};

static void test_order(struct arena *arena)
{
	static const struct {
		const struct drop_schedule *schedule;
		int64_t next[2];
		uint64_t shortest;
	} want[] = {
		{ &first_schedules[2], { NOW + HOUR, NOW + 2 * HOUR }, HOUR },
		{ &third_schedules[0], { NOW + HOUR, NOW + 25 * HOUR }, 24 * HOUR },
		{ &first_schedules[0],
		  { NOW + HOUR + 1800, NOW + 25 * HOUR + 1800 },
		  24 * HOUR },
		{ &first_schedules[1], { NOW + 6 * HOUR, NOW + 12 * HOUR }, 6 * HOUR },
	};
	struct upcoming upcoming;

	is_int(upcoming_find(arena, &request, &upcoming), 0, "what is to come");
	is_int((long long)upcoming.len, 5, "of all schedules");
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]) && i < upcoming.len; i++) {
		const struct upcoming_item *item = &upcoming.items[i];

		ok(item->schedule == want[i].schedule, "number %zu is the one", i);
		ok(!item->not_applicable, "it holds here");
		is_int((long long)item->next_len, 2, "with as many runs as asked for");
		is_int(item->next[0], want[i].next[0], "the first");
		is_int(item->next[1], want[i].next[1], "the second");
		is_int((long long)item->shortest, (long long)want[i].shortest,
		       "the shortest time between two");
	}
	ok(upcoming.items[0].layer == &first, "whose it is");
}

static void test_not_applicable(struct arena *arena)
{
	struct upcoming upcoming;
	const struct upcoming_item *last;

	is_int(upcoming_find(arena, &request, &upcoming), 0, "what is to come");
	last = &upcoming.items[4];
	ok(last->schedule == second_schedules, "what does not hold here stands last");
	is_str(last->not_applicable, "second: when arch: this host is i686", "says why");
	is_int((long long)last->next_len, 0, "and is not due");
	is_int((long long)last->shortest, 60, "however often it would be");
}

static void test_none(struct arena *arena)
{
	const struct profile none = { 0 };
	struct upcoming_request nothing = request;
	struct upcoming upcoming;

	nothing.profile = &none;
	is_int(upcoming_find(arena, &nothing, &upcoming), 0, "no profile");
	is_int((long long)upcoming.len, 0, "no schedules");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 8192; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct upcoming upcoming;

		r = upcoming_find(arena, &request, &upcoming);
		if (r == 0)
			ok(upcoming.len == 5 && upcoming.items[4].not_applicable,
			   "whole once memory suffices");
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(limit > 256, "and tells when it does not");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	test_order(arena);
	test_not_applicable(arena);
	test_none(arena);
	test_no_memory();
	return done();
}
