/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/translate.h"

#include <errno.h>
#include <fnmatch.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/span.h"

#define DEFAULT_RATIO 32

uint64_t translate_ratio(uint64_t wanted, uint64_t high_pages)
{
	/* HighMem's pages_min is its pages / 1024 within 32..128; in 2.6.9 low is twice
	 * that. */
	uint64_t min = high_pages / 1024;
	uint64_t pages, ratio;

	min = min < 32 ? 32 : min > 128 ? 128 : min;
	if (wanted == 0 || __builtin_mul_overflow(wanted, 2 * min, &pages))
		return wanted == 0 ? DEFAULT_RATIO : 1;
	ratio = high_pages / pages;
	if (ratio < 1)
		return 1;
	return ratio < DEFAULT_RATIO ? ratio : DEFAULT_RATIO;
}

/* @vector with its element @index replaced. NULL in *@ret where there is no such element.
 */
static int with_element(struct arena *arena, const char *vector, int index,
			uint64_t value, const char **ret)
{
	struct span rest = span_of(vector), word;
	const char *text = "";
	int count = 0;

	for (; span_word(&rest, &word); count++) {
		const char *blank = count > 0 ? " " : "";

		text = count == index ? arena_printf(arena, "%s%s%llu", text, blank,
						     (unsigned long long)value)
				      : arena_printf(arena, "%s%s%.*s", text, blank,
						     (int)word.len, word.at);
		if (!text)
			return -ENOMEM;
	}
	*ret = index >= 0 && index < count ? text : NULL;
	return 0;
}

/* What a ratio comes to on this host, and why it may be another amount than was wanted. */
static const char *ratio_reason(struct arena *arena, int64_t wanted, uint64_t ratio,
				const struct host *host)
{
	uint64_t kept = host->high_pages / ratio;
	bool all = host->normal_pages > 0 && kept >= host->normal_pages;
	unsigned long long mib =
		(all ? host->normal_pages : kept) * host->page_size >> 20;
	const char *why = "";

	if (ratio == DEFAULT_RATIO)
		why = " (the default, which protects at least as much)";
	else if (!all && mib < (unsigned long long)wanted)
		why = arena_printf(
			arena,
			" (less than %lld MiB, in proportion to HighMem's %llu MiB)",
			(long long)wanted,
			(unsigned long long)host->high_total_kib >> 10);
	if (!why)
		return NULL;
	return arena_printf(
		arena,
		"lower_zone_protection: %lld on this kernel: keeps %s%llu MiB of "
		"the Normal zone from requests that HighMem can serve%s",
		(long long)wanted, all ? "all " : "", mib, why);
}

static int to_ratio(struct arena *arena, int64_t wanted, const struct host *host,
		    const struct live *live, struct translation *ret)
{
	uint64_t ratio = translate_ratio((uint64_t)wanted, host->high_pages);
	struct translation done = { .kind = TRANSLATED, .live = live };
	int r;

	r = with_element(arena, live->text, host->normal_index, ratio, &done.value);
	if (r < 0)
		return r;
	if (!done.value || host->high_pages == 0) {
		*ret = (struct translation){
			.kind = TRANSLATED_NONE,
			.refusal = STATUS_NO_KNOB,
			.reason = "/proc/zoneinfo does not tell which element of "
				  "vm.lowmem_reserve_ratio is the Normal zone's",
		};
		return 0;
	}
	done.reason = ratio_reason(arena, wanted, ratio, host);
	*ret = done;
	return done.reason ? 0 : -ENOMEM;
}

int translate_lower_zone_protection(struct arena *arena, int64_t wanted,
				    const struct host *host, const struct live *lzp,
				    const struct live *ratio, struct translation *ret)
{
	if (!host->has_memory) {
		*ret = (struct translation){
			.kind = TRANSLATED_NONE,
			.refusal = STATUS_NO_KNOB,
			.reason =
				"/proc/meminfo does not tell whether this host has HighMem",
		};
		return 0;
	}
	/* Before the file itself: on a 64-bit 2.6.9 it would fence off the DMA zone for
	 * nothing. */
	if (host->high_total_kib == 0) {
		*ret = (struct translation){
			.kind = TRANSLATED_SKIP,
			.reason =
				"not applicable: this host has no HighMem, all its memory is "
				"low memory",
		};
		return 0;
	}
	if (lzp->error != ENOENT) {
		const char *value = arena_printf(arena, "%lld", (long long)wanted);

		*ret = (struct translation){ .kind = TRANSLATED,
					     .live = lzp,
					     .value = value };
		return value ? 0 : -ENOMEM;
	}
	if (ratio->text)
		return to_ratio(arena, wanted, host, ratio, ret);
	*ret = (struct translation){
		.kind = TRANSLATED_NONE,
		.refusal = STATUS_NO_KNOB,
		.reason =
			ratio->error == ENOENT
				? "this kernel has neither vm.lower_zone_protection nor "
				  "vm.lowmem_reserve_ratio; both need 2.6 (RHEL 4 or later)"
				: "vm.lowmem_reserve_ratio cannot be read",
	};
	return 0;
}

static bool is_rhel3(const struct host *host)
{
	return host->release && fnmatch("2.4.21-*EL*", host->release, 0) == 0;
}

static const char *oom_kill_note(bool wanted, const struct host *host)
{
	if (is_rhel3(host) && wanted)
		return "on RHEL 3 this is how many processes may be dying at once: 1, its default";
	if (is_rhel3(host))
		return "on RHEL 3 this is how many processes may be dying at once: with 0 none is "
		       "killed, and nothing is logged";
	if (!wanted)
		return "with memory used up the host may hang instead; the log then says \"Would "
		       "have oom-killed\"";
	return NULL;
}

int translate_oom_kill(struct arena *arena, bool wanted, const struct host *host,
		       const struct live *oom_kill, struct translation *ret)
{
	if (oom_kill->error != ENOENT) {
		*ret = (struct translation){
			.kind = TRANSLATED,
			.live = oom_kill,
			.value = wanted ? "1" : "0",
		};
		ret->reason = oom_kill_note(wanted, host);
		return 0;
	}
	if (wanted) {
		*ret = (struct translation){
			.kind = TRANSLATED_SAME,
			.reason =
				"this kernel has no switch for it: the OOM killer is always on",
		};
		return 0;
	}
	*ret = (struct translation){
		.kind = TRANSLATED_NONE,
		.refusal = STATUS_NO_KNOB,
		.reason = arena_printf(
			arena,
			"kernel %s has no switch that turns the OOM killer off (only RHEL 3 and 4 "
			"had vm.oom-kill); nearest: oom_score_adj: -1000 for single processes "
			"(`processes:`), vm.overcommit_memory: 2 (allocations fail early), "
			"vm.panic_on_oom: 1 (crash instead of killing)",
			host->release ? host->release : "?"),
	};
	return ret->reason ? 0 : -ENOMEM;
}
