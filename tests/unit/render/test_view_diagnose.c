/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_diagnose.h"

#include <errno.h>

#include "json.h"
#include "sample_reports.h"

static const char *show(struct capture *got, const struct diagnose_view *view,
			unsigned width)
{
	return show_as(got, *view, width, false, false);
}

static void has(const char *text, const char *part, const char *name)
{
	if (!ok(strstr(text, part) != NULL, "%s", name))
		printf("# '%s' is not in\n%s\n", part, text);
}

static void lacks(const char *text, const char *part, const char *name)
{
	if (!ok(strstr(text, part) == NULL, "%s", name))
		printf("# '%s' is in\n%s\n", part, text);
}

static void test_lowmem(void)
{
	const struct oom_finding finding = lowmem();
	const struct diagnose_view view = { .findings = &finding, .len = 1 };
	struct capture got;

	is_str(show(&got, &view, 80),
	       "Low memory was used up while 1.6 GiB of HighMem were free.\n"
	       "Log      messages:9-80, Jun 10 13:33:11, Linux 6.1.0-50-686-pae\n"
	       "Asked    mailqueue[112], for 2^2 pages, gfp_mask "
	       "0x40cc0(GFP_KERNEL|__GFP_COMP)\n"
	       "Killed   mysqld[4071], user 27, 64 MiB anonymous, oom_score_adj -5\n"
	       "Cause    lowmem\n"
	       "- Normal has 1340 kB free, below min 3756 kB; HighMem has 1.6 GB "
	       "free: line 33\n"
	       "- mysqld was killed, and mailqueue had asked: mysqld may well be "
	       "innocent\n"
	       "\n"
	       "ZONE      FREE    MIN    LOW   HIGH RESERVE  # free = kept back : "
	       "reserve\n"
	       "DMA       3.8M   760K   948K   1.1M     15M  "
	       "[=mh=====::::::::::::::::::::::::]\n"
	       "  above high, but below the reserve: not usable for processes\n"
	       "Normal    1.3M   3.7M   4.6M   5.5M     25M  "
	       "[=::mh:::::::::::::::::::        ]\n"
	       "  below min: only emergencies are served, all others reclaim first\n"
	       "HighMem   1.6G   512K    40M    80M       0  "
	       "[m###########l###########h#######>\n"
	       "\n"
	       "What helps\n"
	       "1. A 64-bit kernel cures it.\n"
	       "2. Keep a part of low memory from requests that HighMem can serve.\n"
	       "   [lower_zone_protection: 250]\n"
	       "3. Set vm.vfs_cache_pressure to 150.\n",
	       "lowmem");
}

static void test_memcg(void)
{
	const struct oom_finding finding = memcg();
	const struct diagnose_view view = { .findings = &finding, .len = 1 };
	struct capture got;

	is_str(show(&got, &view, 0),
	       "The group /shop was at its limit of 64 MiB.\n"
	       "Log      messages:9\n"
	       "Asked    webapp[20], for 1 page, gfp_mask 0xcc0\n"
	       "Group    /shop, 64 MiB of 64 MiB used; the victim was in /shop/web\n"
	       "Killed   webapp[20], 64 MiB anonymous\n"
	       "         and helper[21], log[22]: their group is killed as one "
	       "(memory.oom.group)\n"
	       "Cause    memcg, likely\n",
	       "memcg");
}

static void test_header(void)
{
	const struct oom_finding finding = header();
	const struct diagnose_view view = { .findings = &finding,
					    .len = 1,
					    .tasks = true };
	struct capture got;

	is_str(show(&got, &view, 80),
	       "The OOM killer came, and no more is told.\n"
	       "Log      messages:9\n"
	       "Asked    not told: the report's head is missing\n"
	       "Ended    not told: no line says who was killed\n"
	       "Cause    unknown\n"
	       "\n"
	       "The report has no table of tasks.\n",
	       "a header");
}

static void test_panic(void)
{
	const struct oom_finding finding = panic();
	const struct diagnose_view view = { .findings = &finding, .len = 1 };
	struct capture got;

	is_str(show(&got, &view, 80),
	       "All memory was used up, and nobody could be killed.\n"
	       "Log      messages:9\n"
	       "Asked    init, by hand (SysRq-f)\n"
	       "Chosen   process 3, score 900\n"
	       "Ended    nobody could be killed, kernel panic: System is "
	       "deadlocked on memory\n"
	       "Cause    global, as a guess\n",
	       "panic");
}

