/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Tells the service manager how a daemon is doing: sd_notify(3) by hand, which is
 * a datagram to the socket that NOTIFY_SOCKET names. Where nobody set one, nobody
 * is told, and that is no error.
 *
 * The socket is made at the start and kept, so that telling takes one system call
 * that a confined process may make.
 */

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

enum notify_state {
	NOTIFY_STATUS,	  /* no news but the text */
	NOTIFY_WATCHDOG,  /* alive */
	NOTIFY_READY,	  /* started, or done with reloading */
	NOTIFY_RELOADING, /* NOTIFY_READY follows */
	NOTIFY_STOPPING,
};

struct notify {
	int fd; /* -1: nobody listens */
	struct sockaddr_un to;
	socklen_t to_len;
	uint64_t watchdog_us; /* NOTIFY_WATCHDOG is awaited at least as often (be twice as
				 quick); 0: not at all */
};

/* Reads the environment. 0, -EAFNOSUPPORT (a socket of a kind that is not known here),
 * -ENAMETOOLONG or another -errno; then nobody is told. */
int notify_init(struct notify *notify) __attribute__((warn_unused_result));
void notify_done(struct notify *notify);

/*
 * @status (or NULL) is one line for people, cut where it is too long. The states after
 * NOTIFY_WATCHDOG wait up to a second for a manager that is behind; the others do not: -EAGAIN. 0 or
 * -errno.
 */
int notify_tell(const struct notify *notify, enum notify_state state, const char *status);
