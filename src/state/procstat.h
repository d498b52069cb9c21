/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * /proc/PID/stat (Linux fs/proc/array.c, do_task_stat). Its fields are counted from the last ')', as
 * a command's name may hold blanks, brackets and newlines. The first 24 are the same from
 * 2.6.9 on.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct procstat {
	int64_t pid;
	struct span comm; /* without the brackets; in the text that was parsed */
	char state;	  /* proc(5): R S D T t Z X ... */
	int64_t ppid;
	uint64_t flags; /* PF_* of include/linux/sched.h; few keep their meaning */
	uint64_t utime; /* hundredths of a second, like stime and start_time */
	uint64_t stime;
	int64_t nice;
	int64_t threads; /* more than 1 in state Z: the others live and have the memory */
	uint64_t start_time; /* after boot */
	uint64_t vsize;	     /* bytes */
	int64_t rss;	     /* pages */
};

/* 0, or -EINVAL for what is no such line or is cut short. */
int procstat_parse(struct span text, struct procstat *ret)
	__attribute__((warn_unused_result));

/* It has no memory, and not because it has exited. (PF_KTHREAD is 2.6.27 and later; the bit was
 * another one before.) */
bool procstat_is_kernel(const struct procstat *stat);
