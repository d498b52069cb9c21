/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The picture of a host's memory: its files about it, read once and put together.
 *
 * Sources: proc/meminfo, proc/zoneinfo, proc/buddyinfo, proc/pressure/memory, and of proc/vmstat
 * the line oom_kill (4.13 and later). Any of them may be missing: what they tell is unknown then.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "state/meminfo.h"
#include "state/pressure.h"
#include "state/zone.h"

struct arena;
struct root;

struct memory {
	struct meminfo info;
	struct zone *zones; /* by node, in the kernel's order, without empty ones */
	size_t zones_len;
	struct pressure pressure;
	int64_t oom_kills; /* since boot; -1: not counted */
	unsigned page_size;
};

/* What the files hold; nothing where one cannot be read. */
struct memory_files {
	struct span meminfo, zoneinfo, buddyinfo, pressure, vmstat;
};

/* Pure. 0, -ENODATA (this meminfo cannot be used), or -ENOMEM. */
int memory_parse(struct arena *arena, const struct memory_files *files,
		 unsigned page_size, struct memory *ret)
	__attribute__((warn_unused_result));

/* @page_size: what host_read() found. 0, -ENODATA (there is no meminfo that can be used), or -ENOMEM. */
int memory_read(struct arena *arena, const struct root *root, unsigned page_size,
		struct memory *ret) __attribute__((warn_unused_result));

/* What is free, with what the CPUs keep at hand of it, which MemFree leaves out; in KiB. -1: not told. */
int64_t memory_free(const struct memory *memory);
/* Low memory, in KiB: the whole where there is no HighMem. -1: not told. */
int64_t memory_low_total(const struct memory *memory);
int64_t memory_low_free(const struct memory *memory);

/* The free blocks of all zones of low memory together, in @counts; no orders where no buddyinfo told. */
struct blocks memory_low_blocks(const struct memory *memory,
				uint64_t counts[ZONE_ORDERS]);
