/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/memory.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/span.h"
#include "base/vec.h"
#include "state/zoneinfo.h"
#include "sys/root.h"

/* A zoneinfo has four lines for each CPU of each zone: 10 MiB on the largest machines. */
#define LARGEST	   ((size_t)32 * 1024 * 1024)
/* 1024 nodes (MAX_NUMNODES) with all classes: a file of more is none of the kernel's. */
#define MOST_ZONES ((size_t)1024 * ZONE_CLASSES)
/* More than any zone has; summed over all of them it still fits. */
#define MOST_KIB   (UINT64_C(1) << 48)

struct zone_list {
	struct zone *items;
	size_t len, cap;
};

static int add_zone(struct arena *arena, struct zone_list *zones, const struct zone *zone)
{
	struct zone *place;

	if (!zone_has_memory(zone) || zones->len >= MOST_ZONES)
		return 0;
	place = vec_push(arena, zones);
	if (!place)
		return -ENOMEM;
	*place = *zone;
	return 0;
}

static int parse_zoneinfo(struct arena *arena, struct span text, unsigned page_size,
			  struct zone_list *zones)
{
	struct zone zone;
	int r = 0;

	while (r == 0 && zoneinfo_next(&text, page_size, &zone))
		r = add_zone(arena, zones, &zone);
	return r;
}

/* Both files have the zones in the same order: the search begins at *@at, where the last one was
 * found. NULL: there is no such zone. */
static struct zone *find_zone(const struct zone_list *zones, const struct zone *wanted,
			      size_t *at)
{
	for (size_t i = 0; i < zones->len; i++) {
		size_t index = (*at + i) % zones->len;
		struct zone *zone = &zones->items[index];

		if (zone->node == wanted->node && strcmp(zone->name, wanted->name) == 0) {
			*at = index;
			return zone;
		}
	}
	return NULL;
}

static void take_blocks(struct zone *zone, const struct zone *from)
{
	memcpy(zone->free_blocks, from->free_blocks, sizeof(zone->free_blocks));
	zone->orders = from->orders;
}

static int64_t count_free(const struct zone *zone, unsigned page_size)
{
	uint64_t kib = blocks_pages(zone_blocks(zone)) * (page_size / 1024);

	return (int64_t)(kib < MOST_KIB ? kib : MOST_KIB);
}

static int parse_buddyinfo(struct arena *arena, struct span text, unsigned page_size,
			   struct zone_list *zones)
{
	bool alone = zones->len == 0;
	struct zone zone, *known;
	size_t at = 0;
	int r = 0;

	while (r == 0 && buddyinfo_next(&text, &zone)) {
		if (alone) {
			zone.free_kib = count_free(&zone, page_size);
			r = add_zone(arena, zones, &zone);
			continue;
		}
		known = find_zone(zones, &zone, &at);
		if (known)
			take_blocks(known, &zone);
	}
	return r;
}

/* -1: it does not tell. */
static int64_t parse_kills(struct span text)
{
	struct span line, name, number;
	int64_t value, kills = -1;

	while (span_line(&text, &line)) {
		if (span_word(&line, &name) && span_is(name, "oom_kill") &&
		    span_word(&line, &number) && num_i64(number, &value) == 0 &&
		    value >= 0)
			kills = value;
	}
	return kills;
}

int memory_parse(struct arena *arena, const struct memory_files *files,
		 unsigned page_size, struct memory *ret)
{
	struct zone_list zones = { 0 };
	struct memory memory = {
		.info = meminfo_parse(files->meminfo),
		.pressure = pressure_parse(files->pressure),
		.oom_kills = parse_kills(files->vmstat),
		.page_size = page_size,
	};
	int r;

	if (memory.info.total <= 0 || memory.info.free < 0)
		return -ENODATA;
	r = parse_zoneinfo(arena, files->zoneinfo, page_size, &zones);
	if (r == 0)
		r = parse_buddyinfo(arena, files->buddyinfo, page_size, &zones);
	if (r < 0)
		return r;
	memory.zones = zones.items;
	memory.zones_len = zones.len;
	*ret = memory;
	return 0;
}

/* The file's text, which is empty where it cannot be read. 0 or -ENOMEM. */
static int slurp(struct arena *arena, const struct root *root, const char *path,
		 struct span *ret)
{
	char *bytes;
	int r = root_slurp(root, path, arena, LARGEST, &bytes, &ret->len);

	*ret = r < 0 ? span_of("") : (struct span){ bytes, ret->len };
	return r == -ENOMEM ? r : 0;
}

int memory_read(struct arena *arena, const struct root *root, unsigned page_size,
		struct memory *ret)
{
	struct memory_files files;
	const struct {
		const char *path;
		struct span *text;
	} all[] = {
		{ "proc/meminfo", &files.meminfo },
		{ "proc/zoneinfo", &files.zoneinfo },
		{ "proc/buddyinfo", &files.buddyinfo },
		{ "proc/pressure/memory", &files.pressure },
		{ "proc/vmstat", &files.vmstat },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		int r = slurp(arena, root, all[i].path, all[i].text);

		if (r < 0)
			return r;
	}
	return memory_parse(arena, &files, page_size, ret);
}

/* What there is of all memory without @high; -1: HighMem is there, and not told of. */
static int64_t without(int64_t all, int64_t high)
{
	return all < 0 || high > all ? -1 : all - (high > 0 ? high : 0);
}

int64_t memory_low_total(const struct memory *memory)
{
	const struct meminfo *info = &memory->info;

	return info->low_total >= 0 ? info->low_total
				    : without(info->total, info->high_total);
}

int64_t memory_free(const struct memory *memory)
{
	int64_t kib = memory->info.free;

	for (size_t i = 0; kib >= 0 && i < memory->zones_len; i++)
		kib += memory->zones[i].percpu_kib;
	return kib;
}

int64_t memory_low_free(const struct memory *memory)
{
	const struct meminfo *info = &memory->info;

	if (info->low_free >= 0)
		return info->low_free;
	if (info->high_total > 0 && info->high_free < 0)
		return -1;
	return without(info->free, info->high_free);
}

struct blocks memory_low_blocks(const struct memory *memory, uint64_t counts[ZONE_ORDERS])
{
	struct blocks blocks = { .counts = counts };

	memset(counts, 0, ZONE_ORDERS * sizeof(*counts));
	for (size_t i = 0; i < memory->zones_len; i++) {
		const struct zone *zone = &memory->zones[i];

		if (zone_is_low(zone))
			zone_add_blocks(zone, counts, &blocks.orders);
	}
	return blocks;
}
