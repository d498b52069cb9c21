/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One process, of which only as much is read as somebody asks for.
 *
 * All of it comes through one descriptor of its directory (sys/procs.h), and so
 * is of one process. What may not be read is not known, which is not the same as
 * not there: `denied` tells. Sources: proc(5); where it says more, the kernel file
 * is named.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/span.h"
#include "state/footprint.h"

struct procs;

/* What may be asked for, and roughly in the order of what it costs the kernel. */
enum process_field {
	PROCESS_OWNER = 1 << 0, /* uid, gid: one call, no file */
	PROCESS_EXE = 1 << 1,	/* one call; needs the right to trace it */
	PROCESS_ADJ = 1 << 2,	/* adj, legacy */
	PROCESS_CMDLINE = 1 << 3,
	PROCESS_COMM = 1 << 4,
	PROCESS_CGROUP = 1 << 5,
	PROCESS_STAT = 1 << 6,	 /* ppid, started, kernel, zombie */
	PROCESS_PARENT = 1 << 7, /* brings PROCESS_STAT along */
	PROCESS_FOOTPRINT = 1 << 8,
};

#define PROCESS_FIELDS	 9
/* The kernel keeps 15 bytes; its own workers show more (Linux fs/proc/array.c, proc_task_name). */
#define PROCESS_COMM_MAX 64
/* A command line counts up to here: for matching, longer ones are cut. */
#define PROCESS_TEXT_MAX 4096

/* oom_score_adj's range (Linux include/uapi/linux/oom.h). */
#define ADJ_NEVER	 (-1000)
#define ADJ_FIRST	 1000

struct process {
	pid_t pid;
	uint64_t inode;	 /* of its directory */
	int dir;	 /* -1: closed */
	bool live;	 /* of a real procfs */
	unsigned have;	 /* enum process_field bits: read */
	unsigned denied; /* and those of them that could not be had */

	uid_t uid; /* effective */
	gid_t gid;
	pid_t ppid;
	uint64_t started; /* clock ticks after boot */
	bool kernel;	  /* a kernel thread */
	bool program; /* it is known to run a program, and so to be no kernel thread and no zombie */
	bool zombie;
	bool unset;  /* there is no oom_score_adj, and no oom_adj either: before 2.6.11 */
	bool legacy; /* `adj` is an oom_adj: there is no oom_score_adj before 2.6.36 */
	int adj;
	struct footprint footprint;

	char comm[PROCESS_COMM_MAX];
	char parent[PROCESS_COMM_MAX]; /* its parent's comm */
	char exe[PROCESS_TEXT_MAX];
	char cmdline[PROCESS_TEXT_MAX]; /* arguments joined by blanks */
	char cgroup[PROCESS_TEXT_MAX];	/* lines "ID:CONTROLLERS:/PATH", cgroups(7) */
};

/* Makes *@process the one with @pid. 0; -ENOENT: there is none. What it was before is closed. */
int process_open(struct process *process, const struct procs *procs, pid_t pid,
		 uint64_t inode) __attribute__((warn_unused_result));
/* For cleanup(), too. One that is not open begins as { .dir = -1 }. */
void process_close(struct process *process);

/*
 * Reads those of @fields that it has not. 0, also where some are denied; -ESRCH: it has ended.
 */
int process_read(struct process *process, const struct procs *procs, unsigned fields)
	__attribute__((warn_unused_result));

/* Has it every bit of @fields, and may count on them? */
static inline bool process_knows(const struct process *process, unsigned fields)
{
	return (process->have & ~process->denied & fields) == fields;
}

/* The word of one field for messages: "exe". */
const char *process_field_name(enum process_field field);

/* The name of the file that holds its adj: "oom_score_adj". */
const char *process_adj_file(const struct process *process);

/* Takes one control group off *@rest, of "ID:CONTROLLERS:/PATH" lines; without controllers it is of
 * the unified hierarchy. False at the end. */
bool process_cgroup_next(struct span *rest, struct span *ret_controllers,
			 struct span *ret_path);
