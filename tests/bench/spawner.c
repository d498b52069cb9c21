/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * spawner COUNT PROGRAM: starts PROGRAM so many times, as a busy host has daemons,
 * says "spawned COUNT", and ends them at a SIGTERM. They die with it whatever
 * happens, and only its own are ever signalled.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many are started at once: more would only wait for a processor. */
#define BATCH 32

static pid_t start(const char *program, long number, const sigset_t *signals)
{
	const char *slash = strrchr(program, '/'), *name = slash ? slash + 1 : program;
	pid_t parent = getpid(), pid = fork();
	char worker[32];

	if (pid != 0)
		return pid;
	(void)snprintf(worker, sizeof(worker), "--worker=%ld", number);
	(void)sigprocmask(SIG_SETMASK, signals, NULL);
	/* The parent may have ended before it was asked for the signal. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent)
		(void)execl(program, name, worker, "--config=/etc/some/service.conf",
			    "--listen=127.0.0.1:8080", (char *)NULL);
	_exit(127);
}

/* Starts some, and waits until each runs its program: exec closes the pipe. How many. */
static long start_batch(pid_t *pids, long first, long count, const char *program)
{
	sigset_t before;
	long started = 0;
	int ends[2];
	char none;

	(void)sigprocmask(SIG_BLOCK, NULL, &before);
	(void)sigdelset(&before, SIGTERM);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return 0;
	while (started < count &&
	       (pids[started] = start(program, first + started, &before)) > 0)
		started++;
	if (started < count)
		perror("spawner: fork");
	(void)close(ends[1]);
	while (read(ends[0], &none, 1) < 0)
		;
	(void)close(ends[0]);
	return started;
}

int main(int argc, char **argv)
{
	long count = argc == 3 ? strtol(argv[1], NULL, 10) : 0, started = 0, more = 1;
	pid_t *pids = calloc(count > 0 ? (size_t)count : 1, sizeof(*pids));
	sigset_t term;
	int number;

	if (count <= 0 || !pids) {
		(void)fputs("Usage: spawner COUNT PROGRAM\n", stderr);
		return 64;
	}
	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, NULL);
	for (; started < count && more > 0; started += more) {
		more = count - started < BATCH ? count - started : BATCH;
		more = start_batch(pids + started, started, more, argv[2]);
	}
	(void)printf("spawned %ld\n", started);
	(void)fflush(stdout);
	if (started == count)
		(void)sigwait(&term, &number);
	for (long i = 0; i < started; i++)
		(void)kill(pids[i], SIGKILL);
	for (long i = 0; i < started; i++)
		(void)waitpid(pids[i], NULL, 0);
	free(pids);
	return started == count ? 0 : 1;
}
