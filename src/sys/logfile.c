/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/clock.h"
#include "sys/closing.h"

#define PUMPED	   ((size_t)64 * 1024)

/* Of /dev/kmsg (Linux Documentation/admin-guide/devices.txt). */
#define KMSG_MAJOR 1
#define KMSG_MINOR 11

static const struct packer packers[] = {
	{ .program = "gzip",
	  .packages = "gzip",
	  .arguments = { "-dc" },
	  .magic = { 0x1f, 0x8b },
	  .magic_len = 2,
	  .warning = 2 },
	/* Of compress(1). */
	{ .program = "gzip",
	  .packages = "gzip",
	  .arguments = { "-dc" },
	  .magic = { 0x1f, 0x9d },
	  .magic_len = 2,
	  .warning = 2 },
	{ .program = "xz",
	  .packages = "xz-utils or xz",
	  .arguments = { "-dc" },
	  .magic = { 0xfd, '7', 'z', 'X', 'Z', 0 },
	  .magic_len = 6 },
	{ .program = "zstd",
	  .packages = "zstd",
	  .arguments = { "-dc" },
	  .magic = { 0x28, 0xb5, 0x2f, 0xfd },
	  .magic_len = 4 },
	{ .program = "bzip2",
	  .packages = "bzip2",
	  .arguments = { "-dc" },
	  .magic = { 'B', 'Z', 'h' },
	  .magic_len = 3 },
	{ .program = "journalctl",
	  .packages = "systemd",
	  .arguments = { "--quiet", "--no-pager", "--all", "--output=short-iso",
			 "--file=/proc/self/fd/0", "_TRANSPORT=kernel" },
	  .magic = { 'L', 'P', 'K', 'S', 'H', 'H', 'R', 'H' },
	  .magic_len = 8,
	  .jumps = true },
};

const struct packer *packer_of(const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof(packers) / sizeof(*packers); i++) {
		const struct packer *packer = &packers[i];

		if (len >= packer->magic_len &&
		    memcmp(bytes, packer->magic, packer->magic_len) == 0)
			return packer;
	}
	return NULL;
}

static ssize_t read_some(int fd, void *buffer, size_t size)
{
	ssize_t len;

	do {
		len = read(fd, buffer, size);
	} while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

/* What can be read again is; of the rest the first bytes are kept. */
static int look(struct logfile *log, bool *ret_again)
{
	off_t at = lseek(log->fd, 0, SEEK_CUR);
	ssize_t len = at < 0 ? -1 : pread(log->fd, log->head, LOGFILE_MAGIC, at);

	*ret_again = len >= 0;
	if (len >= 0) {
		log->packer = packer_of(log->head, (size_t)len);
		return 0;
	}
	do {
		len = read_some(log->fd, log->head + log->head_len,
				LOGFILE_MAGIC - log->head_len);
		if (len < 0)
			return (int)len;
		log->head_len += (size_t)len;
	} while (len > 0 && log->head_len < LOGFILE_MAGIC);
	log->packer = packer_of(log->head, log->head_len);
	return 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, bytes, len);

		if (put < 0 && errno != EINTR)
			return -errno;
		bytes += put > 0 ? put : 0;
		len -= put > 0 ? (size_t)put : 0;
	}
	return 0;
}

/* The first bytes, and all that follows, to @out. */
static int pump(const struct logfile *log, int out)
{
	char buffer[PUMPED];
	int r = write_all(out, (const char *)log->head, log->head_len);

	while (r == 0) {
		ssize_t len = read_some(log->fd, buffer, sizeof(buffer));

		if (len <= 0)
			return (int)len;
		r = write_all(out, buffer, (size_t)len);
	}
	return r;
}

/* A process of its own, as unpacking and being read go on at the same time. */
static int start_pump(struct logfile *log, int *ret)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	log->pump = fork();
	if (log->pump == 0) {
		(void)signal(SIGPIPE, SIG_DFL);
		closing_all_but(log->fd, ends[1]);
		_exit(pump(log, ends[1]) < 0);
	}
	(void)close(ends[1]);
	*ret = ends[0];
	if (log->pump > 0)
		return 0;
	log->pump = 0;
	return -errno;
}

static int unpack(struct logfile *log, bool again)
{
	const char *argv[LOGFILE_ARGUMENTS + 2] = { log->packer->program };
	cleanup_fd int fed = -1;
	int r = 0;

	memcpy(argv + 1, log->packer->arguments, sizeof(log->packer->arguments));
	if (!again)
		r = log->packer->jumps ? -ESPIPE : start_pump(log, &fed);
	return r < 0 ? r : helper_start(&log->helper, argv, again ? log->fd : fed);
}

int logfile_open(struct logfile *log, int fd)
{
	struct stat st;
	bool again;
	int r;

	*log = LOGFILE_NONE;
	log->fd = fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	/* Reading it as a file would wait for what the kernel says next, and for ever. */
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(KMSG_MAJOR, KMSG_MINOR))
		return -ENOTSUP;
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	r = look(log, &again);
	return r < 0 || !log->packer ? r : unpack(log, again);
}

int logfile_open_named(struct logfile *log, const char *path)
{
	int fd, r;

	if (strcmp(path, "-") == 0)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	else
		fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0)
		return logfile_open(log, fd);
	r = -errno;
	*log = LOGFILE_NONE;
	return r;
}

ssize_t logfile_read(struct logfile *log, char *buffer, size_t size)
{
	size_t left = log->head_len - log->head_given;

	if (log->packer)
		return helper_read(&log->helper, buffer, size);
	if (left == 0)
		return read_some(log->fd, buffer, size);
	left = left < size ? left : size;
	memcpy(buffer, log->head + log->head_given, left);
	log->head_given += left;
	return (ssize_t)left;
}

bool logfile_progress(const struct logfile *log, uint64_t *ret_done, uint64_t *ret_size)
{
	/* A helper reads through the same open file, whose offset is shared. */
	off_t at = lseek(log->fd, 0, SEEK_CUR);
	struct stat st;

	if (at < 0 || fstat(log->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	*ret_done = (uint64_t)at;
	*ret_size = (uint64_t)st.st_size;
	return true;
}

int64_t logfile_written(const struct logfile *log)
{
	struct stat st;

	if (fstat(log->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return clock_wall();
	return st.st_mtime;
}

static void end_pump(struct logfile *log)
{
	if (log->pump == 0)
		return;
	/* It may wait for bytes that nobody wants any more. */
	(void)kill(log->pump, SIGKILL);
	while (waitpid(log->pump, NULL, 0) < 0 && errno == EINTR)
		;
	log->pump = 0;
}

enum logfile_end logfile_close(struct logfile *log, char ret_words[HELPER_WORDS])
{
	bool helped = log->helper.pid > 0;
	int r;

	end_pump(log);
	r = helper_end(&log->helper, ret_words);
	close_fdp(&log->fd);
	log->fd = -1;
	if (!helped || r == 0)
		return LOGFILE_WHOLE;
	return r == log->packer->warning ? LOGFILE_TRAILED : LOGFILE_DAMAGED;
}
