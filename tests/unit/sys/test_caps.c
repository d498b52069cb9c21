/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/caps.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

/* What a child says of itself, as bits of its exit status. */
enum answer {
	READ = 1,
	IS_ROOT = 2,
	KEPT = 4,
	HAS_RAWIO = 8,
	HAS_ADMIN = 16,
	ROOT_AFTER = 32,
};

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	(void)close(fd);
	return good;
}

/* Root of a user namespace with this map. The status that caps_read() leads to; -1: there are
 * no namespaces to be had here. */
static int in_namespace(const char *map)
{
	struct caps caps = { 0 };
	int status = 0, ends[2];
	char ready, path[64];
	pid_t pid;

	(void)fflush(stdout);
	if (pipe(ends) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		/* The namespace's root is who made it, once the parent has mapped it. */
		if (unshare(CLONE_NEWUSER) < 0 || write(ends[1], "x", 1) != 1 ||
		    raise(SIGSTOP) != 0 || setuid(0) < 0 || caps_read(&caps) < 0)
			_exit(255);
		_exit((int)caps.have);
	}
	(void)close(ends[1]);
	(void)snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)pid);
	if (read(ends[0], &ready, 1) == 1) {
		(void)waitpid(pid, &status, WUNTRACED);
		status = put(path, map) ? 0 : 1;
		(void)kill(pid, status == 0 ? SIGCONT : SIGKILL);
	}
	(void)close(ends[0]);
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) != 255 ? WEXITSTATUS(status) : -1;
}

static void test_namespaces(void)
{
	int same = in_namespace("0 0 1\n");

	if (same < 0) {
		skip("no user namespaces here");
		return;
	}
	is_int(same, NEED_ROOT,
	       "a namespace whose root is the host's: root, but no capability");
	is_int(in_namespace("0 0 4294967295\n"), NEED_ROOT,
	       "nor where it is mapped like the first one");
	is_int(in_namespace("0 65534 1\n"), NEED_NOTHING,
	       "another's root is nobody here");
}

static int in_child(int uid, unsigned needs)
{
	struct caps caps = { 0 };
	int status = 0, answer = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid != 0) {
		(void)waitpid(pid, &status, 0);
		return WEXITSTATUS(status);
	}
	if (uid &&
	    (setgroups(0, NULL) < 0 || setgid((gid_t)uid) < 0 || setuid((uid_t)uid) < 0))
		_exit(255);
	answer |= caps_read(&caps) == 0 ? READ : 0;
	answer |= caps.have & NEED_ROOT ? IS_ROOT : 0;
	answer |= caps_keep(needs) == 0 ? KEPT : 0;
	if (caps_read(&caps) < 0)
		_exit(254);
	answer |= caps.have & NEED_SYS_RAWIO ? HAS_RAWIO : 0;
	answer |= caps.have & NEED_SYS_ADMIN ? HAS_ADMIN : 0;
	answer |= caps.have & NEED_ROOT ? ROOT_AFTER : 0;
	_exit(answer);
}

static void test_holds(void)
{
	int status = 0;
	pid_t pid;

	ok(caps_holds(CAP_SYS_ADMIN), "one capability is asked for");
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(caps_keep(NEED_SYS_RAWIO) == 0 && caps_holds(CAP_SYS_RAWIO) &&
				      !caps_holds(CAP_SYS_ADMIN)
			      ? 0
			      : 1);
	(void)waitpid(pid, &status, 0);
	is_int(status, 0, "and told from others that are held");
}

static bool initial_root_with_caps(void)
{
	struct caps caps;

	return caps_read(&caps) == 0 && (caps.have & NEED_ROOT) &&
	       (caps.have & NEED_SYS_RAWIO) && (caps.have & NEED_SYS_ADMIN);
}

int main(void)
{
	struct caps caps;

	is_int(caps_read(&caps), 0, "read");
	ok(!(caps.have & NEED_ROOT) || geteuid() == 0, "root only with uid 0");
	if (!initial_root_with_caps()) {
		if (geteuid() != 0)
			is_int(in_child(0, NEED_NOTHING), READ | KEPT,
			       "who has nothing gives up nothing");
		skip("needs root with all capabilities");
		return done();
	}
	is_int(in_child(0, NEED_ROOT), READ | IS_ROOT | KEPT | ROOT_AFTER,
	       "root that needs no capability keeps none, and stays root");
	is_int(in_child(0, NEED_ROOT | NEED_SYS_RAWIO),
	       READ | IS_ROOT | KEPT | HAS_RAWIO | ROOT_AFTER,
	       "or just the one that it needs");
	test_holds();
	test_namespaces();
	is_int(in_child(65534, NEED_NOTHING), READ | KEPT,
	       "nobody has nothing to give up");
	return done();
}
