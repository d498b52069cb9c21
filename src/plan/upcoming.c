/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/upcoming.h"

#include <errno.h>

#include "base/arena.h"
#include "base/vec.h"
#include "plan/schedule.h"
#include "plan/when.h"
#include "profile/profile.h"

static int find_runs(struct arena *arena, const struct upcoming_request *request,
		     const struct schedule *schedule, struct upcoming_item *item)
{
	int64_t *next = arena_array(arena, request->runs, sizeof(*next));
	int64_t at = request->now;

	if (!next)
		return -ENOMEM;
	item->next = next;
	for (size_t i = 0; i < request->runs && at != SCHEDULE_NEVER; i++) {
		at = schedule_next(schedule, at, request->local);
		if (at != SCHEDULE_NEVER)
			next[item->next_len++] = at;
	}
	return 0;
}

static int add_item(struct arena *arena, const struct upcoming_request *request,
		    const struct upcoming_item *from, struct upcoming *upcoming)
{
	struct schedule schedule = schedule_of(from->schedule);
	struct upcoming_item *item = vec_push(arena, upcoming);

	if (!item)
		return -ENOMEM;
	*item = *from;
	item->shortest = schedule_shortest(&schedule);
	return item->not_applicable ? 0 : find_runs(arena, request, &schedule, item);
}

static int add_layer(struct arena *arena, const struct upcoming_request *request,
		     const struct layer *layer, struct upcoming *upcoming)
{
	struct upcoming_item item = { .layer = layer };
	int r = 0;

	if (!when_holds(arena, layer, request->host, &item.not_applicable) &&
	    !item.not_applicable)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < layer->schedules_len; i++) {
		item.schedule = &layer->schedules[i];
		r = add_item(arena, request, &item, upcoming);
	}
	return r;
}

static int64_t first_run(const struct upcoming_item *item)
{
	return item->next_len > 0 ? item->next[0] : SCHEDULE_NEVER;
}

static void put_in_order(struct upcoming *upcoming)
{
	for (size_t i = 1; i < upcoming->len; i++) {
		struct upcoming_item item = upcoming->items[i];
		size_t j = i;

		for (; j > 0 && first_run(&upcoming->items[j - 1]) > first_run(&item);
		     j--)
			upcoming->items[j] = upcoming->items[j - 1];
		upcoming->items[j] = item;
	}
}

int upcoming_find(struct arena *arena, const struct upcoming_request *request,
		  struct upcoming *ret)
{
	struct upcoming upcoming = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < request->profile->len; i++)
		r = add_layer(arena, request, request->profile->items[i], &upcoming);
	if (r < 0)
		return r;
	put_in_order(&upcoming);
	*ret = upcoming;
	return 0;
}
