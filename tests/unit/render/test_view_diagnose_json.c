/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json.h"
#include "sample_reports.h"

static void has(const char *text, const char *part, const char *name)
{
	if (!ok(strstr(text, part) != NULL, "%s", name))
		printf("# '%s' is not in\n%s\n", part, text);
}

static const char *show(struct capture *got, const struct diagnose_view *view)
{
	const char *text = show_as(got, *view, 0, false, true);

	ok(json_valid(text), "a document");
	return text;
}

static void test_lowmem(void)
{
	struct oom_finding finding = lowmem();
	const struct diagnose_view view = { .findings = &finding,
					    .len = 1,
					    .tasks = true };
	struct capture got;

	finding.report.zones.len = 2;
	finding.report.tasks.len = 2;
	is_str(show(&got, &view),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"diagnose\","
	       "\"reports\":[{\"file\":\"messages\",\"line\":9,\"last_line\":80,"
	       "\"when\":\"Jun 10 13:33:11\",\"time\":\"2025-06-10T13:33:11Z\","
	       "\"kernel\":\"6.1.0-50-686-pae\",\"trigger_comm\":\"mailqueue\","
	       "\"trigger_pid\":112,\"trigger_adj\":null,"
	       "\"gfp_mask\":\"0x40cc0(GFP_KERNEL|__GFP_COMP)\",\"order\":2,"
	       "\"constraint\":\"none\",\"memcg_path\":null,\"killed_pid\":4071,"
	       "\"killed_comm\":\"mysqld\",\"killed_uid\":27,"
	       "\"killed_anon_rss_kb\":65584,\"killed_oom_score_adj\":-5,"
	       "\"swap_total_kb\":0,\"swap_free_kb\":0,\"cause\":\"lowmem\","
	       "\"certainty\":\"certain\",\"headline\":\"Low memory was used up "
	       "while 1.6 GiB of HighMem were "
	       "free.\",\"zones_below_min\":[\"Normal\"],"
	       "\"highmem_free_kb\":1677721,\"hidden_free_kb\":null,"
	       "\"lowmem_exhausted\":true,\"fragmented\":false,"
	       "\"evidence\":[\"Normal has 1340 kB free, below min 3756 kB; "
	       "HighMem has 1.6 GB free: line 33\",\"mysqld was killed, and "
	       "mailqueue had asked: mysqld may well be "
	       "innocent\"],\"advice\":[{\"knob\":null,\"value\":null,\"text\":\"A "
	       "64-bit kernel cures it.\"},{\"knob\":\"lower_zone_protection\","
	       "\"value\":\"250\",\"text\":\"Keep a part of low memory from "
	       "requests that HighMem can "
	       "serve.\"},{\"knob\":\"vm.vfs_cache_pressure\",\"value\":\"150\","
	       "\"text\":\"Set vm.vfs_cache_pressure to "
	       "150.\"}],\"ending\":\"killed\",\"ending_line\":null,\"panic\":null,"
	       "\"kills\":[{\"pid\":4071,\"comm\":\"mysqld\",\"uid\":27,"
	       "\"total_vm_kb\":null,\"anon_rss_kb\":65584,\"file_rss_kb\":0,"
	       "\"shmem_rss_kb\":null,\"pgtables_kb\":null,\"oom_score_adj\":-5,"
	       "\"line\":80}],\"group_kill\":false,\"allocating_task\":false,"
	       "\"chosen\":null,\"memcg\":null,\"zones\":[{\"node\":null,"
	       "\"zone\":\"DMA\",\"free_kib\":3852,\"min_kib\":760,\"low_kib\":948,"
	       "\"high_kib\":1136,\"boost_kib\":0,\"managed_kib\":15360,"
	       "\"cma_kib\":0,\"reserve_kib\":[0,2920,15784,15784],"
	       "\"reserve_holds_marks\":false,\"highatomic_kib\":null,"
	       "\"all_unreclaimable\":true,\"free_blocks\":null,\"unusable\":null,"
	       "\"fragmentation\":null,\"largest_order\":null,\"line\":31},"
	       "{\"node\":null,\"zone\":\"Normal\",\"free_kib\":1340,"
	       "\"min_kib\":3756,\"low_kib\":4692,\"high_kib\":5632,"
	       "\"boost_kib\":0,\"managed_kib\":751888,\"cma_kib\":0,"
	       "\"reserve_kib\":[0,0,25904,25904],\"reserve_holds_marks\":false,"
	       "\"highatomic_kib\":0,\"all_unreclaimable\":false,"
	       "\"free_blocks\":[1,1,1],\"unusable\":[0,142,428],"
	       "\"fragmentation\":[-1000,-1000,-1000],\"largest_order\":2,"
	       "\"line\":33}],\"totals\":{\"ram_kb\":4060312,\"highmem_kb\":null,"
	       "\"reserved_kb\":null,\"free_kb\":1682913,\"active_kb\":null,"
	       "\"inactive_kb\":null,\"active_anon_kb\":null,"
	       "\"inactive_anon_kb\":null,\"active_file_kb\":null,"
	       "\"inactive_file_kb\":null,\"unevictable_kb\":null,"
	       "\"mapped_kb\":null,\"shmem_kb\":null,\"slab_kb\":null,"
	       "\"slab_reclaimable_kb\":null,\"slab_unreclaimable_kb\":null,"
	       "\"pagetables_kb\":null,\"kernel_stack_kb\":null,\"bounce_kb\":null,"
	       "\"free_cma_kb\":null,\"line\":null},\"sums\":{\"processes\":4,"
	       "\"rss_kb\":65704,\"swap_kb\":1024,\"pgtables_kb\":null,"
	       "\"unkillable\":0,\"users\":[{\"name\":\"mysqld\",\"count\":1,"
	       "\"rss_kb\":65584},{\"name\":\"init\",\"count\":2,\"rss_kb\":120}],"
	       "\"most\":{\"name\":\"init\",\"count\":2,\"rss_kb\":120}},"
	       "\"tasks\":[{\"pid\":1,\"tgid\":1,\"uid\":0,\"total_vm_kb\":0,"
	       "\"rss_kb\":60,\"swap_kb\":null,\"pgtables_kb\":0,"
	       "\"oom_score_adj\":0,\"name\":\"init\"},{\"pid\":4071,\"tgid\":4071,"
	       "\"uid\":27,\"total_vm_kb\":0,\"rss_kb\":65584,\"swap_kb\":1024,"
	       "\"pgtables_kb\":0,\"oom_score_adj\":-5,\"name\":\"mysqld\"}]}],"
	       "\"groups\":[{\"cause\":\"lowmem\",\"victim\":\"mysqld\","
	       "\"count\":1,\"first\":\"Jun 10 "
	       "13:33:11\",\"first_time\":\"2025-06-10T13:33:11Z\",\"last\":\"Jun "
	       "10 13:33:11\",\"last_time\":\"2025-06-10T13:33:11Z\","
	       "\"first_report\":0,\"last_report\":0}],\"diagnostics\":[],"
	       "\"exit_code\":0}\n",
	       "lowmem");
}

