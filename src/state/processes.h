/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The processes of a host that somebody has a question about, from one pass.
 *
 * Who asks is handed each process as far as it was read, and says what more it
 * must know, until it has made up its mind: so nothing is read for nothing.
 */

#include "state/process.h"

struct arena;
struct root;

/* What is made of one process. */
struct process_answer {
	unsigned
		more; /* enum process_field bits that must be known first; 0: this is the answer */
	bool keep;	  /* it is to be among the processes */
	bool write;	  /* its adj may be written */
	bool aside;	  /* it is kept for others' sake: it is not asked about */
	int rule;	  /* whatever the caller calls it; kept with it */
	unsigned unknown; /* fields that were denied, without which it cannot be told */
};

typedef struct process_answer process_judge(void *data, const struct process *process);

struct process_kept {
	pid_t pid;
	uint64_t inode;
	uint64_t started; /* 0: not read */
	uid_t uid;	  /* where PROCESS_OWNER was read */
	pid_t ppid;	  /* where PROCESS_STAT was read */
	unsigned known;	  /* enum process_field bits */
	const char *comm;
	bool unset, legacy;
	int adj;
	int rule;
	unsigned unknown;
	bool aside;
	const struct footprint *footprint; /* NULL: not read, or it may not be */
	int fd; /* its adj's file, open for reading and writing; -1: it is not */
	int error; /* why not, where it was to be; 0: descriptors ran out, or it was not to be */
};

struct processes {
	struct process_kept *items; /* in the order of the pids */
	size_t len, cap;
	size_t seen;   /* all that the pass came by */
	size_t hidden; /* of which not even the name may be read */
	bool partial;  /* PID 1 is not among them: others are hidden (hidepid, proc(5)) */
	uid_t caller;  /* who looks, for what may be written */
};

struct processes_request {
	process_judge *judge;
	void *data;
	bool keep; /* open what may be written, as state_request has it */
};

/* 0, -ENOMEM, or the reason why proc/ cannot be listed. */
int processes_collect(struct arena *arena, const struct root *root,
		      const struct processes_request *request, struct processes *ret)
	__attribute__((warn_unused_result));
/* Closes what was kept open. */
void processes_done(struct processes *processes);

/*
 * Opens the adj file of the process @pid that began at @started, and of no other. The descriptor;
 * -ESRCH: it has ended; or why it cannot be opened.
 */
int processes_open_adj(const struct root *root, pid_t pid, uint64_t started,
		       const char *name, int flags) __attribute__((warn_unused_result));
