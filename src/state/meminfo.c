/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/meminfo.h"

#include <stddef.h>

#include "base/num.h"

/* An EiB: no machine has it, and sums of such figures still fit. */
#define MOST_KIB (INT64_C(1) << 50)

#define FIELD(name, member)                                                              \
	{                                                                                \
		{ name, sizeof(name) - 1 }, offsetof(struct meminfo, member)             \
	}

static const struct field {
	struct span name;
	size_t offset;
} fields[] = {
	FIELD("MemTotal", total),
	FIELD("MemFree", free),
	FIELD("MemAvailable", available),
	FIELD("Buffers", buffers),
	FIELD("Cached", cached),
	FIELD("SwapCached", swap_cached),
	FIELD("Unevictable", unevictable),
	FIELD("HighTotal", high_total),
	FIELD("HighFree", high_free),
	FIELD("LowTotal", low_total),
	FIELD("LowFree", low_free),
	FIELD("SwapTotal", swap_total),
	FIELD("SwapFree", swap_free),
	FIELD("Dirty", dirty),
	FIELD("Writeback", writeback),
	FIELD("AnonPages", anon),
	FIELD("Mapped", mapped),
	FIELD("Shmem", shmem),
	FIELD("Slab", slab),
	FIELD("SReclaimable", slab_reclaimable),
	FIELD("SUnreclaim", slab_unreclaimable),
	FIELD("KernelStack", kernel_stack),
	FIELD("PageTables", page_tables),
	FIELD("CommitLimit", commit_limit),
	FIELD("Committed_AS", committed),
	FIELD("HugePages_Total", huge_total),
	FIELD("HugePages_Free", huge_free),
	FIELD("Hugepagesize", huge_size),
};

#define FIELDS (sizeof(fields) / sizeof(*fields))

static int64_t *member(struct meminfo *info, size_t i)
{
	return (void *)((char *)info + fields[i].offset);
}

/* "  4147472 kB" */
static int64_t read_number(struct span text)
{
	struct span word;
	int64_t value;

	if (!span_word(&text, &word) || num_i64(word, &value) < 0 || value < 0 ||
	    value > MOST_KIB)
		return -1;
	return value;
}

/* NULL: there is no such field. Every command asks, so what differs in length or in its first byte is
 * passed over at once. */
static int64_t *find(struct meminfo *info, struct span name)
{
	for (size_t i = 0; i < FIELDS; i++) {
		if (fields[i].name.len == name.len &&
		    fields[i].name.at[0] == name.at[0] && span_same(fields[i].name, name))
			return member(info, i);
	}
	return NULL;
}

struct meminfo meminfo_parse(struct span text)
{
	struct meminfo info;
	struct span line, name;
	int64_t *kib;

	for (size_t i = 0; i < FIELDS; i++)
		*member(&info, i) = -1;
	while (span_line(&text, &line)) {
		if (!span_until(&line, ':', &name))
			continue;
		kib = find(&info, name);
		if (kib)
			*kib = read_number(line);
	}
	return info;
}
