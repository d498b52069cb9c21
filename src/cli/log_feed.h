/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Feeds logs to the reader of OOM reports, one after the other, and says what could not be read.
 *
 * A log that cannot be read, or not to its end, does not keep the others from being read. The
 * functions return 0 then, too: a negative errno means that nothing more can be read at all.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/progress.h"

struct context;
struct oom_reader;

struct log_feed {
	struct context *context;
	struct oom_reader *reader;
	const size_t *reports; /* found so far, for the progress line */
	struct progress progress;
	char *buffer;
	int64_t written; /* when the log that is read was last written to: of no year but that */
	int64_t booted; /* when the system of that log was; -1: nobody knows */
	uint64_t bytes; /* read of it */
	size_t logs;	/* that were read, or some of them */
	bool failed;	/* some log could not be read, or not to its end */
	bool denied;	/* for lack of privilege */
};

/* 0 or -ENOMEM. */
int log_feed_init(struct log_feed *feed, struct context *context)
	__attribute__((warn_unused_result));

/* What people call the log: "-" is standard input. */
const char *log_spoken(const char *name);

/* A file that the caller names; "-": standard input. */
int log_feed_named(struct log_feed *feed, const char *path)
	__attribute__((warn_unused_result));
/* A file of the host, by its path below the root. */
int log_feed_file(struct log_feed *feed, const char *path)
	__attribute__((warn_unused_result));
int log_feed_kmsg(struct log_feed *feed) __attribute__((warn_unused_result));
/*
 * systemd's journal. @asked: where there is none it is an error; else *@ret_there tells.
 */
int log_feed_journal(struct log_feed *feed, int64_t since, bool asked, bool *ret_there)
	__attribute__((warn_unused_result));
