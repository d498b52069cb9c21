/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/process.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "knob/oomadj.h"
#include "state/procstat.h"
#include "state/procstatus.h"
#include "sys/procs.h"

/* /proc/PID/stat is shorter than this even with a kernel worker's name in it. */
#define STAT_SIZE   1024
#define STATUS_SIZE 8192

void process_close(struct process *process)
{
	if (process->dir >= 0)
		(void)close(process->dir);
	process->dir = -1;
}

/* Nothing of the one before may be taken for this one's. The texts are large: their ends do. */
static void forget(struct process *process)
{
	process->have = process->denied = 0;
	process->uid = (uid_t)-1;
	process->gid = (gid_t)-1;
	process->ppid = 0;
	process->started = 0;
	process->unset = process->legacy = process->kernel = process->zombie = false;
	process->adj = 0;
	process->comm[0] = process->parent[0] = process->exe[0] = '\0';
	process->cmdline[0] = process->cgroup[0] = '\0';
}

int process_open(struct process *process, const struct procs *procs, pid_t pid,
		 uint64_t inode)
{
	int dir;

	process_close(process);
	dir = procs_open_dir(procs, pid);
	/* A link is none, and before 2.6.39 that is ELOOP. */
	if (dir < 0)
		return dir == -ESRCH || dir == -ENOTDIR || dir == -ELOOP ? -ENOENT : dir;
	forget(process);
	process->pid = pid;
	process->inode = inode;
	process->dir = dir;
	process->live = procs->live;
	return 0;
}

/*
 * A process that has ended says ESRCH to everything, and ENOENT to what only a living one has. A
 * kernel without the file, a kernel thread and a zombie say ENOENT, too: that is an answer.
 */
static int refused(int r)
{
	return r == -ESRCH ? -ESRCH : -EACCES;
}

/* -1 is nobody's number (credentials(7)). */
static bool is_id(int64_t id)
{
	return id >= 0 && id < UINT32_MAX;
}

static int read_owner(struct process *process, const struct procs *procs)
{
	struct procstatus status;
	char text[STATUS_SIZE];
	ssize_t len;

	if (procs->live)
		return proc_owner(process->dir, &process->uid, &process->gid);
	/* A tree's files belong to whoever made the tree. */
	len = proc_read(process->dir, "status", text, sizeof(text));
	if (len < 0)
		return refused((int)len);
	status = procstatus_parse((struct span){ text, (size_t)len });
	if (!is_id(status.euid) || !is_id(status.egid))
		return -EACCES;
	process->uid = (uid_t)status.euid;
	process->gid = (gid_t)status.egid;
	return 0;
}

static int read_exe(struct process *process)
{
	ssize_t len = proc_link(process->dir, "exe", process->exe, sizeof(process->exe));

	if (len >= 0)
		return 0;
	process->exe[0] = '\0';
	/* Kernel threads and zombies have none. */
	return len == -ENOENT ? 0 : refused((int)len);
}

static int read_cmdline(struct process *process)
{
	char *text = process->cmdline;
	ssize_t len = proc_read(process->dir, "cmdline", text, PROCESS_TEXT_MAX);

	if (len < 0) {
		text[0] = '\0';
		return refused((int)len);
	}
	while (len > 0 && text[len - 1] == '\0')
		len--;
	for (ssize_t i = 0; i < len; i++) {
		if (text[i] == '\0')
			text[i] = ' ';
	}
	return 0;
}

/* Without the newline that the kernel puts behind; one within the name stays. */
static int read_comm(int dir, char *comm)
{
	ssize_t len = proc_read(dir, "comm", comm, PROCESS_COMM_MAX);

	if (len < 0) {
		comm[0] = '\0';
		return (int)len;
	}
	if (len > 0 && comm[len - 1] == '\n')
		comm[len - 1] = '\0';
	return 0;
}

/* What is longer is cut, as it is when comm is read. */
static void copy_name(struct span name, char *comm)
{
	size_t len = name.len < PROCESS_COMM_MAX ? name.len : PROCESS_COMM_MAX - 1;

	memcpy(comm, name.at, len);
	comm[len] = '\0';
}

static int read_stat(struct process *process, char *comm)
{
	char text[STAT_SIZE];
	ssize_t len = proc_read(process->dir, "stat", text, sizeof(text));
	struct procstat stat;

	if (len < 0)
		return len == -ENOENT ? -ESRCH : refused((int)len);
	if (procstat_parse((struct span){ text, (size_t)len }, &stat) < 0 ||
	    stat.ppid < 0 || stat.ppid > INT32_MAX)
		return -EACCES;
	process->ppid = (pid_t)stat.ppid;
	process->started = stat.start_time;
	process->kernel = procstat_is_kernel(&stat);
	/* A leader that left its threads behind is one by its state alone: they have the memory. */
	process->zombie = (stat.state == 'Z' && stat.threads <= 1) || stat.state == 'X';
	if (comm)
		copy_name(stat.comm, comm);
	return 0;
}

/* The file came with 2.6.33; before, the name stands in stat alone. */
static int read_name(struct process *process)
{
	int r = read_comm(process->dir, process->comm);

	return r == -ENOENT ? read_stat(process, process->comm) : r;
}

