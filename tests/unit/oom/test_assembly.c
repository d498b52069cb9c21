/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/assembly.h"

#include "reports.h"

static int take(void *data, const struct logical *logical)
{
	return assembly_take(data, logical);
}

/* Puts the reports in @text into @got. 0 or a negative errno. */
static int assemble(struct arena *arena, const char *text, struct reports *got)
{
	static struct joining joining;
	const struct oom_reader_wish wish = {
		.keep_tasks = true, .found = reports_add, .data = got, .base = { -1, -1 }
	};
	struct assembly assembly = { .arena = arena, .wish = &wish, .file = "log" };
	struct span rest = span_of(text), line;
	uint64_t number = 1;
	int r = 0;

	got->len = 0;
	joining = (struct joining){ .take = take, .data = &assembly };
	while (r == 0 && span_until(&rest, '\n', &line))
		r = joining_line(&joining, line, number++);
	if (r == 0)
		r = joining_flush(&joining);
	if (r == 0)
		return assembly_close(&assembly);
	assembly_drop(&assembly);
	return r;
}

static struct reports got;
static struct arena *room;

/* As many reports must be in @text. */
static bool has(const char *name, const char *text, size_t reports)
{
	return is_int(assemble(room, text, &got), 0, "%s", name) &&
	       is_int((long long)got.len, (long long)reports, "reports");
}

#define ASKS(comm)                                                                       \
	comm " invoked oom-killer: gfp_mask=0xd0(GFP_KERNEL), order=0, oom_score_adj=0\n"
#define CHOSE(pid, comm)                                                                 \
	"Out of memory: Kill process " pid " (" comm ") score 1 or sacrifice child\n"
#define KILLED(pid, comm)     "Killed process " pid " (" comm ") total-vm:1kB, anon-rss:2kB\n"
#define NEW_KILLED(pid, comm) "Out of memory: " KILLED(pid, comm)
#define NAMED(pid, comm)                                                                 \
	"oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),global_oom,task=" comm      \
	",pid=" pid ",uid=0\n"
#define COUNTERS                                                                         \
	"Mem-Info:\nactive_anon:10 inactive_anon:20 isolated_anon:0\n free:30 free_pcp:0\n"
#define SHORT                                                                            \
	"Normal free:3kB min:4kB low:5kB high:6kB present:7kB\nlowmem_reserve[]: 0 0\n"
#define PLENTY                                                                           \
	"Normal free:30kB min:4kB low:5kB high:6kB present:7kB\nlowmem_reserve[]: 0 0\n"
#define TABLE                                                                            \
	"[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name\n"    \
	"[    5]     7     5     1234      567       1        0             0 a\n"

static void test_whole(void)
{
	const struct oom_report *one;

	if (!has("a report",
		 ASKS("bash") "bash cpuset=/ mems_allowed=0\n"
			      "CPU: 0 PID: 77 Comm: bash Not tainted 4.4.0-31 #1\n"
			      "Call Trace:\n dump_stack+0x1/0x2\n" COUNTERS SHORT
			      "Normal: 1*4kB = 4kB\nFree swap  = 1kB\nTotal swap = 2kB\n"
			      "100 pages RAM\n5 pages reserved\n" TABLE CHOSE("5", "a")
				      KILLED("6", "b"),
		 1))
		return;
	one = report_at(&got, 0);
	is_str(one->file, "log", "file");
	is_int((long long)one->line, 1, "first line");
	is_int((long long)one->last_line, 19, "last line");
	is_str(one->trigger_comm, "bash", "who asked");
	is_int(one->trigger_pid, 77, "its pid");
	is_str(one->kernel, "4.4.0-31", "kernel");
	is_str(one->cpuset, "/", "cpuset");
	is_int((long long)one->totals.line, 7, "counters");
	is_int(one->totals.free, 120, "free");
	is_int((long long)one->totals.swap_line, 13, "swap");
	is_int(one->totals.swap_free, 1, "free");
	is_int((long long)one->totals.ram_line, 15, "RAM");
	is_int((long long)one->zones.len, 1, "zones");
	is_int(one->zones.items[0].zone.classes, 2, "reserves");
	is_int((long long)one->sums.processes, 1, "processes");
	is_int((long long)one->tasks.len, 1, "rows");
	is_int(one->chosen_pid, 5, "chosen");
	is_int(victim_of(one, 0), 6, "killed");
	is_int(one->ending, OOM_ENDING_KILLED, "ending");
}

