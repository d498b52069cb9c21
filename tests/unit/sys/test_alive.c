/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/alive.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>

#include "tap.h"
#include "tree.h"

#define PATH "run/alive"

/* Another open file, as another process has it. */
static int again(void)
{
	int fd = open(tree_path(PATH), O_RDWR | O_CLOEXEC);

	if (fd < 0)
		abort();
	return fd;
}

static void test_claim(void)
{
	int first = again(), second = again(), third;

	ok(!alive_claimed(first), "nobody has claimed it");
	is_int(alive_claim(first), 0, "claimed");
	ok(alive_claimed(second), "which others see");
	ok(alive_claimed(second), "as often as they look");
	is_int(alive_claim(second), -EWOULDBLOCK, "and cannot do");
	third = again();
	ok(alive_claimed(third), "nor has it gone by that");
	(void)close(third);
	(void)close(first);
	ok(!alive_claimed(second), "it goes with the file");
	is_int(alive_claim(second), 0, "and is there for the next");
	(void)close(second);
}

/* One who looks holds it for a moment, here for long. */
static void test_lookers(void)
{
	const struct timespec moment = { .tv_nsec = 20L * 1000 * 1000 };
	int looker = again(), claimer = again();
	pid_t pid;

	is_int(flock(looker, LOCK_SH | LOCK_NB), 0, "somebody looks");
	ok(!alive_claimed(claimer), "which is no claim");
	pid = fork();
	if (pid == 0) {
		(void)close(claimer);
		(void)nanosleep(&moment, NULL);
		_exit(0);
	}
	(void)close(looker);
	is_int(alive_claim(claimer), 0, "who claims waits for that");
	(void)waitpid(pid, NULL, 0);
	(void)close(claimer);

	looker = again();
	claimer = again();
	is_int(flock(looker, LOCK_SH | LOCK_NB), 0, "somebody looks for ever");
	is_int(alive_claim(claimer), -EWOULDBLOCK, "who claims does not wait for ever");
	(void)close(looker);
	(void)close(claimer);
}

int main(void)
{
	tree_begin();
	tree_file(PATH, "");
	test_claim();
	test_lookers();
	is_int(alive_claim(-1), -EBADF, "no file");
	ok(!alive_claimed(-1), "no file is claimed by nobody");
	tree_end();
	return done();
}
