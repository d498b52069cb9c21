/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The part of the JSON Schema that comes from the catalogue of knobs. */

#include "knob/knob.h"

struct arena;
struct out;

/*
 * The members of the schema of a map of knobs of @class into the object that is open. What
 * the words of a value mean is left out, and ranges are those of all versions together, as
 * the validator has them. 0 or -ENOMEM.
 */
int schema_knobs(struct arena *arena, struct out *out, enum knob_class class)
	__attribute__((warn_unused_result));
