/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confined.h"
#include "tap.h"

static volatile sig_atomic_t delivered;

static void count(int signal)
{
	(void)signal;
	delivered++;
}

static bool is_ready(const struct signals *signals)
{
	struct pollfd ready = { .fd = signals->fd, .events = POLLIN };

	return poll(&ready, 1, 0) == 1;
}

static int ends(void *argument)
{
	struct signals *signals = argument;

	if (signals_next(signals) != 0)
		return 1;
	signals_release(signals);
	return 0;
}

static void test_held(struct signals *signals)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGUSR1, SIGTERM };

	is_int(signals_next(signals), 0, "none has come");
	ok(!is_ready(signals), "there is nothing to read");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		(void)raise(numbers[i]);
		(void)raise(numbers[i]);
		ok(is_ready(signals), "signal %d has come", numbers[i]);
		is_int(signals_next(signals), numbers[i], "it is told");
		is_int(signals_next(signals), 0, "once");
	}
	(void)raise(SIGPIPE);
	is_int(signals_next(signals), 0, "SIGPIPE is nothing");
	ok(fcntl(signals->fd, F_GETFD) == FD_CLOEXEC, "no program inherits it");
	is_int(delivered, 0, "no handler has run");
}

/* A shell's background job. */
static void test_ignored(void)
{
	const struct sigaction ignoring = { .sa_handler = SIG_IGN };
	struct signals signals;

	(void)sigaction(SIGINT, &ignoring, NULL);
	(void)sigaction(SIGHUP, &ignoring, NULL);
	is_int(signals_hold(&signals), 0, "held where two are ignored");
	(void)raise(SIGINT);
	is_int(signals_next(&signals), 0, "SIGINT stays so");
	(void)raise(SIGHUP);
	is_int(signals_next(&signals), SIGHUP, "SIGHUP is answered: nohup(1)");
	signals_release(&signals);
}

static void test_settled(void)
{
	const struct sigaction ignoring = { .sa_handler = SIG_IGN };
	struct sigaction now;
	pid_t pid;

	(void)sigaction(SIGCHLD, &ignoring, NULL);
	signals_settle();
	pid = fork();
	if (pid == 0)
		_exit(7);
	is_int(waitpid(pid, NULL, 0), pid, "a child is waited for");
	(void)sigaction(SIGXFSZ, NULL, &now);
	ok(now.sa_handler == SIG_IGN, "a file that grows too large ends nothing");
}

int main(void)
{
	const struct sigaction counting = { .sa_handler = count };
	static const int caught[] = { SIGHUP, SIGINT, SIGUSR1, SIGTERM, SIGPIPE };
	struct sigaction pipe;
	struct signals signals;
	sigset_t mask;

	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		(void)sigaction(caught[i], &counting, NULL);
	is_int(signals_hold(&signals), 0, "held");
	test_held(&signals);
	works_confined(ends, &signals);
	(void)raise(SIGTERM);
	(void)raise(SIGHUP);
	signals_release(&signals);
	signals_release(&signals);
	is_int(delivered, 0, "what nobody has answered is taken away");
	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	ok(sigismember(&mask, SIGTERM) == 0 && sigismember(&mask, SIGINT) == 0,
	   "the mask is as it was");
	(void)sigaction(SIGPIPE, NULL, &pipe);
	ok(pipe.sa_handler == count, "and SIGPIPE");
	(void)raise(SIGUSR1);
	is_int(delivered, 1, "later ones are delivered");
	test_ignored();
	test_settled();
	return done();
}
