/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/wakeup.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "sys/clock.h"

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  (1000 * NS_PER_MS)

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH };

static bool is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void wakeup_hold(struct wakeup *wakeup)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)sigprocmask(SIG_SETMASK, NULL, &wakeup->before);
	(void)sigemptyset(&wakeup->held);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		if (sigismember(&wakeup->before, signals[i]) == 0 &&
		    !is_ignored(signals[i]))
			(void)sigaddset(&wakeup->held, signals[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &wakeup->held, NULL);
	(void)sigaction(SIGPIPE, &ignore, &wakeup->pipe);
}

static enum wake wake_of(int signal)
{
	switch (signal) {
	case SIGWINCH:
		return WAKE_RESIZED;
	case SIGTSTP:
		return WAKE_SUSPEND;
	default:
		return WAKE_STOP;
	}
}

/* -1: none came in that time; 0: interrupted. */
static int take(const struct wakeup *wakeup, int64_t ns)
{
	const struct timespec time = {
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};
	int signal = sigtimedwait(&wakeup->held, NULL, &time);

	if (signal > 0)
		return signal;
	return errno == EINTR ? 0 : -1;
}

enum wake wakeup_wait(const struct wakeup *wakeup, int64_t ms)
{
	int64_t until = clock_monotonic_ns() + ms * NS_PER_MS;
	int signal = 0;

	/* A process that was stopped and continued is interrupted. */
	while (signal == 0) {
		int64_t left = until - clock_monotonic_ns();

		signal = take(wakeup, left > 0 ? left : 0);
	}
	return signal < 0 ? WAKE_TIME : wake_of(signal);
}

void wakeup_suspend(void)
{
	(void)raise(SIGSTOP);
}

void wakeup_release(struct wakeup *wakeup)
{
	while (take(wakeup, 0) > 0)
		;
	(void)sigaction(SIGPIPE, &wakeup->pipe, NULL);
	(void)sigprocmask(SIG_SETMASK, &wakeup->before, NULL);
}