static void test_several(void)
{
	const struct oom_finding findings[] = { lowmem(), memcg(), header(), panic() };
	const struct diagnose_view view = { .findings = findings, .len = 4 };
	const struct diagnose_view brief = { .findings = findings,
					     .len = 4,
					     .brief = true };
	struct capture got;

	is_str(show(&got, &view, 80),
	       "#  WHEN             CAUSE    TRIGGER         VICTIM        ZONE\n"
	       "1  Jun 10 13:33:11  lowmem   mailqueue[112]  mysqld[4071]  Normal\n"
	       "2  line 9           memcg    webapp[20]      webapp[20]    -\n"
	       "3  line 9           unknown  -               -             -\n"
	       "4  line 9           global   init            (nobody)      -\n"
	       "\n"
	       "1. Low memory was used up while 1.6 GiB of HighMem were free.\n"
	       "Log      messages:9-80, Jun 10 13:33:11, Linux 6.1.0-50-686-pae\n"
	       "Asked    mailqueue[112], for 2^2 pages, gfp_mask "
	       "0x40cc0(GFP_KERNEL|__GFP_COMP)\n"
	       "Killed   mysqld[4071], user 27, 64 MiB anonymous, oom_score_adj -5\n"
	       "Cause    lowmem\n"
	       "- Normal has 1340 kB free, below min 3756 kB; HighMem has 1.6 GB "
	       "free: line 33\n"
	       "- mysqld was killed, and mailqueue had asked: mysqld may well be "
	       "innocent\n"
	       "\n"
	       "ZONE      FREE    MIN    LOW   HIGH RESERVE  # free = kept back : "
	       "reserve\n"
	       "DMA       3.8M   760K   948K   1.1M     15M  "
	       "[=mh=====::::::::::::::::::::::::]\n"
	       "  above high, but below the reserve: not usable for processes\n"
	       "Normal    1.3M   3.7M   4.6M   5.5M     25M  "
	       "[=::mh:::::::::::::::::::        ]\n"
	       "  below min: only emergencies are served, all others reclaim first\n"
	       "HighMem   1.6G   512K    40M    80M       0  "
	       "[m###########l###########h#######>\n"
	       "\n"
	       "What helps\n"
	       "1. A 64-bit kernel cures it.\n"
	       "2. Keep a part of low memory from requests that HighMem can serve.\n"
	       "   [lower_zone_protection: 250]\n"
	       "3. Set vm.vfs_cache_pressure to 150.\n"
	       "\n"
	       "2. The group /shop was at its limit of 64 MiB.\n"
	       "Log      messages:9\n"
	       "Asked    webapp[20], for 1 page, gfp_mask 0xcc0\n"
	       "Group    /shop, 64 MiB of 64 MiB used; the victim was in /shop/web\n"
	       "Killed   webapp[20], 64 MiB anonymous\n"
	       "         and helper[21], log[22]: their group is killed as one\n"
	       "         (memory.oom.group)\n"
	       "Cause    memcg, likely\n"
	       "\n"
	       "3. The OOM killer came, and no more is told.\n"
	       "Log      messages:9\n"
	       "Asked    not told: the report's head is missing\n"
	       "Ended    not told: no line says who was killed\n"
	       "Cause    unknown\n"
	       "\n"
	       "4. All memory was used up, and nobody could be killed.\n"
	       "Log      messages:9\n"
	       "Asked    init, by hand (SysRq-f)\n"
	       "Chosen   process 3, score 900\n"
	       "Ended    nobody could be killed, kernel panic: System is "
	       "deadlocked on memory\n"
	       "Cause    global, as a guess\n",
	       "several");
	is_str(show(&got, &brief, 80),
	       "messages:9: lowmem: Low memory was used up while 1.6 GiB of "
	       "HighMem were free.\n"
	       "messages:9: memcg: The group /shop was at its limit of 64 MiB.\n"
	       "messages:9: unknown: The OOM killer came, and no more is told.\n"
	       "messages:9: global: All memory was used up, and nobody could be "
	       "killed.\n",
	       "brief");
	is_str(show(&got, &(struct diagnose_view){ 0 }, 80), "", "none");
}

static void test_files(void)
{
	struct oom_finding findings[] = { header(), header(), header() };
	const struct diagnose_view view = { .findings = findings, .len = 3 };
	struct capture got;

	findings[1].report.file = "/var/log/kern.log.1";
	findings[2].report.file = NULL;
	has(show(&got, &view, 80),
	    "#  WHEN          CAUSE    TRIGGER  VICTIM  ZONE\n"
	    "1  messages:9    unknown  -        -       -\n"
	    "2  kern.log.1:9  unknown  -        -       -\n"
	    "3  -:9           unknown  -        -       -\n",
	    "several files");
}

