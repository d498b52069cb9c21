/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One zone of memory: what is free in it, how far the kernel lets that sink, and in
 * blocks of which size it lies. Pure.
 *
 * A request of order o takes one free block of at least 2^o pages. It may take the last of a zone
 * that it is for; of a lower one only what is above the watermark and that zone's reserve for
 * requests of its class (Linux mm/page_alloc.c, __zone_watermark_ok()).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_NAME    16
/* 11 mostly, 14 on arm64 with pages of 64 KiB, 17 on ia64. */
#define ZONE_ORDERS  20
/* MAX_NR_ZONES: DMA, DMA32, Normal, HighMem, Movable, Device, and some to come. */
#define ZONE_CLASSES 8

struct zone {
	unsigned node;
	char name[ZONE_NAME]; /* "DMA32" */
	/* KiB; -1: the kernel does not tell (no zoneinfo before 2.6.13). */
	int64_t free_kib, min_kib, low_kib, high_kib;
	int64_t managed_kib; /* what the allocator has; before 3.10 what is present */
	int64_t present_kib; /* with what was taken at boot */
	int64_t boost_kib; /* by which the three marks above are raised just now; else 0 */
	int64_t cma_kib;   /* of what is free, for movable pages only (3.7); else 0 */
	/* Free as well, and not in free_kib: pages that the CPUs keep at hand. From 6.7 on, up to an eighth
	 * of the zone (mm/page_alloc.c, zone_highsize()); else 0. */
	int64_t percpu_kib;
	/* What processes and files have of it, and of that the files' part, which can be given back
	 * (before 2.6.28 with tmpfs, which cannot); -1: not told (before 2.6.18). */
	int64_t lru_kib, file_kib;
	/* What is kept from requests of each class, in the kernel's order of zones, which may have
	 * zones that the file leaves out. */
	int64_t reserve_kib[ZONE_CLASSES];
	unsigned classes; /* 0: not told */
	/* Free blocks of 2^order pages. */
	uint64_t free_blocks[ZONE_ORDERS];
	unsigned orders; /* 0: no buddyinfo told of this zone */
};

/* Low memory: whatever is not HighMem, and can hold the kernel's own data (not Movable, not
 * Device). */
bool zone_is_low(const struct zone *zone);
/* Has it any memory? */
bool zone_has_memory(const struct zone *zone);

/* Blocks of a free list, as all indexes below take them. */
struct blocks {
	const uint64_t *counts;
	unsigned orders;
};

static inline struct blocks zone_blocks(const struct zone *zone)
{
	return (struct blocks){ zone->free_blocks, zone->orders };
}

/* Adds @zone's blocks to those in @counts, which are of *@orders orders. */
void zone_add_blocks(const struct zone *zone, uint64_t counts[ZONE_ORDERS],
		     unsigned *orders);

/* Which part of the free memory lies in blocks too small for @order, in thousandths; 1000 where
 * nothing is free (Linux mm/vmstat.c, unusable_free_index()). */
unsigned blocks_unusable(struct blocks blocks, unsigned order);
/* Why @order fails: towards 0 for lack of memory, towards 1000 as it is fragmented, in thousandths;
 * -1000: it does not (fragmentation_index()). Small negatives are possible. */
int blocks_fragmentation(struct blocks blocks, unsigned order);
/* The largest order of which there is a block; -1: nothing is free. */
int blocks_largest(struct blocks blocks);
/* Pages in all of them. */
uint64_t blocks_pages(struct blocks blocks);
