/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/finish.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "oom/fields.h"

#define PAGE_KIB 4

void report_clear(struct oom_report *report)
{
	*report = (struct oom_report){
		.time = -1,
		.trigger_pid = -1,
		.gfp_mask = -1,
		.order = OOM_UNTOLD,
		.trigger_adj = OOM_UNTOLD,
		.chosen_pid = -1,
		.chosen_uid = -1,
		.chosen_score = -1,
		.page_kib = PAGE_KIB,
	};
	report->memcg = (struct oom_memcg){ NULL, NULL, -1, -1, -1, -1, -1, -1,
					    -1,	  -1,	-1, -1, -1, 0,	0,  false };
	report->totals = (struct oom_totals){ -1, -1, -1, -1, -1, -1, -1, -1, -1,
					      -1, -1, -1, -1, -1, -1, -1, -1, -1,
					      -1, -1, -1, -1, -1, -1, 0,  0,  0 };
}

/* Of pages, KiB; what is not told stays so. */
static void scale(int64_t *pages, unsigned page_kib)
{
	if (*pages < 0)
		return;
	*pages = *pages < FIELD_MOST / page_kib ? *pages * page_kib : FIELD_MOST;
}

static void scale_totals(struct oom_totals *totals, unsigned page_kib)
{
	int64_t *const pages[] = {
		&totals->free,
		&totals->active_anon,
		&totals->inactive_anon,
		&totals->active_file,
		&totals->inactive_file,
		&totals->active,
		&totals->inactive,
		&totals->dirty,
		&totals->writeback,
		&totals->unevictable,
		&totals->slab,
		&totals->slab_reclaimable,
		&totals->slab_unreclaimable,
		&totals->mapped,
		&totals->shmem,
		&totals->pagetables,
		&totals->bounce,
		&totals->free_cma,
		&totals->ram,
		&totals->highmem,
		&totals->reserved,
	};

	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		scale(pages[i], page_kib);
	if (totals->slab < 0 && totals->slab_unreclaimable >= 0)
		totals->slab =
			totals->slab_unreclaimable +
			(totals->slab_reclaimable > 0 ? totals->slab_reclaimable : 0);
}

static void scale_zones(struct oom_report *report)
{
	for (size_t i = 0; i < report->zones.len; i++) {
		struct zone *zone = &report->zones.items[i].zone;

		for (unsigned class = 0; class < zone->classes; class ++)
			scale(&zone->reserve_kib[class], report->page_kib);
	}
}

static void scale_tasks(struct oom_tasks *tasks, unsigned page_kib)
{
	for (size_t i = 0; i < tasks->len; i++) {
		scale(&tasks->items[i].total_vm_kib, page_kib);
		scale(&tasks->items[i].rss_kib, page_kib);
		scale(&tasks->items[i].swap_kib, page_kib);
	}
}