static void test_tasks(void)
{
	const struct oom_finding finding = lowmem();
	const struct diagnose_view view = {
		.findings = &finding, .len = 1, .tasks = true, .verbose = true
	};
	struct capture got;

	is_str(show(&got, &view, 0),
	       "Low memory was used up while 1.6 GiB of HighMem were free.\n"
	       "Log      messages:9-80, Jun 10 13:33:11, Linux 6.1.0-50-686-pae\n"
	       "Asked    mailqueue[112], for 2^2 pages, gfp_mask "
	       "0x40cc0(GFP_KERNEL|__GFP_COMP)\n"
	       "Killed   mysqld[4071], user 27, 64 MiB anonymous, oom_score_adj -5\n"
	       "Cause    lowmem\n"
	       "Memory   RAM 3.9G, free 1.6G, swap 0, free swap 0\n"
	       "Users    4 processes, in memory 64M, in swap 1.0M; mysqld 64M, "
	       "init 120K (2 of them)\n"
	       "- Normal has 1340 kB free, below min 3756 kB; HighMem has 1.6 GB "
	       "free: line 33\n"
	       "- mysqld was killed, and mailqueue had asked: mysqld may well be "
	       "innocent\n"
	       "\n"
	       "ZONE      FREE    MIN    LOW   HIGH RESERVE  # free = kept back : "
	       "reserve\n"
	       "DMA       3.8M   760K   948K   1.1M     15M  "
	       "[=mh=====::::::::::::::::::::::::]\n"
	       "  above high, but below the reserve: not usable for processes\n"
	       "  managed 15M, kept from requests by class: 0 2.9M 15M 15M\n"
	       "Normal    1.3M   3.7M   4.6M   5.5M     25M  "
	       "[=::mh:::::::::::::::::::        ]\n"
	       "  below min: only emergencies are served, all others reclaim first\n"
	       "  managed 734M, kept from requests by class: 0 0 25M 25M\n"
	       "HighMem   1.6G   512K    40M    80M       0  "
	       "[m###########l###########h#######>\n"
	       "  managed 3.1G, kept from requests by class: 0 0 0 0\n"
	       "\n"
	       " PID  USER  RSS  SWAP  ADJ  NAME\n"
	       "4071    27  64M  1.0M   -5  mysqld\n"
	       "   1     0  60K     -    0  init\n"
	       "   9     0  60K     0    0  tmux: server\n"
	       "   7     -    -     -    -  (sd-pam)\n"
	       "\n"
	       "What helps\n"
	       "1. A 64-bit kernel cures it.\n"
	       "2. Keep a part of low memory from requests that HighMem can serve. "
	       "[lower_zone_protection: 250]\n"
	       "3. Set vm.vfs_cache_pressure to 150.\n",
	       "tasks");
}

static void test_groups(void)
{
	static struct oom_kill java = {
		.pid = 5, .uid = -1, .comm = "java", .anon_rss_kib = -1
	};
	struct oom_finding findings[25];
	const struct diagnose_view view = { .findings = findings, .len = 25 };
	const struct diagnose_view verbose = { .findings = findings,
					       .len = 25,
					       .verbose = true };
	struct capture got;

	java.file_rss_kib = java.shmem_rss_kib = -1;
	java.oom_score_adj = OOM_UNTOLD;
	for (size_t i = 0; i < 25; i++) {
		findings[i] = header();
		findings[i].report.line = 10 * i + 1;
		findings[i].report.last_line = 10 * i + 2;
		findings[i].report.kills = (struct oom_kills){ &java, i % 3 != 0, 1 };
	}
	findings[0] = lowmem();
	findings[24].report.when = "Jun 11 00:00:00";
	is_str(show(&got, &view, 80),
	       "25 reports, by cause and victim:\n"
	       "\n"
	       "COUNT  CAUSE    VICTIM  FIRST            LAST\n"
	       "   16  unknown  java    line 11          line 231\n"
	       "    8  unknown  -       line 31          Jun 11 00:00:00\n"
	       "    1  lowmem   mysqld  Jun 10 13:33:11  Jun 10 13:33:11\n"
	       "\n"
	       "The newest report of each:\n"
	       "\n"
	       "24. The OOM killer came, and no more is told.\n"
	       "Log      messages:231-232\n"
	       "Asked    not told: the report's head is missing\n"
	       "Killed   java[5]\n"
	       "Cause    unknown\n"
	       "\n"
	       "25. The OOM killer came, and no more is told.\n"
	       "Log      messages:241-242, Jun 11 00:00:00\n"
	       "Asked    not told: the report's head is missing\n"
	       "Ended    not told: no line says who was killed\n"
	       "Cause    unknown\n"
	       "\n"
	       "1. Low memory was used up while 1.6 GiB of HighMem were free.\n"
	       "Log      messages:9-80, Jun 10 13:33:11, Linux 6.1.0-50-686-pae\n"
	       "Asked    mailqueue[112], for 2^2 pages, gfp_mask "
	       "0x40cc0(GFP_KERNEL|__GFP_COMP)\n"
	       "Killed   mysqld[4071], user 27, 64 MiB anonymous, oom_score_adj -5\n"
	       "Cause    lowmem\n"
	       "- Normal has 1340 kB free, below min 3756 kB; HighMem has 1.6 GB "
	       "free: line 33\n"
	       "- mysqld was killed, and mailqueue had asked: mysqld may well be "
	       "innocent\n"
	       "\n"
	       "ZONE      FREE    MIN    LOW   HIGH RESERVE  # free = kept back : "
	       "reserve\n"
	       "DMA       3.8M   760K   948K   1.1M     15M  "
	       "[=mh=====::::::::::::::::::::::::]\n"
	       "  above high, but below the reserve: not usable for processes\n"
	       "Normal    1.3M   3.7M   4.6M   5.5M     25M  "
	       "[=::mh:::::::::::::::::::        ]\n"
	       "  below min: only emergencies are served, all others reclaim first\n"
	       "HighMem   1.6G   512K    40M    80M       0  "
	       "[m###########l###########h#######>\n"
	       "\n"
	       "What helps\n"
	       "1. A 64-bit kernel cures it.\n"
	       "2. Keep a part of low memory from requests that HighMem can serve.\n"
	       "   [lower_zone_protection: 250]\n"
	       "3. Set vm.vfs_cache_pressure to 150.\n",
	       "groups");
	has(show(&got, &verbose, 80),
	    "\n25  Jun 11 00:00:00  unknown  -               -             -\n\n25 reports",
	    "the table of all");
}

