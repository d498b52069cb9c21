/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which line of the persisted configuration decides a key, and why the others do not. Pure.
 *
 * Of a pair such as dirty_ratio and dirty_bytes the one that is written last is in force,
 * and the other one then is 0 (Linux mm/page-writeback.c): that counts as deciding, too.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct conf_line;
struct knob;
struct persisted;

/* A line that names a key, and does not decide. */
struct boot_loser {
	const struct conf_line *line;
	const char *why;
};

struct boot_answer {
	const char *
		value; /* what the kernel makes of the line; NULL: nothing sets the key */
	/* The line that decides, be it an exclusion or one of another key of a pair; NULL: none
	 * does. */
	const struct conf_line *line;
	struct boot_loser *losers; /* in the order of reading */
	size_t losers_len;
};

/*
 * What becomes of @key (canonical, no pattern), whose row in the catalogue is @knob (or NULL).
 * With @losers, also the lines that do not decide. 0 or -ENOMEM.
 */
int boot_ask(struct arena *arena, const struct persisted *persisted, const char *key,
	     const struct knob *knob, bool losers, struct boot_answer *ret)
	__attribute__((warn_unused_result));

/* Is there a line that is read, and that gives @key what @value means, be it that it loses? */
bool boot_is_named(const struct persisted *persisted, const char *key,
		   const struct knob *knob, const char *value);
