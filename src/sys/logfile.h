/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A log as a stream of bytes: a file, or a pipe, packed or not. What packed it is told by its first
 * bytes, not by its name, and the usual program of the host unpacks it.
 *
 * It is read once, front to back, and nothing of it is kept.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/helper.h"

#define LOGFILE_MAGIC	  8
#define LOGFILE_ARGUMENTS 6

/* systemd's journal counts as one. */
struct packer {
	const char *program;  /* which unpacks: "xz" */
	const char *packages; /* that have it: "xz-utils or xz" */
	const char *
		arguments[LOGFILE_ARGUMENTS]; /* with which it reads its standard input */
	unsigned char magic[LOGFILE_MAGIC];
	size_t magic_len;
	int warning; /* the exit status of one that unpacked all there was, and found more; 0: none */
	bool jumps; /* it does not read front to back, and so no pipe */
};

/* Who packed what begins with these bytes; NULL: nobody that is known. */
const struct packer *packer_of(const unsigned char *bytes, size_t len);

struct logfile {
	int fd;
	const struct packer *packer; /* NULL: it is not packed */
	struct helper helper;
	pid_t pump; /* feeds the helper with what cannot be read twice; 0: none */
	unsigned char
		head[LOGFILE_MAGIC]; /* what was read of a pipe, to tell what it is */
	size_t head_len, head_given;
};

#define LOGFILE_NONE ((struct logfile){ .fd = -1, .helper = HELPER_NONE, .pump = 0 })

/*
 * Takes @fd, which is the log's from now on, also on failure. 0, or -errno: -EISDIR; -ENOENT: the
 * program that would unpack it is not there (logfile.packer says which); -ESPIPE: it reads no pipe;
 * -ENOTSUP: it is /dev/kmsg, which is for kmsg_open().
 */
int logfile_open(struct logfile *log, int fd) __attribute__((warn_unused_result));
/* The same with the file that the caller names, which is below no root; "-": standard input. */
int logfile_open_named(struct logfile *log, const char *path)
	__attribute__((warn_unused_result));
/* As read(2), but for -errno. */
ssize_t logfile_read(struct logfile *log, char *buffer, size_t size)
	__attribute__((warn_unused_result));
/* How far it is read, and how much there is, in bytes of the file as it lies there; false: nobody
 * knows. */
bool logfile_progress(const struct logfile *log, uint64_t *ret_done, uint64_t *ret_size);

/* When it was last written to, in seconds since the epoch; of what is no file: now. */
int64_t logfile_written(const struct logfile *log);

/* How unpacking ended. */
enum logfile_end {
	LOGFILE_WHOLE,
	LOGFILE_TRAILED, /* something that is not packed stands behind it */
	LOGFILE_DAMAGED,
};

/* Closes it. @ret_words: what the helper has to say, or "". May be called after any failure. */
enum logfile_end logfile_close(struct logfile *log, char ret_words[HELPER_WORDS]);
