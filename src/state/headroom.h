/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What can still be had of memory, and by whom: of all of it, of a zone, and of low memory. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "state/zone.h"

struct memory;

/* MemAvailable; before 3.14 what comes close to it. *@ret_estimated: it is that. */
int64_t headroom_available(const struct memory *memory, bool *ret_estimated);

/* The class of requests for the kernel's own data on @node: an index of zones' reserves. 0 where
 * none are told. */
unsigned headroom_class(const struct memory *memory, unsigned node);

/* By how much what is free in @zone exceeds @mark_kib and the reserve for requests of @class: below
 * 0 they get nothing from it. False: the zone does not tell. */
bool headroom_margin(const struct zone *zone, int64_t mark_kib, unsigned class,
		     int64_t *ret_kib);

/* How low memory is used, in KiB. */
struct headroom_low {
	int64_t total, free;
	int64_t back; /* could be given back: files' pages, slab's reclaimable part */
	int64_t own;  /* the kernel's own, which it keeps; -1: not told */
	int64_t uncounted; /* of that, what no counter tells of; -1: not told */
	bool sure;	   /* what is kept and what could be given back is told apart */
	bool closed;	   /* no zone of it is above its high mark and its reserve */
};

/* False: this host has no HighMem, or does not tell. */
bool headroom_low(const struct memory *memory, struct headroom_low *ret);

/* How a node stands, in KiB. */
struct headroom_node {
	unsigned number;
	bool told; /* of all its zones: else nothing below is */
	int64_t managed, free;
	int64_t file; /* files' pages, which could be given back */
	bool closed;  /* no zone of it is above its high mark */
	bool failing; /* nor above its min: what may come from this node only fails */
};

/* The node with memory after number @after, -1 for the first one. False: there is none. */
bool headroom_next_node(const struct memory *memory, int64_t after,
			struct headroom_node *ret);

/* The free blocks of low memory, in @counts, of zones that have so much free that a request of the
 * kernel's own can fail there only for lack of a block large enough. Where no marks are told: of
 * all its zones. */
struct blocks headroom_blocks(const struct memory *memory, uint64_t counts[ZONE_ORDERS]);
