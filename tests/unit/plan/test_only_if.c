/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/only_if.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "profile/condition.h"
#include "state/memory.h"
#include "tap.h"

#define MIB INT64_C(1024)

static struct zone zones[] = {
	{ .name = "Normal",
	  .managed_kib = 800 * MIB,
	  .orders = 3,
	  .free_blocks = { 600, 100, 50 } },
	{ .name = "HighMem",
	  .managed_kib = 3000 * MIB,
	  .orders = 3,
	  .free_blocks = { 0, 0, 100000 } },
};

/* 1000 pages are free in low memory: 600 of them alone, 200 in pairs, 200 in fours. */
static const struct memory host = {
	.info = { .total = 4000 * MIB,
		  .free = 3100 * MIB,
		  .available = 3000 * MIB,
		  .low_total = 800 * MIB,
		  .low_free = 48 * MIB,
		  .high_total = 3200 * MIB,
		  .high_free = 3052 * MIB,
		  .cached = 512 * MIB,
		  .swap_total = 0,
		  .swap_free = 0 },
	.zones = zones,
	.zones_len = 2,
	.pressure = { .known = true, .some_avg10 = 1250 },
};

static const struct memory silent = {
	.info = { .total = 4000 * MIB,
		  .free = 3100 * MIB,
		  .available = -1,
		  .low_total = -1,
		  .low_free = -1,
		  .high_total = -1,
		  .high_free = -1,
		  .cached = -1,
		  .swap_total = -1,
		  .swap_free = -1 },
};

static const struct {
	const char *text;
	bool on_host, on_silent;
} rows[] = {
	{ "low_free < 64M", true, false },
	{ "low_free < 48M", false, false },
	{ "low_free <= 48M", true, false },
	{ "low_free > 1M", true, true }, /* without HighMem all that is free */
	{ "free > 3G", true, true },
	{ "free >= 3100M and free <= 3100M", true, true },
	{ "available < 64M", false, false },
	{ "available > 64M", true, true }, /* before 3.14 what comes close to it */
	{ "cached >= 512M", true, false },
	{ "swap_free < 1M", true, false },
	{ "psi_some_avg10 >= 12.5", true, false },
	{ "psi_some_avg10 > 12.5%", false, false },
	{ "psi_some_avg10 < 50", true, false },
	{ "unusable(0) <= 0", true, false },
	{ "unusable(1) >= 600", true, false },
	{ "unusable(1) > 600", false, false },
	{ "unusable(2) >= 800", true, false },
	{ "unusable(10) >= 1000", true, false },
	{ "cached > 1T and cached > 1M or free > 1M", true, true },
	{ "free > 1M or cached > 1T and cached > 1M", true, true },
	{ "cached > 1T or cached > 2T and free > 1M", false, false },
	{ "free > 1T or free > 2T or free > 1M", true, true },
	{ "low_free < 64M and cached > 1T", false, false },
};

static struct condition parse(const char *text)
{
	struct condition condition = { 0 };
	const char *why;
	size_t at;

	is_int(condition_parse(text, &condition, &why, &at), 0, "%s", text);
	return condition;
}

static void test_rows(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct condition condition = parse(rows[i].text);
		const char *figures;

		is_int(only_if_holds(arena, &condition, &host, &figures), rows[i].on_host,
		       "%s, of a host", rows[i].text);
		is_int(only_if_holds(arena, &condition, &silent, &figures),
		       rows[i].on_silent, "%s, of one that tells little", rows[i].text);
	}
}

static void test_figures(struct arena *arena)
{
	const struct condition condition =
		parse("low_free < 1M and psi_some_avg10 > 90 or unusable(1) > 999");
	const char *figures;

	ok(!only_if_holds(arena, &condition, &host, &figures), "it does not hold");
	is_str(figures,
	       "low_free is 48 MiB, psi_some_avg10 is 12.50 %, unusable(1) is 600",
	       "and why");
	ok(!only_if_holds(arena, &condition, &silent, &figures), "nor on the other");
	ok(strstr(figures, "this kernel does not tell psi_some_avg10"), "as is said: %s",
	   figures);
}

static void test_no_memory(void)
{
	const struct condition condition = parse("free > 1M or cached > 2M");
	cleanup(arena_freep) struct arena *arena = arena_new(1);
	const char *figures = "";

	ok(only_if_holds(arena, &condition, &host, &figures),
	   "what holds does so without memory");
	ok(!figures, "and nothing is said of it");
}

static void test_pressure(void)
{
	const struct condition asks = parse("free > 1M or psi_some_avg10 > 2");
	const struct condition not = parse("free > 1M");

	ok(only_if_asks_pressure(&asks) && !only_if_asks_pressure(&not ),
	   "a condition that asks for pressure");
	ok(only_if_reclaiming(&(struct pressure){ .known = true, .some_avg10 = 500 }),
	   "a twentieth of the time");
	ok(!only_if_reclaiming(&(struct pressure){ .known = true, .some_avg10 = 499 }),
	   "a little less");
	ok(!only_if_reclaiming(&(struct pressure){ .some_avg10 = 9000 }), "not told");
}

static void test_reason(struct arena *arena)
{
	const struct condition condition = parse("free < 1M"), none = { 0 };
	const char *why = NULL;

	is_int(only_if_reason(arena, &(struct only_if){ &condition, "free < 1M", false },
			      &host, &why),
	       0, "a condition that fails");
	is_str(why, "free is 3.0 GiB, and it is only for free < 1M", "is the reason");
	is_int(only_if_reason(arena, &(struct only_if){ &none, NULL, true }, &host, &why),
	       0, "reclaim");
	is_str(why, "reclaim is under way: psi_some_avg10 is 12.50 %", "is another");
	is_int(only_if_reason(arena, &(struct only_if){ &none, NULL, false }, &host,
			      &why),
	       0, "nothing");
	ok(!why, "speaks against it");
}

static void test_reason_without_memory(void)
{
	const struct condition condition = parse("free < 1M");
	const char *why;
	int r = -ENOMEM;

	for (size_t limit = 1; r == -ENOMEM && limit < 4096; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = only_if_reason(arena,
				   &(struct only_if){ &condition, "free < 1M", false },
				   &host, &why);
	}
	ok(r == 0 && why, "a reason is not lost for lack of memory");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);

	test_rows(arena);
	test_figures(arena);
	test_no_memory();
	test_pressure();
	test_reason(arena);
	test_reason_without_memory();
	return done();
}
