/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Release by scope: `cleanup_fd int fd = ...;` closes when the block is left. */

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#define cleanup(function) __attribute__((cleanup(function)))

static inline void close_fdp(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void close_dirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static inline void close_filep(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

#define cleanup_fd   cleanup(close_fdp)
#define cleanup_dir  cleanup(close_dirp)
#define cleanup_file cleanup(close_filep)
