/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "sys/newcalls.h"

static int open_below(const struct root *root, const char *path, int flags, mode_t mode)
{
	/* A tree may hold anything: nobody waits for the other end of a pipe. */
	int no_wait = flags & O_PATH ? 0 : O_NONBLOCK;
	const struct newcall_how how = {
		.flags = (unsigned)(flags | no_wait | O_CLOEXEC),
		.mode = mode,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	/* Below "/" there is no outside, and kernels before 5.6 have no openat2(2). */
	if (root->host)
		fd = openat(root->fd, path, flags | O_CLOEXEC, mode);
	else
		fd = syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
	return fd < 0 ? -errno : (int)fd;
}

int root_open(const struct root *root, const char *path, int flags)
{
	return open_below(root, path, flags, 0);
}

int root_open_folder(const struct root *root, const char *path, int flags,
		     const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";

	*ret_name = slash ? slash + 1 : path;
	if (slash) {
		if ((size_t)(slash - path) >= sizeof(folder))
			return -ENAMETOOLONG;
		memcpy(folder, path, (size_t)(slash - path));
		folder[slash - path] = '\0';
	}
	return root_open(root, folder, flags | O_DIRECTORY);
}

static bool is_procfs(const struct root *root)
{
	cleanup_fd int fd = root_open(root, "proc", O_PATH | O_DIRECTORY);
	struct statfs fs;

	return fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

int root_init(struct root *root, const char *path)
{
	struct root opened = { .fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) };

	if (opened.fd < 0)
		return -errno;
	opened.host = strcmp(path, "/") == 0;
	/* Where every file of a tree were unreadable, the answers would be those of an empty one. */
	if (!opened.host) {
		int fd = root_open(&opened, ".", O_PATH | O_DIRECTORY);

		if (fd < 0) {
			(void)close(opened.fd);
			return fd;
		}
		(void)close(fd);
	}
	opened.live_proc = opened.host || is_procfs(&opened);
	*root = opened;
	return 0;
}

void root_done(struct root *root)
{
	if (root->fd >= 0)
		(void)close(root->fd);
	root->fd = -1;
}

struct root_walk root_walk(const struct root *root)
{
	return (struct root_walk){ .root = root, .folder = -1 };
}

void root_walk_done(struct root_walk *walk)
{
	if (walk->folder >= 0)
		(void)close(walk->folder);
	walk->folder = -1;
}

/* Makes the folder of @path, whose length is @len, the walk's. True: it is open. */
static bool walk_to(struct root_walk *walk, const char *path, size_t len)
{
	bool same = len == walk->len && memcmp(path, walk->path, len) == 0;

	if (same && walk->folder >= 0)
		return true;
	root_walk_done(walk);
	memcpy(walk->path, path, len);
	walk->path[len] = '\0';
	walk->len = len;
	if (same)
		walk->folder = root_open(walk->root, walk->path, O_PATH | O_DIRECTORY);
	return walk->folder >= 0;
}

int root_walk_open(struct root_walk *walk, const char *path, int flags)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	int fd;

	if (!walk->root->host || len == 0 || len >= sizeof(walk->path) ||
	    !walk_to(walk, path, len))
		return root_open(walk->root, path, flags);
	fd = openat(walk->folder, slash + 1, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* To look needs no privilege: the umask of who made the folder has no say in that. */
static int open_to_all(int above, const char *name)
{
	cleanup_fd int fd =
		openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if ((st.st_mode & 0755) == 0755)
		return 0;
	return fchmod(fd, (st.st_mode & 07777) | 0755) < 0 ? -errno : 0;
}

/* A new directory that a crash takes away takes along what was synced in it. */
static int make_folder(int above, const char *name)
{
	cleanup_fd int fd = -1;
	int r;

	if (mkdirat(above, name, 0755) < 0)
		return errno == EEXIST ? 0 : -errno;
	r = open_to_all(above, name);
	if (r < 0)
		return r;
	fd = openat(above, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

int root_make_folders(const struct root *root, const char *path)
{
	char folder[PATH_MAX];

	for (const char *slash = strchr(path, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		cleanup_fd int above = -1;
		const char *name;
		int r;

		if ((size_t)(slash - path) >= sizeof(folder))
			return -ENAMETOOLONG;
		memcpy(folder, path, (size_t)(slash - path));
		folder[slash - path] = '\0';
		above = root_open_folder(root, folder, O_PATH, &name);
		if (above < 0)
			return above;
		/* Two slashes in a row are one. */
		r = *name ? make_folder(above, name) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

int root_create(const struct root *root, const char *path, int flags, mode_t mode)
{
	int fd = open_below(root, path, flags | O_CREAT, mode);
	int r;

	if (fd != -ENOENT)
		return fd;
	r = root_make_folders(root, path);
	return r < 0 ? r : open_below(root, path, flags | O_CREAT, mode);
}

static ssize_t read_once(int fd, char *buffer, size_t size)
{
	ssize_t len = pread(fd, buffer, size, 0);

	if (len < 0)
		return -errno;
	if ((size_t)len >= size)
		return -EFBIG;
	buffer[len] = '\0';
	return len;
}

ssize_t root_read_at(int fd, char *buffer, size_t size)
{
	return read_once(fd, buffer, size);
}

ssize_t root_read(const struct root *root, const char *path, char *buffer, size_t size)
{
	cleanup_fd int fd = root_open(root, path, O_RDONLY);

	return fd < 0 ? fd : read_once(fd, buffer, size);
}

int root_slurp(const struct root *root, const char *path, struct arena *arena,
	       size_t most, char **ret, size_t *ret_len)
{
	/* Nobody waits for the other end of a pipe below "/" either. */
	cleanup_fd int fd = root_open(root, path, O_RDONLY | O_NONBLOCK);
	size_t len = 0, size = 4096;
	char *text = fd < 0 ? NULL : arena_alloc(arena, size);
	ssize_t got = 1;

	if (!text)
		return fd < 0 ? fd : -ENOMEM;
	while (got > 0) {
		/* One byte is kept back for the NUL. */
		if (len + 1 == size) {
			char *larger = arena_alloc(arena, size * 2);

			if (!larger)
				return -ENOMEM;
			memcpy(larger, text, len);
			text = larger;
			size *= 2;
		}
		got = read(fd, text + len, size - 1 - len);
		if (got < 0)
			return -errno;
		len += (size_t)got;
		if (len > most)
			return -EFBIG;
	}
	*ret = text;
	*ret_len = len;
	return 0;
}

static int whole(ssize_t put, size_t len)
{
	if (put < 0)
		return -errno;
	return (size_t)put == len ? 0 : -EIO;
}

int root_write(const struct root *root, const char *path, const char *bytes, size_t len)
{
	cleanup_fd int fd = root_open(root, path, O_WRONLY | O_TRUNC | O_NOCTTY);

	return fd < 0 ? fd : whole(write(fd, bytes, len), len);
}

int root_write_at(int fd, const char *bytes, size_t len, bool shorter)
{
	if (shorter && ftruncate(fd, 0) < 0)
		return -errno;
	return whole(pwrite(fd, bytes, len, 0), len);
}

int root_remove(const struct root *root, const char *path)
{
	const char *name;
	cleanup_fd int folder = root_open_folder(root, path, O_PATH, &name);

	if (folder < 0)
		return folder;
	return unlinkat(folder, name, 0) < 0 ? -errno : 0;
}

static int by_name(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

int root_list(const struct root *root, const char *path, struct arena *arena,
	      const char *const **ret_names, size_t *ret_len)
{
	int fd = root_open(root, path, O_RDONLY | O_DIRECTORY);
	cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct {
		const char **items;
		size_t len, cap;
	} names = { 0 };
	struct dirent *entry;

	if (fd < 0)
		return fd;
	if (!dir) {
		(void)close(fd);
		return -ENOMEM;
	}
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		const char **name;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		name = vec_push(arena, &names);
		if (!name ||
		    !(*name = arena_copy(arena, entry->d_name, strlen(entry->d_name))))
			return -ENOMEM;
	}
	if (errno != 0)
		return -errno;
	if (names.len > 0)
		qsort(names.items, names.len, sizeof(*names.items), by_name);
	*ret_names = (const char *const *)names.items;
	*ret_len = names.len;
	return 0;
}

int root_writable(const struct root *root, const char *path)
{
	/*
	 * Opening for writing changes nothing, and is what the write will do. access(2) tells root
	 * that a sysfs file of mode 0444 can be written, which opening it denies.
	 */
	cleanup_fd int fd = root_open(root, path, O_WRONLY | O_NOCTTY);

	return fd < 0 ? fd : 0;
}

bool root_is_read_only(const struct root *root, const char *path)
{
	cleanup_fd int fd = root_open(root, path, O_PATH);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 0222) == 0;
}
