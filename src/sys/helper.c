/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

static const char *const folders[] = { "/usr/bin", "/bin" };

/* Sets what the program begins with: its three streams, and no signal ignored or blocked. */
static int describe(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
		    const int streams[3])
{
	sigset_t none, all;
	int r = 0;

	(void)sigemptyset(&none);
	(void)sigemptyset(&all);
	(void)sigaddset(&all, SIGPIPE);
	(void)sigaddset(&all, SIGINT);
	for (int i = 0; r == 0 && i < 3; i++)
		r = posix_spawn_file_actions_adddup2(actions, streams[i], i);
	if (r == 0)
		r = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF |
								 POSIX_SPAWN_SETSIGMASK);
	if (r == 0)
		r = posix_spawnattr_setsigmask(attributes, &none);
	if (r == 0)
		r = posix_spawnattr_setsigdefault(attributes, &all);
	return -r;
}

/* posix_spawn(3) changes no word, but takes those that may be changed. */
static int copy_words(const char *const argv[], char *ret[HELPER_ARGUMENTS + 1])
{
	size_t count = 0;

	while (argv[count])
		count++;
	if (count > HELPER_ARGUMENTS)
		return -E2BIG;
	memcpy(ret, argv, (count + 1) * sizeof(*ret));
	return 0;
}

static int start_in(const char *folder, char *const words[], const int streams[3],
		    pid_t *ret)
{
	char path[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C";
	char *const environment[] = { path, locale, NULL };
	char program[PATH_MAX];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r;

	if (snprintf(program, sizeof(program), "%s/%s", folder, words[0]) >=
	    (int)sizeof(program))
		return -ENAMETOOLONG;
	r = -posix_spawn_file_actions_init(&actions);
	if (r < 0)
		return r;
	r = -posix_spawnattr_init(&attributes);
	if (r == 0) {
		r = describe(&actions, &attributes, streams);
		if (r == 0)
			r = -posix_spawn(ret, program, &actions, &attributes, words,
					 environment);
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return r;
}

static int start(const char *const argv[], const int streams[3], pid_t *ret)
{
	char *words[HELPER_ARGUMENTS + 1];
	int r = copy_words(argv, words);

	if (r < 0)
		return r;
	r = -ENOENT;
	for (size_t i = 0; r == -ENOENT && i < sizeof(folders) / sizeof(*folders); i++)
		r = start_in(folders[i], words, streams, ret);
	return r;
}

/* A file takes all of it: of a pipe somebody would have to read at the same time. Kernels before
 * 3.17 and C libraries before 2.27 have none. */
static int file_of_words(void)
{
#ifdef MFD_CLOEXEC
	return memfd_create("words", MFD_CLOEXEC);
#else
	return -1;
#endif
}

int helper_start(struct helper *helper, const char *const argv[], int in)
{
	cleanup_fd int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
	cleanup_fd int writing = -1;
	int ends[2], streams[3], r;

	*helper = HELPER_NONE;
	if (nowhere < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	helper->out = ends[0];
	writing = ends[1];
	helper->words = file_of_words();
	streams[0] = in < 0 ? nowhere : in;
	streams[1] = writing;
	streams[2] = helper->words < 0 ? nowhere : helper->words;
	r = start(argv, streams, &helper->pid);
	if (r == 0)
		return 0;
	helper->pid = 0;
	(void)helper_end(helper, (char[HELPER_WORDS]){ 0 });
	return r;
}

ssize_t helper_read(const struct helper *helper, char *buffer, size_t size)
{
	ssize_t len;

	do {
		len = read(helper->out, buffer, size);
	} while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

static void close_stream(int *fd)
{
	close_fdp(fd);
	*fd = -1;
}

static void read_words(int fd, char words[HELPER_WORDS])
{
	char text[HELPER_WORDS];
	ssize_t len = fd < 0 ? 0 : pread(fd, text, sizeof(text) - 1, 0);
	size_t begin, end;

	text[len > 0 ? len : 0] = '\0';
	/* Some begin with an empty line. */
	begin = strspn(text, " \n");
	end = strcspn(text + begin, "\n");
	memcpy(words, text + begin, end);
	words[end] = '\0';
}

int helper_end(struct helper *helper, char ret_words[HELPER_WORDS])
{
	int status = 0;
	pid_t pid;

	close_stream(&helper->out);
	do {
		pid = helper->pid > 0 ? waitpid(helper->pid, &status, 0) : 0;
	} while (pid < 0 && errno == EINTR);
	helper->pid = 0;
	read_words(helper->words, ret_words);
	close_stream(&helper->words);
	if (pid < 0)
		return -errno;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
