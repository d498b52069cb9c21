/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A reading is a value on its way from the profile's text to a knob, field by field.
 *
 * What value.c is made of; nothing outside this room needs it. Results are VALUE_OK,
 * another enum value_fault with a sentence in *@ret of the reading, or -ENOMEM.
 */

#include <stdbool.h>

#include "base/span.h"
#include "knob/value.h"

struct arena;
struct knob;

struct reading {
	struct arena *arena;
	const struct knob *knob;	 /* NULL: not in the catalogue */
	const struct value_facts *facts; /* NULL: no host to ask */
	struct span text;		 /* all of the value, trimmed */
	const char **ret;
	bool later; /* what some field comes to depends on a host, and there is none */
};

/* Writes the sentence and returns @code, or -ENOMEM. */
int reading_fault(const struct reading *reading, enum value_fault code,
		  const char *format, ...) __attribute__((format(printf, 3, 4)));
/* As reading_fault(), with what the knob accepts, where that is known, at the end. */
int reading_fault_accepts(const struct reading *reading, enum value_fault code,
			  const char *format, ...) __attribute__((format(printf, 3, 4)));

/* One field as it is to be written; *@ret is "" where only a host can tell. */
int reading_field(struct reading *reading, struct span word, const char **ret)
	__attribute__((warn_unused_result));

/* Is @word one of the knob's choices? */
bool reading_is_choice(const struct knob *knob, struct span word);
/* 0 or 1 for the ways to spell them ("off", "Y", "true"), else -1. */
int reading_truth(struct span word);
