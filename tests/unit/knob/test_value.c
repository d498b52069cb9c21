/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/value.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "tap.h"

#define ROOM 65536

/* A host of 4 GiB with pages of 4 KiB. */
static const struct value_facts host = {
	.kernel = { 6, 1, 0 },
	.mem_total_kib = 4194304,
	.page_size = 4096,
};

struct resolved {
	const char *key; /* NULL: not in the catalogue */
	const char *text;
	int fault;
	const char *want; /* the value; of a fault: some words of its sentence */
};

static void check(const struct resolved *c, const struct value_facts *facts,
		  const char *on)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	const struct knob *knob = c->key ? knob_find(c->key, NULL) : NULL;
	const char *got = NULL;
	int r = value_resolve(arena, knob, c->text, facts, &got);

	is_int(r, c->fault, "%s = '%s' %s", c->key ? c->key : "(unknown)", c->text, on);
	if (c->fault == VALUE_OK)
		is_str(got, c->want, "... is written as '%s'", c->want);
	else
		ok(got && strstr(got, c->want), "... says: %s", got ? got : "nothing");
}

static void test_numbers(void)
{
	static const struct resolved cases[] = {
		{ "vm.swappiness", "10", VALUE_OK, "10" },
		{ "vm.swappiness", "0", VALUE_OK, "0" },
		{ "vm.swappiness", "-0", VALUE_OK, "0" },
		{ "vm.swappiness", " 10\n", VALUE_OK, "10" },
		{ "vm.swappiness", "0x10", VALUE_OK, "16" },
		{ "vm.swappiness", "0XC8", VALUE_OK, "200" },
		{ "vm.swappiness", "200", VALUE_OK, "200" },
		{ "vm.swappiness", "201", VALUE_OUT_OF_RANGE, "201 is outside 0..200" },
		{ "vm.swappiness", "0x100", VALUE_OUT_OF_RANGE, "0x100 is outside" },
		{ "vm.swappiness", "-1", VALUE_OUT_OF_RANGE, "-1 is outside 0..200" },
		{ "vm.swappiness", "99999999999999999999999", VALUE_OUT_OF_RANGE,
		  "too large" },
		{ "vm.swappiness", "010", VALUE_LEADING_ZERO, "010 begins with a zero" },
		{ "vm.swappiness", "-010", VALUE_LEADING_ZERO, "octal" },
		{ "vm.swappiness", "00", VALUE_LEADING_ZERO, "zero" },
		{ "vm.swappiness", "09", VALUE_LEADING_ZERO, "zero" },
		{ "vm.swappiness", "+5", VALUE_NOT_A_NUMBER, "+5 is not a number" },
		{ "vm.swappiness", "5abc", VALUE_NOT_A_NUMBER, "accepted is 0..200" },
		{ "vm.swappiness", "0x", VALUE_NOT_A_NUMBER, "0x is not a number" },
		{ "vm.swappiness", "-", VALUE_NOT_A_NUMBER, "- is not a number" },
		{ "vm.swappiness", "1e3", VALUE_NOT_A_NUMBER, "1e3" },
		{ "vm.swappiness", "5,6", VALUE_NOT_A_NUMBER, "5,6" },
		{ "vm.swappiness", "5 6", VALUE_FIELD_COUNT, "2 values are given" },
		{ "vm.swappiness", "", VALUE_EMPTY, "accepted is 0..200" },
		{ "vm.swappiness", " \t\n", VALUE_EMPTY, "empty" },
		{ "vm.swappiness", "5\n6", VALUE_NOT_ONE_LINE, "one line" },
		{ "vm.swappiness", "5\r6", VALUE_NOT_ONE_LINE, "one line" },
		{ "vm.swappiness", "5\x1b", VALUE_NOT_ONE_LINE, "plain text" },
		{ "kernel.panic", "-1", VALUE_OK, "-1" },
		{ "kernel.panic", "-2147483648", VALUE_OK, "-2147483648" },
		{ "kernel.panic", "-2147483649", VALUE_OUT_OF_RANGE,
		  "-2147483648..2147483647" },
		{ "vm.overcommit_ratio", "-5", VALUE_OUT_OF_RANGE, "-5 is outside" },
		{ "vm.overcommit_ratio", "150", VALUE_OK, "150" },
		{ "vm.nr_hugepages", "-1", VALUE_OUT_OF_RANGE, "the least is 0" },
		{ "vm.nr_hugepages", "18446744073709551615", VALUE_OK,
		  "18446744073709551615" },
		{ "vm.percpu_pagelist_high_fraction", "0", VALUE_OK, "0" },
		{ "vm.percpu_pagelist_high_fraction", "8", VALUE_OK, "8" },
		{ "vm.percpu_pagelist_high_fraction", "7", VALUE_OUT_OF_RANGE,
		  "outside 8.." },
		{ "oom_score_adj", "-1000", VALUE_OK, "-1000" },
		{ "oom_score_adj", "1001", VALUE_OUT_OF_RANGE, "-1000..1000" },
		{ "/sys/kernel/mm/lru_gen/enabled", "0x0007", VALUE_OK, "7" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check(&cases[i], &host, "on a host");
		check(&cases[i], NULL, "in a profile");
	}
}

static void test_booleans_and_words(void)
{
	static const struct resolved cases[] = {
		{ "vm.oom_dump_tasks", "1", VALUE_OK, "1" },
		{ "vm.oom_dump_tasks", "2", VALUE_OUT_OF_RANGE, "2 is outside 0..1" },
		{ "vm.oom_dump_tasks", "-1", VALUE_OUT_OF_RANGE, "outside 0..1" },
		{ "vm.oom_dump_tasks", "Y", VALUE_NOT_A_NUMBER, "accepted is 0 or 1" },
		{ "/sys/module/zswap/parameters/enabled", "Y", VALUE_OK, "1" },
		{ "/sys/module/zswap/parameters/enabled", "n", VALUE_OK, "0" },
		{ "/sys/module/zswap/parameters/enabled", "on", VALUE_OK, "1" },
		{ "/sys/kernel/mm/swap/vma_ra_enabled", "false", VALUE_OK, "0" },
		{ "/sys/kernel/mm/swap/vma_ra_enabled", "maybe", VALUE_NOT_A_NUMBER,
		  "0 or 1" },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", "madvise", VALUE_OK,
		  "madvise" },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", "maybe",
		  VALUE_NOT_A_CHOICE, "one of always, madvise, never" },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", "Always",
		  VALUE_NOT_A_CHOICE, "Always" },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", "[always]",
		  VALUE_NOT_A_CHOICE, "[always]" },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", "always never",
		  VALUE_NOT_A_CHOICE, "always never" },
		{ "/sys/module/zswap/parameters/compressor", "zstd", VALUE_OK, "zstd" },
		{ "/sys/block/zram0/comp_algorithm", "842", VALUE_OK, "842" },
		{ "/sys/block/zram0/comp_algorithm", "", VALUE_EMPTY,
		  "a word such as lzo-rle" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(&cases[i], NULL, "in a profile");
}

