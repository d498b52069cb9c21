/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/confine.h"

#include <errno.h>

#ifndef LOWMEMCTL_SECCOMP

int confine_syscalls(void)
{
	return -ENOSYS;
}

#else

#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47 /* Linux 4.3 */
#endif

#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000 /* Linux 4.6 */
#endif

#ifndef PR_SET_VMA
#define PR_SET_VMA                                                                       \
	0x53564d41 /* Linux 5.17: names for memory, which newer C libraries give */
#endif

/* CLONE_NEW*, all of them. */
#define NAMESPACES                                                                       \
	((unsigned)CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |         \
	 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/*
 * By name, as numbers differ and not every architecture, or header, has all. 32-bit ones have
 * calls of their own for large files, large ids and times after 2038.
 */
static const char *const allowed[] = {
	/* Files: /proc, profiles, our own. No chmod(2) and the like by path. */
	"open", "openat", "openat2", "close", "close_range", "read", "readv", "pread64",
	"preadv", "write", "writev", "pwrite64", "pwritev", "lseek", "_llseek", "stat",
	"stat64", "lstat", "lstat64", "fstat", "fstat64", "newfstatat", "fstatat64",
	"statx", "statfs", "statfs64", "fstatfs", "fstatfs64", "access", "faccessat",
	"faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "fcntl",
	"fcntl64", "dup", "dup2", "dup3", "flock", "fsync", "fdatasync", "ftruncate",
	"ftruncate64", "fadvise64", "fadvise64_64", "rename", "renameat", "renameat2",
	"unlink", "unlinkat", "mkdir", "mkdirat", "fchmod", "fchown", "fchown32",
	"fgetxattr", "flistxattr", "fsetxattr", "umask", "getcwd", "pipe2",
	/* Events. */
	"poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6",
	"pselect6_time64", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait",
	"epoll_pwait", "epoll_pwait2", "eventfd2", "timerfd_create", "timerfd_settime",
	"timerfd_settime64", "timerfd_gettime", "timerfd_gettime64", "signalfd",
	"signalfd4", "inotify_init", "inotify_init1", "inotify_add_watch",
	"inotify_rm_watch",
	/* Datagrams. There is no connect(2): it opens the way to other daemons' services. */
	"bind", "getsockname", "getsockopt", "setsockopt", "recv", "recvfrom", "recvmsg",
	"recvmmsg", "recvmmsg_time64", "send", "sendto", "sendmsg", "sendmmsg",
	/* Time. */
	"clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64",
	"clock_nanosleep", "clock_nanosleep_time64", "nanosleep", "gettimeofday", "time",
	"times",
	/* Memory. */
	"brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "mlock",
	"mlock2", "munlock", "mlockall", "munlockall", "futex", "futex_time64",
	/* Signals to this process. */
	"rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigtimedwait",
	"rt_sigtimedwait_time64", "rt_sigreturn", "sigreturn", "sigaltstack",
	"restart_syscall",
	/* About itself and the host. */
	"getpid", "getppid", "gettid", "getuid", "getuid32", "geteuid", "geteuid32",
	"getgid", "getgid32", "getegid", "getegid32", "getgroups", "getgroups32",
	"capget", "capset", "getrlimit", "ugetrlimit", "getrusage", "sched_yield",
	"sched_getaffinity", "sched_getscheduler", "sched_getparam", "getcpu",
	/* A child that drops caches: it is this program, and starts no other. */
	"fork", "wait4", "waitid", "sync", "set_robust_list", "rseq", "membarrier",
	"uname", "sysinfo", "getrandom", "exit", "exit_group"
};

/* These only where an argument, of 32 bits, has this value. */
static const struct conditional {
	const char *name;
	unsigned argument;
	unsigned value;
} conditional[] = {
	{ "socket", 0, AF_UNIX },
	{ "socket", 0, AF_NETLINK },
	/* isatty(3), and how wide it is. */
	{ "ioctl", 1, TCGETS },
	{ "ioctl", 1, TIOCGWINSZ },
	/* Others' limits can be changed, too. */
	{ "prlimit64", 0, 0 },
	/* libcap-ng asks for capabilities by these. */
	{ "prctl", 0, PR_CAPBSET_READ },
	{ "prctl", 0, PR_CAP_AMBIENT },
	{ "prctl", 0, PR_GET_SECUREBITS },
	{ "prctl", 0, PR_SET_NO_NEW_PRIVS },
	{ "prctl", 0, PR_GET_NO_NEW_PRIVS },
	{ "prctl", 0, PR_SET_NAME },
	{ "prctl", 0, PR_GET_NAME },
	{ "prctl", 0, PR_SET_VMA },
};

static void release(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

static int allow(scmp_filter_ctx filter, const char *name)
{
	int number = seccomp_syscall_resolve_name(name);

	/* A libseccomp that does not know it cannot allow it: it fails as on an older kernel. */
	return number == __NR_SCMP_ERROR
		       ? 0
		       : seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
}

static int allow_where(scmp_filter_ctx filter, const struct conditional *rule)
{
	int number = seccomp_syscall_resolve_name(rule->name);
	/* The upper half of a register that holds an int may hold anything. */
	const struct scmp_arg_cmp value = {
		.arg = rule->argument,
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = 0xFFFFFFFFU,
		.datum_b = rule->value,
	};

	return number == __NR_SCMP_ERROR ? 0
					 : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
								  number, 1, &value);
}

/* fork(3): a process, and no new namespaces for it (clone(2)). */
static int allow_fork(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp flags = {
#ifdef __s390x__
		.arg = 1,
#else
		.arg = 0,
#endif
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = NAMESPACES,
		.datum_b = 0,
	};

	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &flags);
}

static int add_rules(scmp_filter_ctx filter)
{
	/* What abort(3) sends. */
	const struct conditional own = { "tgkill", 0, (unsigned)getpid() };
	int r = allow_where(filter, &own);

	if (r == 0)
		r = allow_fork(filter);
	for (size_t i = 0; r == 0 && i < sizeof(allowed) / sizeof(*allowed); i++)
		r = allow(filter, allowed[i]);
	for (size_t i = 0; r == 0 && i < sizeof(conditional) / sizeof(*conditional); i++)
		r = allow_where(filter, &conditional[i]);
	return r;
}

/* Each is better had, and worth no failure. */
static void set_attributes(scmp_filter_ctx filter)
{
#if SCMP_VER_MAJOR > 2 || SCMP_VER_MINOR >= 4
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
#endif
#if SCMP_VER_MAJOR > 2 || SCMP_VER_MINOR >= 5
	/* A tree: a kernel before 5.11 walks through the program at every call. */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	/* What the kernel says, rather than ECANCELED. */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
#else
	(void)filter;
#endif
}

int confine_syscalls(void)
{
	cleanup(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int r;

	if (!filter)
		return -ENOMEM;
	set_attributes(filter);
	r = add_rules(filter);
	if (r == 0)
		r = seccomp_load(filter);
	/* A kernel without filters knows no such request. */
	return r == -EINVAL || r == -ECANCELED ? -ENOSYS : r;
}

#endif
