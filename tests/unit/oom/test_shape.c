/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/shape.h"

#include "tap.h"

struct row {
	const char *line;
	enum shape_kind kind;
};

/* Lines as kernels print them; one at least for each message that is known by its first words. */
static const struct row lines[] = {
	{ "( Active: 34/58, inactive_laundry: 0)", SHAPE_KNOWN },
	{ "Active:13356 inactive:9 dirty:0", SHAPE_TOTALS },
	{ "Active_anon:372 active_file:45 inactive_anon:154", SHAPE_TOTALS },
	{ "COMPACTION is disabled!!!", SHAPE_KNOWN },
	{ "CPU: 4 PID: 29481 Comm: sed Not tainted 3.10.0 #1", SHAPE_CPU },
	{ "CPU: 5 UID: 0 PID: 1122 Comm: sed Not tainted 6.12.0 #1", SHAPE_CPU },
	{ "Call Trace:", SHAPE_KNOWN },
	{ "Call trace:", SHAPE_KNOWN },
	{ "Fixed up OOM kill of mm-less task", SHAPE_KNOWN },
	{ "Free pages:      107700kB (105792kB HighMem)", SHAPE_KNOWN },
	{ "Free swap  = 0kB", SHAPE_SWAP },
	{ "Free swap:       0kB", SHAPE_SWAP },
	{ "Free swap = 0kB", SHAPE_SWAP },
	{ "Hardware name: QEMU", SHAPE_KNOWN },
	{ "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled",
	  SHAPE_PANIC },
	{ "Kernel panic - not syncing: Out of Memory", SHAPE_PANIC },
	{ "Kernel panic - not syncing: System is deadlocked on memory", SHAPE_PANIC },
	{ "Kernel panic - not syncing: out of memory. panic_on_oom is selected",
	  SHAPE_PANIC },
	{ "Kill process 3 (a) sharing same memory", SHAPE_KILL },
	{ "Killed process 2491 (stream.cgi)", SHAPE_KILL },
	{ "Mem-Info:", SHAPE_MEM_INFO },
	{ "Mem-info:", SHAPE_MEM_INFO },
	{ "Memory allocations:", SHAPE_KNOWN },
	{ "Memory allocations (profiling is currently turned on):", SHAPE_KNOWN },
	{ "Memory cgroup min protection 0kB -- low protection 0kB", SHAPE_KNOWN },
	{ "Memory cgroup out of memory: Kill process 5 (a) score 9 or sacrifice child",
	  SHAPE_KILL },
	{ "Memory cgroup out of memory: Killed process 5 (a) total-vm:1kB", SHAPE_KILL },
	{ "Memory cgroup stats for /a: cache:0KB", SHAPE_MEMCG_STATS },
	{ "No available memory (MPOL_BIND): kill process 5 (a) score 9 or a child",
	  SHAPE_KILL },
	{ "OOM victim 5 (a) is already exiting. Skip killing the task", SHAPE_KNOWN },
	{ "Out of Memory: Killed process 6906 (kdm_greet).", SHAPE_KILL },
	{ "Out of Memory: Kill process\t1 (init) score 0 and children.", SHAPE_KILL },
	{ "Out of memory: kill process 995 (httpd) score 2646 or a child", SHAPE_KILL },
	{ "Out of memory: Killed process 995 (httpd) total-vm:1kB", SHAPE_KILL },
	{ "Out of memory (oom_kill_allocating_task): Killed process 5 (a)", SHAPE_KILL },
	{ "Out of memory and no killable processes...", SHAPE_PANIC },
	{ "Pid: 3836, comm: bash Not tainted 3.2.0-4", SHAPE_CPU },
	{ "Process basename (pid: 30555, task: 000000007baa6838, ksp: 0)", SHAPE_CPU },
	{ "VM: killing process named", SHAPE_VM_KILL },
	{ "__alloc_pages: 0-order allocation failed (gfp=0x1d2/0)", SHAPE_FAILED },
	{ "mem_cgroup_oom_synchronize+0x34f/0x580", SHAPE_MEMCG_CALL },
	{ "oom-kill: constraint=CONSTRAINT_CPUSET, task=a", SHAPE_CONSTRAINT },
	{ "invoked oom-killer", SHAPE_INVOKED },
	{ "Swap cache: add 0, delete 0, find 0/0, race 0+0", SHAPE_KNOWN },
	{ "Swap cache stats: add 0, delete 0, find 0/0", SHAPE_KNOWN },
	{ "SysRq : Show Memory", SHAPE_FOREIGN },
	{ "SysRq : HELP : loglevel0-8", SHAPE_FOREIGN },
	{ "Task in /a killed as a result of limit of /b", SHAPE_LIMIT },
	{ "Tasks in /b are going to be killed due to memory.oom.group set", SHAPE_GROUP },
	{ "Tasks state (memory values in pages):", SHAPE_KNOWN },
	{ "Total swap = 0kB", SHAPE_SWAP },
	{ "Unreclaimable slab info:", SHAPE_SLAB_TABLE },
	{ "Would have oom-killed but /proc/sys/vm/oom-kill is disabled", SHAPE_DISABLED },
	{ "Zone:Normal freepages:  1276 min:  1279", SHAPE_ZONE_24 },
	{ "active_anon:13497 inactive_anon:129 isolated_anon:0", SHAPE_TOTALS },
	{ "active_file:22 inactive_file:51 isolated_file:0", SHAPE_TOTALS },
	{ "bash cpuset=/ mems_allowed=0-1", SHAPE_CPUSET },
	{ "free:1205 free_pcp:0 free_cma:0", SHAPE_TOTALS },
	{ "inactive_file:12 unevictable:0 dirty:0", SHAPE_TOTALS },
	{ "bash invoked oom-killer: gfp_mask=0x201da, order=0", SHAPE_INVOKED },
	{ "bash invoked oom-killer: order=0, gfp_mask=0x201da", SHAPE_INVOKED },
	{ "bash invoked oom-killer: gfp_mask=", SHAPE_INVOKED },
	{ "bash invoked oom-killer:", SHAPE_INVOKED },
	{ "kernel_misc_reclaimable:0", SHAPE_TOTALS },
	{ "kill process 5 (a) score 9 or a child", SHAPE_KILL },
	{ "kmem: usage 0kB, limit 9007199254740988kB, failcnt 0", SHAPE_USAGE },
	{ "lowmem_reserve[]: 0 0 880 4080", SHAPE_RESERVE },
	{ "mapped:10 shmem:0 pagetables:99 bounce:0", SHAPE_TOTALS },
	{ " mem_cgroup_out_of_memory+0x13/0x20", SHAPE_MEMCG_CALL },
	{ "memory: usage 4kB, limit 4kB, failcnt 1", SHAPE_USAGE },
	{ "memory+swap: usage 4kB, limit 4kB, failcnt 1", SHAPE_USAGE },
	{ "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null)", SHAPE_CONSTRAINT },
	{ "oom-killer: gfp_mask=0xd0", SHAPE_HEADER },
	{ "oom-killer: gfp_mask=", SHAPE_HEADER },
	{ "oom_reaper: reaped process 5 (a)", SHAPE_KNOWN },
	{ "swapper: page allocation failure. order:0, mode:0x20", SHAPE_FOREIGN },
	{ "page allocation stalls for 10012ms, order:0, mode:0x14201ca", SHAPE_FOREIGN },
	{ "vmalloc error: size 4096, page order 0, failed to allocate pages",
	  SHAPE_FOREIGN },
	{ "protections[]: 8 476 732", SHAPE_PROTECTIONS },
	{ "sec_pagetables:0 bounce:0", SHAPE_TOTALS },
	{ "slab_reclaimable:9 slab_unreclaimable:7", SHAPE_TOTALS },
	{ "swap: usage 0kB, limit 0kB, failcnt 0", SHAPE_USAGE },
	{ "sysrq: Show Memory", SHAPE_FOREIGN },
	{ "sysrq: HELP : loglevel(0-9)", SHAPE_FOREIGN },
	{ "unevictable:0 dirty:0 writeback:0", SHAPE_TOTALS },
	/* those that are told by more than words */
	{ "Node 0 active_anon:44kB inactive_anon:4kB", SHAPE_NODE },
	{ "Node 0 DMA free:44kB min:4kB", SHAPE_ZONE },
	{ "Node 15 Normal free:44kB boost:0kB min:4kB", SHAPE_ZONE },
	{ "HighMem free:44kB min:4kB", SHAPE_ZONE },
	{ "Node 0 DMA: 1*4kB (U) 0*8kB = 4kB", SHAPE_BLOCKS },
	{ "Normal: 1*4kB 0*8kB = 4kB", SHAPE_BLOCKS },
	{ "HighMem: empty", SHAPE_BLOCKS },
	{ "DMA per-cpu:", SHAPE_KNOWN },
	{ "Node 0 hugepages_total=0 hugepages_free=0", SHAPE_KNOWN },
	{ "Node 0 DMA32: something new", SHAPE_KNOWN },
	{ "262014 pages RAM", SHAPE_PAGES },
	{ "262014 pages of RAM", SHAPE_PAGES },
	{ "0 pages HighMem/MovableOnly", SHAPE_PAGES },
	{ "32768 pages of HIGHMEM", SHAPE_PAGES },
	{ "9 pages reserved", SHAPE_PAGES },
	{ "9 reserved pages", SHAPE_PAGES },
	{ "9 pages of slabcache", SHAPE_PAGES },
	{ "9 total pagecache pages", SHAPE_KNOWN },
	{ "0 pages in swap cache", SHAPE_KNOWN },
	{ "0 pages hwpoisoned", SHAPE_KNOWN },
	{ "0 pages cma reserved", SHAPE_KNOWN },
	{ "9 pages shared", SHAPE_KNOWN },
	{ "9 pages non-shared", SHAPE_KNOWN },
	{ "9 pages swap cached", SHAPE_KNOWN },
	{ "9 free pages", SHAPE_KNOWN },
	{ "9 pages of kernel stacks", SHAPE_KNOWN },
	{ "[ pid ]   uid  tgid total_vm      rss", SHAPE_TASKS },
	{ "[  pid  ]   uid  tgid total_vm      rss", SHAPE_TASKS },
	{ "[  813]     0   813     1234", SHAPE_TASK },
	{ "[1234567]     0 1234567     1234", SHAPE_TASK },
};

