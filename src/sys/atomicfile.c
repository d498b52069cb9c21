/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/atomicfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/caps.h"
#include "sys/root.h"

#define NEW_SUFFIX ".lowmemctl-new"
#define LINKS_MOST 40 /* as the kernel follows (MAXSYMLINKS) */

/* Where a file is, at the end of all links. `name` is in `path`: it is not to be copied. */
struct place {
	int folder;
	int old; /* the file, for reading; -1: there is none */
	const char *name;
	char path[PATH_MAX];
	char new_name[NAME_MAX + 1];
};

static void place_done(struct place *place)
{
	close_fdp(&place->old);
	close_fdp(&place->folder);
	place->old = place->folder = -1;
}

static int set_new_name(struct place *place)
{
	int len = snprintf(place->new_name, sizeof(place->new_name), ".%s" NEW_SUFFIX,
			   place->name);

	return (size_t)len < sizeof(place->new_name) ? 0 : -ENAMETOOLONG;
}

/* Nothing is to be made of such a name. */
static bool names_folder(const char *name)
{
	return !*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Puts @text behind the first @kept bytes of the path. */
static int set_path(struct place *place, size_t kept, const char *text)
{
	size_t len = strlen(text);
	const char *slash;

	if (kept + len >= sizeof(place->path))
		return -ENAMETOOLONG;
	memcpy(place->path + kept, text, len + 1);
	slash = strrchr(place->path, '/');
	place->name = slash ? slash + 1 : place->path;
	return names_folder(place->name) ? -EISDIR : 0;
}

/* Makes the target of the link there the path. What is below a root stays so: an absolute target
 * begins there, and the dots of others are the kernel's to follow. */
static int follow(struct place *place)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(place->folder, place->name, target, sizeof(target));

	if (len < 0)
		return -errno;
	if ((size_t)len >= sizeof(target))
		return -ENAMETOOLONG;
	target[len] = '\0';
	if (target[0] == '/')
		return set_path(place, 0, target + strspn(target, "/"));
	return set_path(place, (size_t)(place->name - place->path), target);
}

