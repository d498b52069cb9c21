/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Descriptors that are done with, closed together: files opened one after the
 * other have neighbouring numbers, and close_range(2) (Linux 5.9) closes a run
 * of them at the price of one.
 */

#include <stddef.h>

#define CLOSING_MOST 128 /* that many may wait */

struct closing {
	int fds[CLOSING_MOST];
	size_t len;
};

/* Takes @fd, which is the caller's no more; -1 is nothing. @closing begins as { .len = 0 }. */
void closing_add(struct closing *closing, int fd);
/* Closes what still waits. */
void closing_done(struct closing *closing);

/* Closes all descriptors but 0 to 2, @a and @b: for a process that stays behind, and must not hold
 * its caller's files. */
void closing_all_but(int a, int b);
