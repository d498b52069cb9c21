/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Processes in a tree, with files as the kernel shows them. */

#include "tree.h"

/* The file @name of process @pid; @text has @len bytes, NULs among them. */
__attribute__((unused)) static void proc_bytes(int pid, const char *name,
					       const char *text, size_t len)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "proc/%d/%s", pid, name);
	tree_folders(path);
	fd = open(tree_path(path), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len || close(fd) < 0)
		abort();
}

__attribute__((unused)) static void proc_file(int pid, const char *name, const char *text)
{
	proc_bytes(pid, name, text, strlen(text));
}

__attribute__((unused)) static void proc_unlink(int pid, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "proc/%d/%s", pid, name);
	if (unlink(tree_path(path)) < 0)
		abort();
}

/* @state as in proc(5); a kernel thread has no @vsize. It began at 100 times its number. */
__attribute__((unused)) static void proc_stat(int pid, const char *comm, char state,
					      int ppid, unsigned long vsize)
{
	char text[512];

	(void)snprintf(
		text, sizeof(text),
		"%d (%s) %c %d 1 1 0 -1 4194304 9 0 0 0 3 4 0 0 20 0 1 0 %d %lu 55 "
		"18446744073709551615 0\n",
		pid, comm, state, ppid, pid * 100, vsize);
	proc_file(pid, "stat", text);
}

/* One of root's, whose command line is its name. */
__attribute__((unused)) static void proc_add(int pid, const char *comm, int ppid, int adj)
{
	char text[128];

	proc_stat(pid, comm, 'S', ppid, 4096000);
	(void)snprintf(text, sizeof(text), "%s\n", comm);
	proc_file(pid, "comm", text);
	proc_bytes(pid, "cmdline", comm, strlen(comm) + 1);
	proc_file(pid, "status", "Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
	(void)snprintf(text, sizeof(text), "%d\n", adj);
	proc_file(pid, "oom_score_adj", text);
}