/* Looks at what the path names. 1: it was a link, and the path is another now. */
static int look(const struct root *root, struct place *place)
{
	struct stat st;
	int r;

	place_done(place);
	place->folder = root_open_folder(root, place->path, O_RDONLY, &place->name);
	if (place->folder < 0)
		return place->folder;
	if (fstatat(place->folder, place->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? set_new_name(place) : -errno;
	if (S_ISLNK(st.st_mode)) {
		r = follow(place);
		return r < 0 ? r : 1;
	}
	/* To open a device may do things: it is looked at first. */
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	place->old = openat(place->folder, place->name,
			    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return place->old < 0 ? -errno : set_new_name(place);
}

/* -ENOENT: there is no such folder yet. */
static int find(const struct root *root, struct place *place)
{
	int r = 1;

	for (int links = 0; r > 0; links++)
		r = links > LINKS_MOST ? -ELOOP : look(root, place);
	return r;
}

/* The folders are those of the last target: what the path says now, not what it said at first. */
static int find_or_make(const struct root *root, struct place *place)
{
	int r = find(root, place);

	if (r != -ENOENT)
		return r;
	r = root_make_folders(root, place->path);
	return r < 0 ? r : find(root, place);
}

/* 1: the file has this text and no more. */
static int holds(int fd, const char *text, size_t len)
{
	char bytes[4096];
	size_t at = 0;
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) > 0) {
		if ((size_t)got > len - at || memcmp(bytes, text + at, (size_t)got) != 0)
			return 0;
		at += (size_t)got;
	}
	return got < 0 ? -errno : at == len;
}

/* They sign the content: the kernel, or who signs, makes new ones. */
static bool belongs_to_content(const char *name)
{
	return strcmp(name, "security.ima") == 0 || strcmp(name, "security.evm") == 0;
}

static int copy_xattr(int from, int to, const char *name)
{
	char value[XATTR_SIZE_MAX], there[XATTR_SIZE_MAX];
	ssize_t len = fgetxattr(from, name, value, sizeof(value));

	/* Some file systems list what they do not have. */
	if (len < 0)
		return errno == ENODATA || errno == ENOTSUP ? 0 : -errno;
	/* A label that is right from the start may not be ours to set. */
	if (fgetxattr(to, name, there, sizeof(there)) == len &&
	    memcmp(value, there, (size_t)len) == 0)
		return 0;
	return fsetxattr(to, name, value, (size_t)len, 0) < 0 ? -errno : 0;
}

/* What the folder gave the new file (a default ACL) and the old one has not. */
static int drop_xattr(int from, int to, const char *name)
{
	if (fgetxattr(from, name, NULL, 0) >= 0 || errno != ENODATA)
		return 0;
	return fremovexattr(to, name) < 0 ? -errno : 0;
}

/* Calls @act for the name of every attribute that @listed has. */
static int each_xattr(int listed, int from, int to,
		      int (*act)(int from, int to, const char *name))
{
	char names[XATTR_LIST_MAX];
	ssize_t len = flistxattr(listed, names, sizeof(names));
	int r = 0;

	if (len < 0)
		return errno == ENOTSUP ? 0 : -errno;
	for (const char *name = names; r == 0 && name < names + len;
	     name += strlen(name) + 1)
		r = belongs_to_content(name) ? 0 : act(from, to, name);
	return r;
}

/* The owner first: a change of owner takes away mode bits and capabilities; the mode last, as an
 * ACL brings its own. */
static int keep(int from, int to)
{
	struct stat old, new;
	int r;

	if (fstat(from, &old) < 0 || fchown(to, old.st_uid, old.st_gid) < 0)
		return -errno;
	r = each_xattr(from, from, to, copy_xattr);
	if (r == 0)
		r = each_xattr(to, from, to, drop_xattr);
	if (r < 0)
		return r;
	if (fchmod(to, old.st_mode & 07777) < 0 || fstat(to, &new) < 0)
		return -errno;
	/* chmod(2) leaves out the set-group-ID bit of a group not ours, and says nothing. */
	return new.st_mode == old.st_mode ? 0 : -EPERM;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, text, len);

		if (put <= 0)
			return put < 0 ? -errno : -EIO;
		text += put;
		len -= (size_t)put;
	}
	return 0;
}

