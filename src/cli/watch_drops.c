/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/watch_drops.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/kib.h"
#include "plan/only_if.h"
#include "profile/profile.h"
#include "state/host.h"
#include "sys/alarm.h"
#include "sys/clock.h"
#include "sys/localtime.h"
#include "sys/root.h"

#define PICTURE_LIMIT ((size_t)16 * 1024 * 1024)

static struct agenda_time now(void)
{
	return (struct agenda_time){ .wall = clock_wall(), .boot = clock_boot() };
}

int watch_drops_begin(struct watch_drops *drops)
{
	drops->alarm = alarm_open();
	drops->run.fd = -1;
	drops->agenda.began = -1;
	return drops->alarm < 0 ? drops->alarm : 0;
}

void watch_drops_done(struct watch_drops *drops)
{
	if (drops->alarm >= 0)
		(void)close(drops->alarm);
	/* A run that is under way ends by itself. */
	if (drops->run.fd >= 0)
		(void)close(drops->run.fd);
	drops->alarm = drops->run.fd = -1;
}

static void set_alarm(struct watch_drops *drops)
{
	int64_t next = agenda_next(&drops->agenda);
	int r = 0;

	if (drops->agenda.len > 0)
		r = alarm_set(drops->alarm, next == SCHEDULE_NEVER ? ALARM_NEVER : next);
	if (r < 0)
		logger_say(drops->logger, LOG_ERR, NULL, 0,
			   "schedules are not carried out: cannot set a timer: %s",
			   strerror(-r));
}

static void say_next(const struct watch_drops *drops, const struct agenda_entry *entry)
{
	char text[LOCALTIME_TEXT];

	logger_say(drops->logger, LOG_INFO, NULL, 0, "drop_caches of %s (%s): next %s",
		   entry->profile, entry->text, localtime_text(entry->due, text));
}

void watch_drops_adopt(struct watch_drops *drops, const struct agenda *agenda)
{
	int64_t began = drops->agenda.began;

	drops->agenda = *agenda;
	drops->agenda.began = began;
	drops->agenda.local = (struct local_time){ .offset = localtime_offset };
	drops->running = SIZE_MAX;
	memset(drops->lasts, 0, sizeof(drops->lasts));
	localtime_refresh();
	agenda_start(&drops->agenda, now());
	for (size_t i = 0; i < drops->agenda.len; i++)
		say_next(drops, &drops->agenda.items[i]);
	set_alarm(drops);
}

static struct watch_drops_last *last_of(struct watch_drops *drops, size_t index)
{
	return index < WATCH_DROPS_LASTS ? &drops->lasts[index] : NULL;
}

static void skip(struct watch_drops *drops, size_t index, const char *why)
{
	struct watch_drops_last *last = last_of(drops, index);
	const struct agenda_entry *entry = &drops->agenda.items[index];

	logger_say(drops->logger, LOG_NOTICE, NULL, 0,
		   "drop_caches of %s (%s): skipped: %s", entry->profile, entry->text,
		   why);
	if (!last)
		return;
	*last = (struct watch_drops_last){ .wall = clock_wall() };
	(void)snprintf(last->skipped, sizeof(last->skipped), "%s", why);
}

/* How it looks, in @arena. */
static int look(struct watch_drops *drops, struct arena *arena, struct memory *ret)
{
	struct host host = { .page_size = drops->page_size };
	int r = arena ? 0 : -ENOMEM;

	if (r == 0 && host.page_size == 0)
		r = host_read(arena, drops->root, HOST_PAGE, &host);
	if (r == 0) {
		drops->page_size = host.page_size;
		r = memory_read(arena, drops->root, host.page_size, ret);
	}
	return r;
}

static bool spares(const struct agenda_entry *entry)
{
	return !entry->from->under_pressure && !only_if_asks_pressure(&entry->condition);
}

/* NULL in *@ret_why: it may begin. */
static int judge(struct watch_drops *drops, const struct agenda_entry *entry,
		 struct arena *arena, const char **ret_why)
{
	const struct only_if only_if = { .condition = &entry->condition,
					 .text = entry->from->only_if,
					 .spare = spares(entry) };
	struct memory memory = { 0 };
	int r;

