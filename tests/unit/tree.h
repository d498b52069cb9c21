/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A folder of this test's own, with the files that it makes in it. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char tree[64];

__attribute__((unused)) static void tree_begin(void)
{
	(void)snprintf(tree, sizeof(tree), "/tmp/lowmemctl-test.XXXXXX");
	if (!mkdtemp(tree))
		abort();
}

__attribute__((unused)) static void tree_end(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", tree);
	if (system(command) != 0)
		abort();
}

/* The whole path of @path; good until the next call but one. */
__attribute__((unused)) static const char *tree_path(const char *path)
{
	static char texts[2][640];
	static int turn;

	turn = !turn;
	(void)snprintf(texts[turn], sizeof(texts[turn]), "%s/%s", tree, path);
	return texts[turn];
}

/* Makes the folders above @path. */
__attribute__((unused)) static void tree_folders(const char *path)
{
	char text[512];

	(void)snprintf(text, sizeof(text), "%s", path);
	for (char *slash = strchr(text, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(tree_path(text), 0755);
		*slash = '/';
	}
}

__attribute__((unused)) static void tree_file(const char *path, const char *text)
{
	int fd;

	tree_folders(path);
	fd = open(tree_path(path), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    close(fd) < 0)
		abort();
}

__attribute__((unused)) static void tree_link(const char *target, const char *path)
{
	tree_folders(path);
	if (symlink(target, tree_path(path)) < 0)
		abort();
}
