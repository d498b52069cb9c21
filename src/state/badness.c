/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/badness.h"

#include <linux/capability.h>

#include "base/enumtab.h"

#define COMMON_PAGE  4096
#define NEVER	     (-1000) /* OOM_SCORE_ADJ_MIN */
#define LEGACY_NEVER (-17)   /* OOM_DISABLE */
/* More pages than any host has: with a thousand of it nothing overflows. */
#define MOST_PAGES   (UINT64_C(1) << 50)

enum unit {
	UNIT_NONE,	  /* sizes, divided and doubled */
	UNIT_THOUSANDTHS, /* of total_kib */
	UNIT_PAGES,
};

/* What CAP_SYS_ADMIN is good for. */
enum bonus {
	BONUS_NONE,
	BONUS_OF_TOTAL, /* 3 % of the whole memory */
	BONUS_OF_OWN,	/* 3 % of what the process has */
};

/* A formula of mm/oom_kill.c, oom_badness() or, before 2.6.36, badness(). */
struct formula {
	struct kver since;
	enum unit unit;
	enum bonus bonus;
	bool tables; /* page tables count */
	bool any_sign; /* points may be below 0, and oom_score is shifted to make up for it */
	int least;     /* points of who can be killed, where they may not be below 0 */
};

/*
 * The newest first. The releases are those of the commits: a63d83f427fb (2.6.36, the rewrite),
 * f19e8aa11afa (2.6.37, never 0), f755a042d82b (2.6.39, page tables; also in the stable kernels from
 * 2.6.36 on), a7f638f999ff (3.5, pages), 778c14affaf9 (3.14, the bonus goes by one's own size),
 * d46078b28889 (4.17, no bonus), 9066e5cfb73c (5.9, points below 0).
 */
static const struct formula formulas[] = {
	{ { 5, 9, 0 }, UNIT_PAGES, BONUS_NONE, true, true, 0 },
	{ { 4, 17, 0 }, UNIT_PAGES, BONUS_NONE, true, false, 1 },
	{ { 3, 14, 0 }, UNIT_PAGES, BONUS_OF_OWN, true, false, 1 },
	{ { 3, 5, 0 }, UNIT_PAGES, BONUS_OF_TOTAL, true, false, 1 },
	{ { 2, 6, 39 }, UNIT_THOUSANDTHS, BONUS_OF_TOTAL, true, false, 1 },
	{ { 2, 6, 37 }, UNIT_THOUSANDTHS, BONUS_OF_TOTAL, false, false, 1 },
	{ { 2, 6, 36 }, UNIT_THOUSANDTHS, BONUS_OF_TOTAL, false, false, 0 },
	{ { 0, 0, 0 }, UNIT_NONE, BONUS_NONE, false, false, 0 },
};

static bool before(struct kver kernel, unsigned short major, unsigned short minor,
		   unsigned short patch)
{
	return kver_compare(kernel, KVER(major, minor, patch)) < 0;
}

/* The version whose formula the host has, whatever it calls itself. */
static struct kver effective(const struct badness_host *host)
{
	if (host->shows_666 || (!kver_known(host->kernel) && host->has_score_adj))
		return formulas[0].since;
	if (!kver_known(host->kernel))
		return KVER(2, 6, 35);
	/* RHEL 6, from 2.6.32-220 on: page tables count there, too. */
	if (host->has_score_adj && before(host->kernel, 2, 6, 36))
		return KVER(2, 6, 39);
	return host->kernel;
}

static const struct formula *formula_for(struct kver kernel)
{
	const struct formula *formula = formulas;

	while (kver_compare(kernel, formula->since) < 0)
		formula++;
	return formula;
}

static uint64_t pages_in(const struct badness_host *host, uint64_t kib)
{
	unsigned size = host->page_size < 1024 ? COMMON_PAGE : host->page_size;
	uint64_t pages = kib / (size / 1024);

	return pages < MOST_PAGES ? pages : MOST_PAGES;
}

static int64_t within(int64_t value, int64_t least, int64_t most)
{
	if (value < least)
		return least;
	return value < most ? value : most;
}

static bool has_cap(const struct badness_process *process, unsigned cap)
{
	return process->caps >> cap & 1;
}

static uint64_t square_root(uint64_t number)
{
	uint64_t root = 0;

	for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1) {
		if ((root | bit) * (root | bit) <= number)
			root |= bit;
	}
	return root;
}

static uint64_t divided(uint64_t points, uint64_t by)
{
	return by > 0 ? points / by : points;
}

/* CAP_SYS_RESOURCE took the place of uid 0 with 2.6.25. */
static bool is_privileged(struct kver kernel, const struct badness_process *process)
{
	return has_cap(process, CAP_SYS_ADMIN) ||
	       (before(kernel, 2, 6, 25) ? process->root
					 : has_cap(process, CAP_SYS_RESOURCE));
}

static uint64_t shifted(struct kver kernel, uint64_t points, int adj)
{
	adj = (int)within(adj, LEGACY_NEVER, 15);
	if (adj <= 0)
		return points >> -adj;
	if (points == 0 && !before(kernel, 2, 6, 22))
		points = 1;
	return points << adj;
}

