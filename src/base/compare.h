/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Comparisons as profiles write them: ">=2.6.5", "<64M": an operator with its operand right behind. */

#include <stdbool.h>

#include "base/span.h"

enum comparator {
	COMPARE_LESS,
	COMPARE_LESS_OR_SAME,
	COMPARE_SAME,
	COMPARE_NOT_SAME,
	COMPARE_MORE,
	COMPARE_MORE_OR_SAME,
};

/* Takes the operator off the head of *@text (= and == are one). 0 or -EINVAL. */
int compare_take(struct span *text, enum comparator *ret)
	__attribute__((warn_unused_result));

/* @order is <0, 0, >0 as strcmp of the two sides. */
bool compare_holds(enum comparator comparator, int order);
