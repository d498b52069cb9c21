/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/usable.h"

#include "state/memory.h"
#include "state/zone.h"
#include "tap.h"

#define KEPT(...) .reserve_kib = { __VA_ARGS__ }

/* Linux 6.1, 686-pae, 4 GiB, half a second before the OOM killer. */
static struct zone pae[] = {
	{ .name = "DMA",
	  .free_kib = 3852,
	  .min_kib = 760,
	  .low_kib = 948,
	  .high_kib = 1136,
	  KEPT(0, 2920, 15784, 15784),
	  .classes = 4,
	  .managed_kib = 15360 },
	{ .name = "Normal",
	  .free_kib = 44260,
	  .min_kib = 37144,
	  .low_kib = 46428,
	  .high_kib = 55712,
	  KEPT(0, 0, 102908, 102908),
	  .classes = 4,
	  .managed_kib = 751888 },
	{ .name = "HighMem",
	  .free_kib = 3217696,
	  .min_kib = 512,
	  .low_kib = 41388,
	  .high_kib = 82264,
	  .classes = 4,
	  .managed_kib = 3293064 },
};
static const struct memory pae_memory = { .zones = pae, .zones_len = 3 };

static void is_usable(const struct memory *memory, size_t index, struct usable want,
		      const char *name)
{
	struct usable got = usable_of(memory, &memory->zones[index]);

	is_int(got.level, want.level, "%s: level", name);
	is_int(got.users_kib, want.users_kib, "%s: kept from processes", name);
	is_int(got.kernel_kib, want.kernel_kib, "%s: kept from the kernel", name);
	is_int(got.for_users, want.for_users, "%s: for processes", name);
	is_int(got.for_kernel, want.for_kernel, "%s: for the kernel", name);
}

static void test_highmem(void)
{
	is_usable(&pae_memory, 0,
		  (struct usable){ USABLE_ABOVE_HIGH, 15784, 2920, false, true }, "DMA");
	is_usable(&pae_memory, 1,
		  (struct usable){ USABLE_BELOW_LOW, 102908, 0, false, true }, "Normal");
	is_usable(&pae_memory, 2,
		  (struct usable){ USABLE_ABOVE_HIGH, 0, -1, true, false }, "HighMem");
}

/* Strictly more than the mark and the reserve. */
static void test_edges(void)
{
	struct zone zone = pae[0];
	struct memory memory = pae_memory;
	struct zone zones[3] = { zone, pae[1], pae[2] };

	memory.zones = zones;
	zones[0].free_kib = 760 + 2920;
	ok(!usable_of(&memory, &zones[0]).for_kernel, "as much as mark and reserve");
	zones[0].free_kib += 4;
	ok(usable_of(&memory, &zones[0]).for_kernel, "a page more");
	zones[0].cma_kib = 4;
	ok(!usable_of(&memory, &zones[0]).for_kernel, "but CMA's");
	zones[0].free_kib = 760 + 15784;
	ok(!usable_of(&memory, &zones[0]).for_users,
	   "processes: as much as mark and reserve");
	zones[0].free_kib += 4;
	ok(usable_of(&memory, &zones[0]).for_users, "processes: a page more, CMA's too");
	for (int64_t kib = 760; kib <= 1140; kib += 4) {
		enum usable_level want = kib <= 760    ? USABLE_BELOW_MIN
					 : kib <= 948  ? USABLE_BELOW_LOW
					 : kib <= 1136 ? USABLE_BELOW_HIGH
						       : USABLE_ABOVE_HIGH;

		zones[0].free_kib = kib;
		is_int(usable_of(&memory, &zones[0]).level, want, "level at %d KiB",
		       (int)kib);
	}
}

