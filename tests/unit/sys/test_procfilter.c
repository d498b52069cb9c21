/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/procfilter.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tap.h"

#define ALL (PROCEVENT_EXEC | PROCEVENT_COMM | PROCEVENT_UID | PROCEVENT_GID)

/* The running kernel judges: a socket with the filter attached drops what does not pass. */
struct bench {
	int in, out;
};

static struct bench bench_with(unsigned kinds, const pid_t *parents, size_t len)
{
	struct procfilter filter;
	struct sock_fprog program = { .filter = filter.code };
	int ends[2] = { -1, -1 };

	is_int(procfilter_build(&filter, kinds, parents, len), 0, "%zu parents", len);
	program.len = filter.len;
	ok(filter.len <= PROCFILTER_MOST, "%d instructions", filter.len);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends) < 0)
		perror("# socketpair");
	is_int(setsockopt(ends[1], SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)),
	       0, "which the kernel takes");
	return (struct bench){ ends[0], ends[1] };
}

static void bench_done(const struct bench *bench)
{
	(void)close(bench->in);
	(void)close(bench->out);
}

static bool passes_bytes(const struct bench *bench, const void *bytes, size_t len)
{
	char got[256];

	/* A filter's drop is EPERM to the sender of a local datagram. */
	return send(bench->in, bytes, len, 0) == (ssize_t)len &&
	       recv(bench->out, got, sizeof(got), 0) == (ssize_t)len;
}

static bool passes(const struct bench *bench, const struct proc_event *event)
{
	char bytes[PROCFILTER_WHAT + sizeof(*event)] = { 0 };

	memcpy(bytes + PROCFILTER_WHAT, event, sizeof(*event));
	return passes_bytes(bench, bytes, sizeof(bytes));
}

static bool passes_fork(const struct bench *bench, pid_t parent, pid_t pid, pid_t tgid)
{
	struct proc_event event = { .what = PROC_EVENT_FORK };

	/* The parent's thread does not matter. */
	event.event_data.fork.parent_pid = parent + 1;
	event.event_data.fork.parent_tgid = parent;
	event.event_data.fork.child_pid = pid;
	event.event_data.fork.child_tgid = tgid;
	return passes(bench, &event);
}

static bool passes_of(const struct bench *bench, unsigned what, pid_t pid, pid_t tgid)
{
	struct proc_event event = { 0 };

	memcpy(&event.what, &what, sizeof(what));
	/* All kinds but forks begin with these two. */
	event.event_data.exec.process_pid = pid;
	event.event_data.exec.process_tgid = tgid;
	return passes(bench, &event);
}

static void test_offsets(void)
{
	is_int(PROCFILTER_WHAT, NLMSG_HDRLEN + sizeof(struct cn_msg), "what");
	is_int(PROCFILTER_DATA,
	       PROCFILTER_WHAT + (long long)offsetof(struct proc_event, event_data),
	       "the data");
}

static void test_kinds(void)
{
	static const struct {
		unsigned what, kind;
	} kinds[] = {
		{ PROC_EVENT_EXEC, PROCEVENT_EXEC },
		{ PROC_EVENT_COMM, PROCEVENT_COMM },
		{ PROC_EVENT_UID, PROCEVENT_UID },
		{ PROC_EVENT_GID, PROCEVENT_GID },
		{ PROC_EVENT_SID, 0 },
		{ PROC_EVENT_PTRACE, 0 },
		{ PROC_EVENT_COREDUMP, 0 },
		{ PROC_EVENT_EXIT, 0 },
		{ PROC_EVENT_FORK, 0 },
	};

	/* Every set of kinds, against every event. */
	for (unsigned set = 0; set <= ALL; set++) {
		struct bench bench = bench_with(set, NULL, 0);
		bool right = true, threads = false;

		for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
			right = right && passes_of(&bench, kinds[i].what, 70000, 70000) ==
						 ((kinds[i].kind & set) != 0);
			threads = threads ||
				  (kinds[i].what != PROC_EVENT_EXEC &&
				   passes_of(&bench, kinds[i].what, 70001, 70000));
		}
		ok(right, "set %u passes, and nothing else", set);
		ok(!threads, "and nothing of threads");
		ok(passes_of(&bench, PROC_EVENT_NONE, 0, 0), "acknowledgements do");
		bench_done(&bench);
	}
}

static void test_parents(size_t len)
{
	pid_t parents[PROCFILTER_PARENTS] = { 0 };
	struct bench bench;
	bool followed = true, others = false;

	for (size_t i = 0; i < len; i++)
		parents[i] = (pid_t)(0x10203 + 7 * i);
	bench = bench_with(ALL, parents, len);
	for (size_t i = 0; i < len; i++) {
		followed = followed && passes_fork(&bench, parents[i], 90000, 90000);
		others = others || passes_fork(&bench, parents[i] + 1, 90000, 90000);
	}
	ok(followed, "the children of all %zu are seen", len);
	ok(!others, "and nobody else's");
	ok(!passes_fork(&bench, 0x10203, 90001, 90000), "threads are no children");
	ok(passes_of(&bench, PROC_EVENT_EXEC, 5, 5), "other kinds are as before");
	ok(passes_of(&bench, PROC_EVENT_GID, 5, 5), "to the last");
	ok(!passes_of(&bench, PROC_EVENT_EXIT, 0x10203, 0x10203), "the rest is dropped");
	bench_done(&bench);
}

/* A message too short to hold what is asked for. */
static void test_short(void)
{
	static const char zeros[PROCFILTER_WHAT + 4];
	struct bench bench = bench_with(ALL, (const pid_t[]){ 1 }, 1);

	ok(passes_bytes(&bench, zeros, sizeof(zeros)), "just long enough");
	ok(!passes_bytes(&bench, zeros, sizeof(zeros) - 1), "too short");
	bench_done(&bench);
}

int main(void)
{
	struct procfilter filter;
	const pid_t many[PROCFILTER_PARENTS + 1] = { 0 };

	test_offsets();
	test_kinds();
	test_parents(1);
	test_parents(2);
	test_parents(PROCFILTER_PARENTS);
	test_short();
	is_int(procfilter_build(&filter, ALL, many, PROCFILTER_PARENTS + 1), -E2BIG,
	       "more cannot be followed");
	return done();
}
