/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>

#include "apply/journal.h"
#include "apply/leftout.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "json.h"
#include "plan/plan.h"
#include "render/utf8.h"
#include "render/view_status.h"
#include "state/memory.h"
#include "state/strain.h"
#include "tap.h"

/* Linux 6.1, 686-pae, 4 GiB, half a second before the OOM killer. */
static struct zone zones[] = {
	{ .name = "DMA",
	  .free_kib = 3852,
	  .min_kib = 760,
	  .low_kib = 948,
	  .high_kib = 1136,
	  .managed_kib = 15360,
	  .reserve_kib = { 0, 2920, 15784, 15784 },
	  .classes = 4,
	  .free_blocks = { 1, 1, 2, 1, 1, 1, 2, 2, 2, 0, 0 },
	  .orders = 11 },
	{ .name = "Normal",
	  .free_kib = 44260,
	  .min_kib = 37144,
	  .low_kib = 46428,
	  .high_kib = 55712,
	  .managed_kib = 751888,
	  .boost_kib = 8,
	  .cma_kib = 4,
	  .reserve_kib = { 0, 0, 102908, 102908 },
	  .classes = 4,
	  .free_blocks = { 52083, 1, 3, 4, 4, 2, 4, 5, 3, 0, 9 },
	  .orders = 11 },
	{ .name = "HighMem",
	  .free_kib = 3217696,
	  .min_kib = 512,
	  .low_kib = 41388,
	  .high_kib = 82264,
	  .managed_kib = 3293064,
	  .classes = 4,
	  .free_blocks = { 0, 2, 1, 0, 0, 0, 1, 2, 1, 2, 784 },
	  .orders = 11 },
};

static struct memory memory = {
	.info = { .total = 4060312,
		  .free = 3265808,
		  .available = 3081148,
		  .low_total = 767248,
		  .low_free = 48112,
		  .high_total = 3293064,
		  .high_free = 3217696,
		  .buffers = 0,
		  .cached = 4584,
		  .swap_cached = 0,
		  .swap_total = 0,
		  .swap_free = 0,
		  .dirty = 8,
		  .writeback = 0,
		  .anon = 67156,
		  .mapped = 3488,
		  .shmem = 4584,
		  .unevictable = 2168,
		  .slab = 712812,
		  .slab_reclaimable = 143168,
		  .slab_unreclaimable = 569644,
		  .kernel_stack = 456,
		  .page_tables = 304,
		  .commit_limit = 2030156,
		  .committed = 9468,
		  .huge_total = 0,
		  .huge_free = 0,
		  .huge_size = 2048 },
	.zones = zones,
	.zones_len = 3,
	.pressure = { .known = true,
		      .some_avg10 = 1234,
		      .some_avg60 = 500,
		      .some_avg300 = 7,
		      .full_avg10 = 10000 },
	.oom_kills = 3,
	.page_size = 4096,
};

static const struct strain strains[] = {
	{ STRAIN_LOW_MEMORY, STRAIN_ALARM,
	  "low memory is running out: 47 MiB are left." },
	{ STRAIN_SWAP, STRAIN_WARNING, "swap is full." },
	{ STRAIN_KILLED, STRAIN_NOTE, "the OOM killer has killed 3 processes." },
};

static struct plan_item items[] = {
	{ .key = "vm.a",
	  .want = "2",
	  .live = "1",
	  .live_status = LIVE_DIFFERS,
	  .action = ACTION_WRITE,
	  .layer = "web" },
	{ .key = "vm.b",
	  .want = "2",
	  .live = "2",
	  .boot = "3",
	  .boot_status = BOOT_DIFFERS,
	  .action = ACTION_PERSIST,
	  .layer = "web" },
	{ .key = "vm.c", .want = "2", .live = "2", .live_status = LIVE_SAME },
	{ .key = "vm.d",
	  .want = "2",
	  .action = ACTION_REFUSE,
	  .reason = "is not here",
	  .refusal = STATUS_NO_KNOB },
	{ .key = "vm.e",
	  .want = "2",
	  .live = "9",
	  .live_status = LIVE_DIFFERS,
	  .action = ACTION_WRITE },
	{ .key = "vm.f", .want = "2", .live_status = LIVE_UNREADABLE },
};
static struct plan plan = { .items = items, .len = 6, .applies = true };

