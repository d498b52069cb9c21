/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Numbers, read strictly: the whole text or nothing, no blanks, no overflow.
 *
 * All that read return 0, -EINVAL (not of that form) or -ERANGE (does not fit).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* A number of either sign, wide enough for any kernel value. Zero is never negative. */
struct num {
	bool negative;
	uint64_t magnitude;
};

#define NUM_TEXT_SIZE 21 /* a sign, 19 digits and the NUL */

/* Decimal digits only; a leading zero is -EINVAL ("0" itself is fine). */
int num_u64(struct span text, uint64_t *ret) __attribute__((warn_unused_result));
/* As num_u64, with an optional '-' in front. */
int num_i64(struct span text, int64_t *ret) __attribute__((warn_unused_result));

/* @value in decimal, with a NUL behind. How long it is. */
size_t num_text(int64_t value, char ret[NUM_TEXT_SIZE]);

/* As the kernel's sysctl files read it: optional sign, 0x hexadecimal, leading 0 octal
 * (Linux lib/kstrtox.c). */
int num_kernel(struct span text, struct num *ret) __attribute__((warn_unused_result));
/* <0, 0, >0 as strcmp. */
int num_compare(struct num a, struct num b);

/* Bytes: "512", "64M", "2Gi". K M G T and Ki Mi Gi Ti all are powers of 1024. */
int num_size(struct span text, uint64_t *ret_bytes) __attribute__((warn_unused_result));
/* "5%", "2.5%": in hundredths of a percent, at most two decimals, at most 100%. */
int num_percent(struct span text, unsigned *ret_hundredths)
	__attribute__((warn_unused_result));
/* Seconds: "90", "30s", "5m", "6h", "2d", "1w", "1h30m". Never 0. */
int num_duration(struct span text, uint64_t *ret_seconds)
	__attribute__((warn_unused_result));
/* One that it reads as @seconds (up to INT64_MAX / 2), in the largest unit of which that is a whole
 * number: "6h", "90m", "1d". How long it is. */
size_t num_duration_text(uint64_t seconds, char ret[NUM_TEXT_SIZE]);
