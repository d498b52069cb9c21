/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "sys/alive.h"
#include "sys/root.h"

#define TRIES	  8
#define TEXT_MOST 32

/* 0 for an empty one: whoever made it has not written yet, or never will. */
static int read_pid(int fd, pid_t *ret)
{
	char text[TEXT_MOST];
	ssize_t len = root_read_at(fd, text, sizeof(text));
	struct span span = { text, len > 0 ? (size_t)len : 0 };
	uint64_t pid = 0;

	/* What is longer is no pid either. */
	if (len < 0)
		return len == -EFBIG ? -EEXIST : (int)len;
	span = span_trim(span);
	if (span.len > 0 && num_u64(span, &pid) < 0)
		return -EEXIST;
	*ret = (pid_t)pid;
	return 0;
}

/* At no time is there less than a pid; behind it there may be the rest of the last one's line. */
static int write_pid(int fd)
{
	char text[TEXT_MOST];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (pwrite(fd, text, (size_t)len, 0) != len)
		return -EIO;
	return ftruncate(fd, len) < 0 ? -errno : 0;
}

/* The daemon before may have removed it between our open and our lock. */
static bool is_there(const struct root *root, const char *path, int fd)
{
	cleanup_fd int now = root_open(root, path, O_PATH | O_NOFOLLOW);
	struct stat ours, theirs;

	return now >= 0 && fstat(fd, &ours) == 0 && fstat(now, &theirs) == 0 &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

/* 0; -ESTALE: locked too late, try again. */
static int lock(const struct root *root, const char *path, int fd, pid_t *ret_holder)
{
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EEXIST;
	r = alive_claim(fd);
	if (r < 0) {
		if (r == -EWOULDBLOCK)
			(void)read_pid(fd, ret_holder);
		return r;
	}
	if (!is_there(root, path, fd))
		return -ESTALE;
	/* A path that was mistyped must not cost a file. */
	r = read_pid(fd, ret_holder);
	return r < 0 ? r : write_pid(fd);
}

int pidfile_take(struct pidfile *pidfile, const struct root *root, const char *path,
		 pid_t *ret_holder)
{
	int r = -ESTALE;

	*ret_holder = 0;
	*pidfile = (struct pidfile){ .fd = -1, .root = root, .path = path };
	for (unsigned i = 0; i < TRIES && r == -ESTALE; i++) {
		/* Nobody waits for the other end of a pipe. */
		int fd = root_create(root, path, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0644);

		r = fd < 0 ? fd : lock(root, path, fd, ret_holder);
		if (r == 0)
			pidfile->fd = fd;
		else if (fd >= 0)
			(void)close(fd);
	}
	/* Others come and go all the time. */
	return r == -ESTALE ? -EWOULDBLOCK : r;
}

void pidfile_drop(struct pidfile *pidfile)
{
	if (pidfile->fd < 0)
		return;
	/* While it is locked: the next one's must not be removed. */
	if (is_there(pidfile->root, pidfile->path, pidfile->fd))
		(void)root_remove(pidfile->root, pidfile->path);
	(void)close(pidfile->fd);
	pidfile->fd = -1;
}

int pidfile_look(const struct root *root, const char *path, pid_t *ret)
{
	cleanup_fd int fd = root_open(root, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	*ret = 0;
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -EEXIST;
	if (!alive_claimed(fd))
		return -ENOENT;
	(void)read_pid(fd, ret);
	return 0;
}
