/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Tells that something has changed in a directory below a root, by inotify(7):
 * not what, so that the reader looks at all of it anew and no order of events can
 * mislead.
 *
 * The directory need not be there: every folder on the way to it is watched, for
 * the next name on the way and nothing else, so that it is also noticed where it
 * is made, removed or replaced. Files in it may be links: what these lead to is
 * watched, too. Not noticed are changes to a link's way (a folder above its
 * target is replaced), a link that leads nowhere until there is something, mounts
 * over the way, and what other machines do on a network file system.
 */

#include <stddef.h>

struct root;

#define CHANGES_MOST 96 /* folders on the way and links, that are watched */

struct changes_watch {
	int id;
	const char *name; /* the only one that matters, in `path` */
	size_t len;	  /* 0: all do */
};

struct changes {
	int fd; /* readable when something may have changed; never blocks */
	const struct root *root;
	const char *path; /* the caller's: both must outlive it */
	size_t len;
	struct changes_watch watches[CHANGES_MOST];
};

/*
 * Begins to watch @path: look at it after this, not before. 0 or -errno: -ENOSPC or -EMFILE where
 * the user has too many watches, -EACCES where a folder cannot be read.
 */
int changes_init(struct changes *changes, const struct root *root, const char *path)
	__attribute__((warn_unused_result));
void changes_done(struct changes *changes);

/*
 * Has anything changed since the last call? Takes away all that waits, and watches what is there
 * now. 1, 0, or -errno: something has changed, and not all of it can be watched any more.
 */
int changes_next(struct changes *changes) __attribute__((warn_unused_result));