static struct leftout_item left_items[] = { { "vm.x", "not here", "base.yaml" },
					    { "vm.y", "read-only", "base.yaml" },
					    { "vm.x", "not here", "web.yaml" } };
static const struct leftout left = { .items = left_items, .len = 3 };

static const char *names[] = { "base", "web" };
static struct schedule_seen schedules[] = {
	{ "base", "@daily", 1764115200, 1764028800, 122880, 320, NULL },
	{ "web", "every 6h", -1, 1764028800, -1, -1, "tasks wait for memory" },
};
static const struct standing full = {
	.names = names,
	.names_len = 2,
	.plan = &plan,
	.trial = 7,
	.trial_pid = 812,
	.trial_until = 1764052421,
	.leftout = &left,
	.watch = { .running = true,
		   .pid = 900,
		   .told = true,
		   .told_at = 1764052421,
		   .mode = "events",
		   .rules = 3,
		   .processes = 120,
		   .changed = 4,
		   .denied = 0,
		   .drifted = 1,
		   .lost = 0,
		   .p50_us = 32,
		   .p99_us = 80,
		   .schedules = schedules,
		   .schedules_len = 2 },
};
static const struct standing empty = { 0 };

static struct capture got;

static const char *show(const struct status_view *given, unsigned width, bool json)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct status_view view = *given;

	view.arena = arena;
	view.memory = view.memory ? view.memory : &memory;
	view.standing = view.standing ? view.standing : &empty;
	is_int(view_status(&view, capture(&got, width, false), json), 0, "shown");
	return captured(&got);
}

static void has(const char *text, const char *part, const char *name)
{
	if (!ok(strstr(text, part) != NULL, "%s", name))
		printf("# '%s' is not in\n%s\n", part, text);
}

static void lacks(const char *text, const char *part, const char *name)
{
	ok(strstr(text, part) == NULL, "%s", name);
}

static void test_strains(void)
{
	const struct status_view brief = { .strains = strains,
					   .strains_len = 3,
					   .brief = true };
	const struct status_view calm = { .brief = false };
	const struct status_view nothing = { .brief = true };

	is_str(show(&brief, 80, false),
	       "ALARM: low memory is running out: 47 MiB are left.\n"
	       "warning: swap is full.\n"
	       "note: the OOM killer has killed 3 processes.\n",
	       "the strains alone");
	ok(strncmp(show(&calm, 80, false), "Nothing is short.\n\n", 19) == 0, "calm");
	is_str(show(&nothing, 80, false), "", "calm and quiet");
}

static void test_totals(void)
{
	struct memory modern = memory;
	const struct status_view view = { .verbose = false };
	const struct status_view plain = { .memory = &modern };
	const char *text = show(&view, 80, false);

	has(text, "              TOTAL   FREE\n", "a title");
	has(text,
	    "\nMemory         3.9G   3.1G   80%  2.9G available, low and high as one\n",
	    "all memory");
	has(text,
	    "\nLow memory     749M    47M    6%  where the kernel's own data has to be\n",
	    "low memory");
	has(text, "\nHigh memory    3.1G   3.1G   97%\n", "high memory");
	has(text, "\nSwap           none\n", "no swap");
	has(text,
	    "\nCaches       page cache 4.5M (tmpfs 4.5M), reclaimable slab 140M, dirty 8K\n",
	    "caches");
	has(text,
	    "\nKernel       unreclaimable slab 556M, page tables 304K, stacks 456K\n",
	    "the kernel's own");
	has(text,
	    "\nPressure     some 12.34 5.00 0.07, full 100.00 0.00 0.00 % (10 s, 1 min, 5 min)\n",
	    "pressure");
	has(text, "\nOOM kills    3 since boot\n", "kills");

	modern.info.low_total = modern.info.low_free = -1;
	modern.info.high_total = modern.info.high_free = -1;
	modern.info.swap_total = 1048576;
	modern.info.swap_free = 1024;
	modern.pressure.known = false;
	modern.oom_kills = -1;
	text = show(&plain, 80, false);
	has(text, "  2.9G available\n", "available, of one kind");
	has(text,
	    "\nLow memory     3.9G   3.1G   80%  all memory is low memory (no HighMem)\n",
	    "no HighMem");
	lacks(text, "High memory", "nor a line for it");
	has(text, "\nSwap           1.0G   1.0M   <1%\n", "hardly any swap");
	has(text, "not measured by this kernel", "no pressure");
	has(text, "not counted by this kernel", "no kills");
}

