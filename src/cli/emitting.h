/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* `schedule emit`: schedules as files for whoever carries them out where the daemon does not. */

#include "base/status.h"

struct context;

/* Of the profiles that the operands name; of the active ones where there are none. */
enum status emit_schedules(struct context *context);
