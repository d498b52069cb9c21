/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What wakes a program that shows something on a terminal and waits until it shows it anew.
 *
 * Signals are held back, not handled, and taken one by one while it waits. One that is ignored or
 * blocked at the start is left alone, but for SIGWINCH, which is ignored by default.
 */

#include <signal.h>
#include <stdint.h>

enum wake {
	WAKE_TIME,
	WAKE_STOP,    /* SIGINT, SIGTERM, SIGHUP or SIGQUIT */
	WAKE_RESIZED, /* SIGWINCH */
	WAKE_SUSPEND, /* SIGTSTP: Ctrl-Z */
};

struct wakeup {
	sigset_t before; /* the mask to go back to */
	sigset_t held;
	struct sigaction
		pipe; /* SIGPIPE's, ignored meanwhile: a terminal that is gone is an error */
};

void wakeup_hold(struct wakeup *wakeup);
/* Waits so long, or for the first of them; one that came before is answered at once. */
enum wake wakeup_wait(const struct wakeup *wakeup, int64_t ms);
/* Stops this process as Ctrl-Z does; returns when it is continued. */
void wakeup_suspend(void);
/* What has come and was not answered is taken away. */
void wakeup_release(struct wakeup *wakeup);
