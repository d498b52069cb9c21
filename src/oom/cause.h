/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* From a report and its shortage to the cause. Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "oom/shortage.h"
#include "oom/verdict.h"

struct findings {
	const struct oom_report *report;
	struct shortage shortage;
	bool is_32bit;		      /* it has HighMem, or a kernel that could */
	const struct supply *normal;  /* of a 32-bit kernel; NULL: not in the report */
	const struct supply *highmem; /* NULL: its line is not there */
	int64_t highmem_free_kib; /* of the line, or what is free and in no line; -1 */
	bool lowmem_exhausted;
	int fragmented; /* as in struct oom_verdict */
	bool swap_none, swap_full;
	bool one_node; /* it was bound to a node, as the others show; no line says so */
	unsigned node;
	enum oom_cause cause;
	enum oom_certainty certainty;
};

/* Of Normal, what processes and files had where that is a good part of it, and so is what settings can
 * keep out of it; 0: it was the kernel's own data; -1: not told. In KiB. */
int64_t findings_held_kib(const struct findings *findings);

/* What the kernel gives out and none of the report's counters has, in KiB; -1: not told. */
int64_t findings_uncounted_kib(const struct findings *findings);

/* Files that were not written to disk yet, where they are a good part of memory; else 0. In KiB. */
int64_t findings_unwritten_kib(const struct findings *findings);

void findings_make(const struct oom_report *report, struct findings *ret);
