/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * `only_if`: comparisons of what a host has at the moment, joined by `and` and `or`.
 *
 *	low_free < 64M and cached > 1G or psi_some_avg10 >= 10
 *
 * `and` binds closer than `or`; there are no brackets. Only the words are read here.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compare.h"

enum condition_field {
	CONDITION_LOW_FREE,
	CONDITION_FREE,
	CONDITION_AVAILABLE,
	CONDITION_CACHED,
	CONDITION_SWAP_FREE,
	CONDITION_PSI_SOME_AVG10,
	CONDITION_UNUSABLE, /* unusable(order) */
};

struct condition_term {
	bool alternative; /* stands behind an `or` */
	enum condition_field field;
	unsigned order; /* CONDITION_UNUSABLE */
	enum comparator comparator;
	uint64_t
		bound; /* bytes; hundredths of a percent for psi; thousandths for unusable */
};

#define CONDITION_TERMS 8

struct condition {
	struct condition_term terms[CONDITION_TERMS];
	size_t len;
};

/* 0, or -EINVAL with what is wrong in *@ret_why, at the byte *@ret_at. */
int condition_parse(const char *text, struct condition *ret, const char **ret_why,
		    size_t *ret_at) __attribute__((warn_unused_result));

/* A regular expression for the same (but for the number of terms). */
extern const char condition_pattern[];
