/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/pidfile.h"

#include <errno.h>
#include <sched.h>
#include <sys/wait.h>

#include "confined.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define PATH "run/lowmemctl/watch.pid"

static char text[64];

static const char *content(const struct root *root, const char *path)
{
	if (root_read(root, path, text, sizeof(text)) < 0)
		(void)snprintf(text, sizeof(text), "(none)");
	return text;
}

static const char *own_line(void)
{
	static char line[32];

	(void)snprintf(line, sizeof(line), "%d\n", (int)getpid());
	return line;
}

static void test_take(const struct root *root)
{
	struct pidfile first, second;
	pid_t holder = -1;

	is_int(pidfile_take(&first, root, PATH, &holder), 0, "made, with its folders");
	is_str(content(root, PATH), own_line(), "it holds the pid");
	is_int(pidfile_take(&second, root, PATH, &holder), -EWOULDBLOCK, "another one");
	is_int(holder, getpid(), "is told who runs");
	pidfile_drop(&second);
	is_str(content(root, PATH), own_line(), "and leaves it alone");
	pidfile_drop(&first);
	is_str(content(root, PATH), "(none)", "removed at the end");
	pidfile_drop(&first);
}

/* A daemon that was killed removes nothing. */
static void test_stale(const struct root *root)
{
	static const char *const stale[] = { "", "1\n", "4194304000\n", "12" };
	struct pidfile pidfile;
	pid_t holder;

	for (size_t i = 0; i < sizeof(stale) / sizeof(*stale); i++) {
		tree_file(PATH, stale[i]);
		is_int(pidfile_take(&pidfile, root, PATH, &holder), 0, "taken over");
		is_str(content(root, PATH), own_line(), "as a whole");
		pidfile_drop(&pidfile);
	}
}

static void test_others(const struct root *root)
{
	static const char *const others[] = { "root:x:0:0:root:/root:/bin/bash\n", "x",
					      "12 13\n",
					      "123456789012345678901234567890123\n" };
	struct pidfile pidfile;
	pid_t holder;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		tree_file("run/other", others[i]);
		is_int(pidfile_take(&pidfile, root, "run/other", &holder), -EEXIST,
		       "no pid file");
		is_str(content(root, "run/other"), others[i], "is left alone");
	}
	tree_file("run/file", "");
	tree_link("file", "run/link");
	is_int(pidfile_take(&pidfile, root, "run/link", &holder), -ELOOP, "nor a link");
	is_int(pidfile.fd, -1, "nothing is held");
	is_int(mkfifo(tree_path("run/pipe"), 0600), 0, "a pipe");
	is_int(pidfile_take(&pidfile, root, "run/pipe", &holder), -EEXIST, "nor a pipe");
	is_int(pidfile_take(&pidfile, root, "run", &holder), -EISDIR, "nor a folder");
}

/* Somebody has put another one there: it is not ours to remove. */
static void test_replaced(const struct root *root)
{
	struct pidfile pidfile;
	pid_t holder;

	is_int(pidfile_take(&pidfile, root, PATH, &holder), 0, "taken");
	(void)unlink(tree_path(PATH));
	tree_file(PATH, "1\n");
	pidfile_drop(&pidfile);
	is_str(content(root, PATH), "1\n", "another's is not removed");
}

/* Many begin and end at once: at no time do two of them run. */
static int race(const struct root *root)
{
	for (int i = 0; i < 1000; i++) {
		struct pidfile pidfile;
		pid_t holder;
		int r = pidfile_take(&pidfile, root, "run/race", &holder);

		if (r == -EWOULDBLOCK)
			continue;
		if (r < 0 || mkdir(tree_path("run/one"), 0700) < 0)
			return 1;
		(void)sched_yield();
		if (rmdir(tree_path("run/one")) < 0)
			return 1;
		pidfile_drop(&pidfile);
	}
	return 0;
}

static void test_race(const struct root *root)
{
	pid_t pids[4];
	int failed = 0;

	(void)fflush(stdout);
	for (size_t i = 0; i < 4; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(race(root));
	}
	for (size_t i = 0; i < 4; i++) {
		int status = 1;

		(void)waitpid(pids[i], &status, 0);
		failed += status != 0;
	}
	is_int(failed, 0, "one at a time");
}

static int takes(void *root)
{
	struct pidfile pidfile;
	pid_t holder;

	if (pidfile_take(&pidfile, root, PATH, &holder) < 0)
		return 1;
	pidfile_drop(&pidfile);
	return access(tree_path(PATH), F_OK) == 0 ? 2 : 0;
}

static void test_look(const struct root *root)
{
	struct pidfile pidfile;
	pid_t holder = -1, pid = -1;

	is_int(pidfile_look(root, PATH, &pid), -ENOENT, "no file, no daemon");
	is_int(pid, 0, "nor its pid");
	tree_file(PATH, "1\n");
	is_int(pidfile_look(root, PATH, &pid), -ENOENT, "one that was left behind");
	is_int(pid, 0, "whose pid is another's by now");
	is_int(pidfile_take(&pidfile, root, PATH, &holder), 0, "a daemon");
	is_int(pidfile_look(root, PATH, &pid), 0, "is seen");
	is_int(pid, getpid(), "with its pid");
	is_str(content(root, PATH), own_line(), "looking changes nothing");
	is_int(pidfile_take(&(struct pidfile){ 0 }, root, PATH, &holder), -EWOULDBLOCK,
	       "nor does it let go");
	tree_file(PATH, "?\n");
	is_int(pidfile_look(root, PATH, &pid), 0, "one that says nothing sensible");
	is_int(pid, 0, "is a daemon without a pid");
	pidfile_drop(&pidfile);
	tree_link("/etc/passwd", PATH);
	is_int(pidfile_look(root, PATH, &pid), -ELOOP, "a link");
	(void)root_remove(root, PATH);
	tree_folders(PATH "/x");
	is_int(pidfile_look(root, PATH, &pid), -EEXIST, "a folder");
	(void)rmdir(tree_path(PATH));
}

int main(void)
{
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	test_take(&root);
	test_look(&root);
	test_stale(&root);
	test_others(&root);
	test_replaced(&root);
	test_race(&root);
	works_confined(takes, &root);
	root_done(&root);
	tree_end();
	return done();
}
