/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A kernel that misbehaves on order, in place of sys/root.c: what a plain file
 * cannot do. A test includes this once; its functions then stand before those
 * of the library.
 *
 * Files below proc/ and sys/ are in memory; all others are real ones below the
 * root that fake_begin() makes, and so is what is slurped or listed.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/root.h"

/* The real functions under other names, which no header declares. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#define root_init      real_root_init
#define root_done      real_root_done
#define root_open      real_root_open
#define root_create    real_root_create
#define root_read      real_root_read
#define root_read_at   real_root_read_at
#define root_slurp     real_root_slurp
#define root_write     real_root_write
#define root_write_at  real_root_write_at
#define root_remove    real_root_remove
#define root_list      real_root_list
#define root_writable  real_root_writable
#define root_walk_done real_root_walk_done
#define root_walk_open real_root_walk_open
#include "../../../src/sys/root.c"
#undef root_init
#undef root_done
#undef root_open
#undef root_create
#undef root_read
#undef root_read_at
#undef root_slurp
#undef root_write
#undef root_write_at
#undef root_remove
#undef root_list
#undef root_writable
#undef root_walk_open
#undef root_walk_done
#pragma GCC diagnostic pop

enum fake_how {
	FAKE_OBEYS,
	FAKE_FAILS,		 /* every write fails with `err` */
	FAKE_FAILS_ONCE_WRITTEN, /* the first write is fine, later ones fail with `err` */
	FAKE_CLOSED,		 /* cannot be opened for writing: `err` */
	FAKE_SHORT,	 /* takes one byte less than it is given, and stores nothing */
	FAKE_ROUNDS,	 /* stores the next power of two */
	FAKE_KEEPS,	 /* success, and nothing changes */
	FAKE_HALF,	 /* stores the first field, then fails with EINVAL */
	FAKE_UNREADABLE, /* reading fails with EIO once it was written */
};

struct fake_file {
	const char *path;
	char value[128];
	enum fake_how how;
	int err;
	const char *other;	 /* a write also sets this file ... */
	const char *other_value; /* ... to this */
	int writes;
};

#define FAKE_FILES 16
#define FAKE_FDS   1024

static struct {
	struct fake_file files[FAKE_FILES];
	size_t len;
	size_t logged;			/* writes, refused ones too */
	int by_fd[FAKE_FDS];		/* index of the file + 1 */
	void (*at_write)(size_t count); /* called before the count-th write */
	char folder[64];
	struct root root;
} fake;

static struct fake_file *fake_find(const char *path)
{
	for (size_t i = 0; i < fake.len; i++) {
		if (strcmp(fake.files[i].path, path) == 0)
			return &fake.files[i];
	}
	return NULL;
}

/* The file at @path, which the test has added. */
__attribute__((unused, returns_nonnull)) static struct fake_file *
fake_at(const char *path)
{
	struct fake_file *file = fake_find(path);

	if (!file)
		abort();
	return file;
}

static struct fake_file *fake_add(const char *path, const char *value, enum fake_how how,
				  int err)
{
	struct fake_file *file = &fake.files[fake.len];

	if (fake.len++ == FAKE_FILES)
		abort();
	*file = (struct fake_file){ .path = path, .how = how, .err = err };
	(void)snprintf(file->value, sizeof(file->value), "%s", value);
	return file;
}

/* An empty kernel and an empty real root. */
__attribute__((unused)) static void fake_begin(void)
{
	memset(&fake, 0, sizeof(fake));
	(void)snprintf(fake.folder, sizeof(fake.folder), "/tmp/fake-root.XXXXXX");
	if (!mkdtemp(fake.folder) || real_root_init(&fake.root, fake.folder) < 0)
		abort();
	fake.root.live_proc = true;
}

__attribute__((unused)) static void fake_end(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", fake.folder);
	real_root_done(&fake.root);
	if (system(command) != 0)
		abort();
}

static bool is_kernels(const char *path)
{
	return strncmp(path, "proc/", 5) == 0 || strncmp(path, "sys/", 4) == 0;
}

static void store(struct fake_file *file, const char *bytes, size_t len)
{
	len = len > 0 && bytes[len - 1] == '\n' ? len - 1 : len;
	if (len >= sizeof(file->value))
		abort();
	memcpy(file->value, bytes, len);
	file->value[len] = '\0';
}

