/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A log and what was rotated out of it: messages-20260101, messages.2.gz, messages.1, messages.
 *
 * Told by the names, as logrotate(8) and savelog(8) give them: a number, or a date in any form that
 * is of digits, and what a packer puts behind.
 */

#include <stddef.h>

struct arena;
struct root;

/* The paths below @root of the log @path ("var/log/messages") and its rotated companions, the oldest
 * first. Of one that is there both packed and not, the latter. 0 (also where there is none), or
 * -errno. */
int rotated_list(const struct root *root, struct arena *arena, const char *path,
		 const char *const **ret_paths, size_t *ret_len)
	__attribute__((warn_unused_result));