static void test_header(void)
{
	const struct oom_finding finding = header();
	const struct diagnose_view view = { .findings = &finding, .len = 1 };
	struct capture got;

	is_str(show(&got, &view),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"diagnose\","
	       "\"reports\":[{\"file\":\"messages\",\"line\":9,\"last_line\":9,"
	       "\"when\":null,\"time\":null,\"kernel\":null,\"trigger_comm\":null,"
	       "\"trigger_pid\":null,\"trigger_adj\":null,\"gfp_mask\":null,"
	       "\"order\":null,\"constraint\":null,\"memcg_path\":null,"
	       "\"killed_pid\":null,\"killed_comm\":null,\"killed_uid\":null,"
	       "\"killed_anon_rss_kb\":null,\"killed_oom_score_adj\":null,"
	       "\"swap_total_kb\":null,\"swap_free_kb\":null,\"cause\":\"unknown\","
	       "\"certainty\":\"guessed\",\"headline\":\"The OOM killer came, and "
	       "no more is told.\",\"zones_below_min\":null,"
	       "\"highmem_free_kb\":null,\"hidden_free_kb\":null,"
	       "\"lowmem_exhausted\":false,\"fragmented\":null,\"evidence\":[],"
	       "\"advice\":[],\"ending\":null,\"ending_line\":null,\"panic\":null,"
	       "\"kills\":[],\"group_kill\":false,\"allocating_task\":false,"
	       "\"chosen\":null,\"memcg\":null,\"zones\":[],"
	       "\"totals\":{\"ram_kb\":null,\"highmem_kb\":null,"
	       "\"reserved_kb\":null,\"free_kb\":null,\"active_kb\":null,"
	       "\"inactive_kb\":null,\"active_anon_kb\":null,"
	       "\"inactive_anon_kb\":null,\"active_file_kb\":null,"
	       "\"inactive_file_kb\":null,\"unevictable_kb\":null,"
	       "\"mapped_kb\":null,\"shmem_kb\":null,\"slab_kb\":null,"
	       "\"slab_reclaimable_kb\":null,\"slab_unreclaimable_kb\":null,"
	       "\"pagetables_kb\":null,\"kernel_stack_kb\":null,\"bounce_kb\":null,"
	       "\"free_cma_kb\":null,\"line\":null},\"sums\":null}],"
	       "\"groups\":[{\"cause\":\"unknown\",\"victim\":null,\"count\":1,"
	       "\"first\":null,\"first_time\":null,\"last\":null,"
	       "\"last_time\":null,\"first_report\":0,\"last_report\":0}],"
	       "\"diagnostics\":[],\"exit_code\":0}\n",
	       "what is not told is null");
}

