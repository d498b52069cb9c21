/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/when.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "profile/profile.h"
#include "state/host.h"
#include "tap.h"

static const struct host server = {
	.release = "6.1.0-50-686-pae",
	.kernel = { 6, 1, 0 },
	.arch = "i686",
	.has_memory = true,
	.mem_total_kib = 4 * 1024 * 1024,
	.high_total_kib = 3 * 1024 * 1024,
};

static const struct host silent = { .has_memory = false };

static const char *const arm_or_i686[] = { "armv7l", "i686", NULL };
static const char *const x86_64[] = { "x86_64", NULL };

static const struct {
	struct when when;
	bool on_server, on_silent;
	const char *why; /* part of what is said where it fails on the server */
} rows[] = {
	{ { .highmem = WHEN_YES }, true, false, NULL },
	{ { .highmem = WHEN_NO }, false, false, "has HighMem" },
	{ { .arch = arm_or_i686 }, true, false, NULL },
	{ { .arch = x86_64 }, false, false, "this host is i686" },
	{ { .kernel = ">=2.6.5 <7" }, true, false, NULL },
	{ { .kernel = "<6.1" }, false, false, "6.1.0-50-686-pae" },
	{ { .memory = ">=2G" }, true, false, NULL },
	{ { .memory = ">=2G <4G" }, false, false, "4096 MiB" },
	{ { .memory = "=4096M" }, true, false, NULL },
	{ { .memory = "!=4G" }, false, false, "4096 MiB" },
	{ { .highmem = WHEN_YES, .memory = ">8G" }, false, false, "4096 MiB" },
	{ { .memory = "nonsense" }, false, false, "nonsense" },
	{ { .highmem = WHEN_ANY }, true, true, NULL },
};

static void test_rows(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct layer layer = { .name = "p", .when = &rows[i].when };
		const char *why = NULL;

		is_int(when_holds(arena, &layer, &server, &why), rows[i].on_server,
		       "row %zu on a server", i);
		if (rows[i].why)
			ok(why && strstr(why, rows[i].why), "row %zu says why: %s", i,
			   why);
		is_int(when_holds(arena, &layer, &silent, &why), rows[i].on_silent,
		       "row %zu on a host that tells nothing", i);
	}
}

static void test_includer(struct arena *arena)
{
	const struct when no = { .highmem = WHEN_NO };
	const struct layer outer = { .name = "outer", .when = &no };
	const struct layer inner = { .name = "inner", .includer = &outer };
	const char *why = NULL;

	ok(!when_holds(arena, &inner, &server, &why),
	   "what is included needs its includer's when");
	ok(why && strncmp(why, "outer: ", 7) == 0, "and names the one that fails: %s",
	   why);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	test_rows(arena);
	test_includer(arena);
	return done();
}
