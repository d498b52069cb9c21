/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/wakeup.h"

#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "tap.h"

#define LONG_MS 60000

static bool is_blocked(int signal)
{
	sigset_t now;

	return sigprocmask(SIG_SETMASK, NULL, &now) == 0 &&
	       sigismember(&now, signal) == 1;
}

static void test_signals(void)
{
	static const struct {
		int signal;
		enum wake wake;
	} rows[] = {
		{ SIGINT, WAKE_STOP },	   { SIGTERM, WAKE_STOP },
		{ SIGHUP, WAKE_STOP },	   { SIGQUIT, WAKE_STOP },
		{ SIGTSTP, WAKE_SUSPEND }, { SIGWINCH, WAKE_RESIZED },
	};
	struct wakeup wakeup;

	wakeup_hold(&wakeup);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		is_int(raise(rows[i].signal), 0, "signal %d", rows[i].signal);
		is_int(wakeup_wait(&wakeup, LONG_MS), rows[i].wake,
		       "signal %d wakes at once", rows[i].signal);
	}
	is_int(wakeup_wait(&wakeup, 0), WAKE_TIME, "each is taken once");
	(void)raise(SIGTERM);
	(void)raise(SIGTSTP);
	wakeup_release(&wakeup);
	ok(!is_blocked(SIGTERM) && !is_blocked(SIGWINCH), "nothing is held at the end");
}

static void test_time(void)
{
	struct wakeup wakeup;
	int64_t begin = clock_monotonic_ns();

	wakeup_hold(&wakeup);
	is_int(wakeup_wait(&wakeup, 30), WAKE_TIME, "time passes");
	ok(clock_monotonic_ns() - begin >= 30000000, "all of it");
	is_int(wakeup_wait(&wakeup, -5), WAKE_TIME, "a time that is over");
	wakeup_release(&wakeup);
}

/* nohup(1), and a shell's background jobs. */
static void test_ignored(void)
{
	struct wakeup wakeup;

	(void)signal(SIGHUP, SIG_IGN);
	wakeup_hold(&wakeup);
	(void)raise(SIGHUP);
	is_int(wakeup_wait(&wakeup, 0), WAKE_TIME, "what is ignored stays so");
	wakeup_release(&wakeup);
	(void)signal(SIGHUP, SIG_DFL);
}

static void test_pipe(void)
{
	struct wakeup wakeup;
	int ends[2];

	wakeup_hold(&wakeup);
	if (pipe(ends) == 0) {
		(void)close(ends[0]);
		ok(write(ends[1], "x", 1) < 0, "a broken pipe does not kill");
		(void)close(ends[1]);
	}
	wakeup_release(&wakeup);
}

/* Stopped in the middle of waiting it goes on waiting. */
static void test_suspend(void)
{
	const struct timespec moment = { .tv_nsec = 50L * 1000 * 1000 };
	struct wakeup wakeup;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		wakeup_hold(&wakeup);
		wakeup_suspend();
		_exit(wakeup_wait(&wakeup, LONG_MS) == WAKE_STOP ? 3 : 4);
	}
	ok(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status), "it stops");
	(void)kill(pid, SIGCONT);
	/* So that it waits by then. */
	(void)nanosleep(&moment, NULL);
	(void)kill(pid, SIGSTOP);
	(void)waitpid(pid, &status, WUNTRACED);
	(void)kill(pid, SIGCONT);
	(void)nanosleep(&moment, NULL);
	(void)kill(pid, SIGTERM);
	ok(waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
		   WEXITSTATUS(status) == 3,
	   "and goes on to wait");
}

int main(void)
{
	test_signals();
	test_time();
	test_ignored();
	test_pipe();
	test_suspend();
	return done();
}
