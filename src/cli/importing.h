/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* `profile import`: from a sysctl.conf, or what `sysctl -a` printed, to a profile. */

#include "base/status.h"

struct context;

/* Of the file that is the only operand. */
enum status import_file(struct context *context);