static void test_zones(void)
{
	const struct status_view view = { .verbose = false };
	const char *text = show(&view, 80, false);

	has(text,
	    "\nZONE      FREE    MIN    LOW   HIGH RESERVE  # free = kept back : reserve\n"
	    "DMA       3.8M   760K   948K   1.1M     15M  "
	    "[=mh=====::::::::::::::::::::::::]\n"
	    "  above high, but below the reserve: not usable for processes\n"
	    "Normal     43M    36M    45M    54M    100M  "
	    "[======ml:h::::::::::::::        ]\n",
	    "zones");
	has(text,
	    "\nHighMem   3.1G   512K    40M    80M       0  "
	    "[m###########l###########h#######>\n\n",
	    "one that is well has no note");
	has(show(&view, 48, false), "\nDMA       3.8M  [=mh====::::::::::::::::::::::]\n",
	    "no room for figures");
	lacks(show(&view, 24, false), "[", "no room for a gauge");
}

static void test_blocks(void)
{
	const struct status_view view = { .verbose = false };
	const char *text = show(&view, 80, false);

	has(text,
	    "\nZONE      0     1     2     3     4     5     6     7     8     9    10   MAX\n"
	    "DMA       1:0   1:0   2:0   1:0   1:0   1:0   2:0   2:2   2:4   0:9   0:9   8\n"
	    "Normal  52k:0   1:8   3:8   4:8   4:8   2:8   4:8   5:8   3:8   0:8   9:8  10\n",
	    "blocks");
	has(show(&view, 100, false), "   0:9   0:9   8 (1.0M)\n", "with the size");
	has(show(&view, 60, false),
	    "\nDMA      0  0  0  0  0  0  0  2  4  9  9   8 (1.0M)\n", "narrow");
	has(show(&view, 34, false), "\nDMA     0 0 0 0 0 0 0 2 4 9 9   8\n", "narrower");
}

static void test_standing(void)
{
	const struct status_view view = { .standing = &full };
	const struct status_view verbose = { .standing = &full, .verbose = true };
	const char *text;

	plan_finish(&plan);
	text = show(&view, 0, false);
	has(text,
	    "\nProfiles     base, web: 4 of 6 do not hold: vm.a is 1, want 2; "
	    "vm.b is 3 after a reboot; vm.d: is not here; and 1 more; 1 cannot be read\n"
	    "Trial        entry 7 is taken back at 2025-11-25 06:33:41 unless "
	    "'lowmemctl confirm' comes first (pid 812)\n"
	    "Left out     by the last best-effort apply of base.yaml: vm.x (not here); "
	    "vm.y (read-only); of web.yaml: vm.x (not here)\n"
	    "Watch        runs (pid 900): events, 3 rules, 120 processes, 4 changed, "
	    "0 denied, 0 lost; latency p50 32 us, p99 80 us (as of 2025-11-25 06:33:41)\n"
	    "Schedule     base @daily: next 2025-11-26 00:00:00; last 2025-11-25 00:00:00 "
	    "freed 120M in 320 ms\n"
	    "Schedule     web every 6h: no next time; last 2025-11-25 00:00:00 skipped: "
	    "tasks wait for memory\n",
	    "all there is");
	has(show(&verbose, 0, false),
	    "vm.d: is not here; vm.e is 9, want 2; 1 cannot be read\n", "all items");
	has(show(&verbose, 0, false), "kept from requests by class: 0 2.9M 15M 15M\n",
	    "all reserves");
	has(show(&verbose, 0, false), "  fragmentation index: -1000 ", "all indexes");
	has(show(&verbose, 0, false), "\nHuge pages   0, 0 of them free, 2.0M each\n",
	    "all of meminfo");
	has(show(&(struct status_view){ 0 }, 0, false),
	    "\nProfiles     none is active\nWatch        does not run\n",
	    "nothing is going on");
}

