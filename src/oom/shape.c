/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/shape.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "oom/fields.h"
#include "oom/letters.h"

#define NAME_MOST 15 /* TASK_COMM_LEN - 1 (include/linux/sched.h) */

/* Messages that are known by their first words. */
struct opening {
	const char *words;
	size_t len;
	enum shape_kind kind;
	/* More that must be so; NULL: the words are enough. */
	bool (*holds)(struct span behind);
};

/* A count, in pages: sizes are of zones, nodes (kB) and control groups (KB), whose lines get wrapped. */
static bool is_count(struct span behind)
{
	uint64_t number;

	blanks_take(&behind);
	return digits_take(&behind, &number) && !span_starts(behind, "kB") &&
	       !span_starts(behind, "KB");
}

/* As far as it was not cut off: "0x%x" is of the kernel's source. */
static bool is_hexadecimal(struct span behind)
{
	if (behind.len < 3)
		return memcmp(behind.at, "0x", behind.len) == 0;
	return span_starts(behind, "0x") && isxdigit((unsigned char)behind.at[2]);
}

static bool is_mask(struct span behind)
{
	struct span mask;

	blanks_take(&behind);
	if (span_behind(behind, "gfp_mask=", &mask))
		return is_hexadecimal(mask);
	return behind.len == 0 || span_starts(behind, "order=");
}

static bool is_end(struct span behind)
{
	return span_trim(behind).len == 0;
}

static bool ends_with(struct span text, const char *words)
{
	size_t len = strlen(words);

	return text.len >= len && span_is(span_from(text, text.len - len), words);
}

/* Or may do so in the next line, where this one was wrapped. */
static bool names_victim(struct span behind)
{
	if (span_has(behind, "ill process ") || span_has(behind, "illed process ") ||
	    span_has(behind, "ill process\t"))
		return true;
	behind = span_trim(behind);
	return ends_with(behind, ": Kill") || ends_with(behind, ": Killed") ||
	       ends_with(behind, "ill process") || ends_with(behind, "illed process");
}

static bool is_pid(struct span behind)
{
	uint64_t pid;

	return digits_take(&behind, &pid);
}

/* A name and no more: "httpd", not "%s" of the source, nor "rpm" of a sentence */
static bool is_only_name(struct span behind)
{
	behind = span_trim(behind);
	if (behind.len == 0 || behind.len > NAME_MOST)
		return false;
	for (size_t i = 0; i < behind.len; i++) {
		if (strchr("%\"'<`,", behind.at[i]))
			return false;
	}
	return true;
}

static bool is_usage(struct span behind)
{
	return span_starts(behind, " usage ");
}

static bool is_limit(struct span behind)
{
	return span_has(behind, "killed as a result of limit");
}

/* "constraint=%s" and "nodemask=<N>" are of source and of texts about it. */
static bool is_constraint(struct span behind)
{
	struct span mask;

	if (behind.len > 0 && *behind.at != 'C')
		return false;
	return !span_behind(behind, "nodemask=", &mask) || mask.len == 0 ||
	       !strchr("<%{$.*[", *mask.at);
}

static bool is_group(struct span behind)
{
	return span_has(behind, "going to be killed");
}

static bool is_cpu_line(struct span behind)
{
	return span_has(behind, "PID: ");
}

static bool is_comm_line(struct span behind)
{
	return is_pid(behind) && span_has(behind, "omm: ");
}

/* "Process httpd (pid: 813, task: ...": of s390, and of others up to 2.6 */
static bool is_process_line(struct span behind)
{
	return span_has(span_before(behind, ","), " (pid: ");
}

static bool is_cpuset(struct span behind)
{
	return span_has(behind, " mems_allowed=");
}

static bool is_panic(struct span behind)
{
	return span_has(behind, "ut of memory") ||
	       span_has(behind, "eadlocked on memory") ||
	       span_has(behind, "ut of Memory");
}

static bool is_kill(struct span behind)
{
	return names_victim(behind);
}

/* "Show Memory", "Show State": but not "Manual OOM execution" */
static bool is_show(struct span behind)
{
	return span_has(behind, "how") || span_has(behind, "HELP");
}

static bool is_amount(struct span behind)
{
	blanks_take(&behind);
	if (behind.len > 0 && (*behind.at == '=' || *behind.at == ':'))
		behind = span_from(behind, 1);
	blanks_take(&behind);
	return is_pid(behind);
}

/* "page allocation failure", "page allocation stalls for" (4.10 to 4.14) */
static bool is_trouble(struct span behind)
{
	return span_starts(behind, "failure") || span_starts(behind, "stalls for");
}

