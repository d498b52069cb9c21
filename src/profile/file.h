/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The files of profiles: found by path or name, opened, judged by what the open file is,
 * and read.
 */

#include <stddef.h>
#include <sys/types.h>

#include "base/diag.h"

struct arena;
struct loader;

#define FILE_SUFFIX ".yaml"
/* Below the root. */
#define FILE_LOCAL  "etc/lowmemctl/profiles"
#define FILE_ACTIVE "etc/lowmemctl/active.d"

/* What is looked for. */
struct file_wish {
	const char *name;   /* a path, "-" or a name */
	const char *folder; /* looked into before all others; NULL: none */
	struct origin at;   /* who asks: the place of the include; else NOWHERE */
	bool include;	    /* an include can only be a name */
	bool below;	    /* the name is a path below the root, with a slash in front */
	bool foreign;	    /* the name is a path, or "-", of what is no profile */
};

struct file {
	const char *path;   /* for people */
	const char *folder; /* where it lies; NULL: it was not found by path */
	dev_t device;
	ino_t inode;
	int fd;	     /* -1: none */
	size_t most; /* bytes that it may have */
};

/*
 * Opens what @wish asks for and checks that it can be read and trusted. The caller closes
 * *@ret's fd. 0; -ENOENT, -EPERM, -EINVAL (not a file that can be a profile), -ENOMEM or
 * another errno, with the reason in the diagnostics.
 */
int file_open(const struct loader *loader, const struct file_wish *wish, struct file *ret)
	__attribute__((warn_unused_result));

/* All of @file, if that is not more than it may have: 0, -EINVAL (larger), -ENOMEM or another errno,
 * with the reason in the diagnostics. */
int file_read(const struct loader *loader, const struct file *file, struct origin at,
	      const struct source **ret) __attribute__((warn_unused_result));

/* Is the file at @path below the root a link to /dev/null? */
bool file_is_masked(const struct loader *loader, const char *path);

/* For cleanup(). */
void file_close(struct file *file);
