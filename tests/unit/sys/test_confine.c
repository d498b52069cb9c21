/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/privilege.h"
#include "sys/caps.h"
#include "tap.h"

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Behind socketcall(2). */
#ifdef __i386__
#define SOCKETS_HIDDEN 1
#else
#define SOCKETS_HIDDEN 0
#endif

/* What a child answers with @run: below 256; 1000 and more: the signal that ended it. */
static int in_child(int (*run)(void))
{
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(run());
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* The number that stands in a file, behind @label where there is one; -1: it is not there. */
static long number_in(const char *path, const char *label)
{
	char text[8192];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *at = text;

	(void)close(fd);
	if (len < 0)
		return -1;
	text[len] = '\0';
	if (label)
		at = strstr(text, label);
	return at ? strtol(at + (label ? strlen(label) : 0), NULL, 10) : -1;
}

static int locks(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	char *more;
	long before;

	(void)setrlimit(RLIMIT_MEMLOCK, &all);
	if (confine_memory() < 0)
		return 255;
	before = number_in("/proc/self/status", "VmLck:");
	more = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0);
	return before > 0 && more != MAP_FAILED &&
	       number_in("/proc/self/status", "VmLck:") == before + 1024;
}

static int lock_with(rlim_t most)
{
	const struct rlimit limit = { most, most };

	if (setrlimit(RLIMIT_MEMLOCK, &limit) < 0 || caps_keep(NEED_NOTHING) < 0)
		return 255;
	return -confine_memory();
}

static int locks_without_limit(void)
{
	return lock_with(0);
}

static int locks_too_much(void)
{
	return lock_with(65536);
}

static void test_memory(void)
{
	int r;

	if (SANITIZED) {
		skip("a sanitizer locks no memory");
		return;
	}
	is_int(in_child(locks_without_limit), EPERM, "neither privilege nor limit");
	is_int(in_child(locks_too_much), ENOMEM, "a limit that is too low");
	r = in_child(locks);
	if (r == 255)
		skip("memory cannot be locked here");
	else
		is_int(r, 1, "all is locked, and what is mapped later");
}

static int raises(void)
{
	return confine_score(750) == 0 &&
	       number_in("/proc/self/oom_score_adj", NULL) == 750;
}

static int lowers(void)
{
	long before = number_in("/proc/self/oom_score_adj", NULL);

	return confine_score((int)before - 1) == -EACCES &&
	       number_in("/proc/self/oom_score_adj", NULL) == before;
}

static int lowers_unprivileged(void)
{
	return caps_keep(NEED_NOTHING) < 0 ? 255 : lowers();
}

static int leaves_range(void)
{
	return confine_score(1001) == -EINVAL;
}

static void test_score(void)
{
	is_int(in_child(raises), 1, "the score is raised");
	is_int(in_child(leaves_range), 1, "up to 1000");
	if (number_in("/proc/self/oom_score_adj", NULL) == -1000)
		skip("it is the lowest already");
	else
		is_int(in_child(lowers_unprivileged), 1, "not lowered without privilege");
}

static int is_realtime(void)
{
	struct sched_param param = { 0 };
	int status = 0;
	pid_t pid;

	if (confine_realtime() < 0)
		return 255;
	(void)sched_getparam(0, &param);
	if (sched_getscheduler(0) != (SCHED_FIFO | SCHED_RESET_ON_FORK) ||
	    param.sched_priority != 1)
		return 1;
	pid = fork();
	if (pid == 0)
		_exit(sched_getscheduler(0) == SCHED_OTHER ? 0 : 2);
	(void)waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int is_not_realtime(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_RTPRIO, &none) < 0 || caps_keep(NEED_NOTHING) < 0)
		return 255;
	return -confine_realtime();
}

static void test_realtime(void)
{
	int r = in_child(is_realtime);

	if (r == 255)
		skip("no real time here");
	else
		is_int(r, 0, "real time, for this process alone");
	is_int(in_child(is_not_realtime), EPERM, "not without the privilege");
}

static int gains_nothing(void)
{
	return confine_privileges() == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static bool fails(long r)
{
	return r < 0 && errno == ENOSYS;
}

/* The number of the check that fails; 0: none. */
static int refuses(void)
{
	pid_t parent = getppid();

	if (confine_syscalls() < 0)
		return 255;
	/* A plain child is allowed, one in a namespace of its own is not. */
	if (!fails(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL)))
		return 1;
	if (!fails(execl("/bin/true", "true", (char *)NULL)))
		return 2;
	if (!fails(ptrace(PTRACE_TRACEME, 0, NULL, NULL)))
		return 3;
	if (!fails(mount("none", "/mnt", "tmpfs", 0, NULL)))
		return 4;
	if (!fails(unshare(CLONE_NEWNS)))
		return 5;
	if (!fails(kill(parent, 0)) || !fails(syscall(SYS_tgkill, parent, parent, 0)))
		return 6;
	if (!fails(syscall(SYS_init_module, NULL, 0, "")))
		return 7;
	if (!fails(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)))
		return 8;
	if (!fails(chmod("/nonexistent/file", 0777)))
		return 9;
	if (!fails(syscall(SYS_prlimit64, parent, RLIMIT_CORE, NULL, NULL)))
		return 10;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 11;
}

static int refuses_sockets(void)
{
	int pair[2];

	if (confine_syscalls() < 0)
		return 255;
	if (!fails(socketpair(AF_UNIX, SOCK_STREAM, 0, pair)))
		return 1;
	if (!fails(connect(0, NULL, 0)))
		return 2;
	if (!fails(socket(AF_INET, SOCK_DGRAM, 0)) ||
	    !fails(socket(AF_PACKET, SOCK_DGRAM, 0)))
		return 3;
	return 0;
}

/* 0: all of it works. What the other modules of the room do, their tests do confined. */
static int works(void)
{
	struct timespec now;
	int fd;

	if (confine_syscalls() < 0)
		return 255;
	if (number_in("/proc/self/status", "Pid:") != getpid())
		return 1;
	if (clock_gettime(CLOCK_BOOTTIME, &now) < 0 || time(NULL) < 1000)
		return 2;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || close(fd) < 0)
		return 3;
	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0 || close(fd) < 0)
		return 4;
	if (mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	    MAP_FAILED)
		return 5;
	if (caps_effective(NEED_DAC_OVERRIDE, false) == -EIO)
		return 6;
	return prctl(PR_SET_NAME, "confined", 0, 0, 0) == 0 ? 0 : 7;
}

/* A program that is wrong must end as such, and not go on. */
static int aborts(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	if (confine_syscalls() < 0)
		return 255;
	abort();
}

static void test_syscalls(void)
{
	int r = in_child(works);

	if (r == 255) {
		skip("no system call filters here");
		return;
	}
	is_int(r, 0, "what a daemon does works when confined");
	is_int(in_child(refuses), 0, "other things do not");
	if (SOCKETS_HIDDEN)
		skip("the C library hides the family of a socket");
	else
		is_int(in_child(refuses_sockets), 0, "nor do other sockets");
	r = in_child(aborts);
	ok(r == 1000 + SIGABRT || SANITIZED, "abort() is one by its signal");
}

int main(void)
{
	test_memory();
	test_score();
	test_realtime();
	is_int(in_child(gains_nothing), 1, "no program gains privileges");
	test_syscalls();
	return done();
}
