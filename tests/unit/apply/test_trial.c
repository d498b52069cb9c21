/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/trial.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "apply/lock.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

static int put_back(void *data)
{
	const char *name = data;
	int fd = open(tree_path(name), O_CREAT | O_WRONLY, 0600);

	return fd < 0 ? 1 : close(fd);
}

/* Waits up to three seconds. */
static bool appears(const char *name)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };

	for (int i = 0; i < 150; i++) {
		if (access(tree_path(name), F_OK) == 0)
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

static bool ends(const struct root *root)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	unsigned long id;

	for (int i = 0; i < 150; i++) {
		if (trial_pending(root, &id) == 0)
			return true;
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

static void start(const struct root *root, unsigned long id, uint64_t seconds, char *name)
{
	const struct trial trial = {
		.id = id,
		.seconds = seconds,
		.put_back = put_back,
		.data = name,
	};
	struct lock lock = { .fd = -1 };
	pid_t holder;

	is_int(lock_take(&lock, root, false, &holder), 0, "%s: lock", name);
	is_int(trial_guard(root, &lock, &trial), 0, "%s: a guard is left behind", name);
	lock_drop(&lock);
	is_int(lock_take(&lock, root, false, &holder), 0,
	       "%s: which does not hold the lock", name);
	lock_drop(&lock);
}

int main(void)
{
	char timeout[] = "timeout", dismissed[] = "dismissed", ended[] = "ended";
	unsigned long id = 0;
	struct root root;
	pid_t pid;

	tree_begin();
	is_int(root_init(&root, tree), 0, "root");
	is_int(trial_pending(&root, &id), 0, "no trial");
	is_int(trial_look(&root, &pid, &id), -ENOENT, "nor one to look at");

	start(&root, 7, 1, timeout);
	ok(trial_pending(&root, &id) > 0 && id == 7,
	   "the guard waits, and names its entry");
	is_int(trial_look(&root, &pid, &id), 0, "which can be looked at");
	ok(pid > 0 && pid != getpid() && id == 7, "and is the same then");
	ok(appears(timeout), "it puts back when the time is up");

	ok(ends(&root), "and is gone then");
	is_int(trial_look(&root, &pid, &id), -ENOENT, "though its file is not");
	start(&root, 8, 600, dismissed);
	trial_dismiss(&root, 9);
	ok(trial_pending(&root, &id) > 0, "dismissing another one does nothing");
	trial_dismiss(&root, 8);
	ok(ends(&root), "dismissed it ends");
	ok(access(tree_path(dismissed), F_OK) < 0, "without putting back");

	start(&root, 10, 600, ended);
	pid = trial_pending(&root, &id);
	ok(pid > 0 && kill(pid, SIGHUP) == 0 && trial_pending(&root, &id) == pid,
	   "a closed terminal does not end it");
	ok(pid > 0 && kill(pid, SIGTERM) == 0 && appears(ended),
	   "whoever ends it ends the trial");
	ok(ends(&root), "all are gone");
	root_done(&root);
	tree_end();
	return done();
}