static void test_headers(void)
{
	if (has("two headers without a kill between",
		ASKS("a") SHORT ASKS("b") PLENTY KILLED("5", "x"), 2)) {
		is_str(report_at(&got, 0)->trigger_comm, "a", "the first");
		is_int(victim_of(report_at(&got, 0), 0), -1, "has no victim");
		is_int((long long)report_at(&got, 0)->last_line, 3, "and ends");
		is_str(report_at(&got, 1)->trigger_comm, "b", "the second");
		is_int((long long)report_at(&got, 1)->line, 4, "begins");
		is_int(victim_of(report_at(&got, 1), 0), 5, "has the victim");
		is_int(report_at(&got, 1)->zones.items[0].zone.free_kib, 30,
		       "and its own zones");
	}
	if (has("headers alone", ASKS("a") ASKS("a") ASKS("b"), 2)) {
		is_str(report_at(&got, 1)->trigger_comm, "b",
		       "the same one is quoted twice");
		is_int((long long)report_at(&got, 1)->line, 3, "the other is not");
	}
	has("the same one at other times",
	    "[ 1.000001] " ASKS("a") "[ 2.000001] " ASKS("a"), 2);
	has("again after a kill", ASKS("a") KILLED("5", "x") ASKS("a"), 2);
	has("again after zones", ASKS("a") SHORT ASKS("a"), 2);
	has("prose", "the kernel invoked oom-killer:\n\n", 0);
	has("a header of old", "oom-killer: gfp_mask=0xd0\n" SHORT, 1);
}

static void test_kills(void)
{
	if (has("somebody else's kill", ASKS("a") NAMED("5", "x") NEW_KILLED("6", "y"),
		2)) {
		is_int(report_at(&got, 0)->chosen_pid, 5, "who was named");
		is_int(victim_of(report_at(&got, 0), 0), -1, "was not seen to be killed");
		is_int(victim_of(report_at(&got, 1), 0), 6, "who was killed");
		ok(!report_at(&got, 1)->has_header, "has no header");
	}
	if (has("a second kill", ASKS("a") NEW_KILLED("5", "x") NEW_KILLED("6", "y"), 2))
		is_int(victim_of(report_at(&got, 1), 0), 6, "is of a lost report");
	if (has("the same pid twice", ASKS("a") KILLED("5", "x") KILLED("5", "x"), 1))
		is_int((long long)report_at(&got, 0)->kills.len, 1, "is one victim");
	if (has("a group",
		ASKS("a") "Tasks in /g are going to be killed due to memory.oom.group set\n" KILLED(
			"5", "x") KILLED("6", "y") KILLED("7", "z"),
		1)) {
		is_int((long long)report_at(&got, 0)->kills.len, 3, "is killed together");
		ok(report_at(&got, 0)->group_kill, "as it asks for");
	}
	if (has("threads of old",
		"Out of Memory: Killed process 5 (x).\nOut of Memory: Killed process 6 (x).\n"
		"Out of Memory: Killed process 7 (y).\n",
		2))
		is_int((long long)report_at(&got, 0)->kills.len, 2, "are of one process");
	if (has("a child", ASKS("a") CHOSE("5", "x") KILLED("6", "y"), 1)) {
		is_int(report_at(&got, 0)->chosen_pid, 5, "of who was chosen");
		is_int(victim_of(report_at(&got, 0), 0), 6, "is killed");
	}
	if (has("kill lines alone", CHOSE("5", "x") KILLED("5", "x") CHOSE("6", "y"),
		2)) {
		is_int(victim_of(report_at(&got, 0), 0), 5, "the first");
		is_int(report_at(&got, 1)->chosen_pid, 6, "the second");
	}
	has("who shares memory, alone", "Kill process 3 (a) sharing same memory\n", 0);
	has("a kill that names nobody", "Out of memory: Killed process apache\n", 0);
	if (has("a name that was broken by a wrap",
		NAMED("5", "mysqld") "Killed process 5 (my\nsqld) x\n", 1))
		is_str(report_at(&got, 0)->kills.items[0].comm, "mysqld",
		       "is put together");
	if (has("a field that was broken by a wrap",
		"oom-kill:constraint=CONSTRAINT_NONE,task=a,pi\nd=5,uid=0\n", 1))
		is_int(report_at(&got, 0)->chosen_pid, 5, "is put together");
	if (has("a name of two words that was wrapped",
		NAMED("5", "a b") "Killed process 5 (a\nb) x\n", 1))
		is_str(report_at(&got, 0)->kills.items[0].comm, "a b", "is, too");
}

