/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/translate.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

#define MIB(pages) ((pages)*4096 >> 20)

static const struct live absent = { .path = "x", .error = ENOENT, .fd = -1 };

static struct host highmem_host(uint64_t high_pages, int normal_index)
{
	return (struct host){
		.release = "6.1.0-50-686-pae",
		.kernel = KVER(6, 1, 0),
		.has_memory = true,
		.high_total_kib = high_pages * 4,
		.high_pages = high_pages,
		.normal_pages = 179200,
		.normal_index = normal_index,
		.page_size = 4096,
	};
}

/* RAM of 1 to 16 GB with 896 MB of low memory, value 250. */
static void test_ratio(void)
{
	static const struct {
		uint64_t high_pages, ratio, protects_mib;
	} rows[] = {
		{ 32768, 2, 64 },     { 294912, 4, 288 },   { 819200, 12, 266 },
		{ 1867776, 29, 251 }, { 2916352, 32, 356 }, { 3964928, 32, 484 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t ratio = translate_ratio(250, rows[i].high_pages);

		is_int((long long)ratio, (long long)rows[i].ratio,
		       "ratio for %llu HighMem pages",
		       (unsigned long long)rows[i].high_pages);
		is_int((long long)MIB(rows[i].high_pages / ratio),
		       (long long)rows[i].protects_mib,
		       "MiB protected for %llu HighMem pages",
		       (unsigned long long)rows[i].high_pages);
	}
	is_int((long long)translate_ratio(100, 819200), 32,
	       "100 at 4 GB is the default exactly");
	is_int((long long)translate_ratio(0, 819200), 32,
	       "0 leaves the default's protection");
	is_int((long long)translate_ratio(1, 819200), 32,
	       "a small value never weakens the default");
	is_int((long long)translate_ratio(INT32_MAX, 819200), 1,
	       "a huge value is ratio 1");
	is_int((long long)translate_ratio(UINT64_MAX, 819200), 1,
	       "an overflow is ratio 1");
}

static void test_to_vector(struct arena *arena)
{
	const struct live pae = { .path = LOWMEM_RESERVE_RATIO_PATH,
				  .text = "256\t32\t0\t0",
				  .fd = -1 };
	const struct live rhel5 = { .path = LOWMEM_RESERVE_RATIO_PATH,
				    .text = "256\t256\t32",
				    .fd = -1 };
	struct host host = highmem_host(819200, 1);
	struct translation got;

	is_int(translate_lower_zone_protection(arena, 250, &host, &absent, &pae, &got), 0,
	       "translates on 6.1 PAE");
	is_int(got.kind, TRANSLATED, "it is a value to write");
	is_str(got.value, "256 12 0 0", "element 1 is Normal's");
	ok(got.live == &pae, "it is written to lowmem_reserve_ratio");
	ok(strstr(got.reason, "keeps 266 MiB") != NULL,
	   "the reason says how much is kept: %s", got.reason);
	ok(strstr(got.reason, "less") == NULL, "which is not less than was asked for");

	is_int(translate_lower_zone_protection(arena, 1000, &host, &absent, &pae, &got),
	       0, "more than there is");
	is_str(got.value, "256 3 0 0", "is translated all the same");
	ok(strstr(got.reason, "keeps all 700 MiB") != NULL,
	   "and the zone's size is what is promised: %s", got.reason);

	host = highmem_host(37600, 1);
	is_int(translate_lower_zone_protection(arena, 250, &host, &absent, &pae, &got), 0,
	       "little HighMem");
	ok(strstr(got.reason, "keeps 73 MiB") != NULL &&
		   strstr(got.reason, "less than 250 MiB") != NULL &&
		   strstr(got.reason, "146 MiB") != NULL,
	   "the reason says that it is less, and why: %s", got.reason);

	host = highmem_host(819200, 2);
	is_int(translate_lower_zone_protection(arena, 250, &host, &absent, &rhel5, &got),
	       0, "translates on RHEL 5");
	is_str(got.value, "256 256 12", "element 2 is Normal's with an empty DMA32");

	host.normal_index = -1;
	is_int(translate_lower_zone_protection(arena, 250, &host, &absent, &pae, &got), 0,
	       "an unknown index is no crash");
	is_int(got.kind, TRANSLATED_NONE, "an unknown index is refused, not guessed");
	host.normal_index = 4;
	is_int(translate_lower_zone_protection(arena, 250, &host, &absent, &pae, &got), 0,
	       "an index outside the vector is no crash");
	is_int(got.kind, TRANSLATED_NONE, "an index outside the vector is refused");
}

static void test_where_it_applies(struct arena *arena)
{
	const struct live old = { .path = LOWER_ZONE_PROTECTION_PATH,
				  .text = "0",
				  .fd = -1 };
	const struct live ratio = { .path = LOWMEM_RESERVE_RATIO_PATH,
				    .text = "256 256 32 0 0",
				    .fd = -1 };
	struct host host = highmem_host(819200, 1);
	struct translation got;

	is_int(translate_lower_zone_protection(arena, 250, &host, &old, &absent, &got), 0,
	       "RHEL 4 has it");
	ok(got.kind == TRANSLATED && got.live == &old, "it is written as it is");
	is_str(got.value, "250", "and as large as it is");

	is_int(translate_lower_zone_protection(arena, 250, &host, &absent, &absent, &got),
	       0, "2.4 has neither");
	is_int(got.refusal, STATUS_NO_KNOB,
	       "a HighMem host without either is refused with 69");

	host.high_total_kib = 0;
	is_int(translate_lower_zone_protection(arena, 250, &host, &absent, &ratio, &got),
	       0, "64-bit");
	is_int(got.kind, TRANSLATED_SKIP, "without HighMem it does not apply");
	ok(strstr(got.reason, "all its memory is low memory") != NULL, "and says why");
	is_int(translate_lower_zone_protection(arena, 250, &host, &old, &absent, &got), 0,
	       "64-bit RHEL 4");
	is_int(got.kind, TRANSLATED_SKIP, "even where the old file is there");

	host.has_memory = false;
	is_int(translate_lower_zone_protection(arena, 250, &host, &absent, &ratio, &got),
	       0, "no meminfo");
	is_int(got.kind, TRANSLATED_NONE,
	       "a host that does not tell is refused, not guessed");
}

static void test_oom_kill(struct arena *arena)
{
	const struct live file = { .path = OOM_KILL_PATH, .text = "1", .fd = -1 };
	struct host host = { .release = "2.6.9-89.ELsmp" };
	struct translation got;

	is_int(translate_oom_kill(arena, false, &host, &file, &got), 0, "RHEL 4 off");
	is_str(got.value, "0", "is 0");
	ok(got.reason && strstr(got.reason, "hang"), "the danger is told");
	is_int(translate_oom_kill(arena, true, &host, &file, &got), 0, "RHEL 4 on");
	is_str(got.value, "1", "is 1");
	ok(!got.reason, "and needs no words");

	host.release = "2.4.21-63.ELsmp";
	is_int(translate_oom_kill(arena, false, &host, &file, &got), 0, "RHEL 3 off");
	ok(got.reason && strstr(got.reason, "at once"),
	   "RHEL 3 means a limit by it, which is told");

	host.release = "6.1.0";
	is_int(translate_oom_kill(arena, false, &host, &absent, &got), 0, "mainline off");
	is_int(got.kind, TRANSLATED_NONE, "is refused");
	is_int(got.refusal, STATUS_NO_KNOB, "with 69");
	ok(strstr(got.reason, "oom_score_adj") && strstr(got.reason, "overcommit_memory"),
	   "naming what comes nearest");
	is_int(translate_oom_kill(arena, true, &host, &absent, &got), 0, "mainline on");
	is_int(got.kind, TRANSLATED_SAME, "is what it is anyway");
}

static void test_out_of_memory(void)
{
	const struct live pae = { .path = LOWMEM_RESERVE_RATIO_PATH,
				  .text = "256\t32\t0\t0",
				  .fd = -1 };
	const struct host host = highmem_host(819200, 1);
	struct translation got;
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < 4096; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = translate_lower_zone_protection(arena, 250, &host, &absent, &pae,
						    &got);
	}
	is_int(r, 0, "succeeds once memory suffices");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	test_ratio();
	test_to_vector(arena);
	test_where_it_applies(arena);
	test_oom_kill(arena);
	test_out_of_memory();
	return done();
}
