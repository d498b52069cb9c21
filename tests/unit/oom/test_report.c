/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/report.h"

#include "oom/finish.h"
#include "tap.h"

static void test_victim(void)
{
	struct oom_kill kills[] = { { .pid = 5, .uid = -1, .comm = NULL, .line = 7 },
				    { .pid = 6, .uid = 6, .comm = "b", .line = 8 } };
	struct oom_report report;
	struct oom_kill got;

	report_clear(&report);
	ok(!oom_report_victim(&report, &got), "nobody");
	report.chosen_comm = "a";
	ok(!oom_report_victim(&report, &got), "a name alone is nobody");
	report.chosen_pid = 5;
	report.chosen_uid = 33;
	if (ok(oom_report_victim(&report, &got), "chosen")) {
		is_int(got.pid, 5, "pid");
		is_int(got.uid, 33, "uid");
		is_str(got.comm, "a", "comm");
		is_int(got.total_vm_kib, -1, "nothing more is told");
		is_int(got.anon_rss_kib, -1, "nothing more is told");
		is_int(got.file_rss_kib, -1, "nothing more is told");
		is_int(got.shmem_rss_kib, -1, "nothing more is told");
		is_int(got.pgtables_kib, -1, "nothing more is told");
		is_int(got.oom_score_adj, OOM_UNTOLD, "nothing more is told");
		is_int((long long)got.line, 0, "no line");
	}
	report.kills = (struct oom_kills){ kills, 2, 2 };
	if (ok(oom_report_victim(&report, &got), "killed")) {
		is_int(got.pid, 5, "the first");
		is_int((long long)got.line, 7, "of its line");
		is_str(got.comm, "a", "what its line lost is told by another");
		is_int(got.uid, 33, "that, too");
	}
	kills[0].comm = "c";
	kills[0].uid = 0;
	if (ok(oom_report_victim(&report, &got), "killed")) {
		is_str(got.comm, "c", "its own line counts");
		is_int(got.uid, 0, "that, too");
	}
	kills[0] = (struct oom_kill){ .pid = 7, .uid = -1 };
	if (ok(oom_report_victim(&report, &got), "a child was killed")) {
		is_int(got.pid, 7, "pid");
		is_str(got.comm, NULL, "it has not its parent's name");
		is_int(got.uid, -1, "nor its uid");
	}
}

static void test_zone(void)
{
	struct oom_zone zones[] = { { .zone = { .name = "DMA32", .node = 0 } },
				    { .zone = { .name = "Normal", .node = 0 } },
				    { .zone = { .name = "Normal", .node = 1 } } };
	struct oom_report report;

	report_clear(&report);
	ok(!oom_report_zone(&report, "Normal"), "no zones");
	report.zones = (struct oom_zones){ zones, 3, 3 };
	ok(oom_report_zone(&report, "Normal") == &zones[1], "the first of that name");
	ok(oom_report_zone(&report, "DMA32") == &zones[0], "another");
	ok(!oom_report_zone(&report, "DMA"), "by its whole name");
	ok(!oom_report_zone(&report, "HighMem"), "not there");
}

static void test_printed_free(void)
{
	struct oom_zone zones[] = { { .zone = { .free_kib = 30 } },
				    { .zone = { .free_kib = -1 } },
				    { .zone = { .free_kib = 12 } } };
	const struct oom_report report = { .zones = { zones, 3, 3 } };

	is_int(oom_report_printed_free(&report), 42, "of zones that tell");
}

static void test_total(void)
{
	struct oom_report report;

	report_clear(&report);
	is_int(oom_report_total(&report), -1, "not told");
	report.totals.ram = 900;
	is_int(oom_report_total(&report), 900, "all of it");
	report.totals.reserved = 100;
	is_int(oom_report_total(&report), 800, "what the kernel gives out");
	report.totals.reserved = 900;
	is_int(oom_report_total(&report), -1, "nonsense");
}

int main(void)
{
	test_victim();
	test_zone();
	test_printed_free();
	test_total();
	return done();
}