static void test_holding(void)
{
	static struct plan_item same[] = { { .key = "vm.c", .want = "2", .live = "2" } };
	struct plan held = { .items = same, .len = 1, .applies = true };
	struct standing standing = { .names = names, .names_len = 1, .plan = &held };
	const struct status_view view = { .standing = &standing };

	plan_finish(&held);
	has(show(&view, 0, false), "\nProfiles     base: all hold (1)\n", "all hold");
	held.applies = false;
	has(show(&view, 0, false), "\nProfiles     base: not applicable to this host\n",
	    "not applicable");
	held.applies = true;
	standing.profiles_problem = "base.yaml:3: no such key";
	has(show(&view, 0, false),
	    "\nProfiles     base: base.yaml:3: no such key; the others: all hold (1)\n",
	    "one cannot be judged");
	standing.plan = NULL;
	has(show(&view, 0, false), "\nProfiles     base: base.yaml:3: no such key\n",
	    "cannot be judged");
	standing.trial_problem = "whether one waits only root can tell";
	standing.leftout_problem = "what was left out only root can tell";
	standing.watch.problem = "Permission denied";
	lacks(show(&view, 0, false), "Cut off", "nothing was cut off");
	has(show(&view, 0, false),
	    "\nTrial        whether one waits only root can tell\n"
	    "Left out     what was left out only root can tell\n"
	    "Watch        does not run, or cannot be seen: Permission denied\n",
	    "what is not for everybody");
}

static void test_cut_off(void)
{
	struct entry entry = { .id = 9, .started = 1764052421 };
	const struct standing standing = { .cut_off = &entry };
	const struct status_view view = { .standing = &standing };

	has(show(&view, 0, false),
	    "\nCut off      a run was cut off at 2025-11-25 06:33:41, part of it may be in "
	    "force: 'lowmemctl revert 9' puts it back\n",
	    "a run without a word");
	entry.command = "apply";
	entry.profiles = "web.yaml";
	has(show(&view, 0, false), "\nCut off      apply of web.yaml was cut off at ",
	    "what it was");
	has(show(&view, 0, true),
	    "\"cut_off\":{\"id\":9,\"command\":\"apply\",\"profiles\":\"web.yaml\","
	    "\"started\":\"2025-11-25T06:33:41Z\"},",
	    "as JSON");
	has(show(&(struct status_view){ 0 }, 0, true), "\"cut_off\":null,",
	    "and nothing");
}

/* RHEL 4 and 3. */
static void test_old(void)
{
	struct zone old[] = { { .name = "Normal",
				.free_kib = 40960,
				.min_kib = -1,
				.low_kib = -1,
				.high_kib = -1,
				.managed_kib = -1,
				.free_blocks = { 4, 3 },
				.orders = 2 } };
	struct memory rhel = { .info = memory.info, .page_size = 4096 };
	const struct status_view view = { .memory = &rhel };
	const char *text = show(&view, 80, false);

	has(text, "SysRq-m", "no zones: where they are told");
	lacks(text, "ZONE", "and no table");
	rhel.zones = old;
	rhel.zones_len = 1;
	text = show(&view, 80, false);
	has(text, "\nZONE     FREE\nNormal    40M\n", "no marks");
	has(text, "before Linux 2.6.13", "and why");
	has(show(&view, 80, true), "\"min_kib\":null,\"low_kib\":null,\"high_kib\":null",
	    "null in JSON");
	has(got.text, "\"reserve_kib\":null", "nor reserves");
	has(got.text, "\"usable_for_users\":null", "nor what they mean");
}

