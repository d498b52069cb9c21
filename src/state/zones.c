/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/zones.h"

#include "base/num.h"

/* The zone whose lines are being read. */
struct zone {
	bool high, normal, empty;
	uint64_t present, managed;
};

/* Which zones the file names, and in what order. */
struct order {
	int zones;  /* so far, of all nodes */
	int normal; /* how many stand before the first Normal; -1: not seen */
	bool whole; /* an empty one is among them: then they are all there */
};

static void add_zone(struct zones *zones, struct order *order, const struct zone *zone)
{
	uint64_t pages = zone->managed > 0 ? zone->managed : zone->present;

	zones->pages += pages;
	if (zone->high)
		zones->high_pages += pages;
	if (zone->normal && order->normal < 0)
		order->normal = order->zones;
	order->whole |= zone->empty;
	order->zones++;
}

/* "Node 0, zone   Normal" */
static bool starts_zone(struct span line, struct zone *ret)
{
	struct span word, last = { 0 };

	if (!span_starts(line, "Node ") || !span_until(&line, ',', &word))
		return false;
	if (!span_word(&line, &word) || !span_is(word, "zone"))
		return false;
	while (span_word(&line, &word))
		last = word;
	*ret = (struct zone){
		.high = span_is(last, "HighMem"),
		.normal = span_is(last, "Normal"),
	};
	return true;
}

/* "protection: (0, 0, 0, 25600)" */
static int first_protected(struct span line)
{
	struct span number;
	uint64_t value;
	int index = 0;

	while (line.len > 0 && line.at[0] != '(')
		line = (struct span){ line.at + 1, line.len - 1 };
	if (line.len > 0)
		line = (struct span){ line.at + 1, line.len - 1 };
	for (; span_until(&line, ',', &number); index++) {
		number = span_trim(number);
		if (number.len > 0 && number.at[number.len - 1] == ')')
			number.len--;
		if (num_u64(number, &value) < 0)
			return -1;
		if (value > 0)
			return index;
	}
	return -1;
}

static void read_field(struct zones *zones, struct zone *zone, struct span line)
{
	struct span all = span_trim(line), rest = all, name, number;

	if (!span_word(&rest, &name))
		return;
	if (span_is(name, "protection:")) {
		if (zone->normal && zones->normal_index < 0)
			zones->normal_index = first_protected(all) - 1;
		return;
	}
	if (!span_word(&rest, &number))
		return;
	if (span_is(name, "present")) {
		if (num_u64(number, &zone->present) < 0)
			zone->present = 0;
		zone->empty = span_is(number, "0");
	}
	if (span_is(name, "managed") && num_u64(number, &zone->managed) < 0)
		zone->managed = 0;
}

struct zones zones_parse(struct span text)
{
	struct zones zones = { .normal_index = -1 };
	struct order order = { .normal = -1 };
	struct zone zone = { 0 }, next;
	struct span line;
	bool begun = false;

	while (span_line(&text, &line)) {
		if (!starts_zone(line, &next)) {
			read_field(&zones, &zone, line);
			continue;
		}
		if (begun)
			add_zone(&zones, &order, &zone);
		begun = true;
		zone = next;
	}
	if (begun)
		add_zone(&zones, &order, &zone);
	if (zones.normal_index < 0)
		zones.normal_index = order.whole ? order.normal : -1;
	return zones;
}
