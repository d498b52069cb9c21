/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/alive.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>

#define TRIES	 50
#define PAUSE_NS (2L * 1000 * 1000)

/* A shared lock beside that of others: they only look. */
static bool only_looked_at(int fd)
{
	return flock(fd, LOCK_SH | LOCK_NB) == 0;
}

int alive_claim(int fd)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	int r = -EWOULDBLOCK;

	for (int i = 0; i < TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		r = -errno;
		if (r != -EWOULDBLOCK || !only_looked_at(fd))
			return r;
		/* Another one who claims must not take this for a claim. */
		(void)flock(fd, LOCK_UN);
		(void)nanosleep(&pause, NULL);
	}
	return r;
}

bool alive_claimed(int fd)
{
	if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	(void)flock(fd, LOCK_UN);
	return false;
}
