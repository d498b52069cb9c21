/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * When a schedule is due. Pure: (schedule, a moment, what the clocks on the wall show) gives the
 * next moment.
 *
 * Cron's fields are about local time. A time that is skipped when clocks go forward is due at once after the
 * jump, and one that comes twice the first time only, as cron(8) has it. A schedule of every hour
 * (hours "*") counts hours as they pass: it is due in both hours of the same name, and makes up for none.
 *
 * `every:` is due at the multiples of its duration since the epoch, so that it does not depend on when
 * somebody began to count.
 */

#include <stdbool.h>
#include <stdint.h>

#include "profile/cron.h"

struct arena;
struct drop_schedule;

/* A schedule is refused that is due more often, unless it is forced; and what is said of it. */
#define SCHEDULE_SHORTEST 600
#define SCHEDULE_HASTY                                                                   \
	"it would drop caches more often than every 10 minutes, and what was dropped "   \
	"must be read again each time: make it rarer, or --force"
#define SCHEDULE_NEVER INT64_MAX

struct schedule {
	struct cron cron;
	uint64_t every_seconds; /* 0: by `cron` */
};

/* How local time runs: seconds east of Greenwich at @wall, in seconds since the epoch. */
struct local_time {
	int (*offset)(int64_t wall, void *data);
	void *data;
};

/* When, as people write it: "30 3 * * *", "every 6h". NULL: out of memory. */
const char *schedule_text(struct arena *arena, const struct drop_schedule *from);

/* Of what a profile says, which was checked when it was read. */
struct schedule schedule_of(const struct drop_schedule *from);

/* Cron's, of every hour: it counts them as they pass. */
bool schedule_is_hourly(const struct schedule *schedule);

/* The first moment after @after at which it is due, in seconds since the epoch. What cron_parse() took
 * comes within 40 years; SCHEDULE_NEVER is for fields that no text gives. */
int64_t schedule_next(const struct schedule *schedule, int64_t after,
		      const struct local_time *local);

/* The shortest time between two moments at which it is due, in seconds, while clocks are not changed: a
 * jump may bring two closer together. */
uint64_t schedule_shortest(const struct schedule *schedule);
/* Is it due more often than is good? */
bool schedule_is_hasty(const struct schedule *schedule);
