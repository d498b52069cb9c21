/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One writer at a time: run/lowmemctl/lock below the root, held with flock(2),
 * the holder's pid inside. The kernel lets go of it when the holder ends,
 * however it ends.
 */

#include <stdbool.h>
#include <sys/types.h>

struct root;

struct lock {
	int fd; /* -1: not held */
};

/*
 * 0; -EWOULDBLOCK with the holder's pid (0: it cannot be told) in *@ret_holder; else -errno.
 * With @wait it is waited for.
 */
int lock_take(struct lock *lock, const struct root *root, bool wait, pid_t *ret_holder)
	__attribute__((warn_unused_result));
/*
 * Does somebody hold it? Nothing is written, nor waited for. 1, 0, or -errno where that is not to be told
 * (-EACCES: to this user).
 */
int lock_is_held(const struct root *root) __attribute__((warn_unused_result));
/* Closes this process's descriptor; a forked child that closes its own does not let go. */
void lock_drop(struct lock *lock);
