/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/zoneinfo.h"

#include <stddef.h>
#include <string.h>

#include "base/num.h"

/* More than any machine has; as KiB, and summed over all zones, it still fits. */
#define MOST_PAGES (INT64_C(1) << 42)
#define MOST_KIB   (MOST_PAGES * 64)
#define MOST_NODES 65536

/* Lines of a zone that are one word and a number of pages. */
static const struct field {
	const char *name;
	size_t offset;
} fields[] = {
	{ "min", offsetof(struct zone, min_kib) },
	{ "low", offsetof(struct zone, low_kib) },
	{ "high", offsetof(struct zone, high_kib) },
	{ "boost", offsetof(struct zone, boost_kib) },
	{ "present", offsetof(struct zone, present_kib) },
	{ "managed", offsetof(struct zone, managed_kib) },
	{ "nr_free_cma", offsetof(struct zone, cma_kib) },
};

/* Counters of the pages that processes and files have: in zones of 4.8 and later, and of 2.6.28 and
 * later, and else of 2.6.18 and later. */
enum family { LISTS, USES, FAMILIES };

static const struct counter {
	const char *name;
	enum family family;
	bool file;
} counters[] = {
	{ "nr_zone_inactive_anon", LISTS, false },
	{ "nr_zone_active_anon", LISTS, false },
	{ "nr_zone_inactive_file", LISTS, true },
	{ "nr_zone_active_file", LISTS, true },
	{ "nr_zone_unevictable", LISTS, false },
	{ "nr_inactive_anon", LISTS, false },
	{ "nr_active_anon", LISTS, false },
	{ "nr_inactive_file", LISTS, true },
	{ "nr_active_file", LISTS, true },
	{ "nr_unevictable", LISTS, false },
	{ "nr_anon_pages", USES, false },
	{ "nr_file_pages", USES, true },
};

/* A zone of which lines are being read. */
struct reading {
	struct zone zone;
	unsigned page_size;
	bool begun; /* what stands above "pages free" is the node's (4.8 and later) */
	bool ended; /* the lists of each CPU, with lines of like names */
	struct {
		int64_t lru_kib, file_kib;
	} sums[FAMILIES];
};

static int64_t read_kib(struct span number, unsigned page_size)
{
	int64_t pages;

	if (num_i64(number, &pages) < 0 || pages < 0 || pages > MOST_PAGES)
		return -1;
	return pages * (page_size / 1024);
}

/* Letters and digits: all that the kernel's names have, and fit to be shown. */
static bool is_name(struct span word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.at[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
		    !(c >= '0' && c <= '9'))
			return false;
	}
	return true;
}

/* "Node 0, zone   Normal", with what stands behind left in *@line. */
static bool read_head(struct span *line, struct zone *ret)
{
	struct span node, word;
	uint64_t number;

	if (!span_starts(*line, "Node ") || !span_until(line, ',', &node))
		return false;
	node = (struct span){ node.at + 5, node.len - 5 };
	if (num_u64(node, &number) < 0 || number >= MOST_NODES)
		return false;
	if (!span_word(line, &word) || !span_is(word, "zone") ||
	    !span_word(line, &word) || !is_name(word))
		return false;
	*ret = (struct zone){
		.node = (unsigned)number,
		.free_kib = -1,
		.min_kib = -1,
		.low_kib = -1,
		.high_kib = -1,
		.managed_kib = -1,
		.present_kib = -1,
		.lru_kib = -1,
		.file_kib = -1,
	};
	if (word.len >= ZONE_NAME)
		word.len = ZONE_NAME - 1;
	memcpy(ret->name, word.at, word.len);
	return true;
}

/* "(0, 0, 880, 4080)" */
static void read_reserves(struct span text, unsigned page_size, struct zone *zone)
{
	struct span number;

	text = span_trim(text);
	if (!span_starts(text, "("))
		return;
	text = (struct span){ text.at + 1, text.len - 1 };
	while (zone->classes < ZONE_CLASSES && span_until(&text, ',', &number)) {
		number = span_trim(number);
		if (number.len > 0 && number.at[number.len - 1] == ')')
			number.len--;
		zone->reserve_kib[zone->classes] = read_kib(number, page_size);
		if (zone->reserve_kib[zone->classes] < 0)
			return;
		zone->classes++;
	}
}

