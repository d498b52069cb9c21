/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "apply/lock.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "base/span.h"
#include "sys/alive.h"
#include "sys/clock.h"
#include "sys/closing.h"
#include "sys/root.h"

#define TRIAL_PATH "run/lowmemctl/trial"

/* SIGUSR1 dismisses; SIGTERM and SIGINT put back at once: whoever ends the guard ends the trial. */
static sigset_t guard_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	return set;
}

static void leave_terminal(void)
{
	cleanup_fd int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)setsid();
	(void)signal(SIGHUP, SIG_IGN);
	if (null < 0 || chdir("/") < 0)
		return;
	for (int fd = 0; fd <= 2; fd++)
		(void)dup2(null, fd);
}

static int hold_trial_file(const struct root *root, unsigned long id)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%ld %lu\n", (long)getpid(), id);
	int fd = root_create(root, TRIAL_PATH, O_RDWR, 0600);

	if (fd < 0)
		return fd;
	if (alive_claim(fd) < 0 || ftruncate(fd, 0) < 0 ||
	    pwrite(fd, text, (size_t)len, 0) != len) {
		(void)close(fd);
		return -EIO;
	}
	return fd;
}

/* Waits until the time is up or a signal says what to do. True: put back. */
static bool wait_for_end(int64_t until)
{
	const sigset_t set = guard_signals();

	for (int64_t left = until - clock_boot(); left > 0; left = until - clock_boot()) {
		/* In short steps: the kernel's timeout does not count time spent suspended. */
		const struct timespec step = { .tv_sec =
						       (time_t)(left < 30 ? left : 30) };
		int signal = sigtimedwait(&set, NULL, &step);

		if (signal > 0)
			return signal != SIGUSR1;
	}
	return true;
}

static _Noreturn void guard(const struct root *root, const struct trial *trial, int ready)
{
	int64_t until = clock_boot() + (int64_t)trial->seconds;
	const sigset_t set = guard_signals();
	int fd, r;

	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	leave_terminal();
	closing_all_but(root->fd, ready);
	fd = hold_trial_file(root, trial->id);
	r = fd < 0 ? fd : 0;
	/* The parent waits for this: a trial without a guard must not look like one. */
	if (write(ready, &r, sizeof(r)) != sizeof(r) || r < 0)
		_exit(1);
	(void)close(ready);
	if (!wait_for_end(until))
		_exit(0);
	_exit(trial->put_back(trial->data));
}

int trial_guard(const struct root *root, struct lock *lock, const struct trial *trial)
{
	int ends[2], r = -EIO;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		(void)close(ends[0]);
		lock_drop(lock);
		guard(root, trial, ends[1]);
	}
	if (pid < 0)
		r = -errno;
	(void)close(ends[1]);
	if (pid > 0 && read(ends[0], &r, sizeof(r)) != sizeof(r))
		r = -EIO;
	(void)close(ends[0]);
	return r;
}

static int parse(struct span text, pid_t *ret_pid, unsigned long *ret_id)
{
	struct span word;
	uint64_t pid, id;

	if (!span_word(&text, &word) || num_u64(word, &pid) < 0 ||
	    !span_word(&text, &word) || num_u64(word, &id) < 0)
		return -EINVAL;
	*ret_pid = (pid_t)pid;
	*ret_id = (unsigned long)id;
	return 0;
}

int trial_look(const struct root *root, pid_t *ret_pid, unsigned long *ret_id)
{
	cleanup_fd int fd = root_open(root, TRIAL_PATH, O_RDONLY);
	char text[64];
	ssize_t len;

	if (fd < 0)
		return fd;
	/* Nobody holds it: what it says is of a guard that is gone. */
	if (!alive_claimed(fd))
		return -ENOENT;
	len = pread(fd, text, sizeof(text), 0);
	if (len < 0)
		return -errno;
	return parse((struct span){ text, (size_t)len }, ret_pid, ret_id);
}

pid_t trial_pending(const struct root *root, unsigned long *ret_id)
{
	pid_t pid = 0;

	return trial_look(root, &pid, ret_id) == 0 ? pid : 0;
}

void trial_dismiss(const struct root *root, unsigned long id)
{
	unsigned long pending;
	pid_t pid = trial_pending(root, &pending);

	/* Not our own: the guard itself comes here when its time is up. */
	if (pid > 0 && pending == id && pid != getpid())
		(void)kill(pid, SIGUSR1);
}
