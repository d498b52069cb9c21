/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/stop.h"

#include <stddef.h>
#include <time.h>

static const int held[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define HELD (sizeof(held) / sizeof(*held))

static sigset_t held_set(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < HELD; i++)
		(void)sigaddset(&set, held[i]);
	return set;
}

void stop_hold(struct stop *stop)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const sigset_t set = held_set();

	(void)sigprocmask(SIG_BLOCK, &set, &stop->before);
	(void)sigaction(SIGPIPE, &ignore, &stop->pipe);
}

bool stop_asked(const struct stop *stop)
{
	sigset_t pending;

	if (sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < HELD; i++) {
		/* One that was blocked before belongs to somebody else. */
		if (sigismember(&pending, held[i]) == 1 &&
		    sigismember(&stop->before, held[i]) == 0)
			return true;
	}
	return false;
}

void stop_release(struct stop *stop, bool answered)
{
	const struct timespec now = { 0 };
	const sigset_t set = held_set();

	while (answered && stop_asked(stop) && sigtimedwait(&set, NULL, &now) > 0)
		;
	(void)sigaction(SIGPIPE, &stop->pipe, NULL);
	(void)sigprocmask(SIG_SETMASK, &stop->before, NULL);
}
