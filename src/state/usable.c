/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/usable.h"

#include <stddef.h>

#include "state/headroom.h"
#include "state/zone.h"

#define UNTOLD (-1)

static int64_t kept_from_users(const struct zone *zone)
{
	return zone->classes > 0 ? zone->reserve_kib[zone->classes - 1] : UNTOLD;
}

static int64_t kept_from_kernel(const struct memory *memory, const struct zone *zone)
{
	unsigned class = headroom_class(memory, zone->node);

	return class < zone->classes ? zone->reserve_kib[class] : UNTOLD;
}

static enum usable_level level_of(const struct zone *zone)
{
	if (zone->min_kib < 0 || zone->low_kib < 0 || zone->high_kib < 0)
		return USABLE_UNKNOWN;
	if (zone->free_kib <= zone->min_kib)
		return USABLE_BELOW_MIN;
	if (zone->free_kib <= zone->low_kib)
		return USABLE_BELOW_LOW;
	return zone->free_kib <= zone->high_kib ? USABLE_BELOW_HIGH : USABLE_ABOVE_HIGH;
}

static bool is_open(const struct zone *zone, int64_t free_kib, int64_t reserve_kib)
{
	if (zone->min_kib < 0)
		return true;
	return free_kib > zone->min_kib + (reserve_kib > 0 ? reserve_kib : 0);
}

struct usable usable_of(const struct memory *memory, const struct zone *zone)
{
	struct usable usable = {
		.level = level_of(zone),
		.users_kib = kept_from_users(zone),
		.kernel_kib = UNTOLD,
	};

	usable.for_users = is_open(zone, zone->free_kib, usable.users_kib);
	if (!zone_is_low(zone))
		return usable;
	usable.kernel_kib = kept_from_kernel(memory, zone);
	/* What is set aside for CMA holds movable pages only. */
	usable.for_kernel =
		is_open(zone, zone->free_kib - zone->cma_kib, usable.kernel_kib);
	return usable;
}

#define BELOW_MIN      "below min: only emergencies are served, all others reclaim first"
#define NOT_FOR_USERS  "not usable for processes"
#define NOT_FOR_NORMAL "below the reserve for normal requests: not usable for them"

const char *usable_text(const struct usable *usable)
{
	/* Who gets something: all, the kernel alone, or nobody but who asks for this zone itself. */
	static const char *const texts[][3] = {
		[USABLE_UNKNOWN] = { NULL, NULL, NULL },
		[USABLE_ABOVE_HIGH] = { NULL,
					"above high, but below the reserve: " NOT_FOR_USERS,
					"above high, but " NOT_FOR_NORMAL },
		[USABLE_BELOW_HIGH] = { NULL,
					"above low, but below the reserve: " NOT_FOR_USERS,
					"above low, but " NOT_FOR_NORMAL },
		[USABLE_BELOW_LOW] = { "below low: reclaim is at work",
				       "below low (reclaim is at work) and the reserve: " NOT_FOR_USERS,
				       "below low (reclaim is at work) and " NOT_FOR_NORMAL },
		[USABLE_BELOW_MIN] = { BELOW_MIN, BELOW_MIN, BELOW_MIN },
	};

	if (usable->for_users)
		return texts[usable->level][0];
	return texts[usable->level][usable->for_kernel ? 1 : 2];
}
