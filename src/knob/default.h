/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the documentation gives as the default, as far as it is a value and no story. */

#include "base/kver.h"
#include "base/span.h"

struct knob;

/*
 * The default of @knob on a kernel of version @v (unknown: today's), a part of its
 * default_value: "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)" is 20, 40 or 10. Empty
 * where it says how the default comes about instead: "by memory", "build option (0)".
 */
struct span knob_default(const struct knob *knob, struct kver v);