static void test_nodes(void)
{
	struct zone numa[] = { zones[0], zones[1], zones[1] };
	struct memory two = memory;
	const struct status_view view = { .memory = &two };
	const char *text;

	two.zones = numa;
	numa[2].node = 12;
	text = show(&view, 80, false);
	has(text, "\nZONE/NODE", "nodes are told");
	has(text, "\nDMA/0     ", "of each zone");
	has(text, "\nNormal/12 ", "with their numbers");
}

static void test_json(void)
{
	const struct status_view view = { .strains = strains,
					  .strains_len = 3,
					  .standing = &full };
	const struct status_view bare = { 0 };
	struct memory modern = memory;
	const struct status_view plain = { .memory = &modern };
	const char *text = show(&view, 80, true);

	ok(json_valid(text), "a document");
	has(text,
	    "{\"schema\":\"lowmemctl/1\",\"command\":\"status\",\"strains\":[{\"kind\":"
	    "\"low_memory\",\"level\":\"alarm\",\"text\":\"low memory is",
	    "the strains");
	has(text,
	    "\"memory\":{\"total_kib\":4060312,\"free_kib\":3265808,\"low_total_kib\":"
	    "767248,\"low_free_kib\":48112,\"high_total_kib\":3293064,"
	    "\"high_free_kib\":3217696,\"swap_total_kib\":0,\"swap_free_kib\":0,",
	    "memory");
	has(text,
	    "{\"node\":0,\"zone\":\"DMA\",\"free_kib\":3852,\"min_kib\":760,"
	    "\"low_kib\":948,\"high_kib\":1136,",
	    "a zone");
	has(text,
	    "\"reserve_kib\":[0,2920,15784,15784],\"users_reserve_kib\":15784,"
	    "\"kernel_reserve_kib\":2920,\"usable_for_users\":false,"
	    "\"usable_for_kernel\":true,",
	    "its reserves");
	has(text, "\"free_blocks\":[1,1,2,1,1,1,2,2,2,0,0],\"unusable\":[0,1,3,",
	    "its blocks");
	has(text, "\"largest_order\":8", "the largest");
	has(text, "\"pressure\":{\"some_avg10\":12.34,", "pressure");
	has(text, "\"oom_kills\":3,", "kills");
	has(text,
	    "\"profiles\":[\"base\",\"web\"],\"profiles_problem\":null,\"drift\":{"
	    "\"applies\":true,\"in_sync\":false,",
	    "profiles");
	has(text,
	    "{\"key\":\"vm.b\",\"profile\":\"web\",\"want\":\"2\",\"live\":\"2\","
	    "\"boot\":\"3\",\"reason\":null}",
	    "drift");
	has(text, "\"trial\":{\"id\":7,\"pid\":812,\"until\":\"2025-11-25T06:33:41Z\"}",
	    "trial");
	has(text,
	    "\"left_out\":[{\"key\":\"vm.x\",\"reason\":\"not here\",\"profiles\":"
	    "\"base.yaml\"},",
	    "left out");
	has(text,
	    "\"watch\":{\"running\":true,\"pid\":900,\"problem\":null,"
	    "\"told_at\":\"2025-11-25T06:33:41Z\",\"mode\":\"events\"",
	    "watch");
	has(text,
	    "{\"profile\":\"base\",\"key\":\"@daily\",\"next\":\"2025-11-26T00:00:00Z\","
	    "\"last\":\"2025-11-25T00:00:00Z\",\"freed_kib\":122880,\"took_ms\":320,"
	    "\"skipped\":null}",
	    "schedules");
	has(text, "\"diagnostics\":[],\"exit_code\":0}\n", "the end");
	modern.info.high_total = modern.info.high_free = -1;
	modern.info.low_total = modern.info.low_free = -1;
	has(show(&plain, 80, true),
	    "\"low_total_kib\":4060312,\"low_free_kib\":3265808,\"high_total_kib\":0,"
	    "\"high_free_kib\":0,",
	    "no HighMem");
	text = show(&bare, 80, true);
	ok(json_valid(text), "a bare document");
	has(text,
	    "\"profiles\":[],\"profiles_problem\":null,\"drift\":null,\"trial\":null,",
	    "nothing is going on");
}

