/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Signals that ask to stop while values are being written.
 *
 * They are held back, not handled: no code runs at their time. The writer asks
 * between two steps, and answers by putting back what it did. What was
 * answered is taken away; the rest is delivered when the hold ends.
 */

#include <signal.h>
#include <stdbool.h>

struct stop {
	sigset_t before; /* the mask to go back to */
	struct sigaction
		pipe; /* SIGPIPE's, ignored meanwhile: a closed terminal must not kill */
};

/* Holds back SIGINT, SIGTERM, SIGHUP and SIGQUIT, and ignores SIGPIPE. */
void stop_hold(struct stop *stop);
/* Has one of them come since? */
bool stop_asked(const struct stop *stop);
/* Ends the hold. With @answered, what came is taken away first. */
void stop_release(struct stop *stop, bool answered);
