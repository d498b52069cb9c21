/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/procs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/num.h"
#include "base/span.h"
#include "sys/root.h"

#define MOST_PID 0x7fffffff

/* What getdents64(2) fills a buffer with; older C libraries have neither it nor the call. */
struct entry {
	uint64_t inode;
	int64_t next;
	unsigned short len;
	unsigned char type;
	char name[];
};

#define TASK_ENTRIES ((size_t)4 * 1024)

int procs_open(struct procs *procs, const struct root *root)
{
	int fd = root_open(root, "proc", O_RDONLY | O_DIRECTORY);

	procs->fd = fd;
	procs->live = root->live_proc;
	procs->at = procs->end = 0;
	return fd < 0 ? fd : 0;
}

void procs_done(struct procs *procs)
{
	if (procs->fd >= 0)
		(void)close(procs->fd);
	procs->fd = -1;
}

int procs_rewind(struct procs *procs)
{
	procs->at = procs->end = 0;
	return lseek(procs->fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

/* The number that @name is, as the kernel writes one; 0: it is none. */
static pid_t pid_of(const char *name)
{
	long pid = 0;

	if (*name < '1' || *name > '9')
		return 0;
	for (; *name; name++) {
		if (*name < '0' || *name > '9')
			return 0;
		pid = pid * 10 + (*name - '0');
		if (pid > MOST_PID)
			return 0;
	}
	return (pid_t)pid;
}

static int fill(struct procs *procs)
{
	long got = syscall(SYS_getdents64, procs->fd, procs->entries, PROCS_ENTRIES);

	if (got < 0)
		return -errno;
	procs->at = 0;
	procs->end = (size_t)got;
	return got > 0;
}

int procs_next(struct procs *procs, pid_t *ret_pid, uint64_t *ret_inode)
{
	for (;;) {
		const struct entry *entry;
		int r = procs->at < procs->end ? 1 : fill(procs);

		if (r <= 0)
			return r;
		entry = (const void *)(procs->entries + procs->at);
		procs->at += entry->len;
		*ret_pid = pid_of(entry->name);
		*ret_inode = entry->inode;
		if (*ret_pid > 0)
			return 1;
	}
}

int procs_open_dir(const struct procs *procs, pid_t pid)
{
	char name[NUM_TEXT_SIZE];
	int fd;

	(void)num_text(pid, name);
	fd = openat(procs->fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A tree may hold anything: nobody waits for the other end of a pipe. */
int proc_open(int dir, const char *name, int flags)
{
	int fd =
		openat(dir, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

ssize_t proc_read(int dir, const char *name, char *buffer, size_t size)
{
	int fd = proc_open(dir, name, O_RDONLY);
	ssize_t len;

	if (fd < 0)
		return fd;
	len = read(fd, buffer, size - 1);
	if (len < 0)
		len = -errno;
	else
		buffer[len] = '\0';
	(void)close(fd);
	return len;
}

ssize_t proc_link(int dir, const char *name, char *buffer, size_t size)
{
	ssize_t len = readlinkat(dir, name, buffer, size - 1);

	if (len < 0)
		return -errno;
	buffer[len] = '\0';
	return len;
}

int proc_owner(int dir, uid_t *ret_uid, gid_t *ret_gid)
{
	struct stat st;

	/*
	 * Not fstat(2): of a process that is gone it says root, and before 3.6 it does not take
	 * O_PATH. Going in is denied where hidepid=1 hides the files; the owner is still told.
	 */
	if (fstatat(dir, ".", &st, 0) < 0 && (errno != EPERM || fstat(dir, &st) < 0))
		return -errno;
	*ret_uid = st.st_uid;
	*ret_gid = st.st_gid;
	return 0;
}

ssize_t proc_threads(int dir, pid_t *ret, size_t most)
{
	_Alignas(8) char entries[TASK_ENTRIES];
	int tasks = proc_open(dir, "task", O_RDONLY | O_DIRECTORY);
	size_t count = 0;
	long end;

	if (tasks < 0)
		return tasks;
	end = syscall(SYS_getdents64, tasks, entries, sizeof(entries));
	(void)close(tasks);
	for (long at = 0; at < end && count < most;) {
		const struct entry *entry = (const void *)(entries + at);
		pid_t pid = pid_of(entry->name);

		at += entry->len;
		if (pid > 0)
			ret[count++] = pid;
	}
	return (ssize_t)count;
}

/* Takes numbers with blanks behind them off @rest: one without, which the buffer cut, stays. */
static size_t take_numbers(struct span *rest, pid_t *ret, size_t most)
{
	size_t count = 0;

	while (count < most) {
		struct span after = *rest, word;
		uint64_t pid;

		/* The kernel puts a blank behind each, the last one too. */
		if (!span_until(&after, ' ', &word) || word.at + word.len == after.at ||
		    num_u64(word, &pid) < 0 || pid > MOST_PID)
			break;
		ret[count++] = (pid_t)pid;
		*rest = after;
	}
	return count;
}

static ssize_t children_of_task(int tasks, const char *name, pid_t *ret, size_t most)
{
	char path[64], text[4096];
	struct span rest = { text, 0 };
	size_t count = 0;
	ssize_t len = -ENOENT;
	int fd;

	(void)snprintf(path, sizeof(path), "%.16s/children", name);
	fd = proc_open(tasks, path, O_RDONLY);
	if (fd < 0)
		return fd;
	/* A page at a time, whatever is asked for. */
	while (count < most && rest.len < sizeof(text) &&
	       (len = read(fd, text + rest.len, sizeof(text) - rest.len)) > 0) {
		rest = (struct span){ text, rest.len + (size_t)len };
		count += take_numbers(&rest, ret + count, most - count);
		memmove(text, rest.at, rest.len);
	}
	len = len < 0 && count == 0 ? -errno : (ssize_t)count;
	(void)close(fd);
	return len;
}

/* All in one buffer of entries. A thread that has ended has no children; that a kernel tells of
 * none shows at every thread. */
static ssize_t children_of_entries(int tasks, const char *entries, size_t end, pid_t *ret,
				   size_t most)
{
	ssize_t count = -ENOENT;

	for (size_t at = 0; at < end;) {
		const struct entry *entry = (const void *)(entries + at);
		size_t have = count < 0 ? 0 : (size_t)count;
		ssize_t more = pid_of(entry->name) > 0
				       ? children_of_task(tasks, entry->name, ret + have,
							  most - have)
				       : -ENOENT;

		at += entry->len;
		if (more >= 0)
			count = (ssize_t)have + more;
	}
	return count;
}

ssize_t proc_children(int dir, pid_t *ret, size_t most)
{
	_Alignas(8) char entries[TASK_ENTRIES];
	int tasks = proc_open(dir, "task", O_RDONLY | O_DIRECTORY);
	ssize_t count = -ENOENT;
	long got = 0;

	if (tasks < 0)
		return tasks == -ESRCH ? -ENOENT : tasks;
	while ((got = syscall(SYS_getdents64, tasks, entries, sizeof(entries))) > 0) {
		size_t have = count < 0 ? 0 : (size_t)count;
		ssize_t more = children_of_entries(tasks, entries, (size_t)got,
						   ret + have, most - have);

		if (more >= 0)
			count = (ssize_t)have + more;
	}
	(void)close(tasks);
	return count;
}
