/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Reports of machines, written down in the figures that count. */

#include "oom/finish.h"
#include "oom/report.h"
#include "oom/shortage.h"
#include "tap.h"

#define ZONES_MOST 4

/* KiB; 0 for the marks of a zone whose line was lost, with @free -1. */
struct zone_row {
	const char *name;
	int64_t free, min, high, present;
	int64_t reserve[ZONE_CLASSES]; /* KiB */
	unsigned classes;
	int64_t lru, file; /* 0: not told */
	int64_t highatomic, cma, boost;
	uint64_t blocks[ZONE_ORDERS];
	unsigned orders;
	uint32_t closed;
	bool old;	 /* protections[] */
	int64_t managed; /* 0: all that is present */
	unsigned node;
};

#define ZONE(name_, free_, min_, high_, present_)                                        \
	.name = (name_), .free = (free_), .min = (min_), .high = (high_),                \
	.present = (present_)

struct machine {
	struct oom_report report;
	struct oom_zone zones[ZONES_MOST];
};

__attribute__((unused)) static struct oom_zone zone_of(const struct zone_row *row)
{
	bool marked = row->free >= 0;
	struct oom_zone zone = { .all_unreclaimable = -1,
				 .highatomic_kib = row->highatomic,
				 .closed = row->closed,
				 .classes_hold_marks = row->old };

	(void)snprintf(zone.zone.name, sizeof(zone.zone.name), "%s", row->name);
	zone.zone.node = row->node;
	zone.zone.free_kib = row->free;
	zone.zone.min_kib = marked ? row->min : -1;
	zone.zone.low_kib = marked ? (row->min + row->high) / 2 : -1;
	zone.zone.high_kib = marked ? row->high : -1;
	zone.zone.present_kib = marked ? row->present : -1;
	zone.zone.managed_kib = row->managed > 0 ? row->managed : zone.zone.present_kib;
	zone.zone.lru_kib = row->lru > 0 ? row->lru : -1;
	zone.zone.file_kib = row->file > 0 ? row->file : -1;
	zone.zone.cma_kib = row->cma;
	zone.zone.boost_kib = row->boost;
	(void)memcpy(zone.zone.reserve_kib, row->reserve, sizeof(row->reserve));
	zone.zone.classes = row->classes;
	(void)memcpy(zone.zone.free_blocks, row->blocks, sizeof(row->blocks));
	zone.zone.orders = row->orders;
	return zone;
}

/* Rows up to one without a name; the line of the first is 9. */
__attribute__((unused)) static void machine_make(struct machine *machine,
						 const struct zone_row rows[],
						 int64_t gfp_mask, int order)
{
	struct oom_report *report = &machine->report;

	report_clear(report);
	report->has_header = true;
	report->gfp_mask = gfp_mask;
	report->order = order;
	for (size_t i = 0; i < ZONES_MOST && rows[i].name; i++) {
		machine->zones[i] = zone_of(&rows[i]);
		machine->zones[i].line = 9 + i;
		report->zones.len++;
	}
	report->zones.items = machine->zones;
	report->zones.cap = ZONES_MOST;
	report->has_mem_info = report->zones.len > 0;
}