static int read_cgroup(struct process *process)
{
	ssize_t len = proc_read(process->dir, "cgroup", process->cgroup,
				sizeof(process->cgroup));

	/* The group that counts may be behind the cut, and half a path is another one. */
	if (len >= 0)
		return len + 1 < PROCESS_TEXT_MAX ? 0 : -EACCES;
	process->cgroup[0] = '\0';
	/* A kernel without control groups puts nobody in one. */
	return len == -ENOENT ? 0 : refused((int)len);
}

static int read_parent(struct process *process, const struct procs *procs)
{
	struct process parent = { .dir = -1 };
	int r;

	process->parent[0] = '\0';
	if (process->denied & PROCESS_STAT)
		return -EACCES;
	if (process->ppid == 0)
		return 0;
	parent.dir = procs_open_dir(procs, process->ppid);
	if (parent.dir < 0)
		return -EACCES;
	r = read_name(&parent);
	memcpy(process->parent, parent.comm, sizeof(parent.comm));
	process_close(&parent);
	/* A parent that ended leaves its children to another: nobody can tell whose they were. */
	return r < 0 ? -EACCES : 0;
}

/* PID 1 of another namespace than the first is a process as any other to the OOM killer. */
static bool is_init(const struct process *process, const struct procs *procs)
{
	/* PROC_PID_INIT_INO of Linux include/uapi/linux/nsfs.h, from 3.8 on. */
	static const char first[] = "pid:[4026531836]";
	char text[64];

	if (process->pid != 1 || !procs->live)
		return process->pid == 1;
	return proc_link(procs->fd, "self/ns/pid", text, sizeof(text)) < 0 ||
	       strcmp(text, first) == 0;
}

static int read_footprint(struct process *process, const struct procs *procs)
{
	int r = footprint_read(process->dir, &process->footprint);

	process->footprint.badness.is_init = is_init(process, procs);
	if (r == -ENOENT)
		return -ESRCH;
	return r < 0 ? refused(r) : 0;
}

const char *process_adj_file(const struct process *process)
{
	return process->legacy ? "oom_adj" : "oom_score_adj";
}

/* Neither file is there. Older kernels say ENOENT, too, where the process is gone. */
static int read_unset(struct process *process)
{
	int fd = proc_open(process->dir, "stat", O_RDONLY);

	if (fd < 0)
		return -ESRCH;
	(void)close(fd);
	process->unset = true;
	return 0;
}

static bool is_adj(int64_t adj, bool legacy)
{
	return legacy ? adj >= OOMADJ_NEVER && adj <= OOMADJ_FIRST
		      : adj >= ADJ_NEVER && adj <= ADJ_FIRST;
}

static int read_adj(struct process *process)
{
	char text[32];
	int64_t adj;
	ssize_t len = proc_read(process->dir, "oom_score_adj", text, sizeof(text));

	if (len == -ENOENT) {
		len = proc_read(process->dir, "oom_adj", text, sizeof(text));
		process->legacy = len >= 0;
	}
	if (len == -ENOENT)
		return read_unset(process);
	if (len < 0)
		return refused((int)len);
	if (num_i64(span_trim((struct span){ text, (size_t)len }), &adj) < 0 ||
	    !is_adj(adj, process->legacy))
		return -EACCES;
	process->adj = (int)adj;
	return 0;
}

static int read_field(struct process *process, const struct procs *procs,
		      enum process_field field)
{
	switch (field) {
	case PROCESS_OWNER:
		return read_owner(process, procs);
	case PROCESS_EXE:
		return read_exe(process);
	case PROCESS_ADJ:
		return read_adj(process);
	case PROCESS_CMDLINE:
		return read_cmdline(process);
	case PROCESS_COMM:
		return read_name(process);
	case PROCESS_CGROUP:
		return read_cgroup(process);
	case PROCESS_STAT:
		return read_stat(process, NULL);
	case PROCESS_PARENT:
		return read_parent(process, procs);
	case PROCESS_FOOTPRINT:
		return read_footprint(process, procs);
	}
	return -EINVAL;
}

int process_read(struct process *process, const struct procs *procs, unsigned fields)
{
	if (fields & PROCESS_PARENT)
		fields |= PROCESS_STAT;
	for (unsigned i = 0; i < PROCESS_FIELDS; i++) {
		unsigned bit = 1U << i;
		int r;

		if (!(fields & ~process->have & bit))
			continue;
		r = read_field(process, procs, (enum process_field)bit);
		if (r == -ESRCH)
			return -ESRCH;
		process->have |= bit;
		if (r < 0)
			process->denied |= bit;
	}
	return 0;
}

const char *process_field_name(enum process_field field)
{
	switch (field) {
	case PROCESS_OWNER:
		return "owner";
	case PROCESS_EXE:
		return "exe";
	case PROCESS_ADJ:
		return "oom_score_adj";
	case PROCESS_CMDLINE:
		return "cmdline";
	case PROCESS_COMM:
		return "comm";
	case PROCESS_CGROUP:
		return "cgroup";
	case PROCESS_STAT:
		return "stat";
	case PROCESS_FOOTPRINT:
		return "status";
	case PROCESS_PARENT:
		break;
	}
	return "parent";
}

bool process_cgroup_next(struct span *rest, struct span *ret_controllers,
			 struct span *ret_path)
{
	struct span line, id;

	while (span_line(rest, &line)) {
		if (!span_until(&line, ':', &id) ||
		    !span_until(&line, ':', ret_controllers) || line.len == 0)
			continue;
		*ret_path = line;
		return true;
	}
	return false;
}
