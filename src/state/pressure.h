/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * /proc/pressure/memory (Linux Documentation/accounting/psi.rst; 4.20 and later, where CONFIG_PSI
 * is on) taken apart. Pure.
 */

#include <stdbool.h>

#include "base/span.h"

/* The share of time in which some, or all, tasks waited for memory, in hundredths of a percent. */
struct pressure {
	bool known;
	unsigned some_avg10, some_avg60, some_avg300;
	unsigned full_avg10, full_avg60, full_avg300;
};

struct pressure pressure_parse(struct span text);