#define LINES (sizeof(lines) / sizeof(*lines))

/* Where in a line as above its message begins. */
static size_t begins(const struct row *row)
{
	const char *at = NULL;

	if (row->kind == SHAPE_INVOKED)
		at = strstr(row->line, "invoked");
	else if (row->kind == SHAPE_CPUSET)
		at = strstr(row->line, "cpuset=");
	else if (row->kind == SHAPE_MEMCG_CALL)
		at = strstr(row->line, "mem_cgroup");
	else if (row->kind == SHAPE_FOREIGN)
		at = strstr(row->line, "page allocation");
	return at ? (size_t)(at - row->line) : 0;
}

static void test_every(void)
{
	for (size_t i = 0; i < LINES; i++) {
		struct shape shape = shape_find(span_of(lines[i].line), 0);

		is_int(shape.kind, lines[i].kind, "%s", lines[i].line);
		is_int((long long)shape.at, (long long)begins(&lines[i]), "where");
	}
}

/* What stands before is somebody's, unless it is a part of the same word. */
static void test_prefixes(void)
{
	static const char *const prefixes[] = {
		"Jun 10 13:33:11 host kernel: ",
		"[  828.600750][ T5241] ",
		"4,1234,5678901,-;",
		"> > ",
		"err|kernel[-]|",
		"\xc3\xa4:",
		"(",
	};
	size_t wrong = 0;

	for (size_t i = 0; i < LINES; i++) {
		for (size_t j = 0; j < sizeof(prefixes) / sizeof(*prefixes); j++) {
			size_t len = strlen(prefixes[j]), at = len + begins(&lines[i]);
			char text[256];
			struct shape shape;

			(void)snprintf(text, sizeof(text), "%s%s", prefixes[j],
				       lines[i].line);
			shape = shape_find(span_of(text), 0);
			wrong += shape.kind != lines[i].kind || shape.at != at;
			shape = shape_find(span_of(text), len);
			wrong += shape.kind != lines[i].kind || shape.at != at;
		}
	}
	is_int((long long)wrong, 0, "behind every prefix");
}

