/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/procevents.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "confined.h"
#include "sys/caps.h"
#include "tap.h"

#define CHILDREN      200
#define FORGED	      0x7ffffff0

/* The inode of the first one, the same on every host (PROC_PID_INIT_INO, Linux
 * include/linux/proc_ns.h). */
#define PID_NAMESPACE 0xEFFFFFFCU

/* Nothing must stand in the way of a root that is one, where the kernel has these events. */
static bool must_work(void)
{
	char text[1024] = "";
	int fd = open("/proc/net/connector", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	struct stat namespace;

	(void)close(fd);
	return len > 0 && strstr(text, "cn_proc") && geteuid() == 0 &&
	       caps_holds(CAP_NET_ADMIN) && stat("/proc/self/ns/pid", &namespace) == 0 &&
	       namespace.st_ino == PID_NAMESPACE;
}

/* Forks; the child ends with @status, or runs a program where that is 0. */
static pid_t child(int status)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	/* Not every machine has the first; the second takes long with a sanitizer. */
	if (status == 0)
		(void)execl("/bin/true", "true", (char *)NULL);
	if (status == 0)
		(void)execl("/proc/self/exe", "test_procevents", "end", (char *)NULL);
	_exit(status);
}

static void end(pid_t pid)
{
	(void)waitpid(pid, NULL, 0);
}

/* The number of events of @kind and @tgid that wait; all that wait are read. */
static int count(struct procevents *events, enum procevent_kind kind, pid_t tgid)
{
	struct procevent event;
	int found = 0, r;

	while ((r = procevents_next(events, &event)) > 0)
		found += event.kind == kind && event.tgid == tgid;
	return r < 0 ? r : found;
}

/* The next fork; others on this machine run programs meanwhile. */
static int next_fork(struct procevents *events, struct procevent *event)
{
	int r;

	while ((r = procevents_next(events, event)) > 0) {
		if (event->kind == PROCEVENT_FORK)
			return r;
	}
	return r;
}

static void *nothing(void *argument)
{
	(void)prctl(PR_SET_NAME, "thread");
	return argument;
}

