/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A program of the host that reads or unpacks something for this one.
 *
 * It is looked for in fixed folders, never by the caller's PATH, and has an environment of its own,
 * so that no variable of the caller's bends what it does. This one reads its standard output; what
 * it has to complain about is kept.
 */

#include <stddef.h>
#include <sys/types.h>

#define HELPER_FOLDERS	 "/usr/bin or /bin"
#define HELPER_WORDS	 160
#define HELPER_ARGUMENTS 15 /* at most */

struct helper {
	pid_t pid;
	int out;   /* its standard output, to read to the end; -1: none */
	int words; /* where its standard error goes; -1: nowhere */
};

#define HELPER_NONE ((struct helper){ .out = -1, .words = -1 })

/*
 * Starts the program @argv[0], with @in as its standard input; @in stays the caller's. Descriptors
 * without FD_CLOEXEC are the program's, too. 0, or -errno: -ENOENT: it is in none of the folders.
 */
int helper_start(struct helper *helper, const char *const argv[], int in)
	__attribute__((warn_unused_result));

/* As read(2), but for -errno. */
ssize_t helper_read(const struct helper *helper, char *buffer, size_t size)
	__attribute__((warn_unused_result));

/*
 * Reads no more of it, and waits for its end. Its exit status, 128 and more where a signal ended it,
 * or -errno. @ret_words has the first line of what it complained about, or "".
 */
int helper_end(struct helper *helper, char ret_words[HELPER_WORDS]);
