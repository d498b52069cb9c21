/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The guard of a trial: a process of its own, in a session of its own, that
 * undoes a journal entry when its time is up unless `confirm` came first.
 *
 * run/lowmemctl/trial holds its pid and the entry's id; the guard holds a
 * flock(2) on it, so that a pid that lives on as somebody else's is never
 * signalled.
 */

#include <stdint.h>
#include <sys/types.h>

struct lock;
struct root;

/* What a guard does when the time is up: the caller's, as it takes the whole program. */
struct trial {
	unsigned long id;
	uint64_t seconds;
	int (*put_back)(void *data);
	void *data;
};

/*
 * Leaves a guard behind. It closes its copy of @lock, outlives its terminal and its parent, and
 * puts back at once on SIGTERM. It never returns here: only the caller does, with 0 or -errno.
 */
int trial_guard(const struct root *root, struct lock *lock, const struct trial *trial)
	__attribute__((warn_unused_result));

/* The guard that waits, and its entry. 0; -ENOENT: there is none; -EACCES: that is not for everybody to
 * know; or another -errno. */
int trial_look(const struct root *root, pid_t *ret_pid, unsigned long *ret_id)
	__attribute__((warn_unused_result));
/* The pid of a guard that waits, with its entry in *@ret_id; 0: there is none, or it cannot be told. */
pid_t trial_pending(const struct root *root, unsigned long *ret_id);

/* Ends the guard of entry @id without putting back: the entry was confirmed or reverted. */
void trial_dismiss(const struct root *root, unsigned long id);
