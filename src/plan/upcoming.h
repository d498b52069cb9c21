/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What a profile's schedules have before them: each with the next times at which it is due. Pure.
 *
 * Whether `only_if` holds then, nobody can know before.
 */

#include <stddef.h>
#include <stdint.h>

struct arena;
struct drop_schedule;
struct host;
struct layer;
struct local_time;
struct profile;

struct upcoming_item {
	const struct layer *layer;
	const struct drop_schedule *schedule;
	const char *
		not_applicable; /* which condition of its profile fails here; NULL: none */
	uint64_t shortest;	/* seconds between two runs, at least */
	const int64_t *next;	/* seconds since the epoch */
	size_t next_len;	/* 0: its profile is not applicable */
};

/* Who is due first stands first; the others last. Otherwise they stay as the profile has them. */
struct upcoming {
	struct upcoming_item *items;
	size_t len, cap;
};

struct upcoming_request {
	const struct profile *profile;
	const struct host *host;
	const struct local_time *local;
	int64_t now;
	size_t runs; /* of each; 1 or more */
};

/* 0 or -ENOMEM. */
int upcoming_find(struct arena *arena, const struct upcoming_request *request,
		  struct upcoming *ret) __attribute__((warn_unused_result));
