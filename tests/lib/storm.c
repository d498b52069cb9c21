/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * storm COUNT AT_ONCE PROGRAM [ARG...]: runs PROGRAM so often, so many at the same
 * time; COUNT 0 is until a SIGTERM. It says how many it has run. Without arguments it
 * does nothing, so that it may be what it runs.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_term(int number)
{
	(void)number;
	stop = 1;
}

static int start(char **argv)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent)
			(void)execv(argv[0], argv);
		_exit(127);
	}
	return pid < 0 ? -1 : 0;
}

/* Waits for one. False: there is none. */
static int reap(long *failed)
{
	int status;
	pid_t pid;

	while ((pid = wait(&status)) < 0 && errno == EINTR)
		;
	*failed += pid > 0 && status != 0;
	return pid > 0;
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = on_term };
	long count, most, running = 0, started = 0, failed = 0;

	if (argc == 1)
		return 0;
	if (argc < 4) {
		(void)fputs("Usage: storm COUNT AT_ONCE PROGRAM [ARG...]\n", stderr);
		return 64;
	}
	count = strtol(argv[1], NULL, 10);
	most = strtol(argv[2], NULL, 10);
	(void)sigaction(SIGTERM, &action, NULL);
	while (!stop && (count == 0 || started < count)) {
		if (running == most)
			running -= reap(&failed);
		if (start(argv + 3) < 0) {
			perror("storm: fork");
			failed++;
			break;
		}
		started++;
		running++;
	}
	while (reap(&failed))
		;
	(void)printf("%ld run, %ld failed\n", started, failed);
	return failed > 0;
}
