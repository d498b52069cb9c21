/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A number that is another's by now, for real: in a small PID namespace the kernel is told which to
 * give next. */
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>

#include "base/cleanup.h"
#include "child.h"
#include "state/process.h"
#include "state/processes.h"
#include "sys/procs.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define NOT_HERE 99

/* What is found within the namespace, one bit each. */
enum finding {
	SAME_NUMBER = 1 << 0,
	OLD_ENDED = 1 << 1,
	OLD_FILE_ENDED = 1 << 2,
	NOT_OPENED = 1 << 3,
	NEW_UNTOUCHED = 1 << 4,
	NEW_OPENED = 1 << 5,
	ALL = (1 << 6) - 1,
};

static bool next_is(pid_t pid)
{
	cleanup_file FILE *file = fopen(tree_path("proc/sys/kernel/ns_last_pid"), "we");

	return file && fprintf(file, "%d", (int)pid - 1) > 0 && fflush(file) == 0;
}

static int adj_of(const struct procs *procs, pid_t pid)
{
	struct process process = { .dir = -1 };

	if (process_open(&process, procs, pid, 1) < 0 ||
	    process_read(&process, procs, PROCESS_ADJ) < 0)
		return -9999;
	process_close(&process);
	return process.adj;
}

static int look(const struct root *root, const struct procs *procs)
{
	struct process process = { .dir = -1 };
	pid_t pid = child_begin(), other;
	cleanup_fd int old = -1, new = -1;
	int found = 0, adj;

	if (process_open(&process, procs, pid, 1) < 0 ||
	    process_read(&process, procs, PROCESS_STAT | PROCESS_ADJ) < 0)
		return 0;
	old = proc_open(process.dir, "oom_score_adj", O_RDWR);
	/* The start is told in hundredths of a second. */
	(void)usleep(50000);
	child_end(pid);
	if (old < 0 || !next_is(pid))
		return NOT_HERE;
	other = child_begin();
	adj = adj_of(procs, other);
	found |= other == pid ? SAME_NUMBER : 0;
	found |= process_read(&process, procs, PROCESS_COMM) == -ESRCH ? OLD_ENDED : 0;
	found |= pwrite(old, "999", 3, 0) < 0 && errno == ESRCH ? OLD_FILE_ENDED : 0;
	found |= processes_open_adj(root, pid, process.started, "oom_score_adj",
				    O_RDWR) == -ESRCH
			 ? NOT_OPENED
			 : 0;
	found |= adj != 999 && adj_of(procs, other) == adj ? NEW_UNTOUCHED : 0;
	process.have = 0;
	if (process_open(&process, procs, other, 1) == 0 &&
	    process_read(&process, procs, PROCESS_STAT) == 0)
		new = processes_open_adj(root, other, process.started, "oom_score_adj",
					 O_RDWR);
	found |= new >= 0 ? NEW_OPENED : 0;
	process_close(&process);
	child_end(other);
	return found;
}

/* As the first process of a namespace. */
static int first(void)
{
	struct root root;
	struct procs procs;
	int found;

	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("proc", tree_path("proc"), "proc", 0, NULL) < 0)
		return NOT_HERE;
	if (root_init(&root, tree) < 0 || procs_open(&procs, &root) < 0)
		return 0;
	found = root.live_proc ? look(&root, &procs) : 0;
	procs_done(&procs);
	root_done(&root);
	return found;
}

/* Its exit status is what was found. */
static int within(void)
{
	int status = 0;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
		return NOT_HERE;
	pid = fork();
	if (pid == 0)
		_exit(first());
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 0;
	return WEXITSTATUS(status);
}

int main(void)
{
	int status = 0;
	pid_t pid;

	tree_begin();
	tree_folders("proc/x");
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(within());
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	tree_end();
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_HERE) {
		skip("no PID namespace can be had here, or its next number not be set");
		return done();
	}
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	ok(status & SAME_NUMBER, "another has its number");
	ok(status & OLD_ENDED, "the one that was opened has ended");
	ok(status & OLD_FILE_ENDED, "what was open of it cannot be written to");
	ok(status & NOT_OPENED, "nor is it opened by number and start");
	ok(status & NEW_UNTOUCHED, "the other one is as it was");
	ok(status & NEW_OPENED, "and is opened as itself");
	is_int(status, ALL, "all of it");
	return done();
}