static int fake_write(struct fake_file *file, const char *bytes, size_t len)
{
	struct fake_file *other = file->other ? fake_find(file->other) : NULL;
	unsigned long rounded = 1;

	if (fake.at_write)
		fake.at_write(fake.logged);
	fake.logged++;
	file->writes++;
	switch (file->how) {
	case FAKE_FAILS:
	case FAKE_CLOSED:
		return -file->err;
	case FAKE_FAILS_ONCE_WRITTEN:
		if (file->writes > 1)
			return -file->err;
		break;
	case FAKE_SHORT:
		return -EIO;
	case FAKE_KEEPS:
		return 0;
	case FAKE_HALF:
		store(file, bytes, strcspn(bytes, " "));
		return -EINVAL;
	case FAKE_ROUNDS:
		while (rounded < strtoul(bytes, NULL, 10))
			rounded *= 2;
		(void)snprintf(file->value, sizeof(file->value), "%lu", rounded);
		return 0;
	case FAKE_OBEYS:
	case FAKE_UNREADABLE:
		break;
	}
	store(file, bytes, len);
	if (other)
		store(other, file->other_value, strlen(file->other_value));
	return 0;
}

static ssize_t fake_read(const struct fake_file *file, char *buffer, size_t size)
{
	size_t len = strlen(file->value);

	if (file->how == FAKE_UNREADABLE && file->writes > 0)
		return -EIO;
	if (len + 1 >= size)
		return -EFBIG;
	memcpy(buffer, file->value, len);
	memcpy(buffer + len, "\n", 2);
	return (ssize_t)len + 1;
}

/* The file that root_open() gave this descriptor for. */
static struct fake_file *fake_behind(int fd)
{
	if (fd < 0 || fd >= FAKE_FDS || fake.by_fd[fd] == 0)
		abort();
	return &fake.files[fake.by_fd[fd] - 1];
}

int root_open(const struct root *root, const char *path, int flags)
{
	struct fake_file *file = fake_find(path);
	int fd;

	if (!is_kernels(path))
		return real_root_open(root, path, flags);
	if (!file)
		return -ENOENT;
	if (file->how == FAKE_CLOSED && (flags & O_ACCMODE) != O_RDONLY)
		return -file->err;
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0 || fd >= FAKE_FDS)
		abort();
	fake.by_fd[fd] = (int)(file - fake.files) + 1;
	return fd;
}

int root_create(const struct root *root, const char *path, int flags, mode_t mode)
{
	return real_root_create(root, path, flags, mode);
}

ssize_t root_read(const struct root *root, const char *path, char *buffer, size_t size)
{
	const struct fake_file *file = fake_find(path);

	if (!is_kernels(path))
		return real_root_read(root, path, buffer, size);
	return file ? fake_read(file, buffer, size) : -ENOENT;
}

ssize_t root_read_at(int fd, char *buffer, size_t size)
{
	return fake_read(fake_behind(fd), buffer, size);
}

int root_write(const struct root *root, const char *path, const char *bytes, size_t len)
{
	struct fake_file *file = fake_find(path);

	if (!is_kernels(path))
		return real_root_write(root, path, bytes, len);
	return file ? fake_write(file, bytes, len) : -ENOENT;
}

int root_write_at(int fd, const char *bytes, size_t len, bool shorter)
{
	(void)shorter;
	return fake_write(fake_behind(fd), bytes, len);
}

int root_slurp(const struct root *root, const char *path, struct arena *arena,
	       size_t most, char **ret, size_t *ret_len)
{
	return real_root_slurp(root, path, arena, most, ret, ret_len);
}

int root_remove(const struct root *root, const char *path)
{
	return real_root_remove(root, path);
}

int root_list(const struct root *root, const char *path, struct arena *arena,
	      const char *const **ret_names, size_t *ret_len)
{
	return real_root_list(root, path, arena, ret_names, ret_len);
}

int root_writable(const struct root *root, const char *path)
{
	const struct fake_file *file = fake_find(path);

	if (!is_kernels(path))
		return real_root_writable(root, path);
	if (!file)
		return -ENOENT;
	return file->how == FAKE_CLOSED ? -file->err : 0;
}

int root_walk_open(struct root_walk *walk, const char *path, int flags)
{
	return root_open(walk->root, path, flags);
}

void root_walk_done(struct root_walk *walk)
{
	real_root_walk_done(walk);
}
