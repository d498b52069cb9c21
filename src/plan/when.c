/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/when.h"

#include <string.h>

#include "base/arena.h"
#include "base/compare.h"
#include "base/kver.h"
#include "base/num.h"
#include "base/span.h"
#include "profile/profile.h"
#include "state/host.h"

/* The condition was checked when the profile was read; what is malformed does not hold.
 */
static bool memory_matches(const char *condition, uint64_t bytes)
{
	struct span rest = span_of(condition), word;
	enum comparator comparator;
	uint64_t bound;

	while (span_word(&rest, &word)) {
		if (compare_take(&word, &comparator) < 0 || num_size(word, &bound) < 0)
			return false;
		if (!compare_holds(comparator, (bytes > bound) - (bytes < bound)))
			return false;
	}
	return true;
}

static bool arch_matches(const char *const *wanted, const char *arch)
{
	for (; *wanted; wanted++) {
		if (strcmp(*wanted, arch) == 0)
			return true;
	}
	return false;
}

static const char *highmem_fails(const struct when *when, const struct host *host)
{
	if (when->highmem == WHEN_ANY)
		return NULL;
	if (!host->has_memory)
		return "when highmem: this host does not tell (no /proc/meminfo)";
	if ((when->highmem == WHEN_YES) == (host->high_total_kib > 0))
		return NULL;
	return when->highmem == WHEN_YES
		       ? "when highmem: this host has no HighMem, all its memory is low memory"
		       : "when highmem: this host has HighMem";
}

static const char *arch_fails(struct arena *arena, const struct when *when,
			      const struct host *host)
{
	if (!when->arch || (host->arch && arch_matches(when->arch, host->arch)))
		return NULL;
	if (!host->arch)
		return "when arch: this host does not tell its architecture";
	return arena_printf(arena, "when arch: this host is %s", host->arch);
}

static const char *kernel_fails(struct arena *arena, const struct when *when,
				const struct host *host)
{
	if (!when->kernel || (host->release && kver_matches(when->kernel, host->kernel)))
		return NULL;
	if (!host->release)
		return "when kernel: this host does not tell its kernel's version";
	return arena_printf(arena, "when kernel %s: this host runs %s", when->kernel,
			    host->release);
}

static const char *memory_fails(struct arena *arena, const struct when *when,
				const struct host *host)
{
	if (!when->memory)
		return NULL;
	if (!host->has_memory)
		return "when memory: this host does not tell (no /proc/meminfo)";
	if (memory_matches(when->memory, host->mem_total_kib * 1024))
		return NULL;
	return arena_printf(arena, "when memory %s: this host has %llu MiB", when->memory,
			    (unsigned long long)(host->mem_total_kib / 1024));
}

static bool layer_holds(struct arena *arena, const struct layer *layer,
			const struct host *host, const char **ret_why)
{
	const struct when *when = layer->when;
	const char *why;

	if (!when)
		return true;
	why = highmem_fails(when, host);
	if (!why)
		why = arch_fails(arena, when, host);
	if (!why)
		why = kernel_fails(arena, when, host);
	if (!why)
		why = memory_fails(arena, when, host);
	if (why)
		*ret_why = arena_printf(arena, "%s: %s", layer->name, why);
	return !why;
}

bool when_holds(struct arena *arena, const struct layer *layer, const struct host *host,
		const char **ret_why)
{
	for (; layer; layer = layer->includer) {
		if (!layer_holds(arena, layer, host, ret_why))
			return false;
	}
	return true;
}
