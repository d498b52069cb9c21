/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What kind of host this is, from the root's own files only.
 *
 * Sources: proc/sys/kernel/osrelease, proc/meminfo, proc/uptime (proc(5)), proc/zoneinfo (2.6.13 and
 * later), proc/sys/kernel/arch (6.1 and later; on the running host uname(2) stands in for
 * it).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/kver.h"

struct arena;
struct root;

/* What may be asked of a host; each costs reading a file or two. */
enum host_fact {
	HOST_KERNEL = 1 << 0, /* release, kernel */
	HOST_MEMORY = 1 << 1, /* has_memory and the sizes, HighMem and its zones */
	HOST_ARCH = 1 << 2,
	HOST_PAGE = 1 << 3,   /* page_size */
	HOST_MOUNTS = 1 << 4, /* sysctl_readonly, no_sysctls, sysfs_readonly */
	HOST_UPTIME = 1 << 5,
};

struct host {
	const char *release; /* "2.6.9-89.ELsmp"; NULL: unknown */
	struct kver kernel;  /* KVER_ANY: unknown */
	const char *arch;    /* "x86_64"; NULL: unknown */
	bool has_memory;     /* proc/meminfo could be read */
	uint64_t mem_total_kib;
	uint64_t swap_total_kib;
	uint64_t high_total_kib; /* 0: no HighMem */
	unsigned page_size;	 /* bytes; 4096 where nothing tells */
	uint64_t uptime;	 /* seconds; 0: unknown */
	bool live;		 /* its kernel is the running one */
	bool sysctl_readonly;	 /* proc/sys is mounted read-only */
	bool no_sysctls;	 /* proc/sys is not there: an image that is being built */
	bool sysfs_readonly;

	/* For vm.lowmem_reserve_ratio: pages managed by (or, before 3.10, present in)
	 * HighMem and Normal (0: unknown), and the vector's index of Normal; -1: unknown. */
	uint64_t high_pages;
	uint64_t normal_pages;
	int normal_index;
};

/* How many bits words of its kernel have; 0: unknown. */
unsigned host_word(const struct host *host);

/* Never fails for what a host lacks: that stays unknown. 0 or -ENOMEM. */
int host_read(struct arena *arena, const struct root *root, unsigned facts,
	      struct host *ret) __attribute__((warn_unused_result));
