/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "oom/group.h"
#include "render/table.h"
#include "render/view_diagnose.h"

/* Groups, the largest first. */
#define MOST_ROWS 20

static const struct column columns[] = {
	{ .title = "#", .right = true },
	{ .title = "WHEN", .wrap = true },
	{ .title = "CAUSE" },
	{ .title = "TRIGGER", .wrap = true },
	{ .title = "VICTIM", .wrap = true },
	{ .title = "ZONE", .wrap = true },
};

static const struct column group_columns[] = {
	{ .title = "COUNT", .right = true }, { .title = "CAUSE" },
	{ .title = "VICTIM", .wrap = true }, { .title = "FIRST", .wrap = true },
	{ .title = "LAST", .wrap = true },
};

struct sheet {
	struct arena *arena;
	struct table table;
	bool files; /* the reports are of several */
};

static const char *name_of(const struct oom_report *report)
{
	const char *slash = report->file ? strrchr(report->file, '/') : NULL;

	if (slash)
		return slash + 1;
	return report->file ? report->file : "-";
}

static bool has_files(const struct diagnose_view *view)
{
	for (size_t i = 1; i < view->len; i++) {
		const char *a = view->findings[i - 1].report.file;
		const char *b = view->findings[i].report.file;

		if (a && b && strcmp(a, b) != 0)
			return true;
	}
	return false;
}

static int add(struct sheet *sheet, const char *text)
{
	return text ? table_add(sheet->arena, &sheet->table, text, PAINT_NONE) : -ENOMEM;
}

static int add_count(struct sheet *sheet, size_t count)
{
	return add(sheet, arena_printf(sheet->arena, "%zu", count));
}

static int add_when(struct sheet *sheet, const struct oom_report *report)
{
	if (report->when)
		return add(sheet, report->when);
	if (sheet->files)
		return add(sheet, arena_printf(sheet->arena, "%s:%" PRIu64,
					       name_of(report), report->line));
	return add(sheet, arena_printf(sheet->arena, "line %" PRIu64, report->line));
}

static int add_process(struct sheet *sheet, const char *comm, int64_t pid)
{
	if (pid < 0)
		return add(sheet, comm ? comm : "-");
	if (!comm)
		return add(sheet, arena_printf(sheet->arena, "pid %" PRId64, pid));
	return add(sheet, arena_printf(sheet->arena, "%s[%" PRId64 "]", comm, pid));
}

/* Who is not there is told by the ending. */
static const char *nobody(const struct oom_report *report)
{
	switch (report->ending) {
	case OOM_ENDING_PANIC:
		return "(panic)";
	case OOM_ENDING_DISABLED:
	case OOM_ENDING_NOTHING_TO_KILL:
		return "(nobody)";
	case OOM_ENDING_UNTOLD:
	case OOM_ENDING_KILLED:
		break;
	}
	return "-";
}

/* Somebody may have been chosen, and yet nobody killed. */
static bool is_spared(const struct oom_report *report)
{
	return report->kills.len == 0 && report->ending != OOM_ENDING_UNTOLD &&
	       report->ending != OOM_ENDING_KILLED;
}

static int add_victim(struct sheet *sheet, const struct oom_report *report)
{
	struct oom_kill victim;

	if (is_spared(report) || !oom_report_victim(report, &victim))
		return add(sheet, nobody(report));
	return add_process(sheet, victim.comm, victim.pid);
}

/* The zones that were short; where it was a reserve that shut one, what the cause names. */
static int add_zones(struct sheet *sheet, const struct oom_verdict *verdict)
{
	struct text text = text_in(sheet->arena);

	if (verdict->cause == OOM_CAUSE_MEMCG)
		return add(sheet, "-");
	for (size_t i = 0; i < verdict->below_min_len; i++)
		text_addf(&text, "%s%s", i > 0 ? ", " : "", verdict->below_min[i]);
	if (text.len == 0 && verdict->cause == OOM_CAUSE_LOWMEM)
		return add(sheet, "Normal");
	if (text.len == 0 && verdict->cause == OOM_CAUSE_DMA)
		return add(sheet, "DMA");
	return text.len == 0 ? add(sheet, "-") : add(sheet, text_finish(&text));
}

static int add_row(struct sheet *sheet, const struct oom_finding *finding, size_t number)
{
	const struct oom_report *report = &finding->report;
	int r = add_count(sheet, number);

	if (r == 0)
		r = add_when(sheet, report);
	if (r == 0)
		r = add(sheet, oom_cause_word(finding->verdict.cause));
	if (r == 0)
		r = add_process(sheet, report->trigger_comm, report->trigger_pid);
	if (r == 0)
		r = add_victim(sheet, report);
	return r == 0 ? add_zones(sheet, &finding->verdict) : r;
}

int view_diagnose_table(const struct diagnose_view *view, const struct term *term)
{
	struct sheet sheet = {
		.arena = view->arena,
		.table = { .columns = columns,
			   .width = sizeof(columns) / sizeof(*columns) },
		.files = has_files(view),
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < view->len; i++)
		r = add_row(&sheet, &view->findings[i], i + 1);
	return r == 0 ? table_print(view->arena, &sheet.table, term) : r;
}

static int add_group(struct sheet *sheet, const struct diagnose_view *view,
		     const struct oom_group *group)
{
	const struct oom_report *last = &view->findings[group->last].report;
	int r = add_count(sheet, group->count);

	if (r == 0)
		r = add(sheet, oom_cause_word(group->cause));
	if (r == 0)
		r = add(sheet, group->victim ? group->victim : nobody(last));
	if (r == 0)
		r = add_when(sheet, &view->findings[group->first].report);
	return r == 0 ? add_when(sheet, last) : r;
}

int view_diagnose_groups(const struct diagnose_view *view,
			 const struct oom_groups *groups, const struct term *term)
{
	struct sheet sheet = {
		.arena = view->arena,
		.table = { .columns = group_columns,
			   .width = sizeof(group_columns) / sizeof(*group_columns) },
		.files = has_files(view),
	};
	size_t rows = groups->len > MOST_ROWS && !view->verbose ? MOST_ROWS : groups->len;
	int r = 0;

	(void)fprintf(term->file, "%zu reports, by cause and victim:\n\n", view->len);
	for (size_t i = 0; r == 0 && i < rows; i++)
		r = add_group(&sheet, view, &groups->items[i]);
	if (r == 0)
		r = table_print(view->arena, &sheet.table, term);
	if (r == 0 && rows < groups->len)
		(void)fprintf(term->file, "and %zu groups more: -v lists them\n",
			      groups->len - rows);
	return r;
}
