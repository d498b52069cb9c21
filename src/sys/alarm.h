/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A moment on the wall clock, as a descriptor to poll: timerfd_create(2) on CLOCK_REALTIME. It comes
 * after a suspend that lasted past it, and when somebody sets the clock (TFD_TIMER_CANCEL_ON_SET,
 * Linux 3.0), as what was reckoned from that clock has to be reckoned anew.
 */

#include <stdint.h>

#define ALARM_NEVER INT64_MAX

enum alarm_event {
	ALARM_NOTHING,
	ALARM_RANG,
	ALARM_CLOCK_SET,
};

/* A descriptor that never blocks, or -errno. */
int alarm_open(void) __attribute__((warn_unused_result));
/* Rings at @wall, in seconds since the epoch; ALARM_NEVER: only when the clock is set. 0 or -errno. */
int alarm_set(int fd, int64_t wall) __attribute__((warn_unused_result));
/* What has happened since. */
enum alarm_event alarm_take(int fd);
