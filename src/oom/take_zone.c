/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/vec.h"
#include "oom/fields.h"
#include "oom/take.h"

/* Which zone a line is about. */
struct place {
	bool has_node;
	unsigned node;
	struct span name;
	struct span rest;
};

static struct place place_of(struct span line)
{
	struct place place = { .rest = line };
	uint64_t node = 0;
	size_t len = 0;

	if (span_starts(line, "Node ")) {
		place.rest = span_from(line, strlen("Node "));
		(void)digits_take(&place.rest, &node);
		place.has_node = true;
		place.node = node < UINT16_MAX ? (unsigned)node : UINT16_MAX;
		blanks_take(&place.rest);
	}
	while (len < place.rest.len && isalnum((unsigned char)place.rest.at[len]))
		len++;
	place.name = (struct span){ place.rest.at, len };
	place.rest = span_from(place.rest, len);
	return place;
}

static struct oom_zone *find(struct taking *taking, const struct place *place)
{
	struct oom_zones *zones = &taking->report.zones;

	for (size_t i = 0; i < zones->len; i++) {
		struct oom_zone *zone = &zones->items[i];

		if (zone->zone.node == place->node &&
		    span_is(place->name, zone->zone.name))
			return zone;
	}
	return NULL;
}

static struct oom_zone *add(struct taking *taking, const struct place *place)
{
	struct oom_zone *zone = vec_push(taking->arena, &taking->report.zones);
	size_t len = place->name.len < ZONE_NAME - 1 ? place->name.len : ZONE_NAME - 1;

	if (!zone)
		return NULL;
	(void)memcpy(zone->zone.name, place->name.at, len);
	zone->zone.node = place->node;
	zone->has_node = place->has_node;
	zone->zone.free_kib = zone->zone.min_kib = zone->zone.low_kib = -1;
	zone->zone.high_kib = zone->zone.managed_kib = zone->zone.present_kib = -1;
	zone->zone.lru_kib = zone->zone.file_kib = -1;
	zone->highatomic_kib = 0;
	zone->all_unreclaimable = -1;
	if (taking->node_unreclaimable >= 0 && taking->node == place->node)
		zone->all_unreclaimable = taking->node_unreclaimable;
	return zone;
}

struct figure {
	struct span name;
	size_t offset;
};

#define FIGURE(name, member)                                                             \
	{                                                                                \
		FIELD_NAME(name), offsetof(struct oom_zone, member)                      \
	}

static const struct figure figures[] = {
	FIGURE("free", zone.free_kib),
	FIGURE("min", zone.min_kib),
	FIGURE("low", zone.low_kib),
	FIGURE("high", zone.high_kib),
	FIGURE("present", zone.present_kib),
	FIGURE("managed", zone.managed_kib),
	FIGURE("boost", zone.boost_kib),
	FIGURE("free_cma", zone.cma_kib),
	FIGURE("reserved_highatomic", highatomic_kib),
};

static void add_to(int64_t *sum, int64_t amount)
{
	*sum = (*sum < 0 ? 0 : *sum) + amount;
	*sum = *sum < FIELD_MOST ? *sum : FIELD_MOST;
}

static void take_figure(struct oom_zone *zone, const struct field *field)
{
	int64_t amount = field_amount(field);

	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
		int64_t *at = (int64_t *)(void *)((char *)zone + figures[i].offset);

		if (!field_is(field, figures[i].name))
			continue;
		if (*at <= 0)
			*at = amount;
		return;
	}
	if (span_starts(field->name, "active") || span_starts(field->name, "inactive")) {
		add_to(&zone->zone.lru_kib, amount);
		if (span_has(field->name, "_file"))
			add_to(&zone->zone.file_kib, amount);
	}
}

static void take_figures(struct taking *taking, struct oom_zone *zone, struct span text)
{
	struct field field;

	while (field_next(&text, &field)) {
		take_figure(zone, &field);
		if (span_is(field.name, "kernel_stack"))
			add_to(&taking->report.totals.kernel_stack, field_amount(&field));
	}
}

int take_zone(struct taking *taking, struct span line, uint64_t number)
{
	struct place place = place_of(line);
	struct oom_zone *zone = find(taking, &place);
	struct span answer;

	if (zone && zone->zone.free_kib >= 0)
		return -EEXIST;
	if (!zone)
		zone = add(taking, &place);
	if (!zone)
		return -ENOMEM;
	zone->line = number;
	take_figures(taking, zone, place.rest);
	if (zone->zone.managed_kib < 0)
		zone->zone.managed_kib = zone->zone.present_kib;
	if (span_behind(line, "all_unreclaimable? ", &answer))
		zone->all_unreclaimable = span_starts(answer, "yes");
	return 0;
}

