/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "taking.h"

#define UNLIMITED INT64_C(9007199254740988)

static void test_limit(struct arena *arena)
{
	static const struct {
		const char *line, *path, *victim;
	} rows[] = {
		{ "Task in /a/b killed as a result of limit of /a", "/a", "/a/b" },
		{ "Task in /a killed as a result of limit of /a ", "/a", "/a" },
		{ "Task in /a killed as a result of limit", NULL, "/a" },
		{ "Task in / killed as a result of limit of ", NULL, "/" },
		{ "Task in /my group killed as a result of limit of /my group",
		  "/my group", "/my group" },
		{ "Task in /a killed as", NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct taking taking;

		taking_begin(&taking, arena);
		is_int(take_limit(&taking, span_of(rows[i].line)), 0, "%s", rows[i].line);
		ok(taking.report.is_memcg, "is a memory cgroup's");
		is_str(taking.report.memcg.path, rows[i].path, "whose limit");
		is_str(taking.report.memcg.victim_path, rows[i].victim, "whose process");
		is_int(take_limit(
			       &taking,
			       span_of("Task in /x killed as a result of limit of /y")),
		       0, "again");
		is_str(taking.report.memcg.path, rows[i].path ? rows[i].path : "/y",
		       "the first stays");
	}
}

static void test_usage(struct arena *arena)
{
	struct oom_memcg *memcg;
	struct taking taking;

	taking_begin(&taking, arena);
	memcg = &taking.report.memcg;
	take_usage(&taking,
		   span_of("memory: usage 524288kB, limit 524289kB, failcnt 813"), 5);
	take_usage(&taking,
		   span_of("swap: usage 7kB, limit 9007199254740988kB, failcnt 0"), 6);
	take_usage(&taking,
		   span_of("kmem: usage 3kB, limit 99999999999999999999kB, failcnt 0"),
		   7);
	ok(taking.report.is_memcg, "is a memory cgroup's");
	is_int(memcg->usage, 524288, "usage");
	is_int(memcg->limit, 524289, "limit");
	is_int((long long)memcg->line, 5, "its line");
	is_int(memcg->swap_usage, 7, "swap");
	is_int(memcg->swap_limit, FIELD_MOST < UNLIMITED ? FIELD_MOST : UNLIMITED,
	       "without a limit");
	is_int((long long)memcg->swap_line, 6, "its line");
	is_int(memcg->kmem_usage, 3, "kmem");
	is_int(memcg->kmem_limit, FIELD_MOST, "its limit");
	take_usage(&taking, span_of("memory: usage 1kB, limit 1kB"), 8);
	take_usage(&taking, span_of("memory+swap: usage 1kB, limit 1kB"), 9);
	is_int(memcg->usage, 524288, "the first counts");
	is_int((long long)memcg->line, 5, "with its line");
	is_int(memcg->swap_usage, 7, "of swap, too");
	is_int((long long)memcg->swap_line, 6, "with its line");
	taking_begin(&taking, arena);
	take_usage(&taking, span_of("memory+swap: usage 11kB, lim"), 9);
	is_int(memcg->swap_usage, 11, "v1, cut");
	is_int(memcg->swap_limit, -1, "the limit was lost");
	is_int(memcg->usage, -1, "memory is another thing");
	taking_begin(&taking, arena);
	take_usage(&taking, span_of("memory: usage 0kB, limit 0kB, failcnt 1"), 5);
	take_usage(&taking, span_of("memory: usage 1kB, limit 1kB, failcnt 1"), 6);
	is_int(memcg->usage, 0, "nothing is a figure, too");
	is_int(memcg->limit, 0, "of either");
	is_int((long long)memcg->line, 5, "with its line");
}

static void test_old_stats(struct arena *arena)
{
	struct oom_memcg *memcg;
	struct taking taking;

	taking_begin(&taking, arena);
	memcg = &taking.report.memcg;
	is_int(take_memcg_stats(&taking,
				span_of("Memory cgroup stats for /a/b: cache:844KB "
					"rss:521136KB rss_huge:9KB shmem:3KB "
					"mapped_file:9KB swap:9KB")),
	       0, "up to 5.2");
	is_str(memcg->path, "/a/b", "path");
	is_int(memcg->file, 844, "cache");
	is_int(memcg->anon, 521136, "rss");
	is_int(memcg->shmem, 3, "shmem");
	is_int(memcg->kernel, -1, "not told");
	is_int(take_memcg_stats(&taking,
				span_of("Memory cgroup stats for /a/b/c: cache:1KB "
					"rss:1KB")),
	       0, "of a group below");
	is_int(memcg->file, 844, "the first stays");
	memcg->usage = 521140;
	is_int(take_memcg_stats(&taking,
				span_of("Memory cgroup stats for /a/b/c: cache:4KB "
					"rss:4KB shmem:4KB dirty:5KB")),
	       0, "of a group below, with what was used");
	is_int(memcg->file, 848, "is added");
	is_int(memcg->anon, 521140, "up to that");
	is_int(memcg->shmem, 7, "of each");
	is_int(memcg->dirty, 5, "or is the first");
	is_int(take_memcg_stats(&taking,
				span_of("Memory cgroup stats for /a/b/d: rss:1KB")),
	       0, "of another");
	is_int(memcg->anon, 521140, "but no more");
	is_int(take_memcg_stats(&taking,
				span_of("Memory cgroup stats for /a/bc: cache:1KB")),
	       0, "of one that is not below");
	is_int(take_memcg_stats(&taking,
				span_of("Memory cgroup stats for /a/b: cache:1KB")),
	       0, "of itself, again");
	is_int(memcg->file, 848, "is not");
	is_str(memcg->path, "/a/b", "and its path");
}

static void test_stats(struct arena *arena)
{
	struct oom_memcg *memcg;
	struct taking taking;

	taking_begin(&taking, arena);
	memcg = &taking.report.memcg;
	is_int(take_memcg_stats(&taking, span_of("Memory cgroup stats for /a:")), 0,
	       "5.3");
	take_memcg_stat(&taking, span_of("anon 535658496"));
	take_memcg_stat(&taking, span_of("file 4096"));
	take_memcg_stat(&taking, span_of("kernel 1048576"));
	take_memcg_stat(&taking, span_of("kernel_stack 8192"));
	take_memcg_stat(&taking, span_of("file_dirty 2048"));
	take_memcg_stat(&taking, span_of("shmem 2047"));
	take_memcg_stat(&taking, span_of("anon 1"));
	is_str(memcg->path, "/a", "path");
	is_int(memcg->anon, 523104, "anon, in bytes");
	is_int(memcg->file, 4, "file");
	is_int(memcg->kernel, 1024, "kernel");
	is_int(memcg->shmem, 1, "shmem");
	is_int(memcg->dirty, 2, "file_dirty");
	taking_begin(&taking, arena);
	take_memcg_stat(&taking,
			span_of("shmem 1024 anon 2048 inactive_anon 9999999 file x "
				"file 4096kB file 18446744073709551615 kernel"));
	is_int(memcg->shmem, 1, "several in one line");
	is_int(memcg->anon, 2, "by their whole names");
	is_int(memcg->file,
	       FIELD_MOST < INT64_C(18014398509481983) ? FIELD_MOST
						       : INT64_C(18014398509481983),
	       "numbers alone");
	is_int(memcg->kernel, -1, "a name alone");
	taking_begin(&taking, arena);
	is_int(take_memcg_stats(&taking,
				span_of("Memory cgroup stats for /a: anon 4096 file 0")),
	       0, "wrapped into the first line");
	is_int(memcg->anon, 4, "anon");
	is_int(memcg->file, 0, "file");
}

static int add(struct taking *taking)
{
	int r = take_limit(taking, span_of("Task in /a/b killed as a result of limit"));

	return r == 0 ? take_memcg_stats(taking, span_of("Memory cgroup stats for /a:"))
		      : r;
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);

	test_limit(arena);
	test_usage(arena);
	test_old_stats(arena);
	test_stats(arena);
	needs_memory(add);
	return done();
}
