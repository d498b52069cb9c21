/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Is a line of the kernel's, or does somebody only speak of one? Source, tests and texts about the OOM
 * killer quote its messages, within a line of their own.
 */

#include <stdbool.h>

#include "base/span.h"
#include "oom/shape.h"

/* Is the message that @shape found in @line quoted there by somebody? */
bool citation_is(struct span line, struct shape shape);
