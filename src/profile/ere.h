/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * POSIX extended regular expressions from a file, which are compiled by root: regcomp()
 * writes repetitions out, so that a short text can take all memory, is lost for hours in
 * loops of what can be empty, and matches with back-references in time without bound.
 */

#include <regex.h>
#include <stddef.h>

struct arena;

#define ERE_LONGEST 256 /* bytes */
#define ERE_COUNT   64	/* the most that braces may ask for */
/* For regcomp(). */
#define ERE_FLAGS   (REG_EXTENDED | REG_NOSUB)

/* NULL: regcomp() takes @text without the blanks around it, and it is harmless. Else what
 * is wrong with it, at the byte *@ret_at; "": out of memory. */
const char *ere_fault(struct arena *arena, const char *text, size_t *ret_at);
