/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Values of knobs: from the profile's text to what is written, and from what
 * is read to what is meant.
 *
 * Kernel facts: numbers are base-by-prefix (0x10 is 16, 010 is 8), fields are
 * split at blanks (proc_dointvec, Linux kernel/sysctl.c), words come back as a
 * list with the chosen one in brackets (mm/huge_memory.c).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/kver.h"

struct arena;
struct knob;

/* Facts of a host that a value may depend on. Zero: unknown. */
struct value_facts {
	struct kver kernel;
	unsigned word; /* how many bits a word of the kernel has */
	uint64_t mem_total_kib;
	unsigned page_size;
};

enum value_fault {
	VALUE_OK,
	VALUE_NOT_A_NUMBER,
	VALUE_LEADING_ZERO,
	VALUE_OUT_OF_RANGE,
	VALUE_NOT_A_CHOICE,
	VALUE_NOT_A_SIZE,   /* 64M or 5% where the knob is no size */
	VALUE_NEEDS_HOST,   /* a percentage or page count without the facts it needs */
	VALUE_FIELD_COUNT,  /* a vector with the wrong number of fields */
	VALUE_NOT_SETTABLE, /* a trigger, a read-only file */
	VALUE_EMPTY,
	VALUE_NOT_ONE_LINE,
};

/*
 * Turns the profile's @text into what is to be written to @knob (canonical: decimal, no
 * leading zeros, fields joined by one blank, no newline). @knob may be NULL (not in the
 * catalogue): any one line passes, integers made canonical. Returns VALUE_OK and *@ret
 * (in @arena), or what is wrong with *@ret a sentence that says it
 * ("300 is outside 0..200"). With @facts NULL (profile check) whatever depends on a host
 * passes and *@ret is the text. -ENOMEM when the arena is full.
 */
int value_resolve(struct arena *arena, const struct knob *knob, const char *text,
		  const struct value_facts *facts, const char **ret)
	__attribute__((warn_unused_result));

/*
 * The meaning of what was read: the bracketed word where that is how @knob reads (or, for
 * a knob that is not in the catalogue, where just one of several words has brackets),
 * else the text itself, trimmed. In @arena; NULL when the arena is full.
 */
const char *value_meaning(struct arena *arena, const struct knob *knob, const char *text);

/*
 * What the kernel makes of @text, which is written to @knob as it stands in a file that knows no
 * units and no comments: of a number it reads the first field, and passes over the rest
 * (proc_dointvec, Linux kernel/sysctl.c). VALUE_OK and *@ret (in @arena), another fault where it
 * refuses the text for certain, or -ENOMEM. @knob may be NULL.
 */
int value_as_written(struct arena *arena, const struct knob *knob, const char *text,
		     const char **ret) __attribute__((warn_unused_result));

/*
 * Do the two mean the same? Their meanings are split at blanks and have the same number
 * of fields; numbers are compared as the kernel reads them, and booleans are the same
 * however they are spelt (a knob that is not in the catalogue: Y and 1, N and 0).
 */
bool value_same(const struct knob *knob, const char *a, const char *b);

/*
 * "0..200", "one of always, madvise, never", "4 numbers": what @knob accepts, for
 * messages, on a kernel as knob_range() has it. In @arena; NULL: nothing is known (of a NULL @knob,
 * above all), or the arena is full.
 */
const char *value_accepts(struct arena *arena, const struct knob *knob,
			  struct kver kernel, unsigned word);