static bool is_zone_24(struct span behind)
{
	return span_has(behind, " freepages:");
}

#define WORDS(text) (text), sizeof(text) - 1

/* In the order of their first letters. */
static const struct opening openings[] = {
	{ WORDS("( Active:"), SHAPE_KNOWN, NULL },
	{ WORDS(".mem_cgroup_out_of_memory"), SHAPE_MEMCG_CALL, NULL },
	{ WORDS("Active:"), SHAPE_TOTALS, is_count },
	{ WORDS("Active_anon:"), SHAPE_TOTALS, is_count },
	{ WORDS("COMPACTION is disabled"), SHAPE_KNOWN, NULL },
	{ WORDS("CPU: "), SHAPE_CPU, is_cpu_line },
	{ WORDS("Call Trace:"), SHAPE_KNOWN, NULL },
	{ WORDS("Call trace:"), SHAPE_KNOWN, NULL },
	{ WORDS("Fixed up OOM kill"), SHAPE_KNOWN, NULL },
	{ WORDS("Free pages:"), SHAPE_KNOWN, NULL },
	{ WORDS("Free swap"), SHAPE_SWAP, is_amount },
	{ WORDS("Hardware name:"), SHAPE_KNOWN, NULL },
	{ WORDS("Kernel panic - not syncing:"), SHAPE_PANIC, is_panic },
	{ WORDS("Kill process "), SHAPE_KILL, is_pid },
	{ WORDS("Killed process "), SHAPE_KILL, is_pid },
	{ WORDS("Mem-Info:"), SHAPE_MEM_INFO, NULL },
	{ WORDS("Mem-info:"), SHAPE_MEM_INFO, NULL },
	{ WORDS("Memory allocations:"), SHAPE_KNOWN, NULL },
	{ WORDS("Memory allocations (profiling"), SHAPE_KNOWN, NULL },
	{ WORDS("Memory cgroup min protection"), SHAPE_KNOWN, NULL },
	{ WORDS("Memory cgroup out of memory"), SHAPE_KILL, is_kill },
	{ WORDS("Memory cgroup stats for "), SHAPE_MEMCG_STATS, NULL },
	{ WORDS("No available memory"), SHAPE_KILL, is_kill },
	{ WORDS("OOM victim "), SHAPE_KNOWN, is_pid },
	{ WORDS("Out of Memory"), SHAPE_KILL, is_kill },
	{ WORDS("Out of memory"), SHAPE_KILL, is_kill },
	{ WORDS("Out of memory and no killable"), SHAPE_PANIC, NULL },
	{ WORDS("Pid: "), SHAPE_CPU, is_comm_line },
	{ WORDS("Process "), SHAPE_CPU, is_process_line },
	{ WORDS("Swap cache"), SHAPE_KNOWN, NULL },
	{ WORDS("SysRq"), SHAPE_FOREIGN, is_show },
	{ WORDS("Task in "), SHAPE_LIMIT, is_limit },
	{ WORDS("Tasks in "), SHAPE_GROUP, is_group },
	{ WORDS("Tasks state"), SHAPE_KNOWN, NULL },
	{ WORDS("Total swap"), SHAPE_SWAP, is_amount },
	{ WORDS("Unreclaimable slab info:"), SHAPE_SLAB_TABLE, NULL },
	{ WORDS("VM: killing process "), SHAPE_VM_KILL, is_only_name },
	{ WORDS("Would have oom-killed"), SHAPE_DISABLED, NULL },
	{ WORDS("Zone:"), SHAPE_ZONE_24, is_zone_24 },
	{ WORDS("__alloc_pages: "), SHAPE_FAILED, is_pid },
	{ WORDS("active_anon:"), SHAPE_TOTALS, is_count },
	{ WORDS("active_file:"), SHAPE_TOTALS, is_count },
	{ WORDS("allocation failure"), SHAPE_FOREIGN, NULL },
	{ WORDS("cpuset="), SHAPE_CPUSET, is_cpuset },
	{ WORDS("free:"), SHAPE_TOTALS, is_count },
	{ WORDS("inactive_file:"), SHAPE_TOTALS, is_count },
	{ WORDS("invoked oom-killer:"), SHAPE_INVOKED, is_mask },
	{ WORDS("invoked oom-killer"), SHAPE_INVOKED, is_end },
	{ WORDS("kernel_misc_reclaimable:"), SHAPE_TOTALS, is_count },
	{ WORDS("kill process "), SHAPE_KILL, is_pid },
	{ WORDS("kmem: usage"), SHAPE_USAGE, NULL },
	{ WORDS("lowmem_reserve[]:"), SHAPE_RESERVE, NULL },
	{ WORDS("mapped:"), SHAPE_TOTALS, is_count },
	{ WORDS("mem_cgroup_oom_synchronize"), SHAPE_MEMCG_CALL, NULL },
	{ WORDS("mem_cgroup_out_of_memory"), SHAPE_MEMCG_CALL, NULL },
	{ WORDS("memory:"), SHAPE_USAGE, is_usage },
	{ WORDS("memory+swap:"), SHAPE_USAGE, is_usage },
	{ WORDS("oom-kill:constraint="), SHAPE_CONSTRAINT, is_constraint },
	{ WORDS("oom-kill: constraint="), SHAPE_CONSTRAINT, is_constraint },
	{ WORDS("oom-killer: gfp_mask="), SHAPE_HEADER, is_hexadecimal },
	{ WORDS("oom_reaper:"), SHAPE_KNOWN, NULL },
	{ WORDS("page allocation stalls"), SHAPE_FOREIGN, NULL },
	{ WORDS("page allocation "), SHAPE_FOREIGN, is_trouble },
	{ WORDS("protections[]:"), SHAPE_PROTECTIONS, NULL },
	{ WORDS("sec_pagetables:"), SHAPE_TOTALS, is_count },
	{ WORDS("slab_reclaimable:"), SHAPE_TOTALS, is_count },
	{ WORDS("swap:"), SHAPE_USAGE, is_usage },
	{ WORDS("sysrq:"), SHAPE_FOREIGN, is_show },
	{ WORDS("unevictable:"), SHAPE_TOTALS, is_count },
	{ WORDS("vmalloc error:"), SHAPE_FOREIGN, NULL },
};

