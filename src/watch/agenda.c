/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/agenda.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "profile/profile.h"

static int add(struct arena *arena, const struct layer *layer,
	       const struct drop_schedule *from, struct agenda_entry *ret)
{
	const char *why;
	size_t at;

	*ret = (struct agenda_entry){
		.profile = layer_root(layer)->name,
		.text = schedule_text(arena, from),
		.from = from,
		.schedule = schedule_of(from),
		.due = SCHEDULE_NEVER,
	};
	/* What the profile's reader took, this takes. */
	if (from->only_if &&
	    condition_parse(from->only_if, &ret->condition, &why, &at) < 0)
		return -EINVAL;
	return ret->text ? 0 : -ENOMEM;
}

int agenda_begin(struct arena *arena, const struct layer *const *layers,
		 size_t layers_len, agenda_filter *filter, void *data, struct agenda *ret)
{
	struct agenda agenda = { .began = -1 };
	size_t most = 0;
	int r = 0;

	for (size_t i = 0; i < layers_len; i++)
		most += layers[i]->schedules_len;
	agenda.items = arena_array(arena, most, sizeof(*agenda.items));
	if (!agenda.items)
		return -ENOMEM;
	for (size_t i = 0; i < layers_len; i++) {
		const struct layer *layer = layers[i];

		if (filter && !filter(data, layer_root(layer)->name))
			continue;
		for (size_t j = 0; r == 0 && j < layer->schedules_len; j++)
			r = add(arena, layer, &layer->schedules[j],
				&agenda.items[agenda.len++]);
	}
	if (r == 0)
		*ret = agenda;
	return r;
}

static void reckon(struct agenda *agenda, struct agenda_entry *entry, int64_t after)
{
	entry->due = schedule_next(&entry->schedule, after, &agenda->local);
}

void agenda_start(struct agenda *agenda, struct agenda_time now)
{
	agenda->ahead = now.wall - now.boot;
	for (size_t i = 0; i < agenda->len; i++)
		reckon(agenda, &agenda->items[i], now.wall);
}

int64_t agenda_next(const struct agenda *agenda)
{
	int64_t next = SCHEDULE_NEVER;

	for (size_t i = 0; i < agenda->len; i++) {
		if (agenda->items[i].due < next)
			next = agenda->items[i].due;
	}
	return next;
}

struct agenda_entry *agenda_take(struct agenda *agenda, struct agenda_time now)
{
	for (size_t i = 0; i < agenda->len; i++) {
		struct agenda_entry *entry = &agenda->items[i];

		if (entry->due > now.wall)
			continue;
		reckon(agenda, entry, now.wall);
		return entry;
	}
	return NULL;
}

/* Is it about time that passes, whatever clocks call it? */
static bool is_interval(const struct schedule *schedule)
{
	return schedule->every_seconds > 0 || schedule_is_hourly(schedule);
}

int64_t agenda_check_clock(struct agenda *agenda, struct agenda_time now)
{
	int64_t set = now.wall - now.boot - agenda->ahead;

	/* The two are read one after the other, and steered a little apart (adjtimex(2)). */
	agenda->ahead += set;
	if (llabs(set) <= AGENDA_SLACK)
		return 0;
	for (size_t i = 0; i < agenda->len; i++) {
		struct agenda_entry *entry = &agenda->items[i];

		if (llabs(set) > AGENDA_CORRECTION ||
		    (set < 0 && is_interval(&entry->schedule)))
			reckon(agenda, entry, now.wall);
	}
	return set;
}

void agenda_begin_run(struct agenda *agenda, struct agenda_time now)
{
	agenda->began = now.boot;
}

bool agenda_rests(const struct agenda *agenda, struct agenda_time now)
{
	return agenda->began >= 0 && now.boot - agenda->began < SCHEDULE_SHORTEST;
}