int take_zone_24(struct taking *taking, struct span line, uint64_t number)
{
	struct span rest = span_from(line, strlen("Zone:"));
	struct place place = place_of(rest);
	struct oom_zone *zone = find(taking, &place);
	struct field field;

	if (zone)
		return -EEXIST;
	if (place.name.len == 0)
		return 0;
	zone = add(taking, &place);
	if (!zone)
		return -ENOMEM;
	zone->line = number;
	while (field_next(&place.rest, &field)) {
		int64_t kib = field_amount(&field) * 4;

		if (span_is(field.name, "freepages"))
			zone->zone.free_kib = kib;
		else if (span_is(field.name, "min"))
			zone->zone.min_kib = kib;
		else if (span_is(field.name, "low"))
			zone->zone.low_kib = kib;
		else if (span_is(field.name, "high"))
			zone->zone.high_kib = kib;
	}
	return 0;
}

void take_reserve(struct taking *taking, struct span line, bool marks)
{
	struct oom_zones *zones = &taking->report.zones;
	struct oom_zone *zone = zones->len > 0 ? &zones->items[zones->len - 1] : NULL;
	struct span text;
	uint64_t pages;

	if (!zone || zone->zone.classes > 0 || !span_behind(line, "[]:", &text))
		return;
	zone->classes_hold_marks = marks;
	while (zone->zone.classes < ZONE_CLASSES) {
		blanks_take(&text);
		if (!digits_take(&text, &pages))
			break;
		zone->zone.reserve_kib[zone->zone.classes++] =
			pages < (uint64_t)FIELD_MOST ? (int64_t)pages : FIELD_MOST;
	}
}

/* "(UME)": has it a letter of a type that any request may take from? */
static bool is_open(struct span *text)
{
	const char *end;
	bool open = false;

	if (!span_starts(*text, "("))
		return true;
	end = memchr(text->at, ')', text->len);
	if (!end)
		return true;
	for (const char *at = text->at + 1; at < end; at++)
		open = open || !strchr("HCI", *at);
	*text = span_from(*text, (size_t)(end - text->at) + 1);
	return open;
}

static unsigned order_of(uint64_t kib, unsigned page_kib)
{
	unsigned order = 0;

	while (order < ZONE_ORDERS && (uint64_t)page_kib << order < kib)
		order++;
	return order;
}

/* One "12*8kB (UM)". False where there is none. */
static bool take_block(struct taking *taking, struct oom_zone *zone, struct span *text)
{
	struct oom_report *report = &taking->report;
	uint64_t count, kib;
	unsigned order;

	blanks_take(text);
	if (!digits_take(text, &count) || !span_starts(*text, "*"))
		return false;
	*text = span_from(*text, 1);
	if (!digits_take(text, &kib) || !span_starts(*text, "kB") || kib == 0)
		return false;
	*text = span_from(*text, 2);
	blanks_take(text);
	if (!report->page_told && kib >= 4 && kib <= 256 && (kib & (kib - 1)) == 0) {
		report->page_kib = (unsigned)kib;
		report->page_told = true;
	}
	order = order_of(kib, report->page_kib);
	if (!is_open(text) && order < ZONE_ORDERS)
		zone->closed |= UINT32_C(1) << order;
	if (order < ZONE_ORDERS) {
		zone->zone.free_blocks[order] =
			count < (uint64_t)FIELD_MOST ? count : (uint64_t)FIELD_MOST;
		zone->zone.orders =
			order + 1 > zone->zone.orders ? order + 1 : zone->zone.orders;
	}
	return true;
}

int take_blocks(struct taking *taking, struct span line)
{
	struct place place = place_of(line);
	struct oom_zone *zone = find(taking, &place);
	struct span text;

	if (zone && zone->zone.orders > 0)
		return 0;
	if (!span_behind(place.rest, ":", &text))
		return 0;
	blanks_take(&text);
	if (span_starts(text, "empty"))
		return 0;
	if (!zone)
		zone = add(taking, &place);
	if (!zone)
		return -ENOMEM;
	while (take_block(taking, zone, &text))
		;
	return 0;
}
