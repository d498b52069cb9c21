/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "tap.h"
#include "tree.h"

static char text[256], words[HELPER_WORDS];

/* Runs a line of shell to its end: its exit status. */
static int shell(const char *line, int in)
{
	const char *const argv[] = { "sh", "-c", line, NULL };
	struct helper helper;
	size_t len = 0;
	ssize_t got = 1;

	if (helper_start(&helper, argv, in) < 0)
		return -1;
	while (got > 0) {
		got = helper_read(&helper, text + len, sizeof(text) - 1 - len);
		len += got > 0 ? (size_t)got : 0;
	}
	text[len] = '\0';
	return helper_end(&helper, words);
}

static void test_streams(void)
{
	int fd;

	tree_file("in", "hello\n");
	fd = open(tree_path("in"), O_RDONLY | O_CLOEXEC);
	is_int(shell("cat", fd), 0, "a program");
	is_str(text, "hello\n", "reads what it is given");
	is_int(fcntl(fd, F_GETFD), FD_CLOEXEC, "which stays open");
	(void)close(fd);
	is_int(shell("cat", -1), 0, "without");
	is_str(text, "", "it has nothing to read");
	is_int(shell("ls -l /proc/self/fd | grep -c tree", -1), 1, "no other descriptor");
	is_int(shell("echo oh; echo no >&2; echo and >&2; exit 3", -1), 3, "it fails");
	is_str(text, "oh\n", "after some output");
	is_str(words, "no", "and says why");
	is_int(shell("printf '\\n  sh: no\\n' >&2", -1), 0, "an empty line first");
	is_str(words, "sh: no", "is not the reason");
	is_int(shell("i=0; while [ $i -lt 4000 ]; do echo $i some words to fill a pipe >&2; "
		     "i=$((i + 1)); done",
		     -1),
	       0, "complaints that nobody reads do not stop it");
	is_str(words, "0 some words to fill a pipe", "and the first is kept");
	is_int(shell("head -c 1000 /dev/zero | tr '\\0' x >&2", -1), 0, "a long line");
	is_int((int)strlen(words), HELPER_WORDS - 1, "is cut");
}

/* Whoever calls this may have set up anything. */
static void test_surroundings(void)
{
	const char *path = getenv("PATH");
	char kept[1024];
	sigset_t some, before;

	(void)snprintf(kept, sizeof(kept), "%s", path ? path : "");
	(void)setenv("PATH", "/nowhere", 1);
	(void)setenv("GZIP", "-9", 1);
	(void)setenv("LC_ALL", "de_DE", 1);
	is_int(shell("echo $PATH $LC_ALL; env | grep -c GZIP", -1), 1, "its environment");
	is_str(text, "/usr/bin:/bin C\n0\n", "is not the caller's");
	(void)sigemptyset(&some);
	(void)sigaddset(&some, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &some, &before);
	(void)signal(SIGPIPE, SIG_IGN);
	is_int(shell("kill -TERM $$; echo alive", -1), 128 + SIGTERM, "a signal ends it");
	is_int(shell("kill -PIPE $$; echo alive", -1), 128 + SIGPIPE, "this one, too");
	(void)signal(SIGPIPE, SIG_DFL);
	(void)setenv("PATH", kept, 1);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

static void test_refusals(void)
{
	static const char *const missing[] = { "no-such-program", NULL };
	const char *many[HELPER_ARGUMENTS + 2];
	struct helper helper;

	is_int(helper_start(&helper, missing, -1), -ENOENT,
	       "a program that is not there");
	ok(helper.out == -1 && helper.words == -1 && helper.pid == 0,
	   "leaves nothing open");
	is_int(helper_end(&helper, words), 0, "and nothing to wait for");
	for (size_t i = 0; i <= HELPER_ARGUMENTS; i++)
		many[i] = "true";
	many[HELPER_ARGUMENTS + 1] = NULL;
	is_int(helper_start(&helper, many, -1), -E2BIG, "too many words");
}

/* One that would write for ever ends when nobody reads. */
static void test_unread(void)
{
	static const char *const argv[] = { "yes", NULL };
	struct helper helper;

	is_int(helper_start(&helper, argv, -1), 0, "one without an end");
	is_int(helper_read(&helper, text, 2), 2, "is read");
	is_int(helper_end(&helper, words), 128 + SIGPIPE, "and let go");
}

int main(void)
{
	tree_begin();
	test_streams();
	test_surroundings();
	test_refusals();
	test_unread();
	tree_end();
	return done();
}
