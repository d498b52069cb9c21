/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What part a knob can play in a profile. */

#include <stdbool.h>

struct knob;

/* Can a profile set it, and see afterwards that it is set? NULL, which the catalogue does
 * not know: yes. */
bool knob_settable(const struct knob *knob);

/* Does it hold numbers: one, or several? */
bool knob_numeric(const struct knob *knob);
