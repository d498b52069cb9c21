/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "taking.h"

static const struct oom_reader_wish sums = { .base = { -1, 1000 } };
static const struct oom_reader_wish all = { .keep_tasks = true, .base = { -1, 1000 } };

static void test_clear(void)
{
	struct oom_report report;

	(void)memset(&report, 0x55, sizeof(report));
	report_clear(&report);
	is_int(report.time, -1, "time");
	is_int(report.order, OOM_UNTOLD, "order");
	is_int(report.trigger_adj, OOM_UNTOLD, "adj");
	is_int(report.gfp_mask, -1, "gfp_mask");
	is_int(report.trigger_pid, -1, "pid");
	is_int(report.chosen_pid, -1, "chosen");
	is_int(report.chosen_uid, -1, "its uid");
	is_int(report.chosen_score, -1, "its score");
	is_int(report.page_kib, 4, "page");
	ok(!report.page_told && !report.is_memcg && !report.has_header && !report.panic,
	   "nothing is told");
	for (const int64_t *at = &report.totals.free; at <= &report.totals.reserved; at++)
		if (*at != -1)
			ok(false, "a counter is %lld", (long long)*at);
	is_int((long long)(report.totals.line + report.totals.swap_line +
			   report.totals.ram_line),
	       0, "no lines");
	for (const int64_t *at = &report.memcg.usage; at <= &report.memcg.kernel; at++)
		if (*at != -1)
			ok(false, "a figure is %lld", (long long)*at);
	is_int((long long)(report.memcg.line + report.memcg.swap_line), 0, "no lines");
	ok(!report.memcg.path && !report.memcg.victim_path, "no paths");
}

static void test_pages(struct arena *arena)
{
	struct taking taking;
	struct oom_totals *totals = &taking.report.totals;

	taking_begin(&taking, arena);
	is_int(take_blocks(&taking, span_of("Normal: 1*16kB")), 0, "pages of 16 KiB");
	is_int(take_zone(&taking, span_of("Normal free:44kB min:4kB"), 1), 0, "a zone");
	take_reserve(&taking, span_of("lowmem_reserve[]: 0 7"), false);
	take_totals(&taking, span_of("free:10 active_anon:1 slab_reclaimable:3 "
				     "slab_unreclaimable:4 shmem:1125899906842623"));
	take_pages(&taking, span_of("100 pages RAM"));
	take_pages(&taking, span_of("5 pages reserved"));
	take_swap(&taking, span_of("Free swap  = 12kB"));
	take_node(&taking, span_of("Node 0 kernel_stack:9kB"));
	is_int(report_finish(&taking, &sums), 0, "is finished");
	is_int(totals->free, 160, "free");
	is_int(totals->active_anon, 16, "active_anon");
	is_int(totals->slab, 112, "slab is both of its kinds");
	is_int(totals->shmem, FIELD_MOST, "nonsense");
	is_int(totals->inactive_anon, -1, "not told");
	is_int(totals->ram, 1600, "RAM");
	is_int(totals->reserved, 80, "reserved");
	is_int(totals->swap_free, 12, "swap is in KiB");
	is_int(totals->kernel_stack, 9, "and so are stacks");
	is_int(taking.report.zones.items[0].zone.free_kib, 44, "zones are in KiB");
	is_int(taking.report.zones.items[0].zone.reserve_kib[1], 112, "reserves are not");
	ok(taking.report.has_mem_info, "memory is told of");
}

/* The same memory in KiB and in pages tells how large these are. */
static void test_page_size(struct arena *arena)
{
	static const struct {
		const char *node;
		unsigned kib;
	} rows[] = {
		{ "Node 0 active_anon:6400kB inactive_anon:1280kB", 64 },
		{ "Node 0 active_anon:400kB inactive_anon:80kB", 4 },
		{ "Node 0 active_anon:400kB inactive_anon:81kB", 0 },
		{ "Node 0 active_anon:1200kB inactive_anon:240kB", 0 },
		{ "Node 0 active_anon:200kB inactive_anon:40kB", 0 },
		{ "Node 0 active_anon:12800kB inactive_anon:2560kB", 0 },
		{ "Node 0 active_file:1kB", 0 },
	};
	struct taking taking;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		taking_begin(&taking, arena);
		take_totals(&taking, span_of("active_anon:100 inactive_anon:20"));
		take_node(&taking, span_of(rows[i].node));
		is_int(report_finish(&taking, &sums), 0, "%s", rows[i].node);
		is_int(taking.report.page_kib, rows[i].kib ? rows[i].kib : 4, "page");
		ok(taking.report.page_told == (rows[i].kib > 0), "told");
	}
	taking_begin(&taking, arena);
	is_int(take_blocks(&taking, span_of("Normal: 1*4kB")), 0, "a free list");
	take_totals(&taking, span_of("active_anon:100 inactive_anon:20"));
	take_node(&taking, span_of(rows[0].node));
	is_int(report_finish(&taking, &sums), 0, "and a node");
	is_int(taking.report.page_kib, 4, "the list counts");
	taking_begin(&taking, arena);
	take_totals(&taking, span_of("active_anon:0 inactive_anon:0"));
	is_int(report_finish(&taking, &sums), 0, "nothing of it");
	ok(!taking.report.page_told, "tells nothing");
}

