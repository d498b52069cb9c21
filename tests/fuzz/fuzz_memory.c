/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the files about a host's memory, lines of "--" between them: meminfo, zoneinfo,
 * buddyinfo, pressure/memory, vmstat. Whatever is in them, figures stay within what was told, and
 * sentences are whole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "state/headroom.h"
#include "state/memory.h"
#include "state/strain.h"
#include "state/zones.h"

#define MEMORY ((size_t)64 * 1024 * 1024)
#define MOST   (INT64_C(1) << 50)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

/* What stands before the next line of "--", or all of it. */
static struct span take(struct span *rest)
{
	struct span part = { rest->at, 0 }, line;

	while (span_line(rest, &line)) {
		if (span_is(line, "--"))
			break;
		part.len = (size_t)(rest->at - part.at);
	}
	return part;
}

static void check_blocks(struct blocks blocks)
{
	check(blocks.orders <= ZONE_ORDERS);
	check(blocks_largest(blocks) < (int)blocks.orders);
	check((blocks_pages(blocks) == 0) == (blocks_largest(blocks) < 0));
	for (unsigned order = 0; order <= ZONE_ORDERS; order++) {
		int index = blocks_fragmentation(blocks, order);

		check(blocks_unusable(blocks, order) <= 1000);
		check(index >= -1000 && index <= 1000);
		check((index == -1000) == ((int)order <= blocks_largest(blocks)));
	}
}

static void check_zone(const struct memory *memory, const struct zone *zone)
{
	const int64_t figures[] = { zone->free_kib,  zone->min_kib,	zone->low_kib,
				    zone->high_kib,  zone->managed_kib, zone->present_kib,
				    zone->boost_kib, zone->cma_kib,	zone->lru_kib,
				    zone->file_kib };
	int64_t margin;

	check(zone_has_memory(zone) && zone->classes <= ZONE_CLASSES);
	check(memchr(zone->name, '\0', sizeof(zone->name)) && zone->name[0]);
	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
		check(figures[i] >= -1 && figures[i] <= MOST);
	for (unsigned i = 0; i < zone->classes; i++)
		check(zone->reserve_kib[i] >= 0 && zone->reserve_kib[i] <= MOST);
	(void)headroom_margin(zone, zone->high_kib, headroom_class(memory, zone->node),
			      &margin);
	check_blocks(zone_blocks(zone));
}

static void check_strains(struct arena *arena, const struct memory *memory)
{
	struct strain *strains;
	size_t len;

	if (strain_judge(arena, memory, &strains, &len) < 0)
		return;
	for (size_t i = 0; i < len; i++) {
		check(strains[i].level > STRAIN_NONE && strains[i].text[0]);
		check(strains[i].text[strlen(strains[i].text) - 1] == '.');
		check(i == 0 || strains[i].level <= strains[i - 1].level);
	}
}

static void check_memory(struct arena *arena, const struct memory *memory)
{
	uint64_t counts[ZONE_ORDERS];
	struct headroom_low low;
	bool estimated;

	for (size_t i = 0; i < memory->zones_len; i++)
		check_zone(memory, &memory->zones[i]);
	check(memory_low_total(memory) <= MOST && memory_low_free(memory) <= MOST);
	check(headroom_available(memory, &estimated) >= 0);
	check(!headroom_low(memory, &low) || low.free <= low.total);
	check_blocks(memory_low_blocks(memory, counts));
	check_blocks(headroom_blocks(memory, counts));
	check_strains(arena, memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(arena_freep) struct arena *arena = arena_new(MEMORY);
	struct span rest = { (const char *)data, size };
	struct memory_files files;
	struct memory memory;

	files.meminfo = take(&rest);
	files.zoneinfo = take(&rest);
	files.buddyinfo = take(&rest);
	files.pressure = take(&rest);
	files.vmstat = take(&rest);
	(void)zones_parse(files.zoneinfo);
	if (arena && memory_parse(arena, &files, 4096U << size % 5, &memory) == 0)
		check_memory(arena, &memory);
	return 0;
}
