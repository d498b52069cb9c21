/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * hit COUNT VICTIM: starts VICTIM so often, one after the other. Each waits until
 * its oom_score_adj is not what it was, two seconds at most, and tells how long
 * after its parent wanted it that was. VICTIM is
 * this program under another name.
 *
 * Prints how many were missed, and the median, the 99th percentile and the longest
 * in microseconds.
 */

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_US 2000000
#define POLL_US	    200

static int64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Its first word is when it was wanted; what it has then is what its parent has. */
static int be_victim(int64_t wanted, const char *before)
{
	int fd = open("/proc/self/oom_score_adj", O_RDONLY);
	char text[16];
	int64_t took = 0;

	while (fd >= 0 && took < PATIENCE_US) {
		ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

		took = now_us() - wanted;
		text[len > 0 ? len : 0] = '\0';
		if (strcmp(text, before) != 0)
			break;
		(void)usleep(POLL_US);
	}
	return write(STDOUT_FILENO, &took, sizeof(took)) == (ssize_t)sizeof(took) ? 0 : 1;
}

static int64_t start_one(const char *victim, const char *before)
{
	int64_t took = PATIENCE_US;
	int ends[2];
	pid_t pid;

	if (pipe(ends) < 0)
		return took;
	pid = fork();
	if (pid == 0) {
		char wanted[32];

		(void)dup2(ends[1], STDOUT_FILENO);
		(void)snprintf(wanted, sizeof(wanted), "%lld", (long long)now_us());
		(void)execl(victim, victim, "--victim", wanted, before, (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	if (pid < 0 || read(ends[0], &took, sizeof(took)) != (ssize_t)sizeof(took))
		took = PATIENCE_US;
	(void)close(ends[0]);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	return took;
}

static int by_size(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void show(int64_t *took, size_t count)
{
	size_t missed = 0;

	qsort(took, count, sizeof(*took), by_size);
	for (size_t i = 0; i < count; i++)
		missed += took[i] >= PATIENCE_US;
	(void)printf("%zu %lld %lld %lld\n", missed, (long long)took[count / 2],
		     (long long)took[count * 99 / 100], (long long)took[count - 1]);
}

int main(int argc, char **argv)
{
	size_t count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	int64_t *took;
	char before[16] = "";
	FILE *file;

	if (argc == 4 && strcmp(argv[1], "--victim") == 0)
		return be_victim(strtoll(argv[2], NULL, 10), argv[3]);
	took = count > 0 ? calloc(count, sizeof(*took)) : NULL;
	file = fopen("/proc/self/oom_score_adj", "re");
	if (!took || !file || !fgets(before, sizeof(before), file)) {
		(void)fputs("Usage: hit COUNT VICTIM\n", stderr);
		return 64;
	}
	(void)fclose(file);
	for (size_t i = 0; i < count; i++)
		took[i] = start_one(argv[2], before);
	show(took, count);
	free(took);
	return 0;
}
