/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/changes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/root.h"

#define SELF   (IN_DELETE_SELF | IN_MOVE_SELF)
#define ON_WAY (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | SELF)
#define IN_IT  (ON_WAY | IN_CLOSE_WRITE | IN_ATTRIB)
/* A file that another is renamed over has a link less: IN_ATTRIB. */
#define LINKED (IN_CLOSE_WRITE | IN_ATTRIB | SELF)

/* Watches what the descriptor is: a path would lead out of a root that is not "/". 0 where
 * all watches are in use. */
static int watch(struct changes *changes, int fd, uint32_t mask, const char *name,
		 size_t len)
{
	char path[64];
	int id;

	if (changes->len == CHANGES_MOST)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* Where two ways lead to the same thing it has one watch, for both. */
	id = inotify_add_watch(changes->fd, path, mask | IN_MASK_ADD);
	if (id < 0)
		return -errno;
	changes->watches[changes->len++] = (struct changes_watch){ id, name, len };
	return 0;
}

static bool is_missing(int r)
{
	return r == -ENOENT || r == -ENOTDIR || r == -ELOOP;
}

/* What a link in the directory leads to, if anything. */
static int watch_target(struct changes *changes, const char *name)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s", changes->path, name);
	cleanup_fd int fd = -1;
	int r;

	if (len < 0 || (size_t)len >= sizeof(path))
		return 0;
	fd = root_open(changes->root, path, O_PATH);
	if (fd < 0)
		return 0;
	r = watch(changes, fd, LINKED, NULL, 0);
	/* One that may not be read tells nothing to whoever reads profiles either. */
	return r == -ENOSPC || r == -ENOMEM ? r : 0;
}

static int watch_targets(struct changes *changes)
{
	int fd = root_open(changes->root, changes->path, O_RDONLY | O_DIRECTORY);
	cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int r = 0;

	if (fd < 0)
		return is_missing(fd) ? 0 : fd;
	if (!dir) {
		(void)close(fd);
		return -ENOMEM;
	}
	while (r == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
			r = watch_target(changes, entry->d_name);
	}
	return r;
}

/* Watches the folder that the first @len bytes of the path lead to. 1: done; 0: it is missing. */
static int watch_folder(struct changes *changes, size_t len, const char *name,
			size_t name_len)
{
	cleanup_fd int fd = -1;
	char folder[PATH_MAX] = ".";
	int r;

	if (len >= sizeof(folder))
		return -ENAMETOOLONG;
	if (len > 0) {
		memcpy(folder, changes->path, len);
		folder[len] = '\0';
	}
	fd = root_open(changes->root, folder, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return is_missing(fd) ? 0 : fd;
	r = watch(changes, fd, name_len > 0 ? ON_WAY : IN_IT, name, name_len);
	return r < 0 ? r : 1;
}

/* From the top, each before it is asked for what is in it: what is made meanwhile is an event. */
static int watch_all(struct changes *changes)
{
	const char *name = changes->path;
	int r = 1;

	while (r > 0 && *name) {
		size_t len = strcspn(name, "/");

		r = watch_folder(changes, (size_t)(name - changes->path), name, len);
		name += len;
		name += strspn(name, "/");
	}
	if (r > 0)
		r = watch_folder(changes, (size_t)(name - changes->path), NULL, 0);
	return r > 0 ? watch_targets(changes) : r;
}

static int watch_anew(struct changes *changes)
{
	/* Those of what is gone are gone. */
	for (size_t i = 0; i < changes->len; i++)
		(void)inotify_rm_watch(changes->fd, changes->watches[i].id);
	changes->len = 0;
	return watch_all(changes);
}

int changes_init(struct changes *changes, const struct root *root, const char *path)
{
	int r;

	changes->root = root;
	changes->path = path;
	changes->len = 0;
	changes->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (changes->fd < 0)
		return -errno;
	r = watch_all(changes);
	if (r < 0)
		changes_done(changes);
	return r;
}

void changes_done(struct changes *changes)
{
	if (changes->fd >= 0)
		(void)close(changes->fd);
	changes->fd = -1;
}

static bool is_awaited(const struct changes_watch *watch,
		       const struct inotify_event *event, const char *name)
{
	if (watch->id != event->wd)
		return false;
	/* Without a name it is about the watched thing itself. */
	return watch->len == 0 || event->len == 0 ||
	       (strlen(name) == watch->len && memcmp(name, watch->name, watch->len) == 0);
}

static bool matters(const struct changes *changes, const struct inotify_event *event,
		    const char *name)
{
	if (event->mask & IN_Q_OVERFLOW)
		return true;
	/* Follows an event that has told already, or our own removal of a watch. */
	if (event->mask & IN_IGNORED)
		return false;
	for (size_t i = 0; i < changes->len; i++) {
		if (is_awaited(&changes->watches[i], event, name))
			return true;
	}
	return false;
}

static bool any_matters(const struct changes *changes, const char *bytes, size_t len)
{
	for (size_t at = 0; at + sizeof(struct inotify_event) <= len;) {
		struct inotify_event event;

		memcpy(&event, bytes + at, sizeof(event));
		if (matters(changes, &event, bytes + at + sizeof(event)))
			return true;
		at += sizeof(event) + event.len;
	}
	return false;
}

int changes_next(struct changes *changes)
{
	char bytes[4096];
	bool changed = false;
	ssize_t len;
	int r;

	while ((len = read(changes->fd, bytes, sizeof(bytes))) > 0)
		changed = changed || any_matters(changes, bytes, (size_t)len);
	if (len < 0 && errno != EAGAIN)
		return -errno;
	if (!changed)
		return 0;
	r = watch_anew(changes);
	return r < 0 ? r : 1;
}