/*
 * CPU time counts in 8 seconds and running in 17 minutes: jiffies >> (SHIFT_HZ + 3), with HZ at
 * 1000 (at 100 it is 10 seconds), and seconds >> 10. Up to 2.6.32 CPU time is that of one
 * thread, which /proc/PID/task would tell.
 */
static int64_t legacy_points(const struct badness_host *host, struct kver kernel,
			     const struct badness_process *process)
{
	uint64_t points = pages_in(host, process->vm_kib) + process->child_pages;

	points = divided(points, square_root(process->cpu_ticks * 10 >> 13));
	points = divided(points, square_root(square_root(process->run_seconds >> 10)));
	if (process->nice > 0)
		points *= 2;
	if (is_privileged(kernel, process))
		points /= 4;
	if (has_cap(process, CAP_SYS_RAWIO))
		points /= 4;
	points = shifted(kernel, points, process->legacy_adj);
	return points < INT64_MAX ? (int64_t)points : INT64_MAX;
}

static int64_t total_pages(const struct badness_host *host)
{
	return within((int64_t)pages_in(host, host->total_kib), 1, (int64_t)MOST_PAGES);
}

static int64_t own_pages(const struct badness_host *host, const struct formula *formula,
			 const struct badness_process *process)
{
	uint64_t pages =
		pages_in(host, process->rss_kib) + pages_in(host, process->swap_kib);

	if (formula->tables)
		pages += pages_in(host, process->table_kib);
	return (int64_t)pages;
}

static int64_t modern_points(const struct badness_host *host,
			     const struct formula *formula,
			     const struct badness_process *process)
{
	int64_t total = total_pages(host), points = own_pages(host, formula, process);
	int64_t adj = within(process->score_adj, -1000, 1000);
	bool admin = has_cap(process, CAP_SYS_ADMIN);

	if (admin && formula->bonus == BONUS_OF_TOTAL)
		adj -= 30;
	if (admin && formula->bonus == BONUS_OF_OWN)
		points -= points * 3 / 100;
	if (formula->unit == UNIT_THOUSANDTHS)
		return within(points * 1000 / total + adj, formula->least, 1000);
	points += adj * (total / 1000);
	return formula->any_sign || points >= formula->least ? points : formula->least;
}

static uint64_t modern_score(const struct badness_host *host,
			     const struct formula *formula, int64_t points)
{
	int64_t score = points;

	if (formula->unit == UNIT_PAGES)
		score = points * 1000 / total_pages(host);
	if (formula->any_sign)
		score = (1000 + score) * 2 / 3;
	return score > 0 ? (uint64_t)score : 0;
}

static bool is_never(struct kver kernel, const struct formula *formula,
		     const struct badness_process *process)
{
	if (formula->unit != UNIT_NONE)
		return process->score_adj <= NEVER;
	return process->legacy_adj <= LEGACY_NEVER && !before(kernel, 2, 6, 12);
}

static enum badness_spared who_spared(bool never, const struct badness_process *process)
{
	if (process->is_init)
		return BADNESS_INIT;
	if (process->is_kernel)
		return BADNESS_KERNEL;
	if (!process->has_memory)
		return BADNESS_NO_MEMORY;
	return never ? BADNESS_NEVER : BADNESS_KILLABLE;
}

struct badness badness_of(const struct badness_host *host,
			  const struct badness_process *process)
{
	struct kver kernel = effective(host);
	const struct formula *formula = formula_for(kernel);
	struct badness badness = {
		.spared = who_spared(is_never(kernel, formula, process), process),
		.points = BADNESS_NONE,
	};
	int64_t points;

	if (formula->unit == UNIT_NONE) {
		points = legacy_points(host, kernel, process);
		if (process->has_memory && !process->is_kernel)
			badness.score = (uint64_t)points;
	} else {
		points = modern_points(host, formula, process);
		if (badness.spared == BADNESS_KILLABLE)
			badness.score = modern_score(host, formula, points);
	}
	if (badness.spared == BADNESS_KILLABLE)
		badness.points = points;
	return badness;
}

uint64_t badness_child_pages(const struct badness_host *host, uint64_t vm_kib)
{
	struct kver kernel = effective(host);
	uint64_t pages = pages_in(host, vm_kib);

	if (before(kernel, 2, 6, 11) || formula_for(kernel)->unit != UNIT_NONE)
		return 0;
	return before(kernel, 2, 6, 16) ? pages : pages / 2 + 1;
}

const char *badness_spared_word(enum badness_spared spared)
{
	static const struct enumtab words[] = {
		{ "", BADNESS_KILLABLE },
		{ "init", BADNESS_INIT },
		{ "kernel thread", BADNESS_KERNEL },
		{ "no memory", BADNESS_NO_MEMORY },
		{ "never", BADNESS_NEVER },
		{ 0 },
	};

	return enumtab_word(words, (int)spared);
}
