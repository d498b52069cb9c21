/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the kernel makes of a value that stands in the persisted configuration. Pure. */

struct arena;
struct knob;

/*
 * What becomes of @text, written to @knob (NULL: not in the catalogue), as value_as_written() has it; what
 * is outside of what any kernel takes is a fault, too. -ENOMEM.
 */
int boot_value(struct arena *arena, const struct knob *knob, const char *text,
	       const char **ret) __attribute__((warn_unused_result));