#define OPENINGS (sizeof(openings) / sizeof(*openings))

/* The first one that begins with @c, or what would stand behind it. */
static size_t first_with(char c)
{
	size_t low = 0, high = OPENINGS;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (openings[middle].words[0] < c)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum shape_kind opening_at(struct span text)
{
	for (size_t i = first_with(*text.at);
	     i < OPENINGS && openings[i].words[0] == *text.at; i++) {
		const struct opening *opening = &openings[i];

		/* Its second letter rules out most. */
		if (opening->len > text.len || opening->words[1] != text.at[1] ||
		    memcmp(text.at, opening->words, opening->len) != 0)
			continue;
		if (!opening->holds || opening->holds(span_from(text, opening->len)))
			return opening->kind;
	}
	return SHAPE_NONE;
}

static bool is_name(struct span word)
{
	if (word.len == 0 || word.len >= 16 || !isupper((unsigned char)*word.at))
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (!isalnum((unsigned char)word.at[i]))
			return false;
	}
	return true;
}

static struct span take_name(struct span *rest)
{
	size_t len = 0;

	while (len < rest->len && isalnum((unsigned char)rest->at[len]))
		len++;
	*rest = span_from(*rest, len);
	return (struct span){ rest->at - len, len };
}

static bool is_blocks(struct span behind)
{
	uint64_t count;

	blanks_take(&behind);
	if (span_starts(behind, "empty"))
		return true;
	return digits_take(&behind, &count) && span_starts(behind, "*") &&
	       behind.len > 1 && isdigit((unsigned char)behind.at[1]);
}

static bool is_size(struct span behind)
{
	uint64_t number;

	return digits_take(&behind, &number) && span_starts(behind, "kB");
}

/* "DMA32 free:44kB", "DMA32: 1*4kB", "DMA32 per-cpu:", with or without "Node 0 " */
static enum shape_kind zone_at(struct span text, bool has_node)
{
	struct span name = take_name(&text);

	if (!is_name(name))
		return SHAPE_NONE;
	if (span_starts(text, " free:") && is_size(span_from(text, strlen(" free:"))))
		return SHAPE_ZONE;
	if (span_starts(text, " per-cpu:"))
		return SHAPE_KNOWN;
	if (span_starts(text, ":") && is_blocks(span_from(text, 1)))
		return SHAPE_BLOCKS;
	return has_node && span_starts(text, ":") ? SHAPE_KNOWN : SHAPE_NONE;
}

static enum shape_kind node_at(struct span text)
{
	uint64_t node;

	if (!span_starts(text, "Node "))
		return SHAPE_NONE;
	text = span_from(text, strlen("Node "));
	if (!digits_take(&text, &node))
		return SHAPE_NONE;
	blanks_take(&text);
	if (text.len == 0)
		return SHAPE_NONE;
	if (span_starts(text, "active_anon:"))
		return SHAPE_NODE;
	if (span_starts(text, "hugepages_total"))
		return SHAPE_KNOWN;
	return zone_at(text, true);
}

