/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/procevents.h"

#include <errno.h>
#include <limits.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"

#define TRIES	  8
#define WAIT_MS	  200

/* A proc_event up to its data, whose size is not the same in all kernels. */
#define EVENT_MIN offsetof(struct proc_event, event_data)

/* A copy, as struct proc_event wants more alignment than it has in what is received. */
struct message {
	uint32_t ack;
	struct proc_event event;
};

static int attach(const struct procevents *events, const pid_t *parents, size_t len)
{
	struct procfilter filter;
	struct sock_fprog program = { .filter = filter.code };
	int r = procfilter_build(&filter, events->kinds, parents, len);

	if (r < 0)
		return r;
	program.len = filter.len;
	/* The kernel exchanges the old one for it between two messages. */
	if (setsockopt(events->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		return -errno;
	return 0;
}

/* The kernel grants twice of what is asked, for its own needs. */
static int set_buffer(struct procevents *events, size_t size)
{
	int bytes = size > INT_MAX / 2 ? INT_MAX / 2 : (int)size;
	socklen_t len = sizeof(bytes);

	if (setsockopt(events->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) <
		    0 &&
	    setsockopt(events->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) < 0)
		return -errno;
	if (getsockopt(events->fd, SOL_SOCKET, SO_RCVBUF, &bytes, &len) < 0)
		return -errno;
	events->buffer = (size_t)bytes;
	return 0;
}

/* Returns the address that the kernel gave us: no other connector in this namespace has it. */
static int join(const struct procevents *events, uint32_t *ret_port)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
				       .nl_groups = CN_IDX_PROC };
	socklen_t len = sizeof(address);

	if (bind(events->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	if (getsockname(events->fd, (struct sockaddr *)&address, &len) < 0)
		return -errno;
	*ret_port = address.nl_pid;
	return 0;
}

static int listen_once(const struct procevents *events, uint32_t sequence, uint32_t port)
{
	const enum proc_cn_mcast_op op = PROC_CN_MCAST_LISTEN;
	const struct cn_msg header = {
		.id = { .idx = CN_IDX_PROC, .val = CN_VAL_PROC },
		.seq = sequence,
		.ack = port,
		.len = sizeof(op),
	};
	struct {
		struct nlmsghdr netlink;
		char bytes[sizeof(header) + sizeof(op)];
	} message = {
		.netlink = { .nlmsg_len = sizeof(message),
			     .nlmsg_type = NLMSG_DONE,
			     .nlmsg_pid = port },
	};

	memcpy(message.bytes, &header, sizeof(header));
	memcpy(message.bytes + sizeof(header), &op, sizeof(op));
	return send(events->fd, &message, sizeof(message), MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Others may send to a netlink socket as well; only the kernel's address is 0. */
static bool is_connectors(const struct sockaddr_nl *from, const char *bytes, size_t len)
{
	struct nlmsghdr netlink;
	struct cn_msg header;

	if (from->nl_pid != 0 || len < PROCFILTER_WHAT + EVENT_MIN)
		return false;
	memcpy(&netlink, bytes, sizeof(netlink));
	memcpy(&header, bytes + NLMSG_HDRLEN, sizeof(header));
	return netlink.nlmsg_type == NLMSG_DONE && header.id.idx == CN_IDX_PROC &&
	       header.id.val == CN_VAL_PROC;
}

static void copy(struct message *message, const char *bytes, size_t len)
{
	size_t rest = len - PROCFILTER_WHAT;

	memset(message, 0, sizeof(*message));
	memcpy(&message->ack, bytes + NLMSG_HDRLEN + offsetof(struct cn_msg, ack),
	       sizeof(message->ack));
	memcpy(&message->event, bytes + PROCFILTER_WHAT,
	       rest < sizeof(message->event) ? rest : sizeof(message->event));
}

/* 1: a message of the connector's; 0: none waits. */
static int receive(const struct procevents *events, struct message *ret)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_len = sizeof(from);
		char bytes[256];
		ssize_t len = recvfrom(events->fd, bytes, sizeof(bytes), 0,
				       (struct sockaddr *)&from, &from_len);

		if (len < 0 && errno != EINTR)
			return errno == EAGAIN ? 0 : -errno;
		if (len >= 0 && is_connectors(&from, bytes, (size_t)len)) {
			copy(ret, bytes, (size_t)len);
			return 1;
		}
	}
}

/* Acknowledgements of others come by, too: all listeners hear all of them. */
static bool is_ours(const struct message *message, uint32_t port)
{
	return message->event.what == PROC_EVENT_NONE && message->ack == port + 1;
}

/* Other events are not missed: who subscribes has not looked at /proc yet. */
static int await_ack(const struct procevents *events, uint32_t port)
{
	int64_t until = clock_tick_ms() + WAIT_MS;

	for (int64_t left = WAIT_MS; left > 0; left = until - clock_tick_ms()) {
		struct pollfd ready = { .fd = events->fd, .events = POLLIN };
		struct message message = { 0 };
		int r;

		if (poll(&ready, 1, (int)left) < 0 && errno != EINTR)
			return -errno;
		r = receive(events, &message);
		if (r < 0 && r != -ENOBUFS)
			return r;
		if (r > 0 && is_ours(&message, port))
			return -(int)message.event.event_data.ack.err;
	}
	return -ETIMEDOUT;
}

static int subscribe(const struct procevents *events, uint32_t port)
{
	int r = -ETIMEDOUT;

	for (uint32_t i = 0; i < TRIES && r == -ETIMEDOUT; i++) {
		r = listen_once(events, i, port);
		if (r == 0)
			r = await_ack(events, port);
	}
	return r;
}

static int prepare(struct procevents *events, size_t buffer, uint32_t *ret_port)
{
	int r;

	events->fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			    NETLINK_CONNECTOR);
	if (events->fd < 0)
		return -errno;
	/* Where others listen events come from bind() on: the filter goes first. */
	r = attach(events, NULL, 0);
	if (r == 0)
		r = set_buffer(events, buffer);
	return r < 0 ? r : join(events, ret_port);
}

int procevents_init(struct procevents *events, unsigned kinds, size_t buffer)
{
	uint32_t port = 0;
	int r;

	*events = (struct procevents){ .fd = -1, .kinds = kinds };
	r = prepare(events, buffer, &port);
	if (r == 0)
		r = subscribe(events, port);
	if (r < 0)
		procevents_done(events);
	return r;
}

void procevents_done(struct procevents *events)
{
	if (events->fd >= 0)
		(void)close(events->fd);
	events->fd = -1;
}

int procevents_follow(struct procevents *events, const pid_t *parents, size_t len)
{
	return attach(events, parents, len);
}

/* False: an acknowledgement, or something that nobody asked for. */
static bool understand(const struct proc_event *event, struct procevent *ret)
{
	*ret = (struct procevent){ .at_ns = event->timestamp_ns };
	/* Forks have a layout of their own; all others begin with pid and tgid. */
	ret->tgid = event->event_data.exec.process_tgid;
	if (event->what == PROC_EVENT_EXEC) {
		ret->kind = PROCEVENT_EXEC;
	} else if (event->what == PROC_EVENT_COMM) {
		ret->kind = PROCEVENT_COMM;
	} else if (event->what == PROC_EVENT_UID) {
		ret->kind = PROCEVENT_UID;
	} else if (event->what == PROC_EVENT_GID) {
		ret->kind = PROCEVENT_GID;
	} else if (event->what == PROC_EVENT_FORK) {
		ret->kind = PROCEVENT_FORK;
		ret->tgid = event->event_data.fork.child_tgid;
		ret->parent = event->event_data.fork.parent_tgid;
	} else {
		return false;
	}
	return true;
}

int procevents_next(struct procevents *events, struct procevent *ret)
{
	struct message message = { 0 };
	int r;

	while ((r = receive(events, &message)) > 0) {
		if (understand(&message.event, ret))
			return 1;
	}
	return r;
}
