/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/journalctl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/root.h"

/* Folders of machines in the folder of journals. */
#define DEPTH 2

/* For entries of @folder: 0, -ELOOP where one is a link, or -errno. */
static int look_for_links(int folder, unsigned depth);

static int look_at(int folder, const char *name, unsigned depth)
{
	cleanup_fd int below = -1;
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	if (!S_ISDIR(st.st_mode) || depth == 1)
		return 0;
	below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return below < 0 ? -errno : look_for_links(below, depth - 1);
}

static int look_for_links(int folder, unsigned depth)
{
	int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = own < 0 ? NULL : fdopendir(own);
	const struct dirent *entry;
	int r = 0;

	if (!dir) {
		close_fdp(&own);
		return -errno;
	}
	while (r == 0 && (entry = readdir(dir)) != NULL)
		r = look_at(folder, entry->d_name, depth);
	return r;
}

/* A descriptor that the program has, too. */
static int open_folder(const struct root *root, const char *path)
{
	cleanup_fd int fd = root_open(root, path, O_RDONLY | O_DIRECTORY);
	int r = fd < 0 ? fd : look_for_links(fd, DEPTH);

	if (r < 0)
		return r;
	r = fcntl(fd, F_DUPFD, STDERR_FILENO + 1);
	return r < 0 ? -errno : r;
}

int journalctl_start(struct helper *helper, const struct root *root, const char *folder,
		     int64_t since)
{
	/* Not --dmesg, which is of this boot alone; --all: names may hold any byte. */
	const char *argv[HELPER_ARGUMENTS + 1] = {
		"journalctl",	      "--quiet",	   "--no-pager", "--all",
		"--output=short-iso", "_TRANSPORT=kernel",
	};
	size_t len = 6;
	char directory[48], from[40];
	cleanup_fd int fd = folder ? open_folder(root, folder) : -1;

	*helper = HELPER_NONE;
	if (folder && fd < 0)
		return fd;
	/* By its descriptor: it was looked up below the root. */
	(void)snprintf(directory, sizeof(directory), "--directory=/proc/self/fd/%d", fd);
	(void)snprintf(from, sizeof(from), "--since=@%" PRId64, since < 0 ? 0 : since);
	if (folder)
		argv[len++] = directory;
	if (since != JOURNALCTL_SINCE_EVER)
		argv[len++] = from;
	return helper_start(helper, argv, -1);
}
