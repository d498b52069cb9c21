/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/tally.h"

/* 0..3 us have a bucket each; then four to an octave. */
static size_t bucket_of(uint64_t us)
{
	unsigned octave = 0;
	size_t bucket;

	if (us < 4)
		return (size_t)us;
	while (us >> octave >= 8)
		octave++;
	bucket = (size_t)(octave + 1) * 4 + (size_t)((us >> octave) - 4);
	return bucket < TALLY_BUCKETS ? bucket : TALLY_BUCKETS - 1;
}

/* The largest that is in it. */
static uint64_t top_of(size_t bucket)
{
	unsigned octave;

	if (bucket < 4)
		return bucket;
	octave = (unsigned)(bucket / 4) - 1;
	return ((uint64_t)(bucket % 4 + 5) << octave) - 1;
}

void tally_took(struct tally *tally, uint64_t ns)
{
	tally->took[bucket_of(ns / 1000)]++;
}

uint64_t tally_next(const struct tally *tally, size_t *at, uint64_t *ret_us)
{
	for (; *at < TALLY_BUCKETS; ++*at) {
		if (tally->took[*at] == 0)
			continue;
		*ret_us = top_of(*at);
		return tally->took[(*at)++];
	}
	return 0;
}

uint64_t tally_quantile_us(const struct tally *tally, unsigned hundredths)
{
	uint64_t total = 0, passed = 0;

	for (size_t i = 0; i < TALLY_BUCKETS; i++)
		total += tally->took[i];
	for (size_t i = 0; total > 0 && i < TALLY_BUCKETS; i++) {
		passed += tally->took[i];
		if (passed * 100 >= total * hundredths)
			return top_of(i);
	}
	return 0;
}
