/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "profile/format.h"
#include "profile/load.h"
#include "profile/places.h"
#include "profile/ytree.h"
#include "sys/root.h"

/* O_NONBLOCK: a named pipe is refused, not waited for. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
#define PIPE_ROOM  ((size_t)16 * 1024)
/* `sysctl -a` has a hundred lines for each network interface. */
#define MOST_OTHER ((size_t)16 * 1024 * 1024)

void file_close(struct file *file)
{
	if (file->fd >= 0)
		(void)close(file->fd);
	file->fd = -1;
}

static int cannot(const struct loader *loader, struct origin at, const char *path,
		  int err)
{
	return diag_error(loader->diags, at, err, "%s cannot be read: %s", path,
			  strerror(err));
}

bool file_is_masked(const struct loader *loader, const char *path)
{
	char target[sizeof("/dev/null") + 1];
	int fd = root_open(loader->root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return false;
	len = readlinkat(fd, "", target, sizeof(target));
	(void)close(fd);
	return len == (ssize_t)strlen("/dev/null") &&
	       memcmp(target, "/dev/null", (size_t)len) == 0;
}

static bool is_there(const struct loader *loader, const char *path)
{
	int fd = root_open(loader->root, path + 1, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

/* 0, -ENOENT (not told), or what went wrong (told). */
static int open_path(const struct loader *loader, const struct file_wish *wish,
		     struct file *ret)
{
	ret->fd = open(ret->path, OPEN_FLAGS);
	if (ret->fd >= 0)
		return 0;
	return errno == ENOENT ? -ENOENT : cannot(loader, wish->at, ret->path, errno);
}

/* @folder/NAME.yaml, a path of the caller's own. As open_path(). */
static int open_in(const struct loader *loader, const struct file_wish *wish,
		   const char *folder, struct file *ret)
{
	if (!folder)
		return -ENOENT;
	ret->path = arena_printf(loader->arena, "%s/%s" FILE_SUFFIX, folder, wish->name);
	return ret->path ? open_path(loader, wish, ret) : -ENOMEM;
}

/* The administrator's, below the root. As open_path(). */
static int open_local(const struct loader *loader, const struct file_wish *wish,
		      struct file *ret)
{
	ret->path =
		arena_printf(loader->arena, "/" FILE_LOCAL "/%s" FILE_SUFFIX, wish->name);
	if (!ret->path)
		return -ENOMEM;
	if (file_is_masked(loader, ret->path + 1))
		return diag_error(loader->diags, wish->at, ENOENT,
				  "the profile '%s' is masked: %s is a link to /dev/null",
				  wish->name, ret->path);
	ret->fd = root_open(loader->root, ret->path + 1, OPEN_FLAGS);
	if (ret->fd >= 0)
		return 0;
	/* Whose profile is out of reach does not want the shipped one instead. */
	if (ret->fd == -ENOENT && is_there(loader, ret->path))
		return diag_error(loader->diags, wish->at, ENOENT,
				  "%s is a link that leads nowhere", ret->path);
	return ret->fd == -ENOENT ? -ENOENT
				  : cannot(loader, wish->at, ret->path, -ret->fd);
}

static int no_such(const struct loader *loader, const struct file_wish *wish)
{
	const char *nearest = places_nearest(loader, wish->name);

	if (nearest)
		return diag_error(loader->diags, wish->at, ENOENT,
				  "there is no profile '%s': did you mean '%s'?",
				  wish->name, nearest);
	return diag_error(loader->diags, wish->at, ENOENT,
			  "there is no profile '%s' in /" FILE_LOCAL " or %s%s",
			  wish->name, loader->shipped,
			  wish->include ? "" : " (a path has a '/' or ends in .yaml)");
}

static int open_named(const struct loader *loader, const struct file_wish *wish,
		      struct file *ret)
{
	size_t errors = loader->diags->errors, at;
	int r = -ENOENT;

	/* What cannot be a name leads nowhere, above all not out of the folders. */
	if (!format_name.fault(loader->arena, wish->name, &at)) {
		r = open_in(loader, wish, wish->folder, ret);
		ret->folder = r == 0 ? wish->folder : NULL;
		if (r == -ENOENT)
			r = open_local(loader, wish, ret);
		if (r == -ENOENT && loader->diags->errors == errors)
			r = open_in(loader, wish, loader->shipped, ret);
	}
	if (r == -ENOENT && loader->diags->errors == errors)
		return no_such(loader, wish);
	return r;
}

static bool is_path(const char *name)
{
	size_t len = strlen(name), suffix = strlen(FILE_SUFFIX);

	return strchr(name, '/') ||
	       (len >= suffix && strcmp(name + len - suffix, FILE_SUFFIX) == 0);
}

static int open_own(const struct loader *loader, const struct file_wish *wish,
		    struct file *ret)
{
	const char *slash = strrchr(wish->name, '/');
	int r;

	ret->path = wish->name;
	ret->folder = ".";
	if (slash)
		ret->folder =
			arena_copy(loader->arena, wish->name,
				   slash == wish->name ? 1
						       : (size_t)(slash - wish->name));
	if (!ret->folder)
		return -ENOMEM;
	r = open_path(loader, wish, ret);
	if (r == -ENOENT)
		return cannot(loader, wish->at, ret->path, ENOENT);
	return r;
}

static int open_stdin(const struct loader *loader, const struct file_wish *wish,
		      struct file *ret)
{
	ret->path = wish->name;
	ret->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return ret->fd >= 0 ? 0 : cannot(loader, wish->at, "standard input", errno);
}

static int too_large(const struct loader *loader, struct origin at,
		     const struct file *file)
{
	if (file->most == YTREE_SIZE)
		return diag_error(loader->diags, at, EINVAL,
				  "%s is larger than 1 MiB: no profile needs that much",
				  file->path);
	return diag_error(loader->diags, at, EINVAL, "%s is larger than %zu MiB",
			  file->path, file->most >> 20);
}

static int check_kind(const struct loader *loader, const struct file_wish *wish,
		      const struct file *file, const struct stat *st)
{
	bool is_stdin = !wish->include && !wish->below && strcmp(wish->name, "-") == 0;
	const char *name = is_stdin ? "standard input" : file->path;

	if (S_ISREG(st->st_mode))
		return st->st_size > (off_t)file->most ? too_large(loader, wish->at, file)
						       : 0;
	/* What somebody types or sends is a profile as well. */
	if (is_stdin && (S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode) ||
			 (S_ISCHR(st->st_mode) && isatty(file->fd))))
		return 0;
	if (S_ISDIR(st->st_mode))
		return diag_error(loader->diags, wish->at, EINVAL,
				  "%s is a directory: name a %s in it", name,
				  wish->foreign ? "file" : "profile");
	return diag_error(loader->diags, wish->at, EINVAL, "%s is not a regular file%s",
			  name, is_stdin ? ", a pipe or a terminal" : "");
}

static int distrust(const struct loader *loader, const struct file_wish *wish,
		    const char *path, const char *why)
{
	return diag_error(loader->diags, wish->at, EPERM, "%s is not to be trusted: %s",
			  path, why);
}

static int check_trust(const struct loader *loader, const struct file_wish *wish,
		       const struct file *file, const struct stat *st)
{
	/* Root's group is root, as far as files go. */
	bool shared = st->st_mode & S_IWOTH || (st->st_mode & S_IWGRP && st->st_gid != 0);

	/* Nothing is done of what a foreign file says. */
	if (S_ISCHR(st->st_mode) || S_ISSOCK(st->st_mode) || wish->foreign)
		shared = false;
	if (loader->trust == TRUST_ANY) {
		if (shared)
			diag_warning(loader->diags, wish->at,
				     "%s can be written by others than its owner: apply "
				     "will refuse it",
				     file->path);
		return 0;
	}
	if (shared)
		return distrust(loader, wish, file->path,
				"others than its owner can write it (chmod go-w)");
	if (loader->trust == TRUST_ROOT && st->st_uid != 0)
		return distrust(loader, wish, file->path,
				"it must belong to root for unattended use");
	return 0;
}

static int open_below(const struct loader *loader, const struct file_wish *wish,
		      struct file *ret)
{
	ret->path = wish->name;
	ret->fd = root_open(loader->root, wish->name + 1, OPEN_FLAGS);
	return ret->fd < 0 ? cannot(loader, wish->at, ret->path, -ret->fd) : 0;
}

static int open_wish(const struct loader *loader, const struct file_wish *wish,
		     struct file *ret)
{
	if (wish->below)
		return open_below(loader, wish, ret);
	if (wish->include)
		return open_named(loader, wish, ret);
	if (strcmp(wish->name, "-") == 0)
		return open_stdin(loader, wish, ret);
	if (wish->foreign || is_path(wish->name))
		return open_own(loader, wish, ret);
	return open_named(loader, wish, ret);
}

int file_open(const struct loader *loader, const struct file_wish *wish, struct file *ret)
{
	struct file file = { .fd = -1, .most = wish->foreign ? MOST_OTHER : YTREE_SIZE };
	struct stat st = { 0 };
	int r = open_wish(loader, wish, &file);

	if (r < 0)
		return r;
	/* The open file is judged, not what its name may lead to by now. */
	if (fstat(file.fd, &st) < 0)
		r = cannot(loader, wish->at, file.path, errno);
	if (r == 0)
		r = check_kind(loader, wish, &file, &st);
	if (r == 0)
		r = check_trust(loader, wish, &file, &st);
	if (r < 0) {
		file_close(&file);
		return r;
	}
	file.device = st.st_dev;
	file.inode = st.st_ino;
	*ret = file;
	return 0;
}

/* Waits for a pipe or terminal that has nothing yet. */
static ssize_t read_some(int fd, char *into, size_t room)
{
	ssize_t got;

	do
		got = read(fd, into, room);
	while (got < 0 && errno == EINTR);
	return got;
}

static size_t first_room(int fd)
{
	struct stat st = { 0 };

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return PIPE_ROOM;
	return (size_t)st.st_size + 2;
}

int file_read(const struct loader *loader, const struct file *file, struct origin at,
	      const struct source **ret)
{
	struct source *source = arena_alloc(loader->arena, sizeof(*source));
	size_t room = first_room(file->fd), len = 0;
	char *text = arena_alloc(loader->arena, room);
	ssize_t got = 1;

	if (!source || !text)
		return -ENOMEM;
	while (got > 0) {
		got = read_some(file->fd, text + len, room - len - 1);
		if (got < 0)
			return cannot(loader, at, file->path, errno);
		len += (size_t)got;
		if (len > file->most)
			return too_large(loader, at, file);
		if (len + 1 == room) {
			char *larger = arena_alloc(loader->arena, room * 2);

			if (!larger)
				return -ENOMEM;
			text = memcpy(larger, text, len);
			room *= 2;
		}
	}
	*source = (struct source){ .name = file->path, .text = text, .len = len };
	*ret = source;
	return 0;
}
