/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/alarm.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "sys/clock.h"
#include "tap.h"

static int wait_for(int fd, int ms)
{
	struct pollfd door = { .fd = fd, .events = POLLIN };

	return poll(&door, 1, ms);
}

/* That the clock is set cannot be tried here: it is the host's. */
int main(void)
{
	int fd = alarm_open();

	ok(fd >= 0, "a timer");
	is_int(alarm_take(fd), ALARM_NOTHING, "nothing happened");
	is_int(alarm_set(fd, clock_wall() - 100), 0, "a moment that is over");
	is_int(wait_for(fd, 5000), 1, "comes at once");
	is_int(alarm_take(fd), ALARM_RANG, "it rang");
	is_int(alarm_take(fd), ALARM_NOTHING, "once");
	is_int(alarm_set(fd, clock_wall() + 1), 0, "one that is to come");
	is_int(alarm_take(fd), ALARM_NOTHING, "is not here yet");
	is_int(wait_for(fd, 5000), 1, "comes");
	ok(alarm_set(fd, ALARM_NEVER) == 0 && wait_for(fd, 50) == 0, "never");
	ok(alarm_set(fd, 0) == 0 && wait_for(fd, 5000) == 1, "the epoch is over, too");
	is_int(alarm_set(-1, 0), -EBADF, "no timer");
	(void)close(fd);
	return done();
}
