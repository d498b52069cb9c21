/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/meminfo.h"

#include <stdlib.h>

#include "tap.h"

/* RHEL 3: three lines of bytes above, which have names of their own. */
static const char rhel3[] =
	"        total:    used:    free:  shared: buffers:  cached:\n"
	"Mem:  4218204160 3899416576 318787584        0 165593088 3113095168\n"
	"Swap: 2146787328        0 2146787328\n"
	"MemTotal:      4119340 kB\n"
	"MemFree:        311316 kB\n"
	"MemShared:           0 kB\n"
	"Buffers:        161712 kB\n"
	"Cached:        3040132 kB\n"
	"SwapCached:          0 kB\n"
	"Active:        2222924 kB\n"
	"ActiveAnon:     335084 kB\n"
	"HighTotal:     3276480 kB\n"
	"HighFree:       179328 kB\n"
	"LowTotal:       842860 kB\n"
	"LowFree:        131988 kB\n"
	"SwapTotal:     2096472 kB\n"
	"SwapFree:      2096472 kB\n"
	"CommitLimit:   4156140 kB\n"
	"Committed_AS:   801484 kB\n"
	"HugePages_Total:     0\n"
	"HugePages_Free:      0\n"
	"Hugepagesize:     2048 kB\n";

static void test_rhel3(void)
{
	const struct meminfo info = meminfo_parse(span_of(rhel3));

	is_int(info.total, 4119340, "total, and not the line of bytes");
	is_int(info.free, 311316, "free");
	is_int(info.available, -1, "available is not told");
	is_int(info.low_total, 842860, "low memory");
	is_int(info.low_free, 131988, "of which free");
	is_int(info.high_total, 3276480, "HighMem");
	is_int(info.high_free, 179328, "of which free");
	is_int(info.swap_total, 2096472, "swap");
	is_int(info.swap_free, 2096472, "of which free");
	is_int(info.buffers, 161712, "buffers");
	is_int(info.cached, 3040132, "cached, and not what swap has");
	is_int(info.swap_cached, 0, "a nought is told");
	is_int(info.commit_limit, 4156140, "commit limit");
	is_int(info.committed, 801484, "committed");
	is_int(info.huge_size, 2048, "huge pages");
	is_int(info.slab, -1, "slab is not told");
	is_int(info.page_tables, -1, "nor are page tables");
}

static const struct {
	const char *name;
	size_t offset;
} names[] = {
	{ "MemTotal", offsetof(struct meminfo, total) },
	{ "MemFree", offsetof(struct meminfo, free) },
	{ "MemAvailable", offsetof(struct meminfo, available) },
	{ "Buffers", offsetof(struct meminfo, buffers) },
	{ "Cached", offsetof(struct meminfo, cached) },
	{ "SwapCached", offsetof(struct meminfo, swap_cached) },
	{ "Unevictable", offsetof(struct meminfo, unevictable) },
	{ "HighTotal", offsetof(struct meminfo, high_total) },
	{ "HighFree", offsetof(struct meminfo, high_free) },
	{ "LowTotal", offsetof(struct meminfo, low_total) },
	{ "LowFree", offsetof(struct meminfo, low_free) },
	{ "SwapTotal", offsetof(struct meminfo, swap_total) },
	{ "SwapFree", offsetof(struct meminfo, swap_free) },
	{ "Dirty", offsetof(struct meminfo, dirty) },
	{ "Writeback", offsetof(struct meminfo, writeback) },
	{ "AnonPages", offsetof(struct meminfo, anon) },
	{ "Mapped", offsetof(struct meminfo, mapped) },
	{ "Shmem", offsetof(struct meminfo, shmem) },
	{ "Slab", offsetof(struct meminfo, slab) },
	{ "SReclaimable", offsetof(struct meminfo, slab_reclaimable) },
	{ "SUnreclaim", offsetof(struct meminfo, slab_unreclaimable) },
	{ "KernelStack", offsetof(struct meminfo, kernel_stack) },
	{ "PageTables", offsetof(struct meminfo, page_tables) },
	{ "CommitLimit", offsetof(struct meminfo, commit_limit) },
	{ "Committed_AS", offsetof(struct meminfo, committed) },
	{ "HugePages_Total", offsetof(struct meminfo, huge_total) },
	{ "HugePages_Free", offsetof(struct meminfo, huge_free) },
	{ "Hugepagesize", offsetof(struct meminfo, huge_size) },
};

#define NAMES (sizeof(names) / sizeof(*names))

static int64_t member(const struct meminfo *info, size_t i)
{
	const int64_t *kib = (const void *)((const char *)info + names[i].offset);

	return *kib;
}

/* Each line alone: no other member may change. */
static void test_each(void)
{
	is_int(sizeof(struct meminfo), NAMES * sizeof(int64_t), "all members are known");
	for (size_t i = 0; i < NAMES; i++) {
		char text[64];
		struct meminfo info;
		unsigned others = 0;

		(void)snprintf(text, sizeof(text), "%s:   %zu kB\n", names[i].name,
			       i + 1000);
		info = meminfo_parse(span_of(text));
		is_int(member(&info, i), (long long)i + 1000, "%s", names[i].name);
		for (size_t k = 0; k < NAMES; k++)
			others += k != i && member(&info, k) != -1;
		is_int(others, 0, "%s and nothing else", names[i].name);
	}
}

static const char *const garbage[] = {
	"",
	":\n:::\n\n",
	"MemTotal\nMemTotal:\nMemTotal: \nMemTotal: x kB\n",
	"MemTotal: -5 kB\nMemFree: 0x10 kB\nMemAvailable: 1e3 kB\n",
	"MemTotal: 99999999999999999999 kB\nMemFree: 9223372036854775807 kB\n",
	" MemTotal: 5 kB\nmemfree: 5 kB\nMemFreeX: 5 kB\nMemFre: 5 kB\n",
};

static void test_garbage(void)
{
	static char noise[1 << 16];

	srandom(1);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)random();
	for (size_t i = 0; i <= sizeof(garbage) / sizeof(*garbage); i++) {
		struct span text = { noise, sizeof(noise) };
		struct meminfo info;
		unsigned told = 0;

		if (i < sizeof(garbage) / sizeof(*garbage))
			text = span_of(garbage[i]);
		info = meminfo_parse(text);
		for (size_t k = 0; k < NAMES; k++)
			told += member(&info, k) != -1;
		is_int(told, 0, "garbage %zu tells nothing", i);
	}
	for (size_t len = 0; len < sizeof(rhel3); len++)
		(void)meminfo_parse((struct span){ rhel3, len });
	ok(meminfo_parse(span_of("MemTotal: 1125899906842624 kB")).total > 0,
	   "an EiB is taken, without a newline");
}

int main(void)
{
	test_rhel3();
	test_each();
	test_garbage();
	return done();
}
