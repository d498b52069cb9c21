/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Pictures of the host's memory, again and again: in the same place of a terminal, or one behind the
 * other where there is none. */

#include <stdint.h>

#include "base/status.h"

struct context;

/* Until it is asked to stop, or something fails. */
enum status repeating_run(struct context *context, uint64_t seconds);