	*ret_why = "the last run is not over yet";
	if (drops->run.fd >= 0)
		return 0;
	*ret_why = "the last run was less than 10 minutes ago";
	if (!drops->force && agenda_rests(&drops->agenda, now()))
		return 0;
	r = look(drops, arena, &memory);
	if (r < 0)
		return r;
	drops->free_kib = memory_free(&memory);
	return only_if_reason(arena, &only_if, &memory, ret_why);
}

static void start(struct watch_drops *drops, size_t index)
{
	cleanup(arena_freep) struct arena *arena = arena_new(PICTURE_LIMIT);
	const struct agenda_entry *entry = &drops->agenda.items[index];
	const struct drop_request request = { .mode = entry->from->mode,
					      .sync = entry->from->sync };
	const char *why;
	int r = judge(drops, entry, arena, &why);

	if (r == 0 && why) {
		skip(drops, index, why);
		return;
	}
	if (r == 0)
		r = drop_begin(drops->root, &request, &drops->run);
	if (r < 0) {
		skip(drops, index, strerror(-r));
		return;
	}
	agenda_begin_run(&drops->agenda, now());
	drops->running = index;
	(void)snprintf(drops->label, sizeof(drops->label), "drop_caches of %s (%s)",
		       entry->profile, entry->text);
}

static void note_clock(struct watch_drops *drops)
{
	int64_t set = agenda_check_clock(&drops->agenda, now());

	if (set != 0)
		logger_say(drops->logger, LOG_NOTICE, NULL, 0,
			   "the clock was set %s by %lld s%s",
			   set > 0 ? "forward" : "back", llabs(set),
			   llabs(set) > AGENDA_CORRECTION ? ": schedules go on from there"
							  : "");
}

bool watch_drops_due(struct watch_drops *drops)
{
	struct agenda_entry *entry;
	bool any = false;

	/* Taken also where no schedule is left that it was set for: it would stay readable. */
	if (drops->alarm < 0 || alarm_take(drops->alarm) == ALARM_NOTHING)
		return false;
	localtime_refresh();
	note_clock(drops);
	while ((entry = agenda_take(&drops->agenda, now()))) {
		start(drops, (size_t)(entry - drops->agenda.items));
		any = true;
	}
	set_alarm(drops);
	return any;
}

static void say_freed(struct watch_drops *drops, const struct drop_outcome *outcome,
		      int64_t freed_kib)
{
	char amount[KIB_TEXT], sync[48] = "";

	if (outcome->took_ms[DROP_STEP_SYNC] >= 0)
		(void)snprintf(sync, sizeof(sync), ", and sync before it %lld ms",
			       (long long)outcome->took_ms[DROP_STEP_SYNC]);
	logger_say(drops->logger, LOG_INFO, NULL, 0, "%s: freed %s%s, took %lld ms%s",
		   drops->label, freed_kib < 0 ? "-" : "",
		   kib_text((uint64_t)llabs(freed_kib), amount),
		   (long long)outcome->took_ms[DROP_STEP_DROP], sync);
}

void watch_drops_over(struct watch_drops *drops)
{
	cleanup(arena_freep) struct arena *arena = arena_new(PICTURE_LIMIT);
	struct watch_drops_last *last = last_of(drops, drops->running);
	struct drop_outcome outcome = { 0 };
	struct memory after = { 0 };
	int64_t freed_kib = 0;
	int r = drop_finish(&drops->run, &outcome);

	if (r == 0)
		r = -outcome.error;
	if (last)
		*last = (struct watch_drops_last){ .wall = clock_wall(),
						   .failed = r < 0 };
	if (r < 0) {
		logger_say(drops->logger, LOG_ERR, NULL, 0, "%s: failed: %s",
			   drops->label, strerror(-r));
		return;
	}
	if (look(drops, arena, &after) == 0)
		freed_kib = memory_free(&after) - drops->free_kib;
	say_freed(drops, &outcome, freed_kib);
	if (!last)
		return;
	last->freed_kib = freed_kib;
	last->took_ms = outcome.took_ms[DROP_STEP_DROP];
}
