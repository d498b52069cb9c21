/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A file whose flock(2) says that whoever made it is still there: the kernel takes the lock away with
 * the process, whatever became of the file and of the number in it.
 *
 * Looking takes the lock, too, shared and for a moment. Who claims it waits for those who look.
 */

#include <stdbool.h>

/* Claims the open file @fd, until it is closed. 0; -EWOULDBLOCK: somebody else has; or another -errno. */
int alive_claim(int fd) __attribute__((warn_unused_result));
/* Has somebody claimed it? */
bool alive_claimed(int fd);
