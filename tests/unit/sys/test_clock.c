/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/clock.h"

#include <time.h>

#include "tap.h"

int main(void)
{
	int64_t boot = clock_boot(), wall = clock_wall();

	ok(wall >= (int64_t)time(NULL) - 1 && wall <= (int64_t)time(NULL) + 1,
	   "wall clock");
	ok(boot > 0 && boot < wall, "seconds since boot");
	ok(clock_boot() >= boot, "which do not go back");
	ok(clock_monotonic_ns() / 1000000 >= clock_tick_ms(), "nanoseconds");
	ok(clock_monotonic_ns() / 1000000 <= clock_tick_ms() + 1000, "of the same clock");
	return done();
}