/* What looks alike. */
static void test_foreign(void)
{
	has("SysRq-M", "SysRq : Show Memory\n" COUNTERS SHORT, 0);
	has("a page allocation failure",
	    "swapper: page allocation failure. order:0, mode:0x20\n"
	    "Pid: 0, comm: swapper Not tainted 3.2.0\n" COUNTERS SHORT,
	    0);
	if (has("SysRq-M behind a report",
		ASKS("a") SHORT KILLED(
			"5", "x") "SysRq : Show Memory\n" COUNTERS PLENTY
				  "DMA free:7kB min:1kB\nFree swap  = 9kB\n9 pages RAM\n",
		1)) {
		is_int((long long)report_at(&got, 0)->zones.len, 1, "no zone is taken");
		is_int(report_at(&got, 0)->totals.free, -1, "nor a counter");
		is_int(report_at(&got, 0)->totals.swap_free, -1, "nor swap");
		is_int(report_at(&got, 0)->totals.ram, -1, "nor RAM");
	}
	if (has("SysRq-M behind a report without reserves",
		ASKS("a") "Normal free:3kB min:4kB\n" KILLED(
			"5", "x") "SysRq : Show Memory\n" PLENTY,
		1))
		is_int(report_at(&got, 0)->zones.items[0].zone.classes, 0,
		       "none is taken");
	if (has("a failure within a report",
		ASKS("a") "b: page allocation failure: order:0\n" SHORT KILLED("5", "x"),
		1)) {
		is_int((long long)report_at(&got, 0)->zones.len, 0,
		       "has zones of its own");
		is_int(victim_of(report_at(&got, 0), 0), 5, "but no victim");
	}
	if (has("SysRq-M, and then a report",
		"SysRq : Show Memory\n" SHORT ASKS("a") PLENTY, 1))
		is_int((long long)report_at(&got, 0)->zones.len, 1, "has zones again");
	if (has("a list behind a kill", ASKS("a") KILLED("5", "x") SHORT, 2)) {
		is_int((long long)report_at(&got, 0)->zones.len, 0,
		       "is not of that report");
		is_int((long long)report_at(&got, 1)->zones.len, 1, "but of a lost one");
	}
}

