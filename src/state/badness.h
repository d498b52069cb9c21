/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * How bad the kernel's OOM killer finds a process: who has the most points dies (Linux
 * mm/oom_kill.c, badness() and oom_badness()), and what /proc/PID/oom_score would show of it
 * (fs/proc/base.c). Pure, so that "what if" has an answer: with another adjustment, another
 * limit, on another kernel.
 *
 * What /proc does not tell, and this does not know:
 * - that a process is dying or its memory has been taken already (TIF_MEMDIE, MMF_OOM_SKIP), or
 *   that it is a vfork() child that still runs in its parent's memory (4.8 and later): these are
 *   passed over. One in swapoff(2), or writing to ksm/run, is taken first.
 * - the nodes that it may use: who cannot free memory there is passed over (2.6.36 and later)
 *   or has an eighth of its points (before).
 * - the precise resident size. From 2.6.34 to 6.1 up to 64 pages of each thread are not in its
 *   process's counters yet; since 6.2 a batch of each CPU (32 pages, or twice the CPUs if that
 *   is more). From 6.16 on status adds these up, and oom_score, still in 6.18, does not.
 * - whether a capability is held in the first user namespace, where alone it counts.
 * - the memory of a process whose first thread has exited: it looks like a zombie, with Threads
 *   above 1. The kernel asks the other threads, which are in /proc/PID/task.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/kver.h"

struct badness_host {
	struct kver kernel; /* KVER_ANY: the newest with oom_score_adj, else 2.6.35 */
	/* /proc/PID/oom_score_adj is there: 2.6.36 and later, and RHEL 6, which is 2.6.32. */
	bool has_score_adj;
	/* Who has an adjustment of 0 and hardly any memory shows 666, not 0. That is known of 5.9 and
	 * later, and to be found out of kernels that call themselves older. */
	bool shows_666;
	unsigned page_size; /* bytes; 0: 4096 */
	/* RAM and swap, or the limit of a memory cgroup: an adjustment is in thousandths of it.
	 * /proc/PID/oom_score goes by RAM and swap whatever cgroup a process is in. */
	uint64_t total_kib;
};

struct badness_process {
	bool is_init;	    /* PID 1 of the first PID namespace */
	bool is_kernel;	    /* a kernel thread */
	bool has_memory;    /* false for zombies, too; not the same as a size of 0 */
	int score_adj;	    /* oom_score_adj, 2.6.36 and later */
	uint64_t rss_kib;   /* VmRSS */
	uint64_t swap_kib;  /* VmSwap */
	uint64_t table_kib; /* VmPTE, and VmPMD where there is one */
	uint64_t caps;	    /* CapEff; nothing from 4.17 on */

	/* Up to 2.6.35 only: */
	int legacy_adj;	      /* oom_adj */
	uint64_t vm_kib;      /* VmSize */
	uint64_t child_pages; /* the sum of badness_child_pages() of its children */
	uint64_t cpu_ticks;   /* utime and stime, in hundredths of a second */
	uint64_t run_seconds; /* since it started */
	int nice;
	bool root; /* uid or euid 0 */
};

/* Why the OOM killer never takes a process. */
enum badness_spared {
	BADNESS_KILLABLE,
	BADNESS_INIT,
	BADNESS_KERNEL,
	BADNESS_NO_MEMORY,
	BADNESS_NEVER, /* oom_score_adj is -1000, or oom_adj -17 */
};

struct badness {
	enum badness_spared spared;
	/*
	 * Who has most dies first; only to be compared within one host. Pages from 3.5 on,
	 * below 0 from 5.9 on; thousandths of memory from 2.6.36 to 3.4; a number without a unit
	 * before. BADNESS_NONE for who is spared.
	 */
	int64_t points;
	/* What /proc/PID/oom_score shows: 0 for who is spared, but up to 2.6.35, where init and
	 * those who are never killed have one as everybody. */
	uint64_t score;
};

#define BADNESS_NONE INT64_MIN

struct badness badness_of(const struct badness_host *host,
			  const struct badness_process *process);

/* What a child of @vm_kib, with memory of its own, adds to its parent. 0 but for 2.6.11 - 2.6.35. */
uint64_t badness_child_pages(const struct badness_host *host, uint64_t vm_kib);

/* "init", "kernel thread", "no memory", "never"; "" for BADNESS_KILLABLE. */
const char *badness_spared_word(enum badness_spared spared);