/* "813 pages RAM", "813 total pagecache pages" */
static enum shape_kind pages_at(struct span text)
{
	static const char *const words[] = {
		" pages RAM",	       " pages of RAM",	  " pages HighMem",
		" pages of HIGHMEM",   " pages reserved", " reserved pages",
		" pages of slabcache",
	};
	static const char *const known[] = {
		" total pagecache pages",
		" pages in swap cache",
		" pages hwpoisoned",
		" pages cma reserved",
		" pages shared",
		" pages non-shared",
		" pages swap cached",
		" pages of kernel stacks",
		" free pages",
		" slab pages",
		" pagecache pages",
	};
	/* Lines are full of numbers, few with a word behind them. */
	while (text.len > 0 && isdigit((unsigned char)*text.at))
		text = span_from(text, 1);
	if (text.len < 2 || text.at[0] != ' ' || !strchr("pfrts", text.at[1]))
		return SHAPE_NONE;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (span_starts(text, words[i]))
			return SHAPE_PAGES;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (span_starts(text, known[i]))
			return SHAPE_KNOWN;
	}
	return SHAPE_NONE;
}

/* "[  813]     0   813 ...", "[ pid ]   uid  tgid" */
static enum shape_kind task_at(struct span text)
{
	uint64_t number;
	struct span column;

	text = span_from(text, 1);
	blanks_take(&text);
	if (span_starts(text, "pid")) {
		text = span_from(text, 3);
		blanks_take(&text);
		return span_starts(text, "]") ? SHAPE_TASKS : SHAPE_NONE;
	}
	if (!digits_take(&text, &number) || !span_starts(text, "]"))
		return SHAPE_NONE;
	text = span_from(text, 1);
	for (int i = 0; i < 3; i++) {
		if (!span_word(&text, &column) || !is_pid(column))
			return SHAPE_NONE;
	}
	return SHAPE_TASK;
}

static enum shape_kind kind_at(struct span text)
{
	enum shape_kind kind = SHAPE_NONE;

	if (*text.at == '[')
		return task_at(text);
	if (isdigit((unsigned char)*text.at))
		return pages_at(text);
	if (*text.at == 'N')
		kind = node_at(text);
	if (kind == SHAPE_NONE)
		kind = opening_at(text);
	if (kind == SHAPE_NONE && isupper((unsigned char)*text.at))
		kind = zone_at(text, false);
	return kind;
}

#define INSIDE 1 /* of a word: nothing begins behind it */
#define BEGINS 2 /* a message can begin with it */
#define EITHER (INSIDE | BEGINS)

/* Of the small letters those begin one that begin one of `openings`. */
static const uint8_t parts[256] = {
	LETTERS_CAPITALS(EITHER), LETTERS_DIGITS(EITHER), ['a'] = EITHER, ['b'] = INSIDE,
	['c'] = EITHER,		  ['d'] = INSIDE,	  ['e'] = INSIDE, ['f'] = EITHER,
	['g'] = INSIDE,		  ['h'] = INSIDE,	  ['i'] = EITHER, ['j'] = INSIDE,
	['k'] = EITHER,		  ['l'] = EITHER,	  ['m'] = EITHER, ['n'] = INSIDE,
	['o'] = EITHER,		  ['p'] = EITHER,	  ['q'] = INSIDE, ['r'] = INSIDE,
	['s'] = EITHER,		  ['t'] = INSIDE,	  ['u'] = EITHER, ['v'] = EITHER,
	['w'] = INSIDE,		  ['x'] = INSIDE,	  ['y'] = INSIDE, ['z'] = INSIDE,
	['_'] = EITHER,		  ['-'] = INSIDE,	  ['/'] = INSIDE, ['+'] = INSIDE,
	['.'] = EITHER,		  ['['] = BEGINS,	  ['('] = BEGINS,
};

struct shape shape_find(struct span line, size_t from)
{
	uint8_t before = 0;

	for (size_t i = from; i < line.len; i++) {
		uint8_t part = parts[(unsigned char)line.at[i]];

		if ((part & BEGINS) && !(before & INSIDE)) {
			enum shape_kind kind = kind_at(span_from(line, i));

			if (kind != SHAPE_NONE)
				return (struct shape){ kind, i };
		}
		before = part;
	}
	return (struct shape){ SHAPE_NONE, line.len };
}
