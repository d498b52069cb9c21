/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/stop.h"

#include <stddef.h>
#include <time.h>

#include "sys/clock.h"

static const int asking[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define ASKING (sizeof(asking) / sizeof(*asking))

static bool is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void stop_hold(struct stop *stop)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	stop->asked_ms = clock_tick_ms();
	(void)sigprocmask(SIG_SETMASK, NULL, &stop->before);
	(void)sigemptyset(&stop->held);
	for (size_t i = 0; i < ASKING; i++) {
		if (sigismember(&stop->before, asking[i]) == 0 && !is_ignored(asking[i]))
			(void)sigaddset(&stop->held, asking[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &stop->held, NULL);
	(void)sigaction(SIGPIPE, &ignore, &stop->pipe);
}

bool stop_asked(const struct stop *stop)
{
	sigset_t pending;

	if (sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < ASKING; i++) {
		if (sigismember(&pending, asking[i]) == 1 &&
		    sigismember(&stop->held, asking[i]) == 1)
			return true;
	}
	return false;
}

bool stop_due(struct stop *stop)
{
	int64_t now = clock_tick_ms();

	if (now == stop->asked_ms)
		return false;
	stop->asked_ms = now;
	return stop_asked(stop);
}

void stop_release(struct stop *stop, bool answered)
{
	const struct timespec now = { 0 };

	while (answered && sigtimedwait(&stop->held, NULL, &now) > 0)
		;
	(void)sigaction(SIGPIPE, &stop->pipe, NULL);
	(void)sigprocmask(SIG_SETMASK, &stop->before, NULL);
}