/* Lists of memory of which the header was lost. */
static void test_lists(void)
{
	has("zones that are short", SHORT, 1);
	has("zones that are not", PLENTY, 0);
	has("from its beginning on", "Mem-Info:\n" SHORT, 0);
	has("from the counters on", "active_anon:10 inactive_anon:20\n" SHORT, 1);
	has("two lists", SHORT SHORT, 2);
	has("one of two", SHORT PLENTY, 1);
	if (has("a list and its kill", "Mem-Info:\n" PLENTY KILLED("5", "x"), 1))
		is_int((long long)report_at(&got, 0)->zones.len, 1, "has zones");
	if (has("two lists of one header",
		ASKS("a") SHORT PLENTY "DMA free:1kB min:2kB\n" KILLED("5", "x"), 2)) {
		is_int((long long)report_at(&got, 0)->zones.len, 1,
		       "what comes behind is not its");
		is_int(report_at(&got, 0)->zones.items[0].zone.free_kib, 3,
		       "the first is");
		is_int(victim_of(report_at(&got, 0), 0), -1,
		       "whose the victim is nobody knows");
		is_int((long long)report_at(&got, 1)->zones.len, 0,
		       "nor whose those zones are");
	}
	if (has("of two beginnings", ASKS("a") "Mem-Info:\nMem-Info:\n" SHORT, 1))
		is_int((long long)report_at(&got, 0)->zones.len, 0, "neither is taken");
	if (has("reserves",
		ASKS("a") "Normal free:3kB min:4kB\nMem-Info:\nlowmem_reserve[]: 0 7\n",
		1))
		is_int(report_at(&got, 0)->zones.items[0].zone.classes, 0,
		       "count right behind their zone only");
	if (has("a table behind a kill", ASKS("a") KILLED("5", "x") TABLE, 1))
		is_int((long long)report_at(&got, 0)->sums.processes, 0, "is not its");
	has("a table alone", TABLE, 0);
	if (has("a table and a kill", TABLE KILLED("5", "a"), 1))
		is_int(report_at(&got, 0)->kills.items[0].uid, 7, "complete each other");
}

/* 2.4 kills first and tells of memory then. */
static void test_24(void)
{
	if (!has("2.4",
		 KILLED("5", "x") "Mem-info:\nZone:DMA freepages:  5 min:  9\n"
				  "Zone:Normal freepages:  7 min:  8\n",
		 1))
		return;
	is_int((long long)report_at(&got, 0)->zones.len, 2, "both zones");
	is_int(victim_of(report_at(&got, 0), 0), 5, "and the victim");
	if (has("a later one", KILLED("5", "x") "Mem-info:\n" SHORT, 1))
		is_int((long long)report_at(&got, 0)->zones.len, 0, "does not");
}

