/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the persisted configuration makes of the sysctls at the next boot, as a loader
 * (state/sysctlloader.h) reads its files, with the line that decides each key.
 *
 * Besides the files: `sysctl.KEY=VALUE` on the kernel's command line, which the kernel itself
 * sets before there is any program (5.8 and later, fs/proc/proc_sysctl.c, do_sysctl_args).
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/keyset.h"
#include "state/conffile.h"
#include "state/sysctlconf.h"

struct arena;
struct diags;
struct root;
struct sysctl_loader;

#define NO_LINE ((size_t)-1)

/* A line, and the file that it stands in; @passed_over as that file has it. */
struct boot_line {
	struct conf_line line;
	const char *passed_over;
	size_t before; /* the line before it, of those that are read, with the same key; NO_LINE */
	bool refused;  /* the loader stops at it, as the kernel takes no such value */
	size_t behind; /* the line that the loader stops at before this one; NO_LINE */
};

/* A key, or a pattern, that some line names. */
struct boot_key {
	const char *key;
	size_t last;	  /* its last assignment; NO_LINE: there is none */
	size_t place;	  /* when it is written: a line's number */
	size_t exclusion; /* the last line that excludes it; NO_LINE */
	bool guards; /* a line names it as the loader compares names: keeps patterns off */
	const char *path; /* of a pattern: below the root; else NULL */
};

struct persisted {
	const struct sysctl_loader *loader;
	struct conf_files files;
	/* In the order of reading: the command line, the files, those that are passed over. */
	struct {
		struct boot_line *items;
		size_t len, cap;
	} lines;
	/* Of a loader that stops: keys that the host does not have, and others that hold numbers. */
	struct keyset absent, numbers;
	size_t command_line; /* that many of the lines are the kernel's */
	struct {
		struct boot_key *items;
		size_t len, cap;
	} keys;
	/* By key, with pointers to a size_t: an index into `keys`. */
	struct keyset index;
	struct { /* indexes into `keys`, in the order of writing */
		size_t *items;
		size_t len, cap;
	} globs;
};

/* Reads the configuration below @root; @all as conf_files_read() has it. 0 or -ENOMEM. */
int persisted_read(struct arena *arena, const struct root *root, struct diags *diags,
		   const struct sysctl_loader *loader, bool all, struct persisted *ret)
	__attribute__((warn_unused_result));

/* @persisted, once @source is written (conf_files_with()). Pure. 0 or -ENOMEM. */
int persisted_with(struct arena *arena, const struct persisted *persisted,
		   const struct source *source, struct persisted *ret)
	__attribute__((warn_unused_result));
