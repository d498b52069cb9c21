/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the running kernel has logged and still remembers: /dev/kmsg (Linux 3.5), or syslog(2) where
 * there is none. Below a tree dev/kmsg may be a plain file of such records.
 *
 * Records are handed over as they are, "4,1234,5678,-;text", without the lines of properties that
 * follow some of them and begin with a blank.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;
struct root;

#define KMSG_PATH      "dev/kmsg"
#define KMSG_READ_SIZE ((size_t)16 * 1024) /* room for the largest record of any kernel */

struct kmsg {
	int fd;		      /* -1: from `text` */
	bool kernels;	      /* each read gives one record */
	bool any;	      /* something was read of it */
	bool dropping;	      /* in a line that is left out */
	bool inside;	      /* a line: the next byte does not begin one */
	uint64_t overwritten; /* how often records were lost before they were read */
	char *text;	      /* syslog(2)'s */
	size_t text_len, text_given;
	struct arena *arena;
};

/* 0, or -errno: -EPERM and -EACCES: it is kept from this user. */
int kmsg_open(struct kmsg *kmsg, const struct root *root, struct arena *arena)
	__attribute__((warn_unused_result));
/* Fills @buffer, of at least KMSG_READ_SIZE, as far as there is something; never waits. The number
 * of bytes, 0 at the end, or -errno. */
ssize_t kmsg_read(struct kmsg *kmsg, char *buffer, size_t size)
	__attribute__((warn_unused_result));
void kmsg_done(struct kmsg *kmsg);