static void test_cgroups(void)
{
	if (has("v1",
		ASKS("a") "Task in /g/h killed as a result of limit of /g\n"
			  "memory: usage 7kB, limit 8kB, failcnt 1\n"
			  "Memory cgroup stats for /g: cache:1KB rss:2KB\n"
			  "Memory cgroup out of memory: Kill process 5 (x) score 1 or sacrifice child\n" KILLED(
				  "5", "x"),
		1)) {
		ok(report_at(&got, 0)->is_memcg, "is a memory cgroup's");
		is_int(report_at(&got, 0)->constraint, OOM_CONSTRAINT_MEMCG,
		       "constraint");
		is_int(report_at(&got, 0)->memcg.limit, 8, "limit");
		is_int(report_at(&got, 0)->memcg.anon, 2, "rss");
	}
	if (has("v2",
		ASKS("a") "memory: usage 7kB, limit 8kB, failcnt 1\n"
			  "[ 1.000001] Memory cgroup stats for /g:\n[ 1.000002] anon 4096\n[ 1.000003] file 8192\n"
			  "[ 1.000004] " NEW_KILLED("5", "x"),
		1)) {
		is_int(report_at(&got, 0)->memcg.anon, 4, "anon");
		is_int(report_at(&got, 0)->memcg.file, 8, "file");
	}
	has("a limit alone", "Task in /g killed as a result of limit of /g\n", 1);
	has("a usage alone", "memory: usage 7kB, limit 8kB, failcnt 1\n", 1);
	has("a usage of something else", "memory: usage 7kB, limit 8kB\n", 0);
	has("limits at their times",
	    "[ 1.000001] Task in /g/h killed as a result of limit of /g\n"
	    "[ 1.000001] Task in /g/h killed as a result of limit of /g\n"
	    "[ 2.000001] Task in /g/h killed as a result of limit of /g\n",
	    3);
	has("a limit that is quoted again",
	    "Task in /g/h killed as a result of limit of /g\n"
	    "Task in /g/h killed as a result of limit of /g\n",
	    1);
	has("a usage that is quoted again",
	    ASKS("a") "memory: usage 7kB, limit 8kB, failcnt 1\n" NEW_KILLED(
		    "5", "x") "memory: usage 7kB, limit 8kB, failcnt 1\n",
	    1);
	if (has("a usage behind a kill",
		KILLED("5", "x") "memory: usage 7kB, limit 8kB\n" NEW_KILLED("6", "y"),
		2))
		is_int(report_at(&got, 1)->memcg.usage, 7, "is of the next");
	if (has("a call", ASKS("a") " mem_cgroup_out_of_memory+0x1/0x2\n", 1))
		ok(report_at(&got, 0)->is_memcg, "tells");
	if (has("a call that was left on the stack",
		ASKS("a") " ? mem_cgroup_out_of_memory+0x1/0x2\n", 1))
		ok(!report_at(&got, 0)->is_memcg, "does not");
	if (has("a call behind the end",
		ASKS("a") KILLED("5", "x") " mem_cgroup_out_of_memory+0x1/0x2\n", 1))
		ok(!report_at(&got, 0)->is_memcg, "is somebody else's");
}

static void test_endings(void)
{
	static const struct {
		const char *name, *text;
		enum oom_ending want;
		const char *panic;
	} rows[] = {
		{ "panic",
		  "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled\n",
		  OOM_ENDING_PANIC,
		  "Out of memory: system-wide panic_on_oom is enabled" },
		{ "panic of old",
		  "Kernel panic - not syncing: out of memory. panic_on_oom is selected\n",
		  OOM_ENDING_PANIC, "out of memory. panic_on_oom is selected" },
		{ "panic of a group",
		  "Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled\n"
		  " [<ffffffff811c17bf>] mem_cgroup_oom_synchronize+0x34f/0x580\n",
		  OOM_ENDING_PANIC, "Out of memory: compulsory panic_on_oom is enabled" },
		{ "nobody",
		  "Out of memory and no killable processes...\n"
		  "Kernel panic - not syncing: System is deadlocked on memory\n",
		  OOM_ENDING_NOTHING_TO_KILL, "System is deadlocked on memory" },
		{ "nobody in a control group",
		  "Out of memory and no killable processes...\n",
		  OOM_ENDING_NOTHING_TO_KILL, NULL },
		{ "deadlock",
		  "Kernel panic - not syncing: System is deadlocked on memory\n",
		  OOM_ENDING_NOTHING_TO_KILL, "System is deadlocked on memory" },
		{ "disabled",
		  "Would have oom-killed but /proc/sys/vm/oom-kill is disabled\n",
		  OOM_ENDING_DISABLED, NULL },
	};
	char text[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		(void)snprintf(text, sizeof(text), "%s%s", ASKS("a"), rows[i].text);
		if (!has(rows[i].name, text, 1))
			continue;
		is_int(report_at(&got, 0)->ending, rows[i].want, "ending");
		is_int((long long)report_at(&got, 0)->ending_line, 2, "its line");
		is_str(report_at(&got, 0)->panic, rows[i].panic, "panic");
		(void)snprintf(text, sizeof(text), "%s%s", NEW_KILLED("5", "x"),
			       rows[i].text);
		if (has("after a kill", text, 2))
			is_int(report_at(&got, 1)->ending, rows[i].want,
			       "is of another one");
	}
}

#define A "[ 1.000001][ T1] "
#define B "[ 1.000001][ T2] "

