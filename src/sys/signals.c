/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/signals.h"

#include <errno.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

void signals_settle(void)
{
	const struct sigaction normal = { .sa_handler = SIG_DFL };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGCHLD, &normal, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
}

static void choose(sigset_t *held)
{
	struct sigaction interrupt;

	(void)sigemptyset(held);
	(void)sigaddset(held, SIGTERM);
	(void)sigaddset(held, SIGHUP);
	(void)sigaddset(held, SIGUSR1);
	if (sigaction(SIGINT, NULL, &interrupt) < 0 || interrupt.sa_handler != SIG_IGN)
		(void)sigaddset(held, SIGINT);
}

int signals_hold(struct signals *signals)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	choose(&signals->held);
	signals->fd = signalfd(-1, &signals->held, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals->fd < 0)
		return -errno;
	(void)sigprocmask(SIG_BLOCK, &signals->held, &signals->before);
	(void)sigaction(SIGPIPE, &ignore, &signals->pipe);
	return 0;
}

void signals_release(struct signals *signals)
{
	const struct timespec now = { 0 };

	if (signals->fd < 0)
		return;
	(void)close(signals->fd);
	signals->fd = -1;
	/* A second SIGTERM would kill a process that is about to end well. */
	while (sigtimedwait(&signals->held, NULL, &now) > 0)
		;
	(void)sigaction(SIGPIPE, &signals->pipe, NULL);
	(void)sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

int signals_next(const struct signals *signals)
{
	struct signalfd_siginfo info;
	ssize_t len = read(signals->fd, &info, sizeof(info));

	if (len < 0)
		return errno == EAGAIN ? 0 : -errno;
	return len == (ssize_t)sizeof(info) ? (int)info.ssi_signo : -EIO;
}
