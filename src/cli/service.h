/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The service that carries out, at boot, what sysctl.d cannot hold. */

#include <stdbool.h>

struct context;

/* Says what is to be done where there is none, or where it is not enabled. @rules: the daemon is needed, too. */
void service_warn(struct context *context, bool rules);