static bool read_field(struct span name, struct span number, struct reading *reading)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		int64_t *kib = (void *)((char *)&reading->zone + fields[i].offset);

		if (!span_is(name, fields[i].name))
			continue;
		*kib = read_kib(number, reading->page_size);
		return true;
	}
	return false;
}

/* A line may come more than once in what is no zoneinfo. */
static int64_t sum_up(int64_t sum, int64_t kib)
{
	sum = sum < 0 ? kib : sum + kib;
	return sum < MOST_KIB ? sum : MOST_KIB;
}

static void read_counter(struct span name, struct span number, struct reading *reading)
{
	int64_t kib = read_kib(number, reading->page_size);

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		enum family family = counters[i].family;

		if (kib < 0 || !span_is(name, counters[i].name))
			continue;
		reading->sums[family].lru_kib =
			sum_up(reading->sums[family].lru_kib, kib);
		if (counters[i].file)
			reading->sums[family].file_kib =
				sum_up(reading->sums[family].file_kib, kib);
		return;
	}
}

/* A CPU's list: "count: 20". Before 2.6.25 it has two, cold pages apart. */
static void read_percpu(struct span name, struct span line, struct reading *reading)
{
	struct span number;
	int64_t kib;

	if (!span_is(name, "count:") || !span_word(&line, &number))
		return;
	kib = read_kib(number, reading->page_size);
	if (kib >= 0)
		reading->zone.percpu_kib = sum_up(reading->zone.percpu_kib, kib);
}

static void read_line(struct span line, struct reading *reading)
{
	struct span name, number;

	if (!span_word(&line, &name))
		return;
	if (reading->ended) {
		read_percpu(name, line, reading);
	} else if (span_is(name, "pagesets")) {
		reading->ended = true;
	} else if (span_is(name, "protection:")) {
		read_reserves(line, reading->page_size, &reading->zone);
	} else if (!span_word(&line, &number)) {
		return;
	} else if (span_is(name, "pages") && span_is(number, "free")) {
		reading->begun = true;
		if (span_word(&line, &number))
			reading->zone.free_kib = read_kib(number, reading->page_size);
	} else if (!read_field(name, number, reading) && reading->begun) {
		read_counter(name, number, reading);
	}
}

static struct zone settle(const struct reading *reading)
{
	struct zone zone = reading->zone;
	enum family family = reading->sums[LISTS].lru_kib >= 0 ? LISTS : USES;

	zone.lru_kib = reading->sums[family].lru_kib;
	zone.file_kib = reading->sums[family].file_kib;
	if (zone.managed_kib < 0)
		zone.managed_kib = zone.present_kib;
	if (zone.boost_kib < 0)
		zone.boost_kib = 0;
	if (zone.cma_kib < 0)
		zone.cma_kib = 0;
	return zone;
}

bool zoneinfo_next(struct span *rest, unsigned page_size, struct zone *ret)
{
	struct reading reading = { .page_size = page_size,
				   .sums = { { -1, -1 }, { -1, -1 } } };
	struct span line, here;
	bool found = false;

	while (!found && span_line(rest, &line))
		found = read_head(&line, &reading.zone);
	if (!found)
		return false;
	for (here = *rest; span_line(&here, &line); *rest = here) {
		struct span head = line;
		struct zone next;

		if (read_head(&head, &next))
			break;
		read_line(line, &reading);
	}
	*ret = settle(&reading);
	return true;
}

static bool read_blocks(struct span line, struct zone *zone)
{
	struct span word;

	while (zone->orders < ZONE_ORDERS && span_word(&line, &word)) {
		if (num_u64(word, &zone->free_blocks[zone->orders]) < 0)
			return false;
		zone->orders++;
	}
	return zone->orders > 0;
}

bool buddyinfo_next(struct span *rest, struct zone *ret)
{
	struct span line;
	struct zone zone;

	while (span_line(rest, &line)) {
		if (!read_head(&line, &zone) || !read_blocks(line, &zone))
			continue;
		*ret = zone;
		return true;
	}
	return false;
}
