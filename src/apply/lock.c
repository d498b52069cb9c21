/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/span.h"
#include "sys/alive.h"
#include "sys/root.h"

#define LOCK_PATH "run/lowmemctl/lock"

static pid_t holder_of(int fd)
{
	char text[32];
	ssize_t len = pread(fd, text, sizeof(text), 0);
	uint64_t pid;

	if (len <= 0)
		return 0;
	if (num_u64(span_trim((struct span){ text, (size_t)len }), &pid) < 0)
		return 0;
	return (pid_t)pid;
}

static int write_holder(int fd)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) < 0)
		return -errno;
	return pwrite(fd, text, (size_t)len, 0) == len ? 0 : -EIO;
}

int lock_take(struct lock *lock, const struct root *root, bool wait, pid_t *ret_holder)
{
	/* Not readable for others: an open descriptor is all that it takes to hold the lock. */
	int fd = root_create(root, LOCK_PATH, O_RDWR, 0600);
	int r;

	lock->fd = -1;
	if (fd < 0)
		return fd;
	if (wait)
		r = flock(fd, LOCK_EX) < 0 ? -errno : 0;
	else
		r = alive_claim(fd);
	if (r < 0) {
		if (r == -EWOULDBLOCK)
			*ret_holder = holder_of(fd);
		(void)close(fd);
		return r;
	}
	/* Who holds it is a courtesy: on a full disk the lock is held all the same. */
	(void)write_holder(fd);
	lock->fd = fd;
	return 0;
}

int lock_is_held(const struct root *root)
{
	cleanup_fd int fd = root_open(root, LOCK_PATH, O_RDONLY);

	/* The first run after the boot makes it. */
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	return alive_claimed(fd);
}

void lock_drop(struct lock *lock)
{
	if (lock->fd >= 0)
		(void)close(lock->fd);
	lock->fd = -1;
}
