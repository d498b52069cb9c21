/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A process of this test's own, that waits to be killed, and dies with it. */

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((unused)) static void child_wait(void)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		(void)pause();
}

__attribute__((unused)) static pid_t child_begin(void)
{
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (pid == 0)
		child_wait();
	return pid;
}

/* It is gone when this returns, and its number free for another. */
__attribute__((unused)) static void child_end(pid_t pid)
{
	if (kill(pid, SIGKILL) < 0 || waitpid(pid, NULL, 0) != pid)
		abort();
}
