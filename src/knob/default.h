/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the documentation gives as the default, as far as it is a value and no story. */

#include "base/kver.h"
#include "base/span.h"

struct knob;

/* Whose default is asked for. */
struct default_facts {
	struct kver kernel; /* unknown: today's */
	unsigned word;	    /* how many bits its words have; 0: unknown */
};

/*
 * The default of @knob on a kernel, a part of its default_value: "20 (40 up to 2.6.20, 10 in
 * 2.6.24 to 2.6.29)" is 20, 40 or 10, and "8 (4 on 32-bit)" is 8 or 4. Empty where it says
 * how the default comes about instead: "by memory", "build option (0)".
 */
struct span knob_default(const struct knob *knob, struct default_facts facts);