/* Two at a time, whose lines say whose they are. */
static void test_callers(void)
{
	if (has("two tasks",
		A ASKS("a") B ASKS("b") A
		"Normal free:1kB min:2kB\n" B "Normal free:3kB min:4kB\n" B
		"lowmem_reserve[]: 0 9\n" A
		"lowmem_reserve[]: 0 8\n" B NEW_KILLED("6", "y") A NEW_KILLED("5", "x"),
		2)) {
		is_str(report_at(&got, 0)->trigger_comm, "a", "the first");
		is_int(report_at(&got, 0)->zones.items[0].zone.free_kib, 1, "its zone");
		is_int(report_at(&got, 0)->zones.items[0].zone.reserve_kib[1], 32,
		       "its reserve");
		is_int(victim_of(report_at(&got, 0), 0), 5, "its victim");
		is_str(report_at(&got, 1)->trigger_comm, "b", "the second");
		is_int(report_at(&got, 1)->zones.items[0].zone.free_kib, 3, "its zone");
		is_int(report_at(&got, 1)->zones.items[0].zone.reserve_kib[1], 36,
		       "its reserve");
		is_int(victim_of(report_at(&got, 1), 0), 6, "its victim");
	}
}

#define COLUMNS                                                                          \
	"[ pid ] uid tgid total_vm rss pgtables_bytes swapents oom_score_adj name\n"

static void test_sorted(void)
{
	if (has("a sorted list",
		"1 Time(s): Normal free:3kB min:4kB\n1 Time(s): " KILLED(
			"5", "x") "1 Time(s): " ASKS("a") "1 Time(s): Free swap  = 9kB\n",
		1)) {
		is_str(report_at(&got, 0)->trigger_comm, "a", "has who asked");
		is_int(victim_of(report_at(&got, 0), 0), 5, "and who was killed");
		is_int(report_at(&got, 0)->totals.swap_free, 9,
		       "and what is behind that");
	}
	if (has("its table of tasks again",
		"1 Time(s): " COLUMNS
		"1 Time(s): [ 5] 0 5 10 9 4 0 0 x\n1 Time(s): " KILLED(
			"5", "x") "1 Time(s): " COLUMNS
				  "1 Time(s): [ 6] 7 6 10 9 4 0 0 y\n"
				  "1 Time(s): " KILLED("6", "y"),
		2)) {
		is_int((long long)report_at(&got, 0)->tasks.len, 1, "has its own tasks");
		is_int((long long)report_at(&got, 1)->tasks.len, 1, "and these");
	}
}

static void test_open(void)
{
	const struct oom_reader_wish wish = { .found = reports_add, .data = &got };
	struct assembly assembly = { .arena = room, .wish = &wish, .file = "log" };
	struct logical logical = { .number = 1 };
	struct span header = span_of("a invoked oom-killer: gfp_mask=0xd0"),
		    killed = span_of("Killed process 5 (x)");

	got.len = 0;
	ok(!assembly_is_open(&assembly), "nothing is open");
	ok(assembly_is_ended(&assembly), "all is ended");
	logical.text = logical.tight = header;
	logical.shape = shape_find(header, 0);
	is_int(assembly_take(&assembly, &logical), 0, "a header");
	ok(assembly_is_open(&assembly), "is open");
	ok(!assembly_is_ended(&assembly), "and not ended");
	logical.text = logical.tight = killed;
	logical.shape = shape_find(killed, 0);
	is_int(assembly_take(&assembly, &logical), 0, "a kill");
	ok(assembly_is_open(&assembly), "is open");
	ok(assembly_is_ended(&assembly), "but ended");
	is_int(assembly_close(&assembly), 0, "is closed");
	ok(!assembly_is_open(&assembly), "is not open");
	is_int((long long)got.len, 1, "was handed over");
}

