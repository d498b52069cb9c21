/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Kernel versions: three numbers, read from the head of a release string
 * ("2.6.9-89.EL" is 2.6.9, "6.1" is 6.1.0), and conditions on them.
 */

#include <stdbool.h>

struct kver {
	unsigned short major, minor, patch;
};

#define KVER(a, b, c) ((struct kver){ (a), (b), (c) })
#define KVER_ANY      ((struct kver){ 0, 0, 0 }) /* "no bound"; also: unknown */

/* Reads the version that @release begins with. 0, or -EINVAL where it begins with none.
 */
int kver_parse(const char *release, struct kver *ret) __attribute__((warn_unused_result));

/* <0, 0, >0 as strcmp. */
int kver_compare(struct kver a, struct kver b);

bool kver_known(struct kver v);

/*
 * Comparators joined by blanks are ANDed: ">=2.6.5 <7", "=3.10", "!=5.4".
 * kver_condition_check: 0 or -EINVAL with *@ret_at the offset of the first bad
 * comparator. kver_matches: false for a malformed condition; missing parts of a version
 * read as 0.
 */
int kver_condition_check(const char *condition, unsigned *ret_at)
	__attribute__((warn_unused_result));
bool kver_matches(const char *condition, struct kver v);
