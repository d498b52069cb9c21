/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "plan/plan.h"
#include "render/size_text.h"
#include "tap.h"

static const struct knob plain = { .key = "plain", .size = KNOB_NO_SIZE };
static const struct knob bytes = { .key = "bytes", .size = KNOB_BYTES };
static const struct knob kib = { .key = "kib", .size = KNOB_KIB };
static const struct knob mib = { .key = "mib", .size = KNOB_MIB };
static const struct knob pages = { .key = "pages", .size = KNOB_PAGES };

static void is_size(const struct knob *knob, const char *value, const char *want)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct plan_item item = { .knob = knob, .want = value };

	ok(size_text_fits(&item, NULL), "%s %s is a size", knob->key, value);
	is_str(size_text(arena, &item, value), want, "%s %s reads %s", knob->key, value,
	       want);
}

static void test_sizes(void)
{
	is_size(&bytes, "134217728", "128M");
	is_size(&bytes, "1024", "1K");
	is_size(&bytes, "1073741824", "1G");
	is_size(&bytes, "1610612736", "1536M");
	is_size(&bytes, "4398046511104", "4T");
	is_size(&bytes, "4503599627370496", "4096T");
	is_size(&bytes, "0", "0");
	is_size(&kib, "65536", "64M");
	is_size(&kib, "37948", "37948K");
	is_size(&mib, "2048", "2G");
}

static void test_no_sizes(void)
{
	static const struct {
		struct plan_item item;
		const char *now, *name;
	} cases[] = {
		{ { .want = "65536" }, NULL, "an unknown knob" },
		{ { .knob = &plain, .want = "65536" }, NULL, "a number" },
		{ { .knob = &pages, .want = "65536" }, NULL, "pages" },
		{ { .knob = &bytes, .want = "1000" }, NULL, "no whole KiB" },
		{ { .knob = &bytes, .want = "1024", .live = "1023" }, NULL, "live" },
		{ { .knob = &bytes, .want = "1024", .boot = "1" }, NULL, "boot" },
		{ { .knob = &bytes, .want = "1024" }, "1000", "now" },
		{ { .knob = &bytes, .want = "max" }, NULL, "a word" },
		{ { .knob = &bytes, .want = "-1024" }, NULL, "below zero" },
		{ { .knob = &kib, .want = "18446744073709551615" }, NULL, "too large" },
		{ { .knob = &kib, .want = "4 4" }, NULL, "a vector" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(!size_text_fits(&cases[i].item, cases[i].now),
		   "%s: the row keeps the kernel's numbers", cases[i].name);
}

static void test_no_memory(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(0);
	const struct plan_item item = { .knob = &bytes, .want = "1024" };

	ok(size_text(arena, &item, "1024") == NULL, "no memory is told");
}

int main(void)
{
	test_sizes();
	test_no_sizes();
	test_no_memory();
	return done();
}