static void test_sizes(void)
{
	static const struct resolved cases[] = {
		{ "vm.min_free_kbytes", "65536", VALUE_OK, "65536" },
		{ "vm.min_free_kbytes", "64M", VALUE_OK, "65536" },
		{ "vm.min_free_kbytes", "64Mi", VALUE_OK, "65536" },
		{ "vm.min_free_kbytes", "1G", VALUE_OK, "1048576" },
		{ "vm.min_free_kbytes", "1Gi", VALUE_OK, "1048576" },
		{ "vm.min_free_kbytes", "1T", VALUE_OK, "1073741824" },
		{ "vm.min_free_kbytes", "0M", VALUE_OK, "0" },
		{ "vm.min_free_kbytes", "64T", VALUE_OUT_OF_RANGE,
		  "64T (68719476736 kB)" },
		{ "vm.min_free_kbytes", "99999999999T", VALUE_OUT_OF_RANGE, "too large" },
		{ "vm.min_free_kbytes", "064M", VALUE_LEADING_ZERO, "zero" },
		{ "vm.min_free_kbytes", "64MB", VALUE_NOT_A_NUMBER,
		  "a size such as 64M" },
		{ "vm.min_free_kbytes", "64m", VALUE_NOT_A_NUMBER,
		  "64m is not a number" },
		{ "vm.min_free_kbytes", "-64M", VALUE_NOT_A_NUMBER,
		  "-64M is not a number" },
		{ "vm.min_free_kbytes", "M", VALUE_NOT_A_NUMBER, "M is not a number" },
		{ "vm.min_free_kbytes", "0x10M", VALUE_NOT_A_NUMBER, "0x10M" },
		{ "vm.dirty_bytes", "64M", VALUE_OK, "67108864" },
		{ "vm.dirty_bytes", "4K", VALUE_OUT_OF_RANGE,
		  "4K (4096 bytes) is too small" },
		{ "vm.dirty_bytes", "0", VALUE_OUT_OF_RANGE, "the least is 8192" },
		{ "vm.swappiness", "64M", VALUE_NOT_A_SIZE, "64M is a size" },
		{ "vm.swappiness", "5%", VALUE_NOT_A_SIZE, "share of all memory" },
		{ "vm.dirty_ratio", "20%", VALUE_NOT_A_SIZE, "leave the sign out" },
		{ "vm.nr_hugepages", "1G", VALUE_NOT_A_SIZE, "1G is a size" },
		{ "/sys/fs/cgroup/a/memory.max", "max", VALUE_OK, "max" },
		{ "/sys/fs/cgroup/a/memory.max", "1G", VALUE_OK, "1073741824" },
		{ "/sys/fs/cgroup/a/memory.max", "min", VALUE_NOT_A_NUMBER, "or max" },
	};
	static const struct resolved on_host[] = {
		{ "vm.min_free_kbytes", "5%", VALUE_OK, "209715" },
		{ "vm.min_free_kbytes", "2.5%", VALUE_OK, "104857" },
		{ "vm.min_free_kbytes", "0.01%", VALUE_OK, "419" },
		{ "vm.min_free_kbytes", "0%", VALUE_OK, "0" },
		{ "vm.min_free_kbytes", "100%", VALUE_OK, "4194304" },
		{ "vm.min_free_kbytes", "101%", VALUE_OUT_OF_RANGE,
		  "more than all memory" },
		{ "vm.min_free_kbytes", "5.%", VALUE_NOT_A_NUMBER,
		  "5.% is not a number" },
		{ "vm.dirty_bytes", "5%", VALUE_OK, "214748364" },
		{ "kernel.shmall", "1G", VALUE_OK, "262144" },
		{ "kernel.shmall", "1K", VALUE_OK, "1" },
		{ "kernel.shmall", "5K", VALUE_OK, "1" },
		{ "kernel.shmall", "50%", VALUE_OK, "524288" },
		{ "kernel.shmall", "100", VALUE_OK, "100" },
		{ "vm.max_queue_depth", "64M", VALUE_OK, "64" },
		{ "vm.max_queue_depth", "1K", VALUE_OK, "1" },
		{ "net.ipv4.tcp_mem", "64M 128M 5%", VALUE_OK, "16384 32768 52428" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check(&cases[i], &host, "on a host");
		check(&cases[i], NULL, "in a profile");
	}
	for (size_t i = 0; i < sizeof(on_host) / sizeof(on_host[0]); i++)
		check(&on_host[i], &host, "on a host");
}

static void test_facts(void)
{
	static const struct value_facts unknown = { 0 };
	static const struct value_facts old = { .kernel = { 4, 15, 0 } };
	static const struct value_facts huge = {
		.mem_total_kib = UINT64_C(1) << 53,
		.page_size = 65536,
	};
	static const struct resolved missing[] = {
		{ "vm.min_free_kbytes", "5%", VALUE_NEEDS_HOST, "the size of memory" },
		{ "kernel.shmall", "1G", VALUE_NEEDS_HOST, "the size of a page" },
		{ "vm.min_free_kbytes", "64M", VALUE_OK, "65536" },
		{ "vm.swappiness", "200", VALUE_OK, "200" },
	};
	static const struct resolved later[] = {
		{ "vm.min_free_kbytes", " 5% ", VALUE_OK, "5%" },
		{ "kernel.shmall", "1G", VALUE_OK, "1G" },
		{ "net.ipv4.tcp_mem", "64M 0x10 5%", VALUE_OK, "64M 0x10 5%" },
		{ "net.ipv4.tcp_mem", "64M 010 5%", VALUE_LEADING_ZERO, "010" },
		{ "net.ipv4.tcp_mem", "64M 5%", VALUE_FIELD_COUNT, "3 numbers" },
	};
	static const struct resolved by_kernel[] = {
		{ "vm.swappiness", "200", VALUE_OUT_OF_RANGE, "0..100" },
		{ "vm.lowmem_reserve_ratio", "256 0", VALUE_OUT_OF_RANGE,
		  "0 is outside 1.." },
	};
	static const struct resolved large[] = {
		{ "kernel.shmmax", "100%", VALUE_OK, "9223372036854775808" },
		{ "kernel.shmall", "100%", VALUE_OK, "140737488355328" },
	};

	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		check(&missing[i], &unknown, "on an unknown host");
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		check(&later[i], NULL, "in a profile");
	for (size_t i = 0; i < sizeof(by_kernel) / sizeof(by_kernel[0]); i++)
		check(&by_kernel[i], &old, "on 4.15");
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		check(&large[i], &huge, "on a huge host");
}

static void test_vectors(void)
{
	static const struct resolved cases[] = {
		{ "vm.lowmem_reserve_ratio", "256\t256  32", VALUE_OK, "256 256 32" },
		{ "vm.lowmem_reserve_ratio", "256 0 0x20 0 0", VALUE_OK, "256 0 32 0 0" },
		{ "vm.lowmem_reserve_ratio", "256,256,32", VALUE_NOT_A_NUMBER,
		  "not by commas" },
		{ "vm.lowmem_reserve_ratio", "256 032", VALUE_LEADING_ZERO, "032" },
		{ "vm.lowmem_reserve_ratio", "256 -5", VALUE_OUT_OF_RANGE,
		  "-5 is outside" },
		{ "vm.lowmem_reserve_ratio", "abc", VALUE_NOT_A_NUMBER,
		  "abc is not a number" },
		{ "kernel.sem", "250 32000 32 128", VALUE_OK, "250 32000 32 128" },
		{ "kernel.sem", "250 32000 32", VALUE_FIELD_COUNT,
		  "accepted is 4 numbers" },
		{ "kernel.sem", "1 2 3 4 5", VALUE_FIELD_COUNT, "5 values are given" },
		{ "kernel.sem", "1 2 x 4", VALUE_NOT_A_NUMBER, "x is not a number" },
		{ "net.ipv4.tcp_rmem", "4K 128K 6M", VALUE_OK, "4096 131072 6291456" },
		{ "net.ipv4.tcp_rmem", "5000 0 7000", VALUE_OUT_OF_RANGE,
		  "0 is outside 1.." },
		{ "vm.bdflush", "30 500 0 0 500 3000 60 20 0", VALUE_OK,
		  "30 500 0 0 500 3000 60 20 0" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(&cases[i], &host, "on a host");
}

static void test_others(void)
{
	static const struct resolved cases[] = {
		{ NULL, "10", VALUE_OK, "10" },
		{ NULL, "0x1F -3  abc", VALUE_OK, "31 -3 abc" },
		{ NULL, "|/usr/lib/dump %p", VALUE_OK, "|/usr/lib/dump %p" },
		{ NULL, "0xffffffffffffffff 0xffffffffffffffff", VALUE_OK,
		  "18446744073709551615 18446744073709551615" },
		{ NULL, "99999999999999999999999", VALUE_OK, "99999999999999999999999" },
		{ NULL, "+5", VALUE_OK, "+5" },
		{ NULL, "64M", VALUE_OK, "64M" },
		{ NULL, "010", VALUE_LEADING_ZERO, "010" },
		{ NULL, "a 010", VALUE_LEADING_ZERO, "010" },
		{ NULL, "08-15", VALUE_OK, "08-15" },
		{ NULL, "", VALUE_EMPTY, "empty" },
		{ NULL, "a\nb", VALUE_NOT_ONE_LINE, "one line" },
		{ "vm.drop_caches", "3", VALUE_NOT_SETTABLE,
		  "`lowmemctl drop-caches` instead" },
		{ "vm.compact_memory", "1", VALUE_NOT_SETTABLE,
		  "vm.compaction_proactiveness" },
		{ "vm.stat_refresh", "1", VALUE_NOT_SETTABLE, "is an action" },
		{ "vm.nr_pdflush_threads", "2", VALUE_NOT_SETTABLE, "read-only" },
		{ "oom_score", "2", VALUE_NOT_SETTABLE, "read-only" },
		{ "lower_zone_reserve=", "256", VALUE_NOT_SETTABLE,
		  "kernel command line" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check(&cases[i], &host, "on a host");
		check(&cases[i], NULL, "in a profile");
	}
}

static void test_meaning(void)
{
	static const char thp[] = "/sys/kernel/mm/transparent_hugepage/enabled";
	static const struct {
		const char *key, *text, *want;
	} cases[] = {
		{ thp, "always [madvise] never", "madvise" },
		{ thp, "[always] madvise never\n", "always" },
		{ thp, "never", "never" },
		{ thp, "[always] [never]", "[always] [never]" },
		{ "/sys/block/zram0/comp_algorithm", "lzo [lzo-rle] zstd ", "lzo-rle" },
		{ "vm.swappiness", " 60\n", "60" },
		{ "vm.numa_zonelist_order", "[Node]", "[Node]" },
		{ NULL, "mq-deadline [none]", "none" },
		{ NULL, "a b", "a b" },
		{ NULL, "[] a", "[] a" },
		{ NULL, "", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
		const struct knob *knob =
			cases[i].key ? knob_find(cases[i].key, NULL) : NULL;

		is_str(value_meaning(arena, knob, cases[i].text), cases[i].want,
		       "'%s' means '%s'", cases[i].text, cases[i].want);
	}
}

static void test_same(void)
{
	static const char thp[] = "/sys/kernel/mm/transparent_hugepage/enabled";
	static const char zswap[] = "/sys/module/zswap/parameters/enabled";
	static const struct {
		const char *key, *a, *b;
		bool same;
	} cases[] = {
		{ "vm.swappiness", "60", "60", true },
		{ "vm.swappiness", "60", "60\n", true },
		{ "vm.swappiness", "010", "8", true },
		{ "vm.swappiness", "0x10", "16", true },
		{ "vm.swappiness", "60", "61", false },
		{ "vm.swappiness", "60", "", false },
		{ "vm.swappiness", "", "", true },
		{ "kernel.panic", "-1", "1", false },
		{ "kernel.panic", "-0", "0", true },
		{ "vm.lowmem_reserve_ratio", "256 256 32", "256\t256\t32\n", true },
		{ "vm.lowmem_reserve_ratio", "256 256 32", "256 256 32 0", false },
		{ "vm.lowmem_reserve_ratio", "256 256", "256 32", false },
		{ thp, "madvise", "always [madvise] never", true },
		{ thp, "always", "always [madvise] never", false },
		{ zswap, "1", "Y", true },
		{ zswap, "0", "N", true },
		{ zswap, "0", "Y", false },
		{ "/sys/kernel/mm/swap/vma_ra_enabled", "1", "true", true },
		{ "/sys/kernel/mm/swap/vma_ra_enabled", "false", "1", false },
		{ "/sys/kernel/mm/lru_gen/enabled", "7", "0x0007", true },
		{ "vm.oom_dump_tasks", "1", "2", false },
		{ "vm.swappiness", "1", "Y", false },
		{ NULL, "1", "Y", true },
		{ NULL, "N", "0", true },
		{ NULL, "1", "N", false },
		{ NULL, "1", "on", false },
		{ NULL, "none", "[none] mq-deadline", true },
		{ NULL, "a  b", "a b", true },
		{ NULL, "a", "b", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct knob *knob =
			cases[i].key ? knob_find(cases[i].key, NULL) : NULL;

		is_int(value_same(knob, cases[i].a, cases[i].b), cases[i].same,
		       "'%s' and '%s'", cases[i].a, cases[i].b);
		is_int(value_same(knob, cases[i].b, cases[i].a), cases[i].same,
		       "... and back");
	}
}

/* What the kernel makes of a line of sysctl.conf(5). */
static void test_as_written(void)
{
	static const char thp[] = "/sys/kernel/mm/transparent_hugepage/enabled";
	static const struct {
		const char *key, *text;
		int fault;
		const char *want;
	} cases[] = {
		{ "vm.swappiness", "10", VALUE_OK, "10" },
		{ "vm.swappiness", " 10\t", VALUE_OK, "10" },
		{ "vm.swappiness", "10 # comment", VALUE_OK, "10" },
		{ "vm.swappiness", "5 6", VALUE_OK, "5" },
		{ "vm.swappiness", "0x10", VALUE_OK, "0x10" },
		{ "vm.swappiness", "010", VALUE_OK, "010" },
		{ "vm.swappiness", "-3", VALUE_OK, "-3" },
		{ "vm.swappiness", "", VALUE_EMPTY, NULL },
		{ "vm.swappiness", " \n", VALUE_EMPTY, NULL },
		{ "vm.swappiness", "abc", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.swappiness", "# 10", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.swappiness", "5=6", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.swappiness", "=5", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.swappiness", "\"5\"", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.swappiness", "1k", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.swappiness", "1,", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.swappiness", "1e3", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.min_free_kbytes", "64M", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.overcommit_memory", "yes", VALUE_NOT_A_NUMBER, NULL },
		{ "vm.lowmem_reserve_ratio", "256 32", VALUE_OK, "256 32" },
		{ "vm.lowmem_reserve_ratio", "x 32", VALUE_NOT_A_NUMBER, NULL },
		{ "kernel.core_pattern", "|/bin/x %p # y", VALUE_OK, "|/bin/x %p # y" },
		{ thp, "madvise", VALUE_OK, "madvise" },
		{ NULL, "10 # comment", VALUE_OK, "10 # comment" },
		{ NULL, "", VALUE_OK, "" },
		{ NULL, " a ", VALUE_OK, "a" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
		cleanup(arena_freep) struct arena *none = arena_new(0);
		const struct knob *knob =
			cases[i].key ? knob_find(cases[i].key, NULL) : NULL;
		const char *got = NULL;

		is_int(value_as_written(arena, knob, cases[i].text, &got), cases[i].fault,
		       "%s: '%s' is written", cases[i].key ? cases[i].key : "any",
		       cases[i].text);
		is_str(got, cases[i].want, "... and this becomes of it");
		is_int(value_as_written(none, knob, cases[i].text, &got),
		       cases[i].fault == VALUE_OK ? -ENOMEM : cases[i].fault,
		       "... without memory");
	}
}

static void test_accepts(void)
{
	static const struct {
		const char *key;
		struct kver kernel;
		const char *want;
		unsigned word;
	} cases[] = {
		{ "kernel.pid_max", { 6, 1, 0 }, "301..32768", 32 },
		{ "kernel.pid_max", { 6, 1, 0 }, "301..4194304", 64 },
		{ "vm.nr_hugepages", { 0, 0, 0 }, "0..4294967295", 32 },
		{ "vm.swappiness", { 6, 1, 0 }, "0..200", 0 },
		{ "vm.swappiness", { 4, 19, 0 }, "0..100", 0 },
		{ "vm.swappiness", { 0, 0, 0 }, "0..200", 0 },
		{ "vm.oom_dump_tasks", { 0, 0, 0 }, "0 or 1", 0 },
		{ "vm.nr_hugepages", { 0, 0, 0 }, "0 or more", 0 },
		{ "vm.min_free_kbytes",
		  { 0, 0, 0 },
		  "0..2147483647 kB, a size such as 64M or a share such as 5%",
		  0 },
		{ "vm.percpu_pagelist_high_fraction",
		  { 0, 0, 0 },
		  "8..2147483647, or 0",
		  0 },
		{ "/sys/fs/cgroup/a/memory.max",
		  { 0, 0, 0 },
		  "0 or more bytes, a size such as 64M or a share such as 5%, or max",
		  0 },
		{ "/sys/kernel/mm/transparent_hugepage/enabled",
		  { 0, 0, 0 },
		  "one of always, madvise, never",
		  0 },
		{ "kernel.sem", { 0, 0, 0 }, "4 numbers, each 0..2147483647", 0 },
		{ "vm.lowmem_reserve_ratio",
		  { 4, 4, 0 },
		  "numbers, each 1..2147483647",
		  0 },
		{ "vm.bdflush", { 0, 0, 0 }, "9 numbers", 0 },
		{ "/sys/block/zram0/comp_algorithm",
		  { 0, 0, 0 },
		  "a word such as lzo-rle, lzo, lz4, zstd",
		  0 },
		{ "/sys/module/zswap/parameters/compressor", { 0, 0, 0 }, NULL, 0 },
		{ "vm.drop_caches", { 0, 0, 0 }, NULL, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);

		is_str(value_accepts(arena, knob_find(cases[i].key, NULL),
				     cases[i].kernel, cases[i].word),
		       cases[i].want, "what %s accepts", cases[i].key);
	}
}

/* With every amount of memory that is too little, -ENOMEM and an untouched result. */
static void test_out_of_memory(void)
{
	static const struct {
		const char *key, *text;
		int fault;
	} cases[] = {
		{ "net.ipv4.tcp_mem", "64M 128M 5%", VALUE_OK },
		{ "vm.swappiness", "300", VALUE_OUT_OF_RANGE },
		{ "vm.min_free_kbytes", "64T", VALUE_OUT_OF_RANGE },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", "madvise", VALUE_OK },
		{ "vm.drop_caches", "3", VALUE_NOT_SETTABLE },
		{ NULL, "a 1 b", VALUE_OK },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct knob *knob =
			cases[i].key ? knob_find(cases[i].key, NULL) : NULL;
		size_t failed = 0, torn = 0;
		int r = -ENOMEM;

		for (size_t limit = 0; r == -ENOMEM && limit < 4096; limit += 8) {
			cleanup(arena_freep) struct arena *arena = arena_new(limit);
			const char *got = NULL;

			r = value_resolve(arena, knob, cases[i].text, &host, &got);
			failed += r == -ENOMEM;
			torn += r == -ENOMEM ? got != NULL : got == NULL;
		}
		is_int(r, cases[i].fault, "'%s' is judged once memory suffices",
		       cases[i].text);
		ok(failed > 0 && torn == 0, "... and -ENOMEM leaves the result alone");
	}
}

int main(void)
{
	test_numbers();
	test_booleans_and_words();
	test_sizes();
	test_facts();
	test_vectors();
	test_others();
	test_meaning();
	test_same();
	test_as_written();
	test_accepts();
	test_out_of_memory();
	return done();
}
