/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The program that a process connector's socket is filtered with, inside the
 * kernel: classic BPF (SO_ATTACH_FILTER), which old and new kernels know.
 * Building it is pure.
 *
 * Facts: a listener that takes every event costs the host a fifth of its fork
 * rate, a filtered one nothing that can be measured. A message is a nlmsghdr
 * (16 bytes), a cn_msg (20) and a proc_event, which has `what` first, a
 * timestamp of 8 bytes at 8 and the pids from 16 on (Linux
 * include/uapi/linux/cn_proc.h). BPF loads words as big-endian; these are in the
 * host's order. A load beyond the end of a message drops it.
 */

#include <linux/filter.h>
#include <stddef.h>
#include <sys/types.h>

/* Where things are in a message. */
#define PROCFILTER_WHAT	   36
#define PROCFILTER_DATA	   52

#define PROCFILTER_PARENTS 64  /* that many may be followed */
#define PROCFILTER_MOST	   256 /* instructions, the largest program included */

enum procevent_kind {
	PROCEVENT_EXEC = 1 << 0, /* a process runs another program */
	PROCEVENT_COMM = 1 << 1, /* it has given itself another name */
	PROCEVENT_UID = 1 << 2,	 /* its user has changed */
	PROCEVENT_GID = 1 << 3,
	PROCEVENT_FORK = 1 << 4, /* a followed process has got a child */
};

struct procfilter {
	struct sock_filter code[PROCFILTER_MOST];
	unsigned short len;
};

/*
 * Acknowledgements pass, and the @kinds: those of whole processes, not of single threads. Forks
 * pass, whatever @kinds says of them, where their parent is one of @parents and the child is no
 * thread. 0, or -E2BIG with more than PROCFILTER_PARENTS.
 */
int procfilter_build(struct procfilter *filter, unsigned kinds, const pid_t *parents,
		     size_t len) __attribute__((warn_unused_result));
