/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Runs over text that is not about the OOM killer, faster than lines can be looked at.
 *
 * Every report has one of a few words in it, and each of these has a pair of letters that is rare
 * elsewhere. These are looked for at 16 places at a time.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Bytes of the longest of the words. */
#define SEEK_LONGEST 16

/* Where the first of the words begins at which a report may be; text.len where there is none. */
size_t seek_next(struct span text);
/* How many newlines there are. */
uint64_t seek_lines(struct span text);
