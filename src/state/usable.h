/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Whether what is free in a zone can be had, and by whom. Pure.
 *
 * A request gets a page of a zone while free > mark + the zone's reserve for the request's class
 * (Linux mm/page_alloc.c, __zone_watermark_ok()). The class is the highest zone that the request
 * could use: the last one for what processes map, Normal for the kernel's own data. So a zone may
 * be far above its marks and yet be shut for nearly all who ask.
 */

#include <stdbool.h>
#include <stdint.h>

struct memory;
struct zone;

/* How far it has sunk. */
enum usable_level {
	USABLE_UNKNOWN,	   /* the kernel tells no marks */
	USABLE_ABOVE_HIGH, /* as it should be */
	USABLE_BELOW_HIGH, /* where reclaim in the background leaves it alone until it is below low */
	USABLE_BELOW_LOW, /* reclaim in the background is at work */
	USABLE_BELOW_MIN, /* who asks has to reclaim; only emergencies are served */
};

struct usable {
	enum usable_level level;
	/* Kept from processes' pages, and from the kernel's own data; -1: not told. */
	int64_t users_kib, kernel_kib;
	/* Gets it a page, above min? True where nothing is told. */
	bool for_users;
	bool for_kernel; /* of low memory; never of HighMem and Movable */
};

/* @zone is one of @memory's. */
struct usable usable_of(const struct memory *memory, const struct zone *zone);
/* What an administrator has to know of it, as the end of a sentence that begins with the zone's
 * name; NULL: nothing. */
const char *usable_text(const struct usable *usable);
