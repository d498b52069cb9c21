/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The profile's own words, turned into what this kernel has.
 *
 * lower_zone_protection exists in 2.5.52 to 2.6.10 and RHEL 4, where it keeps
 * value * pages_low(HighMem) pages of Normal from requests that HighMem could
 * serve (Linux 2.6.9 mm/page_alloc.c). From 2.6.11 on the vector
 * lowmem_reserve_ratio does: HighMem pages / ratio (setup_per_zone_lowmem_reserve).
 * oom-kill exists in RHEL 3 and 4 only, with two meanings.
 */

#include "base/status.h"
#include "state/state.h"

struct arena;

#define LOWER_ZONE_PROTECTION_PATH "proc/sys/vm/lower_zone_protection"
#define LOWMEM_RESERVE_RATIO_PATH  "proc/sys/vm/lowmem_reserve_ratio"
#define OOM_KILL_PATH		   "proc/sys/vm/oom-kill"

enum translation_kind {
	TRANSLATED,	 /* write `value` to `path` */
	TRANSLATED_SAME, /* this kernel behaves that way and cannot otherwise */
	TRANSLATED_SKIP, /* does not apply to this host; no error */
	TRANSLATED_NONE, /* this kernel has nothing that does it */
};

struct translation {
	enum translation_kind kind;
	const struct live *live; /* the file to write, with what it holds now */
	const char *value;
	const char *reason;  /* what was done and why, for people */
	enum status refusal; /* for TRANSLATED_NONE */
};

/* @lzp and @ratio are what was found at the two paths above. 0 or -ENOMEM. */
int translate_lower_zone_protection(struct arena *arena, int64_t wanted,
				    const struct host *host, const struct live *lzp,
				    const struct live *ratio, struct translation *ret)
	__attribute__((warn_unused_result));

/* @oom_kill is what was found at OOM_KILL_PATH. 0 or -ENOMEM. */
int translate_oom_kill(struct arena *arena, bool wanted, const struct host *host,
		       const struct live *oom_kill, struct translation *ret)
	__attribute__((warn_unused_result));

/*
 * The ratio that protects at least as much of Normal as lower_zone_protection = @wanted
 * did, for a HighMem of @high_pages pages; never weaker than the kernel's default of 32.
 */
uint64_t translate_ratio(uint64_t wanted, uint64_t high_pages);
