/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/caps.h"

#include <cap-ng.h>
#include <grp.h>
#include <stdio.h>
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
		skip("needs root with all capabilities");
		return done();
	}
	is_int(in_child(0, NEED_ROOT), READ | IS_ROOT | KEPT | ROOT_AFTER,
	       "root that needs no capability keeps none, and stays root");
	is_int(in_child(0, NEED_ROOT | NEED_SYS_RAWIO),
	       READ | IS_ROOT | KEPT | HAS_RAWIO | ROOT_AFTER,
	       "or just the one that it needs");
	is_int(in_child(65534, NEED_NOTHING), READ | KEPT,
	       "nobody has nothing to give up");
	return done();
}