static void add_rows(struct taking *taking, const char *const lines[], size_t len)
{
	take_columns(taking,
		     span_of("[ pid ] uid tgid total_vm rss pgtables_bytes swapents "
			     "oom_score_adj name"));
	for (size_t i = 0; i < len; i++) {
		if (take_task(taking, span_of(lines[i])) < 0)
			ok(false, "a row");
	}
}

static const char *const tasks[] = {
	"[ 10] 0 10 1000 100 4096 0 -1000 sshd",
	"[ 11] 33 11 1000 300 8192 10 0 apache2",
	"[ 12] 33 12 1000 200 8192 20 0 apache2",
	"[ 13] 33 11 1000 300 8192 10 0 apache2",
	"[ 14] 5 14 2000 600 16384 0 500 mysqld",
	"[ 15] 5 15 10 1 0 500 0 b",
	"[ 16] 5 16 10 2 0 0 0 c",
	"[ 17] 5 17 10 3 0 0 0 d",
	"[ 18] 5 18 10 4 0 0 -17 e",
	"[ 19] 5 19 10 5 0 0 0 f",
};

#define TASKS (sizeof(tasks) / sizeof(*tasks))

static void test_sums(struct arena *arena)
{
	static const struct oom_user want[OOM_USERS] = {
		{ "mysqld", 1, 2400 }, { "apache2", 2, 2000 }, { "sshd", 1, 400 },
		{ "f", 1, 20 },	       { "e", 1, 16 },
	};
	struct taking taking;
	const struct oom_sums *got = &taking.report.sums;

	taking_begin(&taking, arena);
	add_rows(&taking, tasks, TASKS);
	is_int(report_finish(&taking, &sums), 0, "is finished");
	is_int((long long)got->processes, 9, "a thread is no process");
	is_int(got->rss_kib, 4 * (100 + 300 + 200 + 600 + 1 + 2 + 3 + 4 + 5), "rss");
	is_int(got->swap_kib, 4 * 530, "swap");
	is_int(got->pgtables_kib, 4 + 8 + 8 + 16, "page tables");
	is_int((long long)got->unkillable, 2, "unkillable, on either scale");
	for (size_t i = 0; i < OOM_USERS; i++) {
		is_str(got->users[i].name, want[i].name, "user %zu", i);
		is_int((long long)got->users[i].count, (long long)want[i].count, "count");
		is_int((long long)got->users[i].rss_kib, (long long)want[i].rss_kib,
		       "rss");
	}
	is_str(got->most.name, "apache2", "the name that most have");
	is_int((long long)got->most.count, 2, "as many");
	is_int((long long)taking.report.tasks.len, 0, "rows are not kept");
}

static void test_rows(struct arena *arena)
{
	static const int64_t want[] = { 14, 15, 11, 13, 12, 10, 19, 18, 17, 16 };
	struct taking taking;
	const struct oom_tasks *got = &taking.report.tasks;

	taking_begin(&taking, arena);
	add_rows(&taking, tasks, TASKS);
	is_int(report_finish(&taking, &all), 0, "is finished");
	if (!is_int((long long)got->len, TASKS, "rows are kept"))
		return;
	for (size_t i = 0; i < TASKS; i++)
		is_int(got->items[i].pid, want[i], "row %zu by memory, and pid", i);
	is_str(got->items[0].name, "mysqld", "name");
	is_int(got->items[0].total_vm_kib, 8000, "total_vm");
	is_int(got->items[0].rss_kib, 2400, "rss");
	is_int(got->items[1].swap_kib, 2000, "swap");
	is_int(got->items[0].pgtables_kib, 16, "page tables are in bytes");
}