static int by_name(const void *left, const void *right)
{
	const struct oom_task *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int64_t held(const struct oom_task *task)
{
	return (task->rss_kib > 0 ? task->rss_kib : 0) +
	       (task->swap_kib > 0 ? task->swap_kib : 0);
}

static int by_memory(const void *left, const void *right)
{
	const struct oom_task *a = left, *b = right;
	int64_t more = held(b) - held(a);

	if (more != 0)
		return more < 0 ? -1 : 1;
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

/* Puts @user among the largest. */
static void rank(struct oom_sums *sums, struct oom_user user)
{
	if (user.count > sums->most.count)
		sums->most = user;
	for (size_t i = 0; i < OOM_USERS; i++) {
		struct oom_user other = sums->users[i];

		if (other.count > 0 && other.rss_kib >= user.rss_kib)
			continue;
		sums->users[i] = user;
		user = other;
	}
}

static bool is_thread(const struct oom_task *task)
{
	return task->tgid >= 0 && task->tgid != task->pid;
}

static void add(int64_t *sum, int64_t more)
{
	if (more < 0)
		return;
	*sum = (*sum < 0 ? 0 : *sum) + more;
	*sum = *sum < FIELD_MOST ? *sum : FIELD_MOST;
}

/* Of rows that are in order of their names. */
static void sum_up(const struct oom_tasks *rows, struct oom_sums *sums)
{
	struct oom_user user = { 0 };

	sums->rss_kib = sums->swap_kib = sums->pgtables_kib = -1;
	for (size_t i = 0; i < rows->len; i++) {
		const struct oom_task *task = &rows->items[i];

		if (is_thread(task))
			continue;
		sums->processes++;
		sums->unkillable +=
			task->oom_score_adj == -1000 || task->oom_score_adj == -17;
		add(&sums->rss_kib, task->rss_kib);
		add(&sums->swap_kib, task->swap_kib);
		add(&sums->pgtables_kib, task->pgtables_kib);
		if (!user.name || strcmp(user.name, task->name) != 0) {
			if (user.count > 0)
				rank(sums, user);
			user = (struct oom_user){ .name = task->name };
		}
		user.count++;
		user.rss_kib += (uint64_t)(task->rss_kib > 0 ? task->rss_kib : 0);
	}
	if (user.count > 0)
		rank(sums, user);
}

/* What the sums name must outlive the rows. */
static int keep_names(struct taking *taking)
{
	struct oom_sums *sums = &taking->report.sums;

	for (size_t i = 0; i <= OOM_USERS; i++) {
		struct oom_user *user = i < OOM_USERS ? &sums->users[i] : &sums->most;

		if (user->count == 0)
			continue;
		user->name = take_text(taking, span_of(user->name));
		if (!user->name)
			return -ENOMEM;
	}
	return 0;
}

static int keep_rows(struct taking *taking)
{
	struct oom_tasks *rows = &taking->rows, *tasks = &taking->report.tasks;

	tasks->items = arena_array(taking->arena, rows->len, sizeof(*tasks->items));
	if (!tasks->items)
		return -ENOMEM;
	for (size_t i = 0; i < rows->len; i++) {
		tasks->items[i] = rows->items[i];
		tasks->items[i].name = take_text(taking, span_of(rows->items[i].name));
		if (!tasks->items[i].name)
			return -ENOMEM;
	}
	tasks->len = tasks->cap = rows->len;
	qsort(tasks->items, tasks->len, sizeof(*tasks->items), by_memory);
	return 0;
}

static int finish_tasks(struct taking *taking, bool keep)
{
	struct oom_tasks *rows = &taking->rows;
	int r;

	if (rows->len == 0)
		return 0;
	scale_tasks(rows, taking->report.page_kib);
	qsort(rows->items, rows->len, sizeof(*rows->items), by_name);
	sum_up(rows, &taking->report.sums);
	r = keep_names(taking);
	return r == 0 && keep ? keep_rows(taking) : r;
}

/* Where no free list tells, the same memory in KiB and in pages does. */
static void find_page(struct taking *taking)
{
	struct oom_report *report = &taking->report;
	int64_t pages = report->totals.active_anon + report->totals.inactive_anon;
	int64_t kib;

	if (report->page_told || report->totals.active_anon < 0 || pages <= 0)
		return;
	kib = taking->node_anon_kib / pages;
	if (taking->node_anon_kib % pages != 0 || kib < PAGE_KIB || kib > 64 ||
	    (kib & (kib - 1)) != 0)
		return;
	report->page_kib = (unsigned)kib;
	report->page_told = true;
}

static const struct oom_task *row_of(const struct oom_tasks *rows, int64_t pid)
{
	for (size_t i = 0; i < rows->len; i++) {
		if (rows->items[i].pid == pid)
			return &rows->items[i];
	}
	return NULL;
}

/* Lines about victims say less than the table, up to 5.3. */
static void complete_victims(struct taking *taking)
{
	struct oom_report *report = &taking->report;
	bool has_adj = taking->rows_tell_adj;

	for (size_t i = 0; i < taking->columns_len; i++)
		has_adj = has_adj || taking->columns[i] == TASK_ADJ;
	for (size_t i = 0; i < report->kills.len; i++) {
		struct oom_kill *kill = &report->kills.items[i];
		const struct oom_task *row = row_of(&taking->rows, kill->pid);

		if (!row)
			continue;
		kill->uid = kill->uid >= 0 ? kill->uid : row->uid;
		if (kill->oom_score_adj == OOM_UNTOLD && has_adj)
			kill->oom_score_adj = row->oom_score_adj;
	}
}

int report_finish(struct taking *taking, const struct oom_reader_wish *wish)
{
	struct oom_report *report = &taking->report;

	if (report->is_memcg)
		report->constraint = OOM_CONSTRAINT_MEMCG;
	report->has_mem_info = report->zones.len > 0 || report->totals.line > 0;
	if (report->when)
		report->time = stamp_time(span_of(report->when), &wish->base);
	find_page(taking);
	complete_victims(taking);
	scale_totals(&report->totals, report->page_kib);
	scale_zones(report);
	return finish_tasks(taking, wish->keep_tasks);
}
