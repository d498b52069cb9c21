/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Signals that a daemon answers, as a descriptor to poll: SIGTERM and SIGINT ask
 * it to end, SIGHUP to read its configuration again, SIGUSR1 to say how it is
 * doing. No code runs at their time.
 *
 * SIGINT that is ignored at the start (a shell's background job) stays so: once
 * blocked it would come. The others are meant for a daemon whoever started it.
 */

#include <signal.h>

struct signals {
	int fd; /* to poll for reading; never blocks */
	sigset_t held;
	sigset_t before;       /* the mask to go back to */
	struct sigaction pipe; /* SIGPIPE's, ignored meanwhile */
};

/* For any program, at its start: whoever ignored SIGCHLD did so for children of its own, and a file
 * that grows larger than it may is an error (EFBIG), not the end. */
void signals_settle(void);
/* Blocks them, for this process and all that it starts. 0 or -errno; then nothing is held. */
int signals_hold(struct signals *signals) __attribute__((warn_unused_result));
/* What has come and is not answered yet is taken away. */
void signals_release(struct signals *signals);

/* The number of the next one that has come; 0: none; -errno. Two of a kind that come together are
 * one. */
int signals_next(const struct signals *signals) __attribute__((warn_unused_result));
