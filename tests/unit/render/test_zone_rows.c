/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/zone_rows.h"

#include "capture.h"
#include "state/memory.h"
#include "tap.h"

static struct zone zones[] = {
	{ .name = "DMA",
	  .free_kib = 3852,
	  .min_kib = 760,
	  .low_kib = 948,
	  .high_kib = 1136,
	  .managed_kib = 15360,
	  .reserve_kib = { 0, 2920, 15784, 15784 },
	  .classes = 4 },
	{ .name = "Normal",
	  .free_kib = 37040,
	  .min_kib = 37144,
	  .low_kib = 46428,
	  .high_kib = 55712,
	  .managed_kib = 751888,
	  .reserve_kib = { 0, 0, 102908, 102908 },
	  .classes = 4 },
};

static const struct memory memory = { .zones = zones, .zones_len = 2 };

static const char *show(struct capture *got, const struct memory *of, unsigned width,
			bool verbose, bool told)
{
	is_int(zone_rows_put(of, capture(got, width, false), verbose), told, "marks");
	return captured(got);
}

static void test_rows(void)
{
	struct capture got;

	is_str(show(&got, &memory, 80, false, true),
	       "ZONE     FREE    MIN    LOW   HIGH RESERVE  # free = kept back : reserve\n"
	       "DMA      3.8M   760K   948K   1.1M     15M  "
	       "[=ml=====:::::::::::::::::::::::::]\n"
	       "  above high, but below the reserve: not usable for processes\n"
	       "Normal    36M    36M    45M    54M    100M  "
	       "[======m:lh::::::::::::::         ]\n"
	       "  below min: only emergencies are served, all others reclaim first\n",
	       "two zones");
	ok(strstr(show(&got, &memory, 80, true, true),
		  "  managed 734M, kept from requests by class: 0 0 100M 100M\n"),
	   "all reserves");
	is_str(show(&got, &memory, 24, false, true),
	       "ZONE     FREE\n"
	       "DMA      3.8M\n"
	       "  above high, but below\n"
	       "    the reserve: not\n"
	       "    usable for\n"
	       "    processes\n"
	       "Normal    36M\n"
	       "  below min: only\n"
	       "    emergencies are\n"
	       "    served, all others\n"
	       "    reclaim first\n",
	       "no room for a gauge");
}

static void test_untold(void)
{
	static struct zone bare[] = {
		{ .node = 0, .name = "Normal", .free_kib = 5, .min_kib = -1 },
		{ .node = 1, .name = "Normal", .free_kib = -1, .min_kib = -1 },
	};
	const struct memory of = { .zones = bare, .zones_len = 2 };
	struct capture got;

	is_str(show(&got, &of, 80, true, false),
	       "ZONE/NODE   FREE\nNormal/0      5K\nNormal/1       -\n",
	       "several nodes, no marks");
}

int main(void)
{
	test_rows();
	test_untold();
	return done();
}
