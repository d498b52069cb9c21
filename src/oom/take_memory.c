/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>

#include "oom/fields.h"
#include "oom/take.h"

struct counter {
	struct span name;
	size_t offset;
};

#define COUNTER(name, member)                                                            \
	{                                                                                \
		FIELD_NAME(name), offsetof(struct oom_totals, member)                    \
	}

/* show_free_areas(); the second name of slab is of 2.6.18 with RHEL's patches, as are mapped-*. */
static const struct counter counters[] = {
	COUNTER("Active", active),
	COUNTER("Active_anon", active_anon),
	COUNTER("active_anon", active_anon),
	COUNTER("active_file", active_file),
	COUNTER("bounce", bounce),
	COUNTER("dirty", dirty),
	COUNTER("free", free),
	COUNTER("free_cma", free_cma),
	COUNTER("inactive", inactive),
	COUNTER("inactive_anon", inactive_anon),
	COUNTER("inactive_file", inactive_file),
	COUNTER("mapped", mapped),
	COUNTER("pagetables", pagetables),
	COUNTER("shmem", shmem),
	COUNTER("slab", slab),
	COUNTER("slab_reclaimable", slab_reclaimable),
	COUNTER("slab_unreclaimable", slab_unreclaimable),
	COUNTER("unevictable", unevictable),
	COUNTER("writeback", writeback),
};

static int64_t *counter_of(struct oom_totals *totals, const struct counter *counter)
{
	return (int64_t *)(void *)((char *)totals + counter->offset);
}

void take_totals(struct taking *taking, struct span line)
{
	struct oom_totals *totals = &taking->report.totals;
	struct field field;

	while (field_next(&line, &field)) {
		/* Sizes in kB are of a zone, of which the line is a wrapped part. */
		for (size_t i = 0; !field.kib && i < sizeof(counters) / sizeof(*counters);
		     i++) {
			int64_t *at = counter_of(totals, &counters[i]);

			if (*at < 0 && field_is(&field, counters[i].name))
				*at = field_amount(&field);
		}
	}
}

void take_node(struct taking *taking, struct span line)
{
	struct oom_totals *totals = &taking->report.totals;
	struct field field;
	struct span text;
	uint64_t node = 0;

	if (span_behind(line, "Node ", &text))
		(void)digits_take(&text, &node);
	taking->node = node < UINT16_MAX ? (unsigned)node : UINT16_MAX;
	taking->node_unreclaimable = -1;
	if (span_behind(line, "all_unreclaimable? ", &text))
		taking->node_unreclaimable = span_starts(text, "yes");
	if (field_find(line, "active_anon", &field))
		taking->node_anon_kib += field_amount(&field);
	if (field_find(line, "inactive_anon", &field))
		taking->node_anon_kib += field_amount(&field);
	/* 5.9 and later: before, the zones had it. */
	if (field_find(line, "kernel_stack", &field))
		totals->kernel_stack =
			(totals->kernel_stack < 0 ? 0 : totals->kernel_stack) +
			field_amount(&field);
}

void take_swap(struct taking *taking, struct span line)
{
	struct oom_totals *totals = &taking->report.totals;
	int64_t *at =
		span_starts(line, "Free") ? &totals->swap_free : &totals->swap_total;
	struct span text = line;
	uint64_t kib;

	while (text.len > 0 && (*text.at < '0' || *text.at > '9'))
		text = span_from(text, 1);
	if (*at < 0 && digits_take(&text, &kib))
		*at = kib < (uint64_t)FIELD_MOST ? (int64_t)kib : FIELD_MOST;
}

void take_pages(struct taking *taking, struct span line)
{
	struct oom_totals *totals = &taking->report.totals;
	int64_t *at = NULL;
	uint64_t pages;

	if (!digits_take(&line, &pages))
		return;
	if (span_starts(line, " pages RAM") || span_starts(line, " pages of RAM"))
		at = &totals->ram;
	else if (span_starts(line, " pages HighMem") ||
		 span_starts(line, " pages of HIGHMEM"))
		at = &totals->highmem;
	else if (span_has(line, "reserved"))
		at = &totals->reserved;
	else if (span_starts(line, " pages of slabcache"))
		at = &totals->slab;
	if (at && *at < 0)
		*at = pages < (uint64_t)FIELD_MOST ? (int64_t)pages : FIELD_MOST;
}
