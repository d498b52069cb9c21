/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The only callers of clock_gettime(2). */

#include <stdint.h>

/* Seconds since the epoch. */
int64_t clock_wall(void);
/* Seconds since boot, time spent suspended included (CLOCK_BOOTTIME). */
int64_t clock_boot(void);
/* Milliseconds since boot in steps of a timer tick; asking takes no system call. */
int64_t clock_tick_ms(void);
/* Nanoseconds by CLOCK_MONOTONIC, which is what the kernel stamps events with. */
int64_t clock_monotonic_ns(void);
