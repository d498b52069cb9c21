/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/procfilter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/cn_proc.h>

#define PASS	     0xFFFFFFFFU
#define DROP	     0U

/* Of a fork's data: the parent's pid and tgid, the child's pid and tgid. */
#define PARENT_TGID  (PROCFILTER_DATA + 4)
#define CHILD_PID    (PROCFILTER_DATA + 8)
#define CHILD_TGID   (PROCFILTER_DATA + 12)
/* Of all others'. */
#define PROCESS_PID  PROCFILTER_DATA
#define PROCESS_TGID (PROCFILTER_DATA + 4)

/* Instructions of drop_threads() and of pass_if(). */
#define THREADS_LEN  5
#define PASS_LEN     2

static void put(struct procfilter *filter, struct sock_filter instruction)
{
	filter->code[filter->len++] = instruction;
}

static void load(struct procfilter *filter, unsigned offset)
{
	put(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static void answer(struct procfilter *filter, unsigned verdict)
{
	put(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

/* Goes on with the next instruction where what is loaded is @value, else @len further on. */
static void unless(struct procfilter *filter, unsigned value, size_t len)
{
	put(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(value),
						 0, (unsigned char)len));
}

static void pass_if(struct procfilter *filter, unsigned value)
{
	unless(filter, value, 1);
	answer(filter, PASS);
}

/* A process's first thread has its number. */
static void drop_threads(struct procfilter *filter, unsigned pid, unsigned tgid)
{
	load(filter, pid);
	put(filter, (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TAX, 0));
	load(filter, tgid);
	put(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 1, 0));
	answer(filter, DROP);
}

static void pass_processes(struct procfilter *filter, unsigned what)
{
	unless(filter, what, THREADS_LEN + 1);
	drop_threads(filter, PROCESS_PID, PROCESS_TGID);
	answer(filter, PASS);
}

static void pass_forks(struct procfilter *filter, const pid_t *parents, size_t len)
{
	unless(filter, PROC_EVENT_FORK, THREADS_LEN + 1 + len * PASS_LEN + 1);
	drop_threads(filter, CHILD_PID, CHILD_TGID);
	load(filter, PARENT_TGID);
	for (size_t i = 0; i < len; i++)
		pass_if(filter, (unsigned)parents[i]);
	answer(filter, DROP);
}

int procfilter_build(struct procfilter *filter, unsigned kinds, const pid_t *parents,
		     size_t len)
{
	if (len > PROCFILTER_PARENTS)
		return -E2BIG;
	filter->len = 0;
	load(filter, PROCFILTER_WHAT);
	pass_if(filter, PROC_EVENT_NONE);
	/* Whichever thread calls exec, it is the first one afterwards. */
	if (kinds & PROCEVENT_EXEC)
		pass_if(filter, PROC_EVENT_EXEC);
	if (len > 0)
		pass_forks(filter, parents, len);
	if (kinds & PROCEVENT_COMM)
		pass_processes(filter, PROC_EVENT_COMM);
	if (kinds & PROCEVENT_UID)
		pass_processes(filter, PROC_EVENT_UID);
	if (kinds & PROCEVENT_GID)
		pass_processes(filter, PROC_EVENT_GID);
	answer(filter, DROP);
	return 0;
}
