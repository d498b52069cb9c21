/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The files of the persisted configuration, in the order in which a loader reads them,
 * and those that it passes over, with the reason.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/diag.h"

struct arena;
struct root;
struct sysctl_loader;

struct conf_file {
	const struct source
		*source;	 /* its name is the path as the host has it: "/etc/..." */
	const char *base;	 /* the last part of that */
	const char *passed_over; /* why it is not read; NULL: it is */
	unsigned folder; /* which of the loader's folders it lies in, or a later number */
	unsigned
		turn; /* when it is read; those of one turn in the order of their names */
	bool no_file; /* a folder, a device, a link to nothing */
	bool repeated;	 /* passed over, but a link that is read leads to it */
	bool unreadable; /* it could not be read, and counts as empty */
	bool packaged; /* it lies below /usr or /lib, links followed; false: not looked at */
	/* What file it is, links followed; 0: not looked at. */
	dev_t device;
	ino_t inode;
};

struct conf_files {
	struct conf_file *items; /* the ones that are read, in order; then the others */
	size_t len, cap;
	size_t read; /* how many are read */
};

/*
 * The files below @root, as @loader reads them. With @all, those that it passes over are read, too,
 * for their lines' sake, and it is told which file each one is; else they are left out. What cannot
 * be read is a warning in @diags. 0 or -ENOMEM.
 */
int conf_files_read(struct arena *arena, const struct root *root, struct diags *diags,
		    const struct sysctl_loader *loader, bool all, struct conf_files *ret)
	__attribute__((warn_unused_result));

/*
 * @files with @source in the place of the file of its name (and of the links to that), or in
 * addition to them: what the loader would read once that is written. 0 or -ENOMEM.
 */
int conf_files_with(struct arena *arena, const struct conf_files *files,
		    const struct sysctl_loader *loader, const struct source *source,
		    struct conf_files *ret) __attribute__((warn_unused_result));

/* Does the file that @path (without a slash in front) leads to belong to a package? */
bool conf_file_is_packaged(const struct root *root, const char *path);

/* The one called @path; NULL: there is none. */
const struct conf_file *conf_files_find(const struct conf_files *files, const char *path);
