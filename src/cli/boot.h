/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The boot side of a command: the host's loader, and what it will read. */

#include <stdbool.h>

#include "base/status.h"

struct context;
struct diags;
struct persisted;
struct sysctl_loader;

/* The host's loader, or the one that --loader names. STATUS_USAGE: there is none of that name. */
enum status boot_loader(struct context *context, const struct sysctl_loader **ret);
/* What @loader reads; @all: and what it passes over. What is wrong with it is told in @diags. */
enum status boot_read(struct context *context, struct diags *diags,
		      const struct sysctl_loader *loader, bool all,
		      struct persisted *ret);
