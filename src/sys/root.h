/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The root is the only door to a host's files: a directory, "/" or a tree that
 * looks like it (--root). Paths are relative, without a leading slash
 * ("proc/sys/vm/swappiness"), and nothing reached through a root lies outside
 * it: openat2(2) with RESOLVE_IN_ROOT where it is not "/". A kernel before 5.6
 * has none; everything below such a root is -ENOSYS there.
 *
 * Nothing here prints; all return 0 (or a count, or a descriptor) or -errno.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;

struct root {
	int fd;
	bool host;	/* it is "/" */
	bool live_proc; /* proc/ is a real procfs: reads and writes reach the running
			   kernel */
};

/* Opens the directory @path as a root. */
int root_init(struct root *root, const char *path) __attribute__((warn_unused_result));
void root_done(struct root *root);

int root_open(const struct root *root, const char *path, int flags)
	__attribute__((warn_unused_result));
/* As root_open() with O_CREAT and @mode; missing folders are made as root_make_folders() does. */
int root_create(const struct root *root, const char *path, int flags, mode_t mode)
	__attribute__((warn_unused_result));

/* Opens the folder that @path is in; @ret_name is set to the last component of @path, in @path:
 * what stands there is for the *at() calls, which must not follow it where it is a link. */
int root_open_folder(const struct root *root, const char *path, int flags,
		     const char **ret_name) __attribute__((warn_unused_result));
/* Makes the missing folders above @path (0755), each synced into the one that it is in. */
int root_make_folders(const struct root *root, const char *path)
	__attribute__((warn_unused_result));

/*
 * Opens files one after the other, of which many lie in the same folder: the second one in a row is
 * looked up from there, which takes the kernel half the time. Below a tree every path is taken
 * from the root, as links must be.
 */
struct root_walk {
	const struct root *root;
	int folder;	/* -1: none is open */
	size_t len;	/* of the folder's path, in `path` */
	char path[256]; /* of the last file */
};

struct root_walk root_walk(const struct root *root);
/* As root_open(). */
int root_walk_open(struct root_walk *walk, const char *path, int flags)
	__attribute__((warn_unused_result));
/* For cleanup(). */
void root_walk_done(struct root_walk *walk);

/*
 * One open, one read, one close: reads at most @size - 1 bytes into @buffer and puts a
 * NUL behind. The number of bytes, or -EFBIG where the file holds more. (sysctl files
 * give everything to the first read and nothing to a second: Linux kernel/sysctl.c.)
 */
ssize_t root_read(const struct root *root, const char *path, char *buffer, size_t size)
	__attribute__((warn_unused_result));
/* The whole file in @arena, at most @most bytes (-EFBIG), for files that take several
 * reads. */
int root_slurp(const struct root *root, const char *path, struct arena *arena,
	       size_t most, char **ret, size_t *ret_len)
	__attribute__((warn_unused_result));

/*
 * One write(2) of @len bytes to an existing file and no retry: a short count is -EIO, as
 * a sysctl file takes the rest of a value for a value of its own. Never creates.
 */
int root_write(const struct root *root, const char *path, const char *bytes, size_t len)
	__attribute__((warn_unused_result));

/* The same through a descriptor that is kept open: pread(2) at offset 0. */
ssize_t root_read_at(int fd, char *buffer, size_t size)
	__attribute__((warn_unused_result));
/*
 * One pwrite(2) at offset 0, no retry. With @shorter than what stands there, the file is emptied
 * first, as a plain file (a tree's, or one laid over the kernel's) would keep the rest; sysctl and
 * sysfs files take no notice.
 */
int root_write_at(int fd, const char *bytes, size_t len, bool shorter)
	__attribute__((warn_unused_result));

/* Removes the file @path. 0 or -errno. */
int root_remove(const struct root *root, const char *path);

/* The names in the directory @path, sorted bytewise, without "." and "..". */
int root_list(const struct root *root, const char *path, struct arena *arena,
	      const char *const **ret_names, size_t *ret_len)
	__attribute__((warn_unused_result));

/* May this process, as it is now, write the file? 0, or what stands in the way: -EROFS,
 * -EACCES, -ENOENT... */
int root_writable(const struct root *root, const char *path)
	__attribute__((warn_unused_result));
/* Has it a mode that lets nobody write it, whoever asks? */
bool root_is_read_only(const struct root *root, const char *path);
