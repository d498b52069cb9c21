/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What a report says of memory: of zones, of the machine, of a control group. What it does not tell is
 * -1. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/zone.h"

struct oom_zone {
	struct zone
		zone; /* free_blocks of a zone whose free list was lost are of 0 orders */
	bool has_node;		/* the kernel named it */
	int64_t highatomic_kib; /* free, but kept for atomic requests (4.4) */
	int all_unreclaimable;	/* 1, 0; -1: not told (4.8 and later) */
	uint32_t
		closed; /* bits of orders of which all free blocks are high-atomic, CMA or isolated */
	bool classes_hold_marks; /* zone.reserve_kib is `protections[]` (2.6.8 to .10) */
	uint64_t line;
};

struct oom_zones {
	struct oom_zone *items;
	size_t len, cap;
};

/* The counters of Mem-Info, in KiB. */
struct oom_totals {
	int64_t free, active_anon, inactive_anon, active_file, inactive_file;
	int64_t active, inactive; /* anon and file in one, up to 2.6.27 */
	int64_t dirty, writeback; /* of the files' part of it */
	int64_t unevictable, slab, slab_reclaimable, slab_unreclaimable;
	int64_t mapped, shmem, pagetables, kernel_stack, bounce, free_cma;
	int64_t swap_total, swap_free;
	int64_t ram, highmem, reserved; /* "pages RAM", ... */
	uint64_t line, swap_line, ram_line;
};

/* The memory cgroup that was at its limit. */
struct oom_memcg {
	const char *path;	 /* whose limit */
	const char *victim_path; /* of who was killed, which may lie below */
	int64_t usage, limit, swap_usage, swap_limit, kmem_usage, kmem_limit; /* KiB */
	int64_t anon, file, shmem, kernel, dirty;			      /* KiB */
	uint64_t line, swap_line;
	bool is_v1; /* of cgroup version 1, which has no memory.high */
};
