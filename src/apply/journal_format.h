/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The lines of a journal entry: a word, a blank, and the rest, in which
 * newlines and backslashes are written \n and \\. Unknown words are passed
 * over, so that an older program can read what a newer one wrote.
 */

#include <stddef.h>
#include <stdint.h>

#include "apply/journal.h"
#include "base/span.h"
#include "base/text.h"

struct arena;

/* Each appends one line. 0 or -ENOMEM. */
int text_line(struct text *text, const char *word, const char *rest)
	__attribute__((warn_unused_result));
int text_number(struct text *text, const char *word, int64_t number)
	__attribute__((warn_unused_result));
int text_numbered(struct text *text, const char *word, size_t number, const char *rest)
	__attribute__((warn_unused_result));

/*
 * Reads an entry into *@ret, whose id is the caller's. Without a `begin` line nothing had been
 * written: it counts as restored. With one it is open until an `end` says otherwise. A last line
 * without its newline was cut short and does not count.
 * 0, -EINVAL (not an entry), -ENOMEM.
 */
int journal_parse(struct arena *arena, struct span text, struct entry *ret,
		  const char **ret_boot) __attribute__((warn_unused_result));
