/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/kib.h"
#include "render/prose.h"
#include "render/table.h"
#include "render/view_diagnose.h"

static const struct column columns[] = {
	{ .title = "PID", .right = true }, { .title = "USER", .right = true },
	{ .title = "RSS", .right = true }, { .title = "SWAP", .right = true },
	{ .title = "ADJ", .right = true }, { .title = "NAME", .wrap = true },
};

#define COLUMNS (sizeof(columns) / sizeof(*columns))

static int64_t size_of(const struct oom_task *task)
{
	return (task->rss_kib > 0 ? task->rss_kib : 0) +
	       (task->swap_kib > 0 ? task->swap_kib : 0);
}

/* Those of one size stay in the kernel's order: the rows lie in one array. */
static int by_size(const void *a, const void *b)
{
	const struct oom_task *left = *(const struct oom_task *const *)a;
	const struct oom_task *right = *(const struct oom_task *const *)b;
	int64_t more = size_of(right) - size_of(left);

	if (more != 0)
		return more < 0 ? -1 : 1;
	return left < right ? -1 : left > right;
}

struct sheet {
	struct arena *arena;
	struct table table;
};

static int add_number(struct sheet *sheet, long long number, bool told, enum paint paint)
{
	const char *text = told ? arena_printf(sheet->arena, "%lld", number) : "-";

	return text ? table_add(sheet->arena, &sheet->table, text, paint) : -ENOMEM;
}

static int add_amount(struct sheet *sheet, int64_t kib, enum paint paint)
{
	char amount[KIB_TEXT];
	const char *text = arena_printf(sheet->arena, "%s", kib_told(kib, amount));

	return text ? table_add(sheet->arena, &sheet->table, text, paint) : -ENOMEM;
}

static int add_row(struct sheet *sheet, const struct oom_task *task, enum paint paint)
{
	int r = add_number(sheet, task->pid, task->pid >= 0, paint);

	if (r == 0)
		r = add_number(sheet, task->uid, task->uid >= 0, paint);
	if (r == 0)
		r = add_amount(sheet, task->rss_kib, paint);
	if (r == 0)
		r = add_amount(sheet, task->swap_kib, paint);
	if (r == 0)
		r = add_number(sheet, task->oom_score_adj,
			       task->oom_score_adj != OOM_UNTOLD, paint);
	return r == 0 ? table_add(sheet->arena, &sheet->table, task->name, paint) : r;
}

static const struct oom_task **sorted(struct arena *arena, const struct oom_tasks *tasks)
{
	const struct oom_task **rows = arena_array(arena, tasks->len, sizeof(*rows));

	for (size_t i = 0; rows && i < tasks->len; i++)
		rows[i] = &tasks->items[i];
	if (rows)
		qsort(rows, tasks->len, sizeof(*rows), by_size);
	return rows;
}

int view_diagnose_tasks(const struct diagnose_view *view, const struct oom_report *report,
			const struct term *term)
{
	struct sheet sheet = { view->arena, { .columns = columns, .width = COLUMNS } };
	struct oom_kill victim;
	bool known = oom_report_victim(report, &victim) && victim.pid >= 0;
	const struct oom_task **rows;
	int r = 0;

	(void)fputc('\n', term->file);
	if (report->tasks.len == 0) {
		prose_sentence(term, 0, "", "The report has no table of tasks.");
		return 0;
	}
	rows = sorted(view->arena, &report->tasks);
	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < report->tasks.len; i++) {
		bool killed = known && victim.pid == rows[i]->pid;

		r = add_row(&sheet, rows[i], killed ? PAINT_BAD : PAINT_NONE);
	}
	return r == 0 ? table_print(view->arena, &sheet.table, term) : r;
}
