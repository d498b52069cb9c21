/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What a daemon does to itself once it has started: it makes sure that it goes
 * on when the machine is out of memory, and gives up what it will not use.
 *
 * Each of these stands alone, and may fail where the host does not grant it: the
 * caller decides whether to go on without. None can be taken back but the score.
 * Capabilities are in sys/caps.
 */

/*
 * Keeps in memory what is there, and what comes later from its first use on; the stack that is
 * commonly used is used now. 0, -EPERM (no CAP_IPC_LOCK, and RLIMIT_MEMLOCK is 0) or -ENOMEM (more
 * than RLIMIT_MEMLOCK). Before Linux 4.4 all that is mapped is read in.
 */
int confine_memory(void) __attribute__((warn_unused_result));

/*
 * This process's own oom_score_adj, -1000 to 1000. 0, -EACCES (less than it was takes
 * CAP_SYS_RESOURCE), -EINVAL, or -ENOENT (before 2.6.36).
 */
int confine_score(int score) __attribute__((warn_unused_result));

/*
 * Runs before everything that is not of real time (SCHED_FIFO, priority 1); children do not. 0 or
 * -EPERM (no CAP_SYS_NICE, or a cgroup without real time).
 */
int confine_realtime(void) __attribute__((warn_unused_result));

/* No program that is run from here gains privileges. 0 or -ENOSYS (before 3.5). */
int confine_privileges(void) __attribute__((warn_unused_result));

/*
 * From now on the kernel refuses all system calls but those that a daemon of this kind uses: files,
 * events, datagrams, memory and time. Refused are new processes, other programs, signals to others,
 * connections, mounts, modules, tracing, namespaces, and all sockets but of AF_UNIX and AF_NETLINK.
 * (On i386 the C library hides the family of a socket from filters, and all pass.) Implies
 * confine_privileges().
 *
 * What is refused fails with ENOSYS and is logged by audit(8), where that runs. The C library asks
 * for newer calls than the kernel may have, and goes back to older ones on ENOSYS; on EPERM it
 * gives up. To be killed instead would make a new version of the library a daemon that is gone.
 *
 * 0, -ENOSYS (built without libseccomp, or a kernel without filters, before 3.5), or another -errno.
 */
int confine_syscalls(void) __attribute__((warn_unused_result));
