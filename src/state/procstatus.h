/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * /proc/PID/status, read by name (Linux fs/proc/array.c, proc_pid_status; fs/proc/task_mmu.c,
 * task_mem): lines come and go with versions, what is not known here passes. Numbers without a
 * line are 0 where nothing else is said.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct procstatus {
	struct span name; /* at most 15 bytes; a newline in it shows as \n, a \ as \\ */
	char state;	  /* proc(5): R S D T t Z X ... */
	int64_t tgid, ppid;
	int64_t uid, euid; /* -1: not told */
	int64_t gid, egid;
	uint64_t caps; /* CapEff */
	int64_t threads;
	unsigned pids; /* how many NSpid has (4.1 and later): 1, but for who is in a PID
			  namespace below the reader's */
	int kthread;   /* Kthread (not yet in 6.1): 0, 1; -1: not told */

	bool has_memory;   /* VmSize is there; no kernel thread and no zombie has it */
	uint64_t vm_kib;   /* VmSize */
	uint64_t rss_kib;  /* VmRSS */
	uint64_t swap_kib; /* VmSwap: 2.6.34 and later */
	/* Page tables: VmPTE, 2.6.10 and later, with VmPMD (4.0 - 4.14; VmPTE is all since). */
	uint64_t table_kib;
};

/* Never fails: of garbage nothing is known. */
struct procstatus procstatus_parse(struct span text);