static void test_words(void)
{
	static const char inside[] = "aZ09_-/.+";
	size_t wrong = 0;

	for (size_t i = 0; i < LINES; i++) {
		if (begins(&lines[i]) > 0 || lines[i].line[0] == '(' ||
		    lines[i].line[0] == '[')
			continue;
		for (const char *c = inside; *c; c++) {
			char text[256];

			(void)snprintf(text, sizeof(text), "%c%s", *c, lines[i].line);
			wrong += shape_find(span_of(text), 0).at == 1;
		}
	}
	is_int((long long)wrong, 0, "nothing begins within a word");
}

/* Prose, other programs, and messages of which a part is missing. */
static void test_none(void)
{
	static const char *const none[] = {
		"",
		"the kernel invoked oom-killer: I saw it",
		"bash invoked oom-killer: gfp_mask=none",
		"bash invoked the oom-killer",
		"oom-killer: gfp_mask=GFP_KERNEL",
		"oom-killer is what kills",
		"Killed process",
		"Killed process apache",
		"Kill process: no",
		"Out of memory",
		"Out of memory: error",
		"Memory cgroup out of memory",
		"No available memory",
		"Kernel panic - not syncing: Attempted to kill init!",
		"CPU: Intel",
		"Pid: file written",
		"Pid: 12",
		"Task in progress",
		"Tasks in queue",
		"SysRq : Manual OOM execution",
		"sysrq: Manual OOM execution",
		"SysRq : Emergency Sync",
		"cpuset=none",
		"Free swap",
		"Free swap is gone",
		"Zone:Normal",
		"memory: 12",
		"free:44kB min:4kB",
		"active_anon:44kB inactive_anon:4kB",
		"active_file:0KB unevictable:0KB",
		"free: none",
		"DMA free:lots",
		"dma free:44kB",
		"Normal: fine",
		"Normal: 1 * 4kB",
		"Normal: 1*x",
		"Averylongnameofazone free:44kB",
		"Node 0",
		"813 pages",
		"813 people",
		"813",
		"pages RAM",
		"[ pid",
		"[  813] 0 813",
		"[  813] 0 813 x",
		"[  813 ]     0   813     1234",
		"[  828.600750] usb 1-1: new device",
		"[]",
		"[",
	};

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		struct shape shape = shape_find(span_of(none[i]), 0);

		is_int(shape.kind, SHAPE_NONE, "'%s'", none[i]);
		is_int((long long)shape.at, (long long)strlen(none[i]), "at the end");
	}
}

