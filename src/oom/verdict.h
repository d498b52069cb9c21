/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Why the OOM killer came, what shows it, and what helps. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oom/report.h"

struct arena;

enum oom_cause {
	OOM_CAUSE_UNKNOWN,
	OOM_CAUSE_LOWMEM,
	OOM_CAUSE_DMA,
	OOM_CAUSE_FRAGMENTATION,
	OOM_CAUSE_MEMCG,
	OOM_CAUSE_CPUSET,
	OOM_CAUSE_MEMPOLICY,
	OOM_CAUSE_GLOBAL,
};

enum oom_certainty {
	OOM_CERTAIN, /* the kernel says so, or its figures leave no other */
	OOM_LIKELY,
	OOM_GUESSED,
};

/* What helps: worth most first. */
struct oom_advice {
	const char
		*knob; /* "vm.min_free_kbytes", "lower_zone_protection"; NULL: no knob */
	const char *value; /* as a profile has it; NULL: none to be named */
	const char *text;  /* whole sentences: what to do, and why */
};

#define OOM_ADVICE_MOST 10
#define OOM_FACTS_MOST	16

struct oom_verdict {
	enum oom_cause cause;
	enum oom_certainty certainty;
	const char *headline; /* one sentence: what happened */
	/* Sentences with their figures, and the line of the log: "... : line 9". */
	const char *facts[OOM_FACTS_MOST];
	size_t facts_len;
	struct oom_advice advice[OOM_ADVICE_MOST];
	size_t advice_len;

	bool lowmem_exhausted; /* a 32-bit kernel's low memory was used up, while HighMem was not */
	int fragmented; /* enough was free, in blocks too small: 1, 0; -1: not to be told */
	bool watermarks; /* the report has zones with marks: the list below is known */
	const char **below_min; /* "Normal", "Node 0 DMA32"; in the report's order */
	size_t below_min_len;
	int64_t highmem_free_kib; /* of the zone's line; -1: none */
	int64_t hidden_free_kib; /* free in zones that the kernel did not print; -1: not to be told */
};

/* 0 or -ENOMEM. */
int oom_verdict(struct arena *arena, const struct oom_report *report,
		struct oom_verdict *ret) __attribute__((warn_unused_result));

/* "lowmem", "dma", ... */
const char *oom_cause_word(enum oom_cause cause);
const char *oom_constraint_word(enum oom_constraint constraint);
