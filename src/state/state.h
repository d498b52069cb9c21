/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The state: what a host has, read once.
 *
 * Collecting takes a list of paths (globs allowed) and gives back, for each,
 * the files found and what they hold. A file that cannot be read is a value
 * with an error, not a failure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "state/host.h"

struct arena;
struct root;

struct live {
	const char *path; /* "proc/sys/vm/swappiness" */
	const char *text; /* without the last newline; NULL: see `error` */
	/* 0 (without a text: it is there, and was not to be read), or the errno of the
	   attempt: ENOENT, EACCES, ... */
	int error;
	int fd; /* open for reading and writing, if it was to be kept so; else -1 */
	bool read_only; /* nobody can write it; only told where `modes` was asked for */
};

/* What to look for: one path, or a glob that stands for several (fnmatch(3), component by
 * component). */
struct probe {
	const char *path;
	bool glob;
	bool unread; /* only whether it is there: reading it fails or has an effect */
};

/* What a probe found: one for a plain path, whether there or not; any number, sorted, for
 * a glob. */
struct found {
	struct live *items;
	size_t len;
};

struct state {
	struct host host;
	struct found *found; /* one for each probe, in the probes' order */
	size_t len;
};

struct state_request {
	const struct probe *probes;
	size_t len;
	unsigned host; /* enum host_fact bits: what must be known of the host */
	/*
	 * Open the files for writing where that is allowed, and keep them open: what is written
	 * later goes to the very file that was judged, and costs no second open. Bounded by
	 * RLIMIT_NOFILE (raised to its hard limit); beyond it files are closed again.
	 */
	bool keep;
	bool modes; /* Find out which files nobody can write: another call for each. */
};

/* 0 or -ENOMEM. */
int state_collect(struct arena *arena, const struct root *root,
		  const struct state_request *request, struct state *ret)
	__attribute__((warn_unused_result));
/* Closes what was kept open. */
void state_done(struct state *state);

/*
 * Reads one file, through @fd (pread at 0) where that is not -1, else by @path. 0 or -ENOMEM;
 * ret->fd is @fd.
 */
int state_read(struct arena *arena, const struct root *root, const char *path, int fd,
	       struct live *ret) __attribute__((warn_unused_result));