/* The first that begins counts, and none before @from does. */
static void test_first(void)
{
	const struct span two = span_of("Mem-Info: Node 0 DMA free:44kB");
	struct shape shape = shape_find(two, 0);

	ok(shape.kind == SHAPE_MEM_INFO && shape.at == 0, "the first of two");
	shape = shape_find(two, 1);
	ok(shape.kind == SHAPE_ZONE && shape.at == 10, "the second");
	shape = shape_find(two, 12);
	ok(shape.kind == SHAPE_ZONE && shape.at == 17, "without its node");
	shape = shape_find(two, two.len);
	ok(shape.kind == SHAPE_NONE && shape.at == two.len, "behind all");
	shape = shape_find(
		span_of("kernel: a Out of memory invoked oom-killer: gfp_mask=0x0"), 8);
	ok(shape.kind == SHAPE_INVOKED, "a name like a message");
	shape = shape_find(span_of("Out of memory: Killed process 5 (a)"), 0);
	ok(shape.kind == SHAPE_KILL && shape.at == 0, "words and more words");
}

/* A span ends where it ends, whatever stands behind it. */
static void test_cut(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < LINES; i++) {
		size_t whole = strlen(lines[i].line);

		for (size_t len = 0; len <= whole; len++) {
			char text[128] = { 0 };
			struct shape here, there;

			(void)memcpy(text, lines[i].line, len);
			here = shape_find((struct span){ lines[i].line, len }, 0);
			there = shape_find((struct span){ text, len }, 0);
			wrong += here.kind != there.kind || here.at != there.at ||
				 here.at > len;
		}
	}
	is_int((long long)wrong, 0, "cut at every place");
}

int main(void)
{
	test_every();
	test_prefixes();
	test_words();
	test_none();
	test_first();
	test_cut();
	return done();
}