static void test_drop(void)
{
	const struct oom_reader_wish wish = { .found = reports_add, .data = &got };
	struct assembly assembly = { .arena = room, .wish = &wish, .file = "log" };
	struct span killed = span_of("Killed process 5 (x)");
	const struct logical logical = { .number = 1,
					 .text = killed,
					 .tight = killed,
					 .shape = shape_find(killed, 0) };

	got.len = 0;
	is_int(assembly_take(&assembly, &logical), 0, "a kill");
	assembly_drop(&assembly);
	ok(!assembly_is_open(&assembly), "is not open any more");
	is_int(assembly_close(&assembly), 0, "is closed");
	is_int((long long)got.len, 0, "is left out");
}

#define FAILED "__alloc_pages: 0-order allocation failed (gfp=0x1d2/0)\n"

/* Whoever touches a page that cannot be had. */
static void test_unpaged(void)
{
	if (has("two of one name",
		FAILED "VM: killing process a\n" FAILED "VM: killing process a\n", 2)) {
		is_str(report_at(&got, 0)->gfp_text, "0x1d2", "what it asked for");
		is_str(report_at(&got, 1)->kills.items[0].comm, "a", "the second");
	}
	if (has("a request long before",
		FAILED "eth0: memory squeeze\n"
		       "VM: killing process a\n",
		1))
		is_str(report_at(&got, 0)->gfp_text, NULL, "is another one's");
	(void)has("who was killed",
		  "Out of Memory: Killed process 5 (a).\n"
		  "VM: killing process a\n",
		  1);
	(void)has("another than was killed",
		  "Out of Memory: Killed process 5 (a).\n"
		  "VM: killing process b\n",
		  2);
}

/* What people write down anew. */
static void test_abridged(void)
{
	if (has("a header without a mask",
		"[   77.100000] bash invoked oom-killer\n[   77.100001] "
		"oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=(null)\n",
		1))
		is_str(report_at(&got, 0)->trigger_comm, "bash", "who asked");
	(void)has("without a time", "bash invoked oom-killer\n", 0);
	(void)has("in a sentence",
		  "[   77.100000] then something else invoked oom-killer\n", 0);
	if (has("a kill without a name",
		"oom-kill: constraint=CONSTRAINT_CPUSET, nodemask=7, task=a b\n"
		"Out of memory: Killed process 5 total-vm:1kB anon-rss:2kB\n",
		1)) {
		struct oom_kill victim;

		ok(oom_report_victim(report_at(&got, 0), &victim), "a victim");
		is_str(victim.comm, "a b", "named before");
		is_int(victim.pid, 5, "its pid");
		is_int(victim.anon_rss_kib, 2, "its memory");
	}
	if (has("wrapped within the names",
		"Killed process 5 (a) vsz:1kB, anon-\nrss:2kB, file-\nrss:3kB\n", 1))
		is_int(report_at(&got, 0)->kills.items[0].anon_rss_kib, 2, "anon-rss");
}

static void test_memory(void)
{
	static const char text[] = ASKS(
		"a") COUNTERS SHORT TABLE CHOSE("5", "a") KILLED("5", "a")
		KILLED("6",
		       "b") "Task in /g killed as a result of limit of /g\n"
			    "Kernel panic - not syncing: Out of memory: x\n" NAMED("5",
										   "a");
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 32) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = assemble(arena, text, &got);
	}
	is_int(r, 0, "succeeds once there is memory enough");
	got.answer = -ECANCELED;
	is_int(assemble(room, text, &got), -ECANCELED, "what is answered is told");
	got.answer = 0;
}

int main(void)
{
	room = arena_new(ROOM);
	test_whole();
	test_headers();
	test_kills();
	test_foreign();
	test_lists();
	test_24();
	test_cgroups();
	test_endings();
	test_callers();
	test_sorted();
	test_open();
	test_drop();
	test_unpaged();
	test_abridged();
	test_memory();
	arena_free(room);
	return done();
}
