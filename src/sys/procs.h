/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The door to processes: one pass over a root's proc/, and each process by a
 * descriptor of its own directory.
 *
 * What is opened through such a descriptor belongs to the process that had the
 * number when it was opened: when that one is gone, all is -ESRCH, even where
 * another has got its number (proc(5); Linux fs/proc/base.c, since 2.6). Paths
 * with a number in them know no such thing, and are used nowhere else.
 *
 * Nothing here follows a link. All return 0 (or a count, or a descriptor) or -errno.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct root;

/* About 700 processes fit, at the price of one call. */
#define PROCS_ENTRIES ((size_t)16 * 1024)

struct procs {
	int fd;	   /* proc/ */
	bool live; /* it is a real procfs */
	size_t at, end;
	_Alignas(8) char entries[PROCS_ENTRIES];
};

int procs_open(struct procs *procs, const struct root *root)
	__attribute__((warn_unused_result));
/* For cleanup(). */
void procs_done(struct procs *procs);

/* The pass begins anew. */
int procs_rewind(struct procs *procs) __attribute__((warn_unused_result));
/*
 * The next process. 1; 0 at the end. *@ret_inode is its directory's: the same as long as the
 * process lives and the kernel remembers the directory, another one for another process that got
 * its number.
 */
int procs_next(struct procs *procs, pid_t *ret_pid, uint64_t *ret_inode)
	__attribute__((warn_unused_result));

/* Its directory (O_PATH); -ENOENT: there is none. */
int procs_open_dir(const struct procs *procs, pid_t pid)
	__attribute__((warn_unused_result));

/* The file @name in the directory @dir of a process. */
int proc_open(int dir, const char *name, int flags) __attribute__((warn_unused_result));
/*
 * Reads it up to @size - 1 bytes and puts a NUL behind; the number of bytes. What is longer is cut.
 * -ESRCH where the process is gone.
 */
ssize_t proc_read(int dir, const char *name, char *buffer, size_t size)
	__attribute__((warn_unused_result));
/* What the link @name holds, with a NUL behind; what is longer is cut. */
ssize_t proc_link(int dir, const char *name, char *buffer, size_t size)
	__attribute__((warn_unused_result));
/* The effective user and group of the process, by its directory: only of a real procfs. -ESRCH where
 * the process is gone. */
int proc_owner(int dir, uid_t *ret_uid, gid_t *ret_gid)
	__attribute__((warn_unused_result));

/* The threads of the process whose directory is @dir: the first ones, at most @most. How many. */
ssize_t proc_threads(int dir, pid_t *ret, size_t most)
	__attribute__((warn_unused_result));

/*
 * The children of the process whose directory is @dir, of all its threads, at most @most (Linux
 * 3.5, PROC_CHILDREN). How many; -ENOENT: this kernel does not tell, or it is gone. One that is
 * being forked may be missing: look again.
 */
ssize_t proc_children(int dir, pid_t *ret, size_t most)
	__attribute__((warn_unused_result));
