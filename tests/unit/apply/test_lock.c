/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/lock.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>

#include "sys/root.h"
#include "tap.h"
#include "tree.h"

/* In a process of its own, as flock(2) is of open files, not of processes. */
static int try_in_child(const struct root *root, pid_t *ret_holder)
{
	int status = 0, ends[2];
	pid_t pid, holder = 0;

	if (pipe(ends) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		struct lock lock;
		int r = lock_take(&lock, root, false, &holder);

		if (write(ends[1], &holder, sizeof(holder)) != sizeof(holder))
			_exit(255);
		_exit(r == -EWOULDBLOCK ? 1 : r == 0 ? 0 : 2);
	}
	(void)waitpid(pid, &status, 0);
	if (read(ends[0], ret_holder, sizeof(*ret_holder)) != sizeof(*ret_holder))
		return -1;
	(void)close(ends[0]);
	(void)close(ends[1]);
	return WEXITSTATUS(status);
}

/* Somebody looks whether it is held, for longer than that takes. */
static void test_looked_at(const struct root *root)
{
	const struct timespec moment = { .tv_nsec = 5L * 1000 * 1000 };
	int looker = open(tree_path("run/lowmemctl/lock"), O_RDONLY | O_CLOEXEC);
	struct lock lock;
	pid_t pid, holder = 0;

	is_int(flock(looker, LOCK_SH | LOCK_NB), 0, "somebody looks");
	is_int(lock_is_held(root), 0, "which others see is no run");
	pid = fork();
	if (pid == 0) {
		(void)nanosleep(&moment, NULL);
		_exit(0);
	}
	(void)close(looker);
	is_int(lock_take(&lock, root, false, &holder), 0, "nor does it stop one");
	(void)waitpid(pid, NULL, 0);
	lock_drop(&lock);
}

int main(void)
{
	pid_t holder = 0;
	struct root root;
	struct lock lock;
	struct stat st;

	tree_begin();
	is_int(root_init(&root, tree), 0, "root");
	is_int(lock_is_held(&root), 0, "nobody had it yet");
	ok(stat(tree_path("run"), &st) < 0, "nor is a file made to see that");
	is_int(lock_take(&lock, &root, false, &holder), 0, "taken");
	is_int(lock_is_held(&root), 1, "which shows");
	is_int(stat(tree_path("run/lowmemctl/lock"), &st), 0, "its file");
	is_int(st.st_mode & 0777, 0600, "can be opened by its owner only");
	is_int(try_in_child(&root, &holder), 1, "nobody else can take it");
	is_int(holder, getpid(), "and is told who holds it");
	lock_drop(&lock);
	lock_drop(&lock);
	is_int(lock_is_held(&root), 0, "let go");
	is_int(try_in_child(&root, &holder), 0, "it is free again");
	test_looked_at(&root);
	tree_file("run/lowmemctl/lock", "nonsense\n");
	is_int(lock_take(&lock, &root, true, &holder), 0, "whatever stood in it");
	tree_file("run/lowmemctl/lock", "");
	is_int(try_in_child(&root, &holder), 1, "held by somebody");
	is_int(holder, 0, "whom it does not tell");
	lock_drop(&lock);
	root_done(&root);
	tree_end();
	return done();
}
