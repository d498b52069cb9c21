/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/alarm.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#ifndef TFD_TIMER_CANCEL_ON_SET
#define TFD_TIMER_CANCEL_ON_SET 2 /* Linux 3.0 */
#endif

/* A timer that is off is not told of the clock: one in the year 2100 is, and a 32-bit time_t has no
 * later one. */
#define FAR_AWAY INT64_C(4102444800)

int alarm_open(void)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

int alarm_set(int fd, int64_t wall)
{
	struct itimerspec spec = { 0 };

	/* 0 would turn it off. */
	spec.it_value.tv_sec = (time_t)(wall < 1 ? 1 : wall > FAR_AWAY ? FAR_AWAY : wall);
	if (timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec,
			    NULL) == 0)
		return 0;
	/* Before 3.0 no timer is told. */
	if (errno != EINVAL)
		return -errno;
	return timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL) < 0 ? -errno : 0;
}

enum alarm_event alarm_take(int fd)
{
	uint64_t times;

	if (read(fd, &times, sizeof(times)) == (ssize_t)sizeof(times))
		return ALARM_RANG;
	return errno == ECANCELED ? ALARM_CLOCK_SET : ALARM_NOTHING;
}
