/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What happens to processes, as the kernel tells it: the process connector
 * (NETLINK_CONNECTOR, CN_IDX_PROC), from Linux 2.6.15 on with PROC_EVENTS.
 *
 * Nothing but the kernel's acknowledgement says that events will come: a process
 * in another pid or user namespace may subscribe, and hears nothing. Before 6.6
 * the kernel counts its listeners, and anybody's IGNORE that no LISTEN went
 * before makes that count negative, and all listeners deaf: so LISTEN is sent
 * until it is acknowledged, which heals the count, and IGNORE never. Closing is
 * enough. (Linux drivers/connector/cn_proc.c)
 *
 * What was there before procevents_init() returns is not told: subscribe first,
 * then look at /proc. Events may be lost without a word where the kernel has no
 * memory for them, so look again from time to time.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/procfilter.h"

struct procevents {
	int fd;		/* to poll for reading; never blocks */
	unsigned kinds; /* enum procevent_kind bits, without PROCEVENT_FORK */
	size_t buffer; /* what the kernel made of the size asked for, in bytes; an event takes
			   some 800 of them */
};

struct procevent {
	enum procevent_kind kind;
	pid_t tgid;	/* of PROCEVENT_FORK, the child */
	pid_t parent;	/* of PROCEVENT_FORK; else 0 */
	uint64_t at_ns; /* when, by CLOCK_MONOTONIC */
};

/*
 * Subscribes to @kinds, with a receive buffer of @buffer bytes, or of what an ordinary user is
 * granted. 0, or -errno: -ETIMEDOUT (nothing was acknowledged in 8 x 200 ms: another namespace, or
 * a kernel without PROC_EVENTS), -EPERM (before 6.6, without CAP_NET_ADMIN), -ECONNREFUSED (another
 * network namespace), -EPROTONOSUPPORT (a kernel without connectors). procevents_done() may follow
 * in any case.
 */
int procevents_init(struct procevents *events, unsigned kinds, size_t buffer)
	__attribute__((warn_unused_result));
void procevents_done(struct procevents *events);

/*
 * From now on the forks of @parents are told, and of nobody else. What was told so far is kept. 0,
 * -E2BIG with more than PROCFILTER_PARENTS (those before are followed on), or another -errno.
 */
int procevents_follow(struct procevents *events, const pid_t *parents, size_t len)
	__attribute__((warn_unused_result));

/*
 * 1 with the next event in *@ret; 0: none is waiting; -ENOBUFS: some were lost, and more will be
 * until everything that still waits is read: go on until 0, and look at /proc then. Other -errno:
 * the socket is of no more use.
 */
int procevents_next(struct procevents *events, struct procevent *ret)
	__attribute__((warn_unused_result));
