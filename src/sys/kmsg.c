/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "sys/root.h"

/* Of syslog(2). */
#define ACTION_READ_ALL	   3
#define ACTION_SIZE_BUFFER 10

#define MOST_TEXT	   ((size_t)32 * 1024 * 1024)

static int take_text(struct kmsg *kmsg)
{
	int size = klogctl(ACTION_SIZE_BUFFER, NULL, 0);
	int len;

	if (size < 0)
		return -errno;
	if ((size_t)size > MOST_TEXT)
		return -EFBIG;
	kmsg->text = arena_alloc(kmsg->arena, (size_t)size + 1);
	if (!kmsg->text)
		return -ENOMEM;
	len = klogctl(ACTION_READ_ALL, kmsg->text, size);
	if (len < 0)
		return -errno;
	kmsg->text_len = (size_t)len;
	return 0;
}

int kmsg_open(struct kmsg *kmsg, const struct root *root, struct arena *arena)
{
	struct stat st;

	*kmsg = (struct kmsg){ .arena = arena };
	kmsg->fd = root_open(root, KMSG_PATH, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (kmsg->fd == -ENOENT && root->host)
		return take_text(kmsg);
	if (kmsg->fd < 0)
		return kmsg->fd;
	if (fstat(kmsg->fd, &st) < 0)
		return -errno;
	kmsg->kernels = S_ISCHR(st.st_mode);
	return kmsg->kernels || S_ISREG(st.st_mode) ? 0 : -EINVAL;
}

void kmsg_done(struct kmsg *kmsg)
{
	if (kmsg->fd >= 0)
		(void)close(kmsg->fd);
	kmsg->fd = -1;
}

static ssize_t read_text(struct kmsg *kmsg, char *buffer, size_t size)
{
	size_t left = kmsg->text_len - kmsg->text_given;

	left = left < size ? left : size;
	if (left > 0)
		memcpy(buffer, kmsg->text + kmsg->text_given, left);
	kmsg->text_given += left;
	return (ssize_t)left;
}

/* One read(2): 0 at the end. */
static ssize_t read_once(struct kmsg *kmsg, char *buffer, size_t size)
{
	for (;;) {
		ssize_t len = read(kmsg->fd, buffer, size);

		if (len >= 0)
			return len;
		if (errno == EPIPE)
			kmsg->overwritten++;
		else if (errno != EINTR)
			return errno == EAGAIN ? 0 : -errno;
	}
}

/* Moves what stays to the front of @bytes: how much that is. */
static size_t drop_properties(struct kmsg *kmsg, char *bytes, size_t len)
{
	size_t kept = 0;

	for (size_t at = 0; at < len;) {
		const char *newline = memchr(bytes + at, '\n', len - at);
		size_t line = newline ? (size_t)(newline - bytes) + 1 - at : len - at;

		if (!kmsg->inside)
			kmsg->dropping = bytes[at] == ' ';
		kmsg->inside = !newline;
		if (!kmsg->dropping) {
			memmove(bytes + kept, bytes + at, line);
			kept += line;
		}
		at += line;
	}
	return kept;
}

/* Goes on where all that was read is left out: 0 is the end. */
static ssize_t read_file(struct kmsg *kmsg, char *buffer, size_t size)
{
	ssize_t len;
	size_t kept = 0;

	do {
		len = read_once(kmsg, buffer + kept, size - kept);
		if (len < 0)
			return kept > 0 ? (ssize_t)kept : len;
		kmsg->any = kmsg->any || len > 0;
		kept += drop_properties(kmsg, buffer + kept, (size_t)len);
	} while (len > 0 && size - kept >= KMSG_READ_SIZE);
	return (ssize_t)kept;
}

ssize_t kmsg_read(struct kmsg *kmsg, char *buffer, size_t size)
{
	ssize_t len;

	if (kmsg->fd < 0)
		return read_text(kmsg, buffer, size);
	len = read_file(kmsg, buffer, size);
	if (len != -EINVAL || kmsg->any || !kmsg->kernels)
		return len;
	/* Before Linux 3.5 it could only be written to. */
	len = take_text(kmsg);
	if (len < 0)
		return len;
	kmsg_done(kmsg);
	return read_text(kmsg, buffer, size);
}
