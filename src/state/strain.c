/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/strain.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/kib.h"
#include "base/text.h"
#include "base/vec.h"
#include "state/headroom.h"
#include "state/memory.h"

#define MIB 1024LL
#define GIB (1024 * MIB)

/*
 * Available memory: what earlyoom begins to end processes at (10 %, and 5 % in earnest), and twice
 * that; no more of it than a program takes at a time, as a share of a large host is plenty.
 */
static const struct threshold {
	enum strain_level level;
	int64_t percent, most_kib;
} thresholds[] = {
	{ STRAIN_ALARM, 5, 1 * GIB },
	{ STRAIN_WARNING, 10, 2 * GIB },
	{ STRAIN_NOTE, 20, 4 * GIB },
};

/* Low memory is short when the kernel keeps more than half for itself and less than a third could
 * still be had. Marks tell when that is serious (at the high one kswapd begins to work, and finds
 * nothing), and so does what is left: less where it is not told what the slab could give back. */
#define LOW_OWN_PERCENT	   50
#define LOW_LEFT_PERCENT   33
#define LOW_FREE_PERCENT   5
#define LOW_UNSURE_PERCENT 2
#define LOW_UNSURE_SHORT   10
/* HighMem is free while low memory is not, where no kernel's own figures are told (2.4). */
#define HIGH_FREE_PERCENT  25

/* Parts that are worth a word: in low memory, and in all of it. */
#define LOW_PART_PERCENT   10
#define PART_PERCENT	   20
#define PAGE_TABLE_PERCENT 10

/* A node is out when less than this is free or files' pages, while another has this free. */
#define NODE_LEFT_PERCENT  5
#define NODE_FREE_PERCENT  25

/* Order 1 is a page directory, and a stack on many kernels. Up to order 3 the kernel tries without
 * end, and calls the OOM killer (PAGE_ALLOC_COSTLY_ORDER). */
#define SMALL_ORDER	   1
#define COSTLY_ORDER	   3
/* Where there are no marks, fragmentation is looked at only while so much of low memory is free. */
#define LOOSE_FREE_PERCENT 5

#define SWAP_FREE_PERCENT  10

/* In hundredths of a percent. systemd-oomd kills at 60 % by default; 10 % are felt. */
#define PRESSURE_FELT	   1000

struct strains {
	struct strain *items;
	size_t len, cap;
};

struct judge {
	struct arena *arena;
	const struct memory *memory;
	struct strains strains;
	enum strain_level shortage; /* of all or of low memory, the worse */
	bool full;		    /* the arena is */
};

