/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What a watch has counted, and how long it took from an event to what was written. */

#include <stddef.h>
#include <stdint.h>

/* Four to an octave, from 1 us to over an hour. */
#define TALLY_BUCKETS 128

struct tally {
	uint64_t events;  /* told by the kernel */
	uint64_t changed; /* written */
	uint64_t denied;  /* could not be written */
	uint64_t drifted; /* had been changed by somebody else */
	uint64_t unknown; /* it could not be told which rule is for them */
	uint64_t lost;	  /* times that events were lost */
	uint64_t scans,
		rescans; /* passes over all; those of them that a loss asked for */
	uint64_t took[TALLY_BUCKETS];
};

/* One more that took @ns. */
void tally_took(struct tally *tally, uint64_t ns);
/* The next bucket from *@at on that has some in it: how many, and the most microseconds they took. 0:
 * there is none. */
uint64_t tally_next(const struct tally *tally, size_t *at, uint64_t *ret_us);
/* That many hundredths of them took at most so many microseconds; 0: there was none. */
uint64_t tally_quantile_us(const struct tally *tally, unsigned hundredths);