static void test_harmless(void)
{
	static struct oom_kill evil = { .pid = 5, .uid = -1, .comm = "\x1b[2J\n\xff" };
	static struct oom_zone zone = { .zone = { .name = "N\x1b[m", .free_kib = 5 } };
	static struct oom_task task = { .pid = 5, .name = "\x1b]0;x" };
	struct oom_finding findings[] = { header(), header() };
	const struct diagnose_view view = { .findings = findings,
					    .len = 2,
					    .tasks = true };
	const struct diagnose_view brief = { .findings = findings,
					     .len = 2,
					     .brief = true };
	struct oom_report *report = &findings[0].report;
	const char *text;
	struct capture got;

	report->file = "a\x1b b";
	report->when = "\x1b[31mnow";
	report->kernel = report->panic = report->memcg.path = report->gfp_text = "\x1b";
	report->trigger_comm = "tmux:\tserver\n";
	report->kills = (struct oom_kills){ &evil, 1, 1 };
	report->zones = (struct oom_zones){ &zone, 1, 1 };
	report->tasks = (struct oom_tasks){ &task, 1, 1 };
	findings[0].verdict.headline = "Of \x1b[2J.";
	findings[0].verdict.facts[0] = "\x07!";
	findings[0].verdict.facts_len = 1;
	findings[0].verdict.advice[0].text = "\x1b?";
	findings[0].verdict.advice_len = 1;
	text = show(&got, &view, 80);
	lacks(text, "\x1b", "no escape");
	lacks(text, "\x07", "no bell");
	lacks(text, "\t", "no tab");
	has(text, "tmux:\\x09server\\x0a", "what it was is seen");
	has(text, "\nN?[m ", "in a zone's name as well");
	lacks(show(&got, &brief, 80), "\x1b", "nor in brief");
	ok(json_valid(show_as(&got, view, 0, false, true)), "and it is JSON");
}

static void test_color(void)
{
	const struct oom_finding finding = lowmem();
	const struct diagnose_view view = { .findings = &finding, .len = 1 };
	struct capture got;

	has(show_as(&got, view, 80, true, false),
	    "\033[1;31mLow memory was used up while 1.6 GiB of HighMem were free.\033[0m\n",
	    "a headline in colour");
}

static void test_failures(void)
{
	const struct oom_finding findings[] = { lowmem(), memcg(), panic() };
	struct diagnose_view view = { .findings = findings, .len = 3, .tasks = true };
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	cleanup_file FILE *full = fopen("/dev/full", "we");
	struct term term = { .file = full };

	for (int json = 0; json < 2; json++) {
		int r = -ENOMEM;

		for (size_t limit = 0; r == -ENOMEM && limit < 1 << 18; limit += 64) {
			cleanup(arena_freep) struct arena *small = arena_new(limit);
			struct capture got;

			view.arena = small;
			r = view_diagnose(&view, capture(&got, 80, false), json);
			(void)captured(&got);
		}
		is_int(r, 0, "succeeds once there is memory enough");
	}
	view.arena = arena;
	if (full)
		is_int(view_diagnose(&view, &term, true), -EIO, "a full disk is told");
	else
		skip("there is no /dev/full");
}

int main(void)
{
	test_lowmem();
	test_memcg();
	test_header();
	test_panic();
	test_several();
	test_files();
	test_tasks();
	test_groups();
	test_harmless();
	test_color();
	test_failures();
	return done();
}