/* 0 to 100. */
static int64_t percent(int64_t part, int64_t total)
{
	if (part >= total)
		return 100;
	if (part <= 0)
		return 0;
	return total > INT64_MAX / 100 ? part / (total / 100) : part * 100 / total;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void say(struct text *text, int64_t kib, const char *behind)
{
	char amount[KIB_TEXT];

	text_addf(text, "%s%s", kib_text((uint64_t)larger(kib, 0), amount), behind);
}

static void add(struct judge *judge, enum strain_kind kind, enum strain_level level,
		struct text *text)
{
	struct strain *strain = vec_push(judge->arena, &judge->strains);
	const char *words = text_finish(text);

	if (!strain || !words) {
		judge->full = true;
		return;
	}
	*strain = (struct strain){ kind, level, words };
	if (kind <= STRAIN_MEMORY && level > judge->shortage)
		judge->shortage = level;
}

/* What memory is in. */
struct part {
	const char *name, *verb;
	int64_t kib;
	const char *remark;
};

/* " Slab holds 105 MiB of it, kernel stacks 75 MiB.", of those that are large. */
static void say_parts(struct text *text, const struct part *parts, size_t len,
		      int64_t least_kib)
{
	bool said = false;

	for (size_t i = 0; i < len; i++) {
		const struct part *part = &parts[i];

		if (part->kib < least_kib)
			continue;
		if (said)
			text_addf(text, ", %s ", part->name);
		else
			text_addf(text, " %c%s %s ", toupper(part->name[0]),
				  part->name + 1, part->verb);
		say(text, part->kib, said ? "" : " of it");
		text_addf(text, "%s", part->remark ? part->remark : "");
		said = true;
	}
	if (said)
		text_addf(text, ".");
}

/* The level for low memory of which both what is kept and what is left are told, or nearly so. */
static enum strain_level judge_told(const struct headroom_low *low)
{
	int64_t free = percent(low->free, low->total);

	if (percent(low->own, low->total) < LOW_OWN_PERCENT ||
	    percent(low->free + low->back, low->total) >= LOW_LEFT_PERCENT)
		return STRAIN_NONE;
	if (low->closed || free < (low->sure ? LOW_FREE_PERCENT : LOW_UNSURE_PERCENT))
		return STRAIN_ALARM;
	return low->sure || free < LOW_UNSURE_SHORT ? STRAIN_WARNING : STRAIN_NONE;
}

/* Page cache fills HighMem first, so low memory has hardly any of it while HighMem is free; but one
 * that was filled before may have. */
static enum strain_level judge_untold(const struct headroom_low *low,
				      const struct meminfo *info)
{
	if (percent(low->free, low->total) < LOW_FREE_PERCENT &&
	    percent(info->high_free, info->high_total) >= HIGH_FREE_PERCENT)
		return STRAIN_WARNING;
	return STRAIN_NONE;
}

static void say_low_parts(struct text *text, const struct headroom_low *low,
			  const struct meminfo *info)
{
	const struct part parts[] = {
		{ "slab", "holds", info->slab, NULL },
		{ "kernel stacks", "hold", info->kernel_stack, NULL },
		{ "page tables", "hold", info->page_tables, " (some may be in HighMem)" },
		{ "what no counter tells of (buffers of sockets and drivers, say)",
		  "holds", low->uncounted, NULL },
	};

	say_parts(text, parts, sizeof(parts) / sizeof(*parts),
		  low->total * LOW_PART_PERCENT / 100);
	if (low->own < 0)
		text_addf(text, " This kernel does not tell what holds it.");
	else if (!low->sure)
		text_addf(text, " This kernel does not tell how much of the slab it "
				"could give back.");
}

static void judge_low(struct judge *judge)
{
	const struct meminfo *info = &judge->memory->info;
	struct text text = text_in(judge->arena);
	struct headroom_low low;
	enum strain_level level;

	if (!headroom_low(judge->memory, &low))
		return;
	level = low.own < 0 ? judge_untold(&low, info) : judge_told(&low);
	if (level == STRAIN_NONE)
		return;
	text_addf(&text, "low memory %s: ",
		  level == STRAIN_ALARM ? "is running out" : "runs short");
	say(&text, low.free, " of ");
	say(&text, low.total, " free");
	text_addf(&text, " (%d %%)", (int)percent(low.free, low.total));
	if (info->high_free > low.free) {
		text_addf(&text, ", while ");
		say(&text, info->high_free,
		    " of HighMem are free that the kernel cannot use for its own data");
	}
	if (percent(info->available, info->total) >= PART_PERCENT) {
		text_addf(&text, "; MemAvailable (");
		say(&text, info->available, ") does not show it");
	}
	text_addf(&text, ".");
	say_low_parts(&text, &low, info);
	add(judge, STRAIN_LOW_MEMORY, level, &text);
}

static enum strain_level judge_available(int64_t available, int64_t total)
{
	for (size_t i = 0; i < sizeof(thresholds) / sizeof(*thresholds); i++) {
		const struct threshold *threshold = &thresholds[i];

		if (percent(available, total) < threshold->percent &&
		    available < threshold->most_kib)
			return threshold->level;
	}
	return STRAIN_NONE;
}

static bool is_swap_left(const struct meminfo *info)
{
	return info->swap_total > 0 && info->swap_free > 0 &&
	       percent(info->swap_free, info->swap_total) >= SWAP_FREE_PERCENT;
}

static void say_swap(struct text *text, const struct meminfo *info)
{
	if (info->swap_total <= 0) {
		text_addf(text, ", and there is no swap.");
	} else if (!is_swap_left(info)) {
		text_addf(text, ", and swap is full.");
	} else {
		text_addf(text, ", with ");
		say(text, info->swap_free, " of swap free.");
	}
}

static int64_t huge_kib(const struct meminfo *info)
{
	int64_t kib;

	if (info->huge_total <= 0 || info->huge_size <= 0 ||
	    __builtin_mul_overflow(info->huge_total, info->huge_size, &kib))
		return -1;
	return kib;
}

static void say_all_parts(struct text *text, const struct meminfo *info)
{
	const struct part parts[] = {
		{ "processes' own memory", "holds", info->anon, NULL },
		{ "tmpfs and shared memory", "hold", info->shmem, NULL },
		{ "page tables", "hold", info->page_tables, NULL },
		{ "slab that cannot be given back", "holds", info->slab_unreclaimable,
		  NULL },
		{ "huge pages", "hold", huge_kib(info), ", used or not" },
	};

	say_parts(text, parts, sizeof(parts) / sizeof(*parts),
		  info->total * PART_PERCENT / 100);
}

static void judge_page_tables(struct judge *judge)
{
	const struct meminfo *info = &judge->memory->info;
	struct text text = text_in(judge->arena);

	if (percent(info->page_tables, info->total) < PAGE_TABLE_PERCENT)
		return;
	text_addf(&text, "page tables hold ");
	say(&text, info->page_tables, " of ");
	say(&text, info->total, "");
	text_addf(&text,
		  " (%d %%): many processes share much memory, or few have mapped very "
		  "much of it. Huge pages need next to none.",
		  (int)percent(info->page_tables, info->total));
	add(judge, STRAIN_MEMORY, STRAIN_NOTE, &text);
}

static void judge_memory(struct judge *judge)
{
	static const char *const words[] = {
		[STRAIN_NOTE] = "memory is getting short",
		[STRAIN_WARNING] = "memory runs short",
		[STRAIN_ALARM] = "memory is running out",
	};
	const struct meminfo *info = &judge->memory->info;
	struct text text = text_in(judge->arena);
	bool estimated;
	int64_t available = headroom_available(judge->memory, &estimated);
	enum strain_level level = judge_available(available, info->total);

	if (level == STRAIN_NONE) {
		judge_page_tables(judge);
		return;
	}
	if (level == STRAIN_ALARM && is_swap_left(info))
		level = STRAIN_WARNING;
	text_addf(&text, "%s: %s", words[level], estimated ? "about " : "");
	say(&text, available, " of ");
	say(&text, info->total, " available");
	text_addf(&text, " (%d %%%s)", (int)percent(available, info->total),
		  estimated ? ", estimated: this kernel has no MemAvailable" : "");
	say_swap(&text, info);
	say_all_parts(&text, info);
	add(judge, STRAIN_MEMORY, level, &text);
}

static bool is_out(const struct headroom_node *node)
{
	return node->closed &&
	       percent(node->free + node->file, node->managed) < NODE_LEFT_PERCENT;
}

static void add_node(struct judge *judge, const struct headroom_node *node,
		     const struct headroom_node *other)
{
	bool swaps = is_swap_left(&judge->memory->info);
	struct text text = text_in(judge->arena);

	text_addf(&text, "node %u is out of memory: ", node->number);
	say(&text, node->free, " of ");
	say(&text, node->managed, " free");
	text_addf(&text, ", while node %u has ", other->number);
	say(&text, other->free, ".");
	text_addf(&text, " What is bound to node %u (numactl, cpusets) %s.", node->number,
		  swaps		  ? "must swap"
		  : node->failing ? "fails"
				  : "is next to fail");
	add(judge, STRAIN_NODE, node->failing && !swaps ? STRAIN_ALARM : STRAIN_WARNING,
	    &text);
}

static void judge_nodes(struct judge *judge)
{
	const struct memory *memory = judge->memory;
	struct headroom_node best = { 0 }, node;

	for (int64_t i = -1; headroom_next_node(memory, i, &node); i = node.number) {
		if (node.told && node.free > best.free)
			best = node;
	}
	if (percent(best.free, best.managed) < NODE_FREE_PERCENT)
		return;
	for (int64_t i = -1; headroom_next_node(memory, i, &node); i = node.number) {
		if (node.told && is_out(&node))
			add_node(judge, &node, &best);
	}
}

static void judge_fragmentation(struct judge *judge)
{
	const struct memory *memory = judge->memory;
	uint64_t counts[ZONE_ORDERS];
	const struct blocks blocks = headroom_blocks(memory, counts);
	int64_t free = (int64_t)(blocks_pages(blocks) * (memory->page_size / 1024));
	struct text text = text_in(judge->arena);
	int largest = blocks_largest(blocks);

	if (largest < 0 || largest >= COSTLY_ORDER ||
	    percent(free, memory_low_total(memory)) < LOOSE_FREE_PERCENT)
		return;
	text_addf(&text,
		  "%smemory is fragmented: ", memory->info.high_total > 0 ? "low " : "");
	say(&text, free, " are free");
	if (largest < SMALL_ORDER)
		text_addf(&text, ", all in single pages. Requests for two pages in a row "
				 "(order 1) fail.");
	else
		text_addf(&text,
			  ", in blocks of at most %u pages. Requests for %u pages in a "
			  "row (order %d) must wait for compaction, or fail.",
			  1U << largest, 1U << COSTLY_ORDER, COSTLY_ORDER);
	add(judge, STRAIN_FRAGMENTATION,
	    largest < SMALL_ORDER ? STRAIN_ALARM : STRAIN_WARNING, &text);
}

static void judge_swap(struct judge *judge)
{
	const struct meminfo *info = &judge->memory->info;
	struct text text = text_in(judge->arena);

	if (info->swap_total <= 0 || info->swap_free < 0 || is_swap_left(info))
		return;
	text_addf(&text, "swap is full: ");
	say(&text, info->swap_free, " of ");
	say(&text, info->swap_total, " free.");
	add(judge, STRAIN_SWAP,
	    judge->shortage > STRAIN_NONE ? STRAIN_WARNING : STRAIN_NOTE, &text);
}

static void judge_pressure(struct judge *judge)
{
	const struct pressure *pressure = &judge->memory->pressure;
	bool full = pressure->full_avg10 >= PRESSURE_FELT;
	unsigned share = full ? pressure->full_avg10 : pressure->some_avg10;
	struct text text = text_in(judge->arena);

	if (!pressure->known || share < PRESSURE_FELT)
		return;
	text_addf(&text, "%s for %u.%u %% of the last 10 s.",
		  full ? "all tasks at once waited for memory"
		       : "tasks waited for memory",
		  share / 100, share / 10 % 10);
	add(judge, STRAIN_PRESSURE, full ? STRAIN_ALARM : STRAIN_WARNING, &text);
}

static void judge_kills(struct judge *judge)
{
	long long kills = judge->memory->oom_kills;
	struct text text = text_in(judge->arena);

	if (kills <= 0)
		return;
	text_addf(&text, "the OOM killer has killed %lld process%s since boot, %s.",
		  kills, kills == 1 ? "" : "es",
		  "for the host or for a control group at its limit");
	add(judge, STRAIN_KILLED, STRAIN_NOTE, &text);
}

static int compare(const void *a, const void *b)
{
	const struct strain *x = a, *y = b;

	if (x->level != y->level)
		return x->level > y->level ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return 0;
}

int strain_judge(struct arena *arena, const struct memory *memory, struct strain **ret,
		 size_t *ret_len)
{
	struct judge judge = { .arena = arena, .memory = memory };

	judge_low(&judge);
	judge_memory(&judge);
	judge_nodes(&judge);
	judge_fragmentation(&judge);
	judge_swap(&judge);
	judge_pressure(&judge);
	judge_kills(&judge);
	if (judge.full)
		return -ENOMEM;
	if (judge.strains.len > 0)
		qsort(judge.strains.items, judge.strains.len,
		      sizeof(*judge.strains.items), compare);
	*ret = judge.strains.items;
	*ret_len = judge.strains.len;
	return 0;
}