static int write_new(const struct place *place, const char *text, size_t len)
{
	/* Nobody is to read what the old file may not let them. */
	cleanup_fd int fd =
		openat(place->folder, place->new_name,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : write_all(fd, text, len);

	if (r < 0)
		return r;
	if (place->old >= 0)
		r = keep(place->old, fd);
	else
		r = fchmod(fd, 0644) < 0 ? -errno : 0;
	if (r < 0)
		return r;
	/* What close(2) could tell of the disk, this has told. */
	return fsync(fd) < 0 ? -errno : 0;
}

static int put(const struct place *place, const char *text, size_t len)
{
	int r = write_new(place, text, len);

	if (r == 0 &&
	    renameat(place->folder, place->new_name, place->folder, place->name) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlinkat(place->folder, place->new_name, 0);
		return r;
	}
	return fsync(place->folder) < 0 ? -errno : 0;
}

int atomicfile_replace(const struct root *root, const char *path, const char *text,
		       size_t len)
{
	cleanup(place_done) struct place place = { .folder = -1, .old = -1 };
	int r = set_path(&place, 0, path);

	if (r == 0)
		r = find_or_make(root, &place);
	if (r < 0)
		return r;
	/* Where there is one that cannot be removed, none can be made either. */
	(void)unlinkat(place.folder, place.new_name, 0);
	if (place.old >= 0)
		r = holds(place.old, text, len);
	if (r != 0)
		return r < 0 ? r : 0;
	return put(&place, text, len);
}

int atomicfile_remove(const struct root *root, const char *path)
{
	cleanup(place_done) struct place place = { .folder = -1, .old = -1 };
	struct stat st;
	int r = set_path(&place, 0, path);

	if (r < 0)
		return r;
	place.folder = root_open_folder(root, place.path, O_RDONLY, &place.name);
	if (place.folder < 0)
		return place.folder;
	if (set_new_name(&place) == 0)
		(void)unlinkat(place.folder, place.new_name, 0);
	if (fstatat(place.folder, place.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (unlinkat(place.folder, place.name, 0) < 0)
		return -errno;
	return fsync(place.folder) < 0 ? -errno : 0;
}

static bool is_same_folder(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool atomicfile_is_below(const struct root *root, const char *path, const char *folder)
{
	cleanup(place_done) struct place place = { .folder = -1, .old = -1 };
	cleanup_fd int wanted_fd = root_open(root, folder, O_PATH | O_DIRECTORY);
	struct stat wanted, top, here;

	if (wanted_fd < 0 || fstat(wanted_fd, &wanted) < 0 || fstat(root->fd, &top) < 0 ||
	    set_path(&place, 0, path) < 0 || find(root, &place) < 0)
		return false;
	/* From folder to folder, up to the root: names tell nothing where there are links. */
	while (fstat(place.folder, &here) == 0 && !is_same_folder(&here, &top)) {
		int above;

		if (is_same_folder(&here, &wanted))
			return true;
		above = openat(place.folder, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		(void)close(place.folder);
		place.folder = above;
	}
	return false;
}

static int may_make_in(int folder)
{
	return faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

/* Could the missing folders above @path be made? */
static int may_make_folders(const struct root *root, const char *path)
{
	char text[PATH_MAX];
	const char *name;
	int r = -ENOENT;

	(void)snprintf(text, sizeof(text), "%s", path);
	while (r == -ENOENT) {
		cleanup_fd int folder = root_open_folder(root, text, O_PATH, &name);

		if (folder >= 0) {
			/* A link that leads nowhere is no place for a folder. */
			if (faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
				return -ENOENT;
			return may_make_in(folder);
		}
		r = folder;
		if (name == text)
			break;
		text[name - text - 1] = '\0';
	}
	return r;
}

/* Without statx(2) (Linux 4.11, glibc 2.28; mounts: 5.8) only the rename will tell. */
#ifdef STATX_BASIC_STATS

#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif

/* What the mode does not tell. */
static int may_rename(int fd, unsigned obstacles)
{
	struct statx st;
	uint64_t found;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st) < 0)
		return 0;
	found = st.stx_attributes & obstacles;
	if (found & STATX_ATTR_MOUNT_ROOT)
		return -EBUSY;
	return found ? -EPERM : 0;
}

#else

#define STATX_ATTR_IMMUTABLE  0
#define STATX_ATTR_APPEND     0
#define STATX_ATTR_MOUNT_ROOT 0

static int may_rename(int fd, unsigned obstacles)
{
	(void)fd;
	(void)obstacles;
	return 0;
}

#endif

static bool may_keep_owner(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	if (st.st_uid != geteuid())
		return caps_holds(CAP_CHOWN) && caps_holds(CAP_FOWNER);
	return st.st_gid == getegid() || group_member(st.st_gid) || caps_holds(CAP_CHOWN);
}

int atomicfile_writable(const struct root *root, const char *path)
{
	cleanup(place_done) struct place place = { .folder = -1, .old = -1 };
	int r = set_path(&place, 0, path);

	if (r == 0)
		r = find(root, &place);
	if (r == -ENOENT)
		return may_make_folders(root, place.path);
	if (r == 0)
		r = may_make_in(place.folder);
	if (r == 0)
		r = may_rename(place.folder, STATX_ATTR_APPEND);
	if (r < 0 || place.old < 0)
		return r;
	r = may_rename(place.old,
		       STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND | STATX_ATTR_MOUNT_ROOT);
	return r == 0 && !may_keep_owner(place.old) ? -EPERM : r;
}