/* The columns that the widest line takes, escape sequences left out. */
static size_t widest(const char *text)
{
	size_t most = 0;

	for (struct span rest = span_of(text), line; span_line(&rest, &line);) {
		size_t width = utf8_width(line);

		most = width > most ? width : most;
	}
	return most;
}

/* Whatever the width: words are not broken, and none is longer than 18. */
static void test_widths(void)
{
	const struct status_view view = { .strains = strains,
					  .strains_len = 3,
					  .standing = &full };
	const struct status_view verbose = { .standing = &full, .verbose = true };
	char name[32];

	for (unsigned width = 40; width <= 130; width++) {
		(void)snprintf(name, sizeof(name), "%u columns", width);
		ok(widest(show(&view, width, false)) <= width, "%s", name);
	}
	ok(strlen(show(&verbose, 80, false)) > 0, "verbose");
}

static size_t count(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		count++;
	return count;
}

static void test_color(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct status_view view = { .arena = arena,
					  .memory = &memory,
					  .strains = strains,
					  .strains_len = 3,
					  .standing = &full };

	is_int(view_status(&view, capture(&got, 80, true), false), 0, "in colour");
	has(captured(&got), "\033[1;31mALARM: low memory", "an alarm is red");
	has(got.text, "\033[33mwarning:\033[0m swap", "a warning's word is yellow");
	is_int((long long)count(got.text, "\033[0m"),
	       (long long)(count(got.text, "\033[") - count(got.text, "\033[0m")),
	       "each colour ends");
	lacks(show(&view, 80, false), "\033", "none without");
}

static void test_utf8(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct status_view view = { .arena = arena,
					  .memory = &memory,
					  .standing = &full };

	for (unsigned width = 40; width <= 100; width += 20) {
		capture(&got, width, false)->utf8 = true;
		is_int(view_status(&view, &got.term, false), 0, "in UTF-8");
		ok(widest(captured(&got)) <= width, "%u columns", width);
	}
	has(got.text, "[▒▒m", "gauges are shaded");
	has(got.text, "   0█   0█   8 (1.0M)\n", "and so are blocks");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const struct status_view view = { .arena = arena,
						  .memory = &memory,
						  .standing = &full };

		r = view_status(&view, capture(&got, 80, false), false);
		(void)captured(&got);
	}
	ok(r == 0 && limit > 16, "succeeds once memory suffices");
}

static void test_full(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	cleanup_file FILE *file = fopen("/dev/full", "we");
	const struct term term = { .file = file };
	const struct status_view view = { .arena = arena,
					  .memory = &memory,
					  .standing = &full };

	if (!file) {
		skip("there is no /dev/full");
		return;
	}
	is_int(view_status(&view, &term, false), -EIO, "a full disk");
	is_int(view_status(&view, &term, true), -EIO, "a full disk, JSON");
}

int main(void)
{
	(void)setenv("TZ", "UTC", 1);
	test_strains();
	test_totals();
	test_zones();
	test_blocks();
	test_standing();
	test_holding();
	test_cut_off();
	test_old();
	test_nodes();
	test_json();
	test_widths();
	test_color();
	test_utf8();
	test_no_memory();
	test_full();
	return done();
}
