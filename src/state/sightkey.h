/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Keys as busybox' sysctl reads them: a path below /proc/sys in which a dot may stand for a slash. It
 * looks what is there, and takes as few dots for slashes as lead to a file. Here that goes by the folders
 * that are named after interfaces, the only ones with a dot in their names. Pure.
 */

#include "base/span.h"

struct arena;

/* The canonical name for @text, a key without blanks around it. 0; -EINVAL: it leads to no sysctl;
 * -ENOMEM. */
int sightkey_read(struct arena *arena, struct span text, const char **ret)
	__attribute__((warn_unused_result));