/* Linux 6.1, cloud-amd64: DMA32 alone, Normal is empty. And a server. */
static void test_no_highmem(void)
{
	struct zone small[] = {
		{ .name = "DMA",
		  .free_kib = 6484,
		  .min_kib = 88,
		  .low_kib = 108,
		  .high_kib = 128,
		  KEPT(0, 1772, 1772, 1772, 1772),
		  .classes = 5 },
		{ .name = "DMA32",
		  .free_kib = 208332,
		  .min_kib = 8600,
		  .low_kib = 9260,
		  .high_kib = 9920,
		  .classes = 5 },
	};
	const struct memory memory = { .zones = small, .zones_len = 2 };
	struct zone server[] = {
		{ .name = "DMA",
		  .free_kib = 11264,
		  .min_kib = 88,
		  .low_kib = 108,
		  .high_kib = 128,
		  KEPT(0, 2956, 31904, 128000, 128000),
		  .classes = 5 },
		{ .name = "Normal",
		  .free_kib = 900000,
		  .min_kib = 49316,
		  .low_kib = 61644,
		  .high_kib = 73972,
		  KEPT(0, 0, 0, 100000, 100000),
		  .classes = 5 },
		{ .name = "Movable",
		  .free_kib = 4096,
		  .min_kib = 512,
		  .low_kib = 1024,
		  .high_kib = 8192,
		  .classes = 5 },
	};
	const struct memory hot = { .zones = server, .zones_len = 3 };

	is_usable(&memory, 0,
		  (struct usable){ USABLE_ABOVE_HIGH, 1772, 1772, true, true },
		  "DMA, nothing above DMA32");
	is_usable(&memory, 1, (struct usable){ USABLE_ABOVE_HIGH, 0, 0, true, true },
		  "DMA32");
	is_usable(&hot, 0,
		  (struct usable){ USABLE_ABOVE_HIGH, 128000, 31904, false, false },
		  "DMA of a server with Movable");
	is_usable(&hot, 1, (struct usable){ USABLE_ABOVE_HIGH, 100000, 0, true, true },
		  "Normal below Movable");
	is_usable(&hot, 2, (struct usable){ USABLE_BELOW_HIGH, 0, -1, true, false },
		  "Movable");
}

/* Where Movable is the last class: processes' pages are of that one, the kernel's are not. */
static void test_movable(void)
{
	struct zone movable[] = {
		{ .name = "Normal",
		  .free_kib = 60000,
		  .min_kib = 49316,
		  .low_kib = 61644,
		  .high_kib = 73972,
		  KEPT(0, 0, 0, 100000),
		  .classes = 4 },
		{ .name = "Movable",
		  .free_kib = 512,
		  .min_kib = 512,
		  .low_kib = 1024,
		  .high_kib = 8192,
		  .classes = 4 },
	};
	const struct memory memory = { .zones = movable, .zones_len = 2 };

	is_usable(&memory, 0, (struct usable){ USABLE_BELOW_LOW, 100000, 0, false, true },
		  "Normal");
	is_usable(&memory, 1, (struct usable){ USABLE_BELOW_MIN, 0, -1, false, false },
		  "Movable");
}

/* RHEL 4 tells what is free, and no more. */
static void test_untold(void)
{
	struct zone zone = { .name = "Normal",
			     .free_kib = 4,
			     .min_kib = -1,
			     .low_kib = -1,
			     .high_kib = -1 };
	const struct memory memory = { .zones = &zone, .zones_len = 1 };
	struct usable usable = usable_of(&memory, &zone);

	is_usable(&memory, 0, (struct usable){ USABLE_UNKNOWN, -1, -1, true, true },
		  "untold");
	is_str(usable_text(&usable), NULL, "nothing is said of it");
}

static void test_text(void)
{
	static const struct {
		struct usable usable;
		const char *text;
	} cases[] = {
		{ { .level = USABLE_ABOVE_HIGH, .for_users = true, .for_kernel = true },
		  NULL },
		{ { .level = USABLE_BELOW_HIGH, .for_users = true, .for_kernel = true },
		  NULL },
		{ { .level = USABLE_ABOVE_HIGH },
		  "above high, but below the reserve for normal requests: not usable "
		  "for them" },
		{ { .level = USABLE_ABOVE_HIGH, .for_kernel = true },
		  "above high, but below the reserve: not usable for processes" },
		{ { .level = USABLE_BELOW_HIGH },
		  "above low, but below the reserve for normal requests: not usable "
		  "for them" },
		{ { .level = USABLE_BELOW_LOW, .for_users = true },
		  "below low: reclaim is at work" },
		{ { .level = USABLE_BELOW_LOW, .for_kernel = true },
		  "below low (reclaim is at work) and the reserve: not usable for "
		  "processes" },
		{ { .level = USABLE_BELOW_MIN, .for_users = true },
		  "below min: only emergencies are served, all others reclaim first" },
		{ { .level = USABLE_BELOW_MIN },
		  "below min: only emergencies are served, all others reclaim first" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_str(usable_text(&cases[i].usable), cases[i].text, "text %zu", i);
}

int main(void)
{
	test_highmem();
	test_edges();
	test_no_highmem();
	test_movable();
	test_untold();
	test_text();
	return done();
}
