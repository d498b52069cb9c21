/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Dropping caches once: sync(2), drop_caches and, if asked for, compact_memory.
 *
 * All of that is done in whoever writes (Linux fs/drop_caches.c, mm/compaction.c), for minutes on a
 * large host, and the half about the page cache does not stop for signals. So a process of its own
 * does it, and whoever waits for it can be interrupted, or do other things meanwhile.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct root;

enum drop_step {
	DROP_STEP_SYNC,
	DROP_STEP_DROP,
	DROP_STEP_COMPACT,
};

#define DROP_STEPS 3

struct drop_request {
	unsigned mode; /* what is written: enum drop_mode of profiles */
	bool sync;     /* dirty pages are written first, as they cannot be dropped */
	bool compact;  /* free pages are moved together afterwards */
};

/* One that is under way. */
struct drop_run {
	pid_t pid;
	int fd; /* to poll for reading: it is over then */
};

struct drop_outcome {
	int error; /* 0, or why the step `failed` did */
	enum drop_step failed;
	int64_t took_ms[DROP_STEPS]; /* -1: not done */
};

/* The file that @step writes to; NULL: none. */
const char *drop_path(enum drop_step step);
/* May this process do what is asked? 0, or -errno with the step in *@ret_step: -ENOENT where this kernel
 * has no such file, -EACCES, -EROFS. */
int drop_allowed(const struct root *root, const struct drop_request *request,
		 enum drop_step *ret_step) __attribute__((warn_unused_result));

/* Starts it. 0 or -errno. */
int drop_begin(const struct root *root, const struct drop_request *request,
	       struct drop_run *ret) __attribute__((warn_unused_result));
/* Waits for its end, and releases it. 0 (look at ret->error), or -ECHILD: it ended before it said how it
 * went. */
int drop_finish(struct drop_run *run, struct drop_outcome *ret)
	__attribute__((warn_unused_result));
