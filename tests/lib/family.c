/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * family COUNT NAME VALUE CHILD: a daemon that forks. A third of its children come
 * before it takes the NAME that a rule is for, a third right behind, and a third when
 * its oom_score_adj is VALUE. Children call themselves CHILD; of four, one forks at
 * once, and one runs this program anew. All die with the first one, which says
 * "ready" when they are there.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_US 10000000
#define POLL_US	    1000

static void wait_for_the_end(void)
{
	for (;;)
		(void)pause();
}

static int has_adj(long value)
{
	FILE *file = fopen("/proc/self/oom_score_adj", "re");
	char text[16] = "";

	if (!file)
		return 0;
	(void)fgets(text, sizeof(text), file);
	(void)fclose(file);
	return strtol(text, NULL, 10) == value;
}

static void be_child(int number, pid_t parent, const char *name)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	(void)prctl(PR_SET_NAME, name);
	if (number % 4 == 1) {
		parent = getpid();
		/* What it forks is its like, and has no name of its own to be told of. */
		if (fork() == 0 &&
		    (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent))
			_exit(1);
	} else if (number % 4 == 2) {
		(void)execl("/proc/self/exe", name, (char *)NULL);
	}
	wait_for_the_end();
}

static int have_children(int from, int to, const char *name)
{
	pid_t parent = getpid();

	for (int i = from; i < to; i++) {
		pid_t pid = fork();

		if (pid == 0)
			be_child(i, parent, name);
		if (pid < 0)
			return 0;
	}
	return 1;
}

int main(int argc, char **argv)
{
	int count, done;
	long value;

	if (argc == 1)
		wait_for_the_end();
	if (argc != 5) {
		(void)fputs("Usage: family COUNT NAME VALUE CHILD\n", stderr);
		return 64;
	}
	count = (int)strtol(argv[1], NULL, 10);
	value = strtol(argv[3], NULL, 10);
	done = have_children(0, count / 3, argv[4]);
	(void)prctl(PR_SET_NAME, argv[2]);
	done = done && have_children(count / 3, count * 2 / 3, argv[4]);
	for (long waited = 0; !has_adj(value) && waited < PATIENCE_US; waited += POLL_US)
		(void)usleep(POLL_US);
	done = done && have_children(count * 2 / 3, count, argv[4]);
	(void)puts(done ? "ready" : "failed");
	(void)fflush(stdout);
	wait_for_the_end();
}
