/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * /proc/meminfo (proc(5); Linux fs/proc/meminfo.c, 2.4 and later) taken apart. Read by name, as
 * fields come and go; the three lines of 2.4 that stand above those with names are passed over. Pure.
 */

#include <stdint.h>

#include "base/span.h"

/* KiB; -1: the kernel does not tell. */
struct meminfo {
	int64_t total, free;
	int64_t available; /* 3.14 and later, and some distributions before */
	/* Without HighMem told up to 2.6.18: all is low memory, and none of it HighMem. */
	int64_t low_total, low_free, high_total, high_free;
	int64_t buffers, cached, swap_cached;
	int64_t swap_total, swap_free;
	int64_t dirty, writeback;
	int64_t anon, mapped; /* 2.6.18 and later */
	int64_t shmem;	      /* 2.6.32 and later; is in cached, too */
	int64_t unevictable;
	int64_t slab;
	int64_t slab_reclaimable, slab_unreclaimable; /* 2.6.19 and later */
	int64_t kernel_stack, page_tables;
	int64_t commit_limit, committed;
	int64_t huge_total, huge_free, huge_size; /* pages, pages, KiB */
};

struct meminfo meminfo_parse(struct span text);
