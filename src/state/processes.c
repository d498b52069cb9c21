/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "state/procstat.h"
#include "sys/procs.h"
#include "sys/root.h"

/* Descriptors that are left for everything else. */
#define SPARE_FDS 192

struct collecting {
	struct arena *arena;
	const struct processes_request *request;
	struct procs *procs;
	struct process *process;
	int first_spare; /* descriptors from here on are not kept */
	struct processes found;
};

static int first_spare(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < SPARE_FDS)
		return 0;
	return limit.rlim_cur > INT32_MAX ? INT32_MAX : (int)limit.rlim_cur - SPARE_FDS;
}

static void open_adj(const struct collecting *collecting, struct process_kept *kept)
{
	const struct process *process = collecting->process;
	int fd = proc_open(process->dir, process_adj_file(process), O_RDWR);

	if (fd < 0) {
		kept->error = fd == -EMFILE || fd == -ENFILE ? 0 : -fd;
		return;
	}
	if (fd < collecting->first_spare)
		kept->fd = fd;
	else
		(void)close(fd);
}

static int keep_footprint(struct collecting *collecting, struct process_kept *kept)
{
	struct footprint *footprint;

	if (!process_knows(collecting->process, PROCESS_FOOTPRINT))
		return 0;
	footprint = arena_alloc(collecting->arena, sizeof(*footprint));
	if (!footprint)
		return -ENOMEM;
	*footprint = collecting->process->footprint;
	kept->footprint = footprint;
	return 0;
}

static int keep(struct collecting *collecting, const struct process_answer *answer)
{
	const struct process *process = collecting->process;
	struct process_kept *kept = vec_push(collecting->arena, &collecting->found);

	if (!kept)
		return -ENOMEM;
	*kept = (struct process_kept){
		.pid = process->pid,
		.inode = process->inode,
		.started = process->started,
		.uid = process->uid,
		.ppid = process->ppid,
		.known = process->have & ~process->denied,
		.comm = arena_copy(collecting->arena, process->comm,
				   strlen(process->comm)),
		.unset = process->unset,
		.legacy = process->legacy,
		.adj = process->adj,
		.rule = answer->rule,
		.unknown = answer->unknown,
		.aside = answer->aside,
		.fd = -1,
	};
	if (!kept->comm || keep_footprint(collecting, kept) < 0)
		return -ENOMEM;
	if (answer->write && collecting->request->keep)
		open_adj(collecting, kept);
	return 0;
}

/* One that ends while it is looked at is as good as one that ended before. */
static int look_at(struct collecting *collecting)
{
	const struct processes_request *request = collecting->request;
	struct process *process = collecting->process;
	struct process_answer answer = request->judge(request->data, process);

	while (answer.more & ~process->have) {
		if (process_read(process, collecting->procs, answer.more) < 0)
			return 0;
		answer = request->judge(request->data, process);
	}
	if (process->denied & PROCESS_COMM)
		collecting->found.hidden++;
	return answer.keep ? keep(collecting, &answer) : 0;
}

static int collect(struct collecting *collecting)
{
	bool first = false;
	pid_t pid;
	uint64_t inode;
	int r;

	while ((r = procs_next(collecting->procs, &pid, &inode)) > 0) {
		r = process_open(collecting->process, collecting->procs, pid, inode);
		if (r < 0 && r != -ENOENT)
			return r;
		if (r < 0)
			continue;
		collecting->found.seen++;
		first |= pid == 1;
		r = look_at(collecting);
		if (r < 0)
			return r;
	}
	collecting->found.partial = !first;
	return r;
}

static int by_pid(const void *a, const void *b)
{
	const struct process_kept *left = a, *right = b;

	return left->pid < right->pid ? -1 : left->pid > right->pid;
}

/* The kernel lists them in order; the file system of a tree need not. */
static void put_in_order(struct processes *found)
{
	for (size_t i = 1; i < found->len; i++) {
		if (found->items[i - 1].pid > found->items[i].pid) {
			qsort(found->items, found->len, sizeof(*found->items), by_pid);
			return;
		}
	}
}

int processes_collect(struct arena *arena, const struct root *root,
		      const struct processes_request *request, struct processes *ret)
{
	struct procs procs;
	struct process process = { .dir = -1 };
	struct collecting collecting = {
		.arena = arena,
		.request = request,
		.procs = &procs,
		.process = &process,
		.first_spare = first_spare(),
		.found = { .caller = geteuid() },
	};
	int r = procs_open(&procs, root);

	if (r < 0)
		return r;
	r = collect(&collecting);
	process_close(&process);
	procs_done(&procs);
	put_in_order(&collecting.found);
	*ret = collecting.found;
	if (r < 0)
		processes_done(ret);
	return r;
}

void processes_done(struct processes *processes)
{
	for (size_t i = 0; i < processes->len; i++) {
		struct process_kept *kept = &processes->items[i];

		if (kept->fd >= 0)
			(void)close(kept->fd);
		kept->fd = -1;
	}
}

int processes_open_adj(const struct root *root, pid_t pid, uint64_t started,
		       const char *name, int flags)
{
	struct procs procs;
	struct procstat stat;
	char text[1024];
	ssize_t len;
	int r = procs_open(&procs, root);
	cleanup_fd int dir = r < 0 ? -1 : procs_open_dir(&procs, pid);

	if (r < 0)
		return r;
	procs_done(&procs);
	if (dir < 0)
		return dir == -ENOENT || dir == -ENOTDIR || dir == -ELOOP ? -ESRCH : dir;
	len = proc_read(dir, "stat", text, sizeof(text));
	if (len < 0)
		return len == -ENOENT ? -ESRCH : (int)len;
	if (procstat_parse((struct span){ text, (size_t)len }, &stat) < 0 ||
	    stat.start_time != started)
		return -ESRCH;
	return proc_open(dir, name, flags);
}
