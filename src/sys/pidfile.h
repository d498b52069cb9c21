/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A file that holds a daemon's pid, for those who start daemons by scripts. It is
 * locked with flock(2) while the daemon runs, so that one that was left behind is
 * known as such whatever its number, and is taken over.
 */

#include <sys/types.h>

struct root;

struct pidfile {
	int fd; /* -1: not held */
	const struct root *root;
	const char *path; /* the caller's: both must outlive it */
};

/*
 * Makes @path below the root, with the folders above it, or takes over a stale one, and writes this
 * process's pid. 0; -EWOULDBLOCK: another one runs, its pid (0: it cannot be told) in
 * *@ret_holder; -EEXIST: something else is there, which is left alone; -ELOOP: a link; or
 * another -errno.
 */
int pidfile_take(struct pidfile *pidfile, const struct root *root, const char *path,
		 pid_t *ret_holder) __attribute__((warn_unused_result));
/* Removes it. */
void pidfile_drop(struct pidfile *pidfile);

/* For others: the pid of the daemon that holds @path, in *@ret; 0: it cannot be told. 0; -ENOENT: none
 * does; or another -errno. */
int pidfile_look(const struct root *root, const char *path, pid_t *ret)
	__attribute__((warn_unused_result));