/* Each of many short-lived children is seen to run its program, at a sensible time. */
static void test_execs(struct procevents *events)
{
	pid_t pids[CHILDREN];
	struct procevent event;
	struct timespec before, after;
	int seen = 0, wrong = 0, r;

	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	for (size_t i = 0; i < CHILDREN; i++) {
		pids[i] = child(0);
		end(pids[i]);
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	while ((r = procevents_next(events, &event)) > 0) {
		/* Others run programs meanwhile, and get numbers in between. */
		for (size_t i = 0; i < CHILDREN; i++) {
			if (event.tgid != pids[i])
				continue;
			seen++;
			wrong += event.kind != PROCEVENT_EXEC || event.parent != 0 ||
				 event.at_ns / 1000000000 < (uint64_t)before.tv_sec ||
				 event.at_ns / 1000000000 > (uint64_t)after.tv_sec;
		}
	}
	is_int(r, 0, "nothing is lost");
	is_int(seen, CHILDREN, "every exec is seen, and no fork");
	is_int(wrong, 0, "as what it is");
}

static void test_forks(struct procevents *events)
{
	const pid_t self = getpid();
	struct procevent event;
	pthread_t thread;
	pid_t pid;

	is_int(procevents_follow(events, &self, 1), 0, "this process is followed");
	pid = child(1);
	end(pid);
	is_int(next_fork(events, &event), 1, "its child");
	ok(event.kind == PROCEVENT_FORK && event.tgid == pid && event.parent == self,
	   "is told");
	(void)pthread_create(&thread, NULL, nothing, NULL);
	(void)pthread_join(thread, NULL);
	is_int(count(events, PROCEVENT_FORK, self), 0, "a thread is not");
	pid = fork();
	if (pid == 0) {
		end(child(1));
		_exit(0);
	}
	end(pid);
	is_int(next_fork(events, &event), 1, "a child");
	is_int(event.tgid, pid, "is told");
	is_int(next_fork(events, &event), 0, "a grandchild is not");
	is_int(procevents_follow(events, NULL, 0), 0, "no more");
	pid = child(1);
	end(pid);
	is_int(count(events, PROCEVENT_FORK, pid), 0, "and no child is told");
}

static void test_kinds(void)
{
	struct procevents events;
	pid_t pid;

	is_int(procevents_init(&events, PROCEVENT_COMM | PROCEVENT_UID | PROCEVENT_GID,
			       1 << 20),
	       0, "without execs");
	pid = fork();
	if (pid == 0) {
		pthread_t thread;

		(void)prctl(PR_SET_NAME, "process");
		(void)pthread_create(&thread, NULL, nothing, NULL);
		(void)pthread_join(thread, NULL);
		_exit(0);
	}
	end(pid);
	is_int(count(&events, PROCEVENT_COMM, pid), 1, "a name is told, not a thread's");
	pid = fork();
	if (pid == 0)
		_exit(setresgid(65534, 65534, 65534) < 0 ||
		      setresuid(65534, 65534, 65534) < 0);
	end(pid);
	if (geteuid() == 0)
		is_int(count(&events, PROCEVENT_UID, pid), 1, "a user");
	else
		skip("needs root to become another user");
	end(child(0));
	is_int(count(&events, PROCEVENT_EXEC, 0), 0, "and nothing else");
	procevents_done(&events);
	procevents_done(&events);
}

/* Reads all that waits: is @tgid's exec among it? *@lost counts what is told of losses. */
static bool drain(struct procevents *events, pid_t tgid, int *lost)
{
	struct procevent event;
	bool seen = false;
	int r;

	while ((r = procevents_next(events, &event)) > 0 || r == -ENOBUFS) {
		*lost += r == -ENOBUFS;
		seen = seen || (r > 0 && event.tgid == tgid);
	}
	return seen;
}

/* A buffer for a few events: the loss is told, and then all goes on. */
static void test_loss(void)
{
	struct procevents events;
	int lost = 0, ignored = 0;
	bool seen = false;

	is_int(procevents_init(&events, PROCEVENT_EXEC, 4096), 0, "a small buffer");
	ok(events.buffer > 0 && events.buffer < 16384, "of %zu bytes", events.buffer);
	for (size_t i = 0; i < 60; i++)
		end(child(0));
	(void)drain(&events, 0, &lost);
	ok(lost > 0 && lost < 10, "that some were lost is told, not how many");
	/* Others' events may fill it again. */
	for (size_t i = 0; i < 20 && !seen; i++) {
		pid_t pid = child(0);

		end(pid);
		seen = drain(&events, pid, &ignored);
	}
	ok(seen, "and later ones are seen");
	procevents_done(&events);
}

/* Another socket says that something has happened; who may send at all is root. */
static void test_forged(struct procevents *events)
{
	const struct proc_event event = {
		.what = PROC_EVENT_EXEC,
		.event_data.exec = { .process_pid = FORGED, .process_tgid = FORGED },
	};
	struct nlmsghdr netlink = { .nlmsg_type = NLMSG_DONE };
	struct cn_msg header = { .id = { CN_IDX_PROC, CN_VAL_PROC },
				 .len = sizeof(event) };
	char bytes[sizeof(netlink) + sizeof(header) + sizeof(event)];
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(to);
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);

	netlink.nlmsg_len = sizeof(bytes);
	memcpy(bytes, &netlink, sizeof(netlink));
	memcpy(bytes + sizeof(netlink), &header, sizeof(header));
	memcpy(bytes + sizeof(netlink) + sizeof(header), &event, sizeof(event));
	(void)getsockname(events->fd, (struct sockaddr *)&to, &len);
	to.nl_groups = 0;
	if (sendto(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		skip("nobody else may send here");
	else
		is_int(count(events, PROCEVENT_EXEC, FORGED), 0,
		       "only the kernel is believed");
	(void)close(fd);
}

/* What a daemon does later: it reads, follows others, and may have to subscribe anew. */
static int goes_on(void *argument)
{
	struct procevents *events = argument, again;
	const pid_t self = getpid();
	struct procevent event;

	if (procevents_follow(events, &self, 1) < 0)
		return 1;
	while (procevents_next(events, &event) > 0)
		;
	if (procevents_next(events, &event) < 0)
		return 2;
	if (procevents_init(&again, PROCEVENT_EXEC, 4096) < 0)
		return 3;
	procevents_done(&again);
	return 0;
}

static int init_in(int namespace)
{
	struct procevents events;
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (unshare(namespace) < 0)
			_exit(255);
		/* Only children are in a new pid namespace. */
		pid = namespace == CLONE_NEWPID ? fork() : 0;
		if (pid == 0)
			_exit(-procevents_init(&events, PROCEVENT_EXEC, 4096));
		(void)waitpid(pid, &status, 0);
		_exit(WEXITSTATUS(status));
	}
	(void)waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void test_namespaces(void)
{
	int refused = init_in(CLONE_NEWNET), deaf = init_in(CLONE_NEWPID);

	if (refused == 255 || deaf == 255) {
		skip("no namespaces here");
		return;
	}
	is_int(refused, ECONNREFUSED, "another network has no connector");
	ok(deaf == ETIMEDOUT || deaf == EPERM, "another pid namespace hears nothing");
}

int main(int argc, char **argv)
{
	struct procevents events;
	struct procevent event;
	const pid_t many[PROCFILTER_PARENTS + 1] = { 0 };
	int r;

	if (argc > 1)
		return strcmp(argv[1], "end") != 0;
	r = procevents_init(&events, PROCEVENT_EXEC, 4 << 20);
	if (r < 0) {
		is_int(events.fd, -1, "nothing is left open");
		ok(!must_work(), "what keeps it from here: %s", strerror(-r));
		skip("no process events here: %s", strerror(-r));
		return done();
	}
	ok(events.buffer >= (must_work() ? 8 << 20 : 4096), "a buffer of %zu bytes",
	   events.buffer);
	while (procevents_next(&events, &event) > 0)
		;
	is_int(procevents_next(&events, &event), 0, "no event, and no waiting");
	test_execs(&events);
	is_int(procevents_follow(&events, many, PROCFILTER_PARENTS + 1), -E2BIG,
	       "more than can be followed");
	test_forks(&events);
	test_forged(&events);
	works_confined(goes_on, &events);
	procevents_done(&events);
	test_kinds();
	test_loss();
	test_namespaces();
	return done();
}
