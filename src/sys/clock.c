/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/clock.h"

#include <time.h>

static int64_t seconds(clockid_t id)
{
	struct timespec now = { 0 };

	(void)clock_gettime(id, &now);
	return now.tv_sec;
}

int64_t clock_wall(void)
{
	return seconds(CLOCK_REALTIME);
}

int64_t clock_boot(void)
{
	return seconds(CLOCK_BOOTTIME);
}
