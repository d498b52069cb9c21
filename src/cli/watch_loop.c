/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "cli/watching.h"

enum door {
	DOOR_SIGNALS,
	DOOR_EVENTS,
	DOOR_CHANGES,
	DOOR_ALARM,
	DOOR_DROP,
	DOORS,
};

static void sooner(uint64_t *next, uint64_t other)
{
	if (other != 0 && (*next == 0 || other < *next))
		*next = other;
}

/* For poll(2): how long until something is due; -1 where nothing ever is. */
static int patience(const struct watching *watching)
{
	uint64_t next = watch_next_ms(&watching->watch), now = watching_now_ms();

	sooner(&next, watching->next_scan_ms);
	sooner(&next, watching->reload_ms);
	sooner(&next, watching->next_alive_ms);
	if (next == 0)
		return -1;
	if (next <= now)
		return 0;
	return next - now < INT_MAX ? (int)(next - now) : INT_MAX;
}

static void take_signal(struct watching *watching, int number)
{
	switch (number) {
	case SIGHUP:
		watching->reload_ms = watching_now_ms();
		break;
	case SIGUSR1:
		watching_tell(watching, true);
		break;
	default:
		watching->stop = true;
		break;
	}
}

static void take_signals(struct watching *watching)
{
	int number;

	while ((number = signals_next(&watching->signals)) > 0)
		take_signal(watching, number);
}

/* The socket is of no more use: what is left is looking. */
static void go_deaf(struct watching *watching, int err)
{
	logger_say(&watching->logger, LOG_WARNING, NULL, 0,
		   "no more events of processes: %s; looking every %d s instead",
		   strerror(err), WATCHING_SCAN_MS / 1000);
	procevents_done(&watching->events);
	watching->watch.events = NULL;
	watching->mode = "scan";
	watching->scan_ms = WATCHING_SCAN_MS;
	watching->next_scan_ms = watching_now_ms();
}

static void do_what_is_due(struct watching *watching)
{
	uint64_t now = watching_now_ms();
	struct watch *watch = &watching->watch;

	watching_note_unless(watching, watch_due(watch, now), WATCHING_BLIND);
	if (watching->next_scan_ms != 0 && now >= watching->next_scan_ms) {
		watching_note_unless(watching, watch_pass(watch, WATCH_NEW, now),
				     WATCHING_BLIND);
		watching->next_scan_ms = now + watching->scan_ms;
	}
	if (watching->reload_ms != 0 && now >= watching->reload_ms)
		watching_reload(watching);
	if (watching->next_alive_ms != 0 && now >= watching->next_alive_ms) {
		(void)notify_tell(&watching->notify, NOTIFY_WATCHDOG, NULL);
		watching->next_alive_ms = now + watching->notify.watchdog_us / 2000;
	}
}

static void take_events(struct watching *watching)
{
	uint64_t lost = watching->watch.keeper.tally.lost;
	int r = watch_events(&watching->watch);

	if (r < 0)
		go_deaf(watching, -r);
	if (watching->watch.keeper.tally.lost != lost)
		logger_say(&watching->logger, LOG_WARNING, NULL, 0,
			   "events were lost: all processes are looked at again");
}

static void take_run(struct watching *watching)
{
	watch_drops_over(&watching->drops);
	watching_tell(watching, false);
}

enum status watching_run(struct watching *watching)
{
	struct pollfd doors[DOORS] = {
		[DOOR_SIGNALS] = { .fd = watching->signals.fd, .events = POLLIN },
		[DOOR_CHANGES] = { .fd = watching->changes.fd, .events = POLLIN },
		[DOOR_ALARM] = { .fd = watching->drops.alarm, .events = POLLIN },
	};

	while (!watching->stop) {
		doors[DOOR_DROP] = (struct pollfd){
			.fd = watching->drops.run.fd,
			.events = POLLIN,
		};
		doors[DOOR_EVENTS] = (struct pollfd){
			.fd = watching->watch.events ? watching->events.fd : -1,
			.events = POLLIN,
		};
		if (poll(doors, DOORS, patience(watching)) < 0 && errno != EINTR)
			return watching_failed(watching, -errno, "wait for events");
		if (doors[DOOR_EVENTS].revents)
			take_events(watching);
		if (doors[DOOR_SIGNALS].revents)
			take_signals(watching);
		if (doors[DOOR_CHANGES].revents && changes_next(&watching->changes) != 0)
			watching->reload_ms = watching_now_ms() + WATCHING_RELOAD_MS;
		if (doors[DOOR_DROP].revents)
			take_run(watching);
		if (doors[DOOR_ALARM].revents && watch_drops_due(&watching->drops))
			watching_tell(watching, false);
		do_what_is_due(watching);
	}
	(void)notify_tell(&watching->notify, NOTIFY_STOPPING, NULL);
	return STATUS_OK;
}