static void test_no_rows(struct arena *arena)
{
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(report_finish(&taking, &all), 0, "no table");
	is_int((long long)taking.report.sums.processes, 0, "no process");
	ok(!taking.report.has_mem_info, "no memory");
	taking_begin(&taking, arena);
	take_columns(&taking, span_of("[ pid ] uid tgid name"));
	is_int(take_task(&taking, span_of("[ 1] 0 1 init")), 0,
	       "a table with little in it");
	is_int(report_finish(&taking, &all), 0, "is finished");
	is_int(taking.report.sums.rss_kib, -1, "rss is not told");
	is_int(taking.report.sums.swap_kib, -1, "nor is swap");
	is_int(taking.report.sums.pgtables_kib, -1, "nor are page tables");
	is_int((long long)taking.report.sums.users[0].count, 1, "but a process");
}

static int kill(struct taking *taking, const char *line)
{
	struct kill_line kill_line;

	return kill_read(span_of(line), &kill_line) ? take_kill(taking, &kill_line, 1)
						    : -EINVAL;
}

static void test_victims(struct arena *arena)
{
	struct taking taking;
	const struct oom_kill *kills;

	taking_begin(&taking, arena);
	add_rows(&taking, tasks, TASKS);
	is_int(kill(&taking, "Killed process 14 (mysqld)"), 0, "one");
	is_int(kill(&taking, "Killed process 10, UID 7, (sshd) oom_score_adj:3"), 0,
	       "another");
	is_int(kill(&taking, "Killed process 99 (other)"), 0, "not in the table");
	is_int(report_finish(&taking, &sums), 0, "is finished");
	kills = taking.report.kills.items;
	is_int(kills[0].uid, 5, "uid by the table");
	is_int(kills[0].oom_score_adj, 500, "oom_score_adj by the table");
	is_int(kills[1].uid, 7, "what the line says counts");
	is_int(kills[1].oom_score_adj, 3, "here, too");
	is_int(kills[2].uid, -1, "not told");
	is_int(kills[2].oom_score_adj, OOM_UNTOLD, "not told");
	taking_begin(&taking, arena);
	take_columns(&taking, span_of("[ pid ] uid tgid total_vm rss cpu oom_adj name"));
	is_int(take_task(&taking, span_of("[ 5] 1 5 1 1 0 -5 a")), 0, "the old scale");
	is_int(kill(&taking, "Killed process 5 (a)"), 0, "a victim");
	is_int(report_finish(&taking, &sums), 0, "is finished");
	is_int(taking.report.kills.items[0].oom_score_adj, OOM_UNTOLD,
	       "is no oom_score_adj");
	is_int(taking.report.kills.items[0].uid, 1, "its uid is one");
}

static void test_more(struct arena *arena)
{
	struct taking taking;

	taking_begin(&taking, arena);
	taking.report.when = "813.000001";
	taking.report.is_memcg = true;
	taking.report.constraint = OOM_CONSTRAINT_NONE;
	taking.report.totals.line = 7;
	is_int(report_finish(&taking, &sums), 0, "is finished");
	is_int(taking.report.time, 1813, "its time is understood");
	is_int(taking.report.constraint, OOM_CONSTRAINT_MEMCG,
	       "a cgroup's, whatever the word");
	ok(taking.report.has_mem_info, "counters are memory, too");
	taking_begin(&taking, arena);
	is_int(report_finish(&taking, &sums), 0, "without a time");
	is_int(taking.report.time, -1, "none");
}

static int finish(struct taking *taking)
{
	add_rows(taking, tasks, TASKS);
	return report_finish(taking, &all);
}

static void test_memory(void)
{
	cleanup(arena_freep) struct arena *scratch = arena_new(64 * ROOM);
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < ROOM; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct taking taking;

		taking_begin(&taking, arena);
		taking.scratch = scratch;
		r = finish(&taking);
	}
	is_int(r, 0, "succeeds once there is memory enough");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);

	test_clear();
	test_pages(arena);
	test_page_size(arena);
	test_sums(arena);
	test_rows(arena);
	test_no_rows(arena);
	test_victims(arena);
	test_more(arena);
	test_memory();
	return done();
}