static void test_memcg(void)
{
	const struct oom_finding findings[] = { memcg(), panic(), memcg() };
	const struct diagnose_view view = { .findings = findings, .len = 3 };
	struct capture got;
	const char *text = show(&got, &view);

	has(text, "\"gfp_mask\":\"0xcc0\",\"order\":0,\"constraint\":\"memcg\"",
	    "a bare mask");
	has(text, "\"memcg_path\":\"/shop\"", "the contract's path");
	has(text,
	    "\"memcg\":{\"path\":\"/shop\",\"victim_path\":\"/shop/web\","
	    "\"usage_kb\":65536,\"limit_kb\":65536,\"swap_usage_kb\":null,",
	    "a group");
	has(text, "\"group_kill\":true", "killed as one");
	has(text, "\"order\":-1,", "by hand");
	has(text,
	    "\"ending\":\"nothing_to_kill\",\"ending_line\":null,"
	    "\"panic\":\"System is deadlocked on memory\"",
	    "panic");
	has(text, "\"chosen\":{\"pid\":3,\"comm\":null,\"uid\":null,\"score\":900}",
	    "chosen");
	has(text,
	    "\"groups\":[{\"cause\":\"memcg\",\"victim\":\"webapp\",\"count\":2,"
	    "\"first\":null,\"first_time\":null,\"last\":null,\"last_time\":null,"
	    "\"first_report\":0,\"last_report\":2},{",
	    "groups");
	ok(!strstr(text, "\"tasks\""), "no tasks where they are not asked for");
}

static void test_none(void)
{
	const struct diagnose_view view = { .status = STATUS_ERROR };
	struct capture got;

	is_str(show(&got, &view),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"diagnose\","
	       "\"reports\":[],\"groups\":[],\"diagnostics\":[],\"exit_code\":1}\n",
	       "no report");
}

int main(void)
{
	test_lowmem();
	test_header();
	test_memcg();
	test_none();
	return done();
}
