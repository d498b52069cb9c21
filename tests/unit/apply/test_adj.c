/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/adj.h"

#include <errno.h>
#include <linux/capability.h>

#include "base/cleanup.h"
#include "child.h"
#include "plan/plan_item.h"
#include "proctree.h"
#include "state/process.h"
#include "sys/caps.h"
#include "sys/procs.h"
#include "sys/root.h"
#include "tap.h"

static uint64_t start_of(const struct root *root, pid_t pid)
{
	struct process process = { .dir = -1 };
	struct procs procs;

	if (procs_open(&procs, root) < 0 || process_open(&process, &procs, pid, 1) < 0 ||
	    process_read(&process, &procs, PROCESS_STAT) < 0)
		abort();
	process_close(&process);
	procs_done(&procs);
	return process.started;
}

static long value_at(int fd)
{
	char text[16] = "";

	return pread(fd, text, sizeof(text) - 1, 0) > 0 ? strtol(text, NULL, 10) : -9999;
}

static void test_live(const struct root *host)
{
	pid_t pid = child_begin();
	char path[64];
	struct plan_item item = {
		.path = path, .process = { .pid = pid, .started = start_of(host, pid) }
	};
	cleanup_fd int fd = -1;
	long before;

	(void)snprintf(path, sizeof(path), "proc/%d/oom_score_adj", (int)pid);
	fd = adj_open(host, &item);
	ok(fd >= 0, "a real one is opened");
	before = value_at(fd);
	is_int(adj_write(fd, "998\n", 4, false, false), 0, "raised");
	is_int(value_at(fd), 998, "it is");
	is_int(adj_write(fd, "999\n", 4, true, false), 0, "again, as if it were shorter");
	is_int(value_at(fd), 999, "it is");
	is_int(adj_write(fd, "1001\n", 5, false, false), -EINVAL, "too much");
	is_int(value_at(fd), 999, "is not taken");
	if (!caps_holds(CAP_SYS_RESOURCE)) {
		is_int(adj_write(fd, "-1000\n", 6, false, false), -EACCES,
		       "lowered without the privilege");
		is_int(value_at(fd), 999, "it is not");
	}
	ok(before > 998 || value_at(fd) != before, "it was something else before");
	item.process.started++;
	is_int(adj_open(host, &item), -ESRCH, "another one with its number");
	item.process.started--;
	child_end(pid);
	is_int(adj_write(fd, "998\n", 4, false, false), -ESRCH, "ended: written");
	is_int(adj_write(fd, "998\n", 4, true, true), -ESRCH, "ended: written, hard");
	is_int(adj_open(host, &item), -ESRCH, "ended: opened");
}

/* Linux from 2.6.36 on keeps its own scale, in which 8 of the older one is 7 when it is read. */
static void test_not_kept(const struct root *host)
{
	pid_t pid = child_begin();
	struct process process = { .dir = -1 };
	struct procs procs;
	int r;

	if (procs_open(&procs, host) < 0 || process_open(&process, &procs, pid, 1) < 0)
		abort();
	process.legacy = true;
	if ((r = adj_set(&process, 8, false)) == -ENOENT)
		skip("this kernel has no oom_adj");
	else
		is_int(r, -EIO, "written, and something else read back");
	process.legacy = false;
	is_int(adj_set(&process, 700, false), 0, "written, and read back");
	process_close(&process);
	procs_done(&procs);
	child_end(pid);
}

static void test_tree(const struct root *root)
{
	struct plan_item item = { .path = "proc/812/oom_score_adj",
				  .process = { .pid = 812, .started = 81200 } };
	cleanup_fd int fd = -1, old = -1;

	proc_add(812, "sshd", 1, -1000);
	fd = adj_open(root, &item);
	ok(fd >= 0, "one in a tree");
	is_int(adj_write(fd, "5\n", 2, true, false), 0, "is written");
	is_int(value_at(fd), 5, "and nothing of what was there is left");
	item.path = "proc/812/oom_adj";
	is_int(adj_open(root, &item), -ENOENT, "a file that is not there");
	proc_file(812, "oom_adj", "0\n");
	old = adj_open(root, &item);
	is_int(adj_write(old, "-17\n", 4, false, false), 0, "the older file");
	is_int(value_at(old), -17, "by its name");
	item.process.pid = 813;
	is_int(adj_open(root, &item), -ESRCH, "none");
}

int main(void)
{
	struct root root, host;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	is_int(root_init(&host, "/"), 0, "the host");
	test_live(&host);
	test_not_kept(&host);
	test_tree(&root);
	root_done(&host);
	root_done(&root);
	tree_end();
	return done();
}
