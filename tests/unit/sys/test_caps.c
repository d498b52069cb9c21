/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/caps.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"
#include "tree.h"

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

/* As a service manager's filter has it: who holds none may not ask for fewer. */
static bool forbid_capset(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_capset, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void test_without_capset(void)
{
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (!forbid_capset())
			_exit(255);
		if (caps_keep(NEED_NOTHING) == 0)
			_exit(1);
		_exit(2);
	}
	(void)waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 255) {
		skip("no system call filters here");
		return;
	}
	is_int(WEXITSTATUS(status), 2, "what is held cannot be given up without capset");
	pid = fork();
	if (pid == 0)
		_exit(caps_keep(NEED_NOTHING) == 0 && forbid_capset() &&
				      caps_keep(NEED_ROOT) == 0
			      ? 0
			      : 1);
	(void)waitpid(pid, &status, 0);
	is_int(status, 0, "and who holds nothing does not need it");
}

/* The file's mode lets nobody write it: that takes the capability in force. */
static bool opens(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

/* The number of the check that fails; 0: none. @keep: the other ones are given up first. */
static int toggles(const char *path, bool keep)
{
	if (keep && caps_keep(NEED_ROOT | NEED_DAC_OVERRIDE) < 0)
		return 1;
	if (caps_effective(NEED_DAC_OVERRIDE, true) < 0 || !opens(path))
		return 2;
	if (caps_effective(NEED_DAC_OVERRIDE, false) < 0 || opens(path))
		return 3;
	if (caps_effective(NEED_DAC_OVERRIDE, false) < 0 || opens(path))
		return 4;
	if (caps_holds(CAP_SYS_RAWIO) == keep || caps_holds(CAP_DAC_OVERRIDE))
		return 5;
	if (caps_effective(NEED_DAC_OVERRIDE, true) < 0 || !opens(path))
		return 6;
	if (caps_effective(NEED_SYS_RAWIO, true) != (keep ? -EPERM : 0))
		return 7;
	if (caps_effective(NEED_DAC_OVERRIDE | NEED_SYS_RAWIO, false) !=
		    (keep ? -EPERM : 0) ||
	    opens(path) != keep)
		return 8;
	if (caps_effective(NEED_DAC_OVERRIDE, false) < 0 || opens(path))
		return 9;
	return caps_effective(NEED_NOTHING, true) == 0 ? 0 : 10;
}

static void test_effective(void)
{
	for (int keep = 0; keep < 2; keep++) {
		int status = 0;
		pid_t pid;

		(void)fflush(stdout);
		pid = fork();
		if (pid == 0)
			_exit(toggles(tree_path("secret"), keep != 0));
		(void)waitpid(pid, &status, 0);
		is_int(WEXITSTATUS(status), 0, "put in force and out of it, %s",
		       keep ? "the only one" : "among others");
	}
}

static bool scores(const char *score)
{
	return put("/proc/self/oom_score_adj", score);
}

/* What the capability is put in force for, or not. The number of the check that fails. */
static int moves_floor(void)
{
	if (caps_keep(NEED_ROOT | NEED_SYS_RESOURCE) < 0)
		return 1;
	if (caps_effective(NEED_SYS_RESOURCE, false) < 0 || scores("-500"))
		return 2;
	if (caps_effective(NEED_SYS_RESOURCE, true) < 0 || !scores("-500"))
		return 3;
	if (caps_effective(NEED_SYS_RESOURCE, false) < 0 || !scores("0"))
		return 4;
	/* Without it the floor has stayed where it was; with it it follows. */
	if (!scores("-500") || caps_effective(NEED_SYS_RESOURCE, true) < 0 ||
	    !scores("0"))
		return 5;
	return caps_effective(NEED_SYS_RESOURCE, false) < 0 || scores("-500") ? 6 : 0;
}

static void test_floor(void)
{
	int status = 0;
	pid_t pid;

	if (!caps_holds(CAP_SYS_RESOURCE)) {
		skip("needs CAP_SYS_RESOURCE");
		return;
	}
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(moves_floor());
	(void)waitpid(pid, &status, 0);
	is_int(WEXITSTATUS(status), 0, "a score's floor moves only with the capability");
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
	test_without_capset();
	tree_begin();
	tree_file("secret", "");
	/* Another's, with a mode for nobody. */
	if (chmod(tree_path("secret"), 0) < 0 ||
	    chown(tree_path("secret"), 65534, 65534) < 0)
		skip("no files of others here");
	else
		test_effective();
	tree_end();
	test_floor();
	test_namespaces();
	is_int(in_child(65534, NEED_NOTHING), READ | KEPT,
	       "nobody has nothing to give up");
	return done();
}
