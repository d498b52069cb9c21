/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Signals that ask to stop while values are being written.
 *
 * They are held back, not handled: no code runs at their time. The writer asks
 * between two steps, and answers by putting back what it did. What was
 * answered is taken away; the rest is delivered when the hold ends.
 *
 * A signal that is ignored when the hold begins (nohup(1), a shell's background
 * job) asks for nothing, and is left alone: once blocked it would be pending.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct stop {
	sigset_t before; /* the mask to go back to */
	sigset_t held;
	int64_t asked_ms; /* when stop_due() last looked */
	/* SIGPIPE's, ignored meanwhile: a closed terminal must not kill. */
	struct sigaction pipe;
};

/* Holds back SIGINT, SIGTERM, SIGHUP and SIGQUIT, where they are neither blocked nor ignored
 * already, and ignores SIGPIPE. */
void stop_hold(struct stop *stop);
/* Has one of them come since? */
bool stop_asked(const struct stop *stop);
/* The same between quick steps: looks once in a timer tick, as looking is a system call. */
bool stop_due(struct stop *stop);
/* Ends the hold. With @answered, what came is taken away first. */
void stop_release(struct stop *stop, bool answered);
