/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What kernels have logged to systemd's journal, of all boots, as journalctl(1) writes it: a line with
 * time and zone for each message. */

#include <stdint.h>

#include "sys/helper.h"

struct root;

#define JOURNALCTL_SINCE_EVER INT64_MIN

/*
 * Starts it. @folder: of journal files, below @root; NULL: all that it finds on this host. Messages
 * from @since on, in seconds since the epoch. 0, or -errno: -ENOENT: there is no such program, or
 * no such folder; -ELOOP: links lie in the folder, which might lead out of the root.
 */
int journalctl_start(struct helper *helper, const struct root *root, const char *folder,
		     int64_t since) __attribute__((warn_unused_result));
