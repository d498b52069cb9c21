/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/kib.h"
#include "render/prose.h"
#include "render/table.h"
#include "render/view_victims.h"
#include "state/memcg.h"

/* How many columns there are without a profile. */
#define NARROW 7

static const struct column columns[] = {
	{ .title = "RANK", .right = true },   { .title = "PID", .right = true },
	{ .title = "COMMAND", .wrap = true }, { .title = "RSS", .right = true },
	{ .title = "SWAP", .right = true },   { .title = "ADJ", .right = true },
	{ .title = "POINTS", .right = true }, { .title = "AFTER", .right = true },
	{ .title = "ADJ", .right = true },    { .title = "RULE", .wrap = true },
};

struct sheet {
	const struct victims_view *view;
	const struct term *term;
	struct table table;
};

/* NULL: no memory. */
static const char *amount(struct arena *arena, uint64_t kib)
{
	char text[KIB_TEXT];

	return arena_printf(arena, "%s", kib_short(kib, text));
}

static int add(struct sheet *sheet, const char *text, enum paint paint)
{
	return text ? table_add(sheet->view->arena, &sheet->table, text, paint) : -ENOMEM;
}

static int add_number(struct sheet *sheet, long long number, enum paint paint)
{
	return add(sheet, arena_printf(sheet->view->arena, "%lld", number), paint);
}

static int add_rank(struct sheet *sheet, size_t rank, enum paint paint)
{
	return rank > 0 ? add_number(sheet, (long long)rank, paint)
			: add(sheet, "-", paint);
}

/* Why it is never taken stands where its points would. */
static int add_points(struct sheet *sheet, const struct badness *badness,
		      enum paint paint)
{
	if (badness->spared != BADNESS_KILLABLE)
		return add(sheet, badness_spared_word(badness->spared), paint);
	return add_number(sheet, (long long)badness->score, paint);
}

static int add_adj(struct sheet *sheet, const struct process_kept *kept, int adj,
		   enum paint paint)
{
	return kept->unset ? add(sheet, "-", paint) : add_number(sheet, adj, paint);
}

static int add_after(struct sheet *sheet, const struct victim *victim, enum paint paint)
{
	const char *rule = view_victims_rule(victim);
	bool changed = victim->outcome.want != victim->kept->adj;
	enum paint moved = victim->rank != victim->rank_after ? PAINT_CHANGE : paint;
	int r = add_rank(sheet, victim->rank_after, moved);

	if (r == 0)
		r = add_adj(sheet, victim->kept, victim->outcome.want,
			    changed ? PAINT_CHANGE : paint);
	return r == 0 ? add(sheet, rule ? rule : "-", paint) : r;
}

static int add_row(struct sheet *sheet, const struct victim *victim)
{
	const struct process_kept *kept = victim->kept;
	const struct badness_process *process = &kept->footprint->badness;
	struct arena *arena = sheet->view->arena;
	enum paint paint = victim->rank > 0 ? PAINT_NONE : PAINT_DIM;
	int r = add_rank(sheet, victim->rank, paint);

	if (r == 0)
		r = add_number(sheet, kept->pid, paint);
	if (r == 0)
		r = add(sheet, kept->comm, paint);
	if (r == 0)
		r = add(sheet, amount(arena, process->rss_kib), paint);
	if (r == 0)
		r = add(sheet, amount(arena, process->swap_kib), paint);
	if (r == 0)
		r = add_adj(sheet, kept, kept->adj, paint);
	if (r == 0)
		r = add_points(sheet, &victim->now, paint);
	if (r == 0 && sheet->view->victims->judged)
		r = add_after(sheet, victim, paint);
	return r;
}

static bool is_early(const struct victims_view *view, size_t rank)
{
	return rank > 0 && (view->lines == 0 || rank <= view->lines);
}

/* Who is among the first with the profile is shown, too: that is what it was asked for. */
static bool is_shown(const struct victims_view *view, const struct victim *victim,
		     size_t spared)
{
	if (!view_victims_has(view, victim))
		return false;
	if (victim->rank == 0 && victim->rank_after == 0)
		return view->lines == 0 || spared < view->lines;
	return is_early(view, victim->rank) ||
	       (view->victims->judged && is_early(view, victim->rank_after));
}

/* How many are not shown of those that can be killed, and of those that cannot. */
struct rest {
	size_t killable, spared;
};

static int add_rows(struct sheet *sheet, struct rest *rest)
{
	const struct victims_view *view = sheet->view;
	size_t spared = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < view->victims->len; i++) {
		const struct victim *victim = &view->victims->items[i];
		bool never = victim->rank == 0;

		if (is_shown(view, victim, spared))
			r = add_row(sheet, victim);
		else if (!never)
			rest->killable++;
		else if (victim->now.spared != BADNESS_KERNEL)
			rest->spared++;
		spared += never && view_victims_has(view, victim);
	}
	return r;
}

static void say(const struct sheet *sheet, const char *text)
{
	if (text)
		prose_sentence(sheet->term, 0, "", text);
}

static void show_group(const struct sheet *sheet, const struct memcg *group)
{
	struct arena *arena = sheet->view->arena;
	const char *total = amount(arena, group->total_kib);
	bool own = group->limited && strcmp(group->limited, group->path) == 0;

	say(sheet,
	    group->limited
		    ? arena_printf(
			      arena,
			      "In %s, when %s is at its limit: %s with the swap that it "
			      "may use.",
			      group->path, own ? "it" : group->limited, total)
		    : arena_printf(arena, "In %s, which has no limit: of the host's %s.",
				   group->path, total));
	if (group->all_die)
		say(sheet,
		    "memory.oom.group is 1: with the first one all others in it are "
		    "killed, but for those at -1000.");
	if (group->nobody_dies)
		say(sheet, "The OOM killer is off in it (memory.oom_control): who needs "
			   "memory waits.");
	(void)fputc('\n', sheet->term->file);
}

static void show_rest(const struct sheet *sheet, const struct rest *rest)
{
	const struct victims_view *view = sheet->view;
	struct arena *arena = view->arena;

	if (sheet->table.len == 0 && rest->killable == 0)
		say(sheet, "There are no processes.");
	else if (rest->killable + rest->spared > 0 || !view->threads)
		(void)fputc('\n', sheet->term->file);
	if (rest->killable > 0)
		say(sheet, arena_printf(arena, "%zu more can be killed (-v shows all).",
					rest->killable));
	if (rest->spared > 0)
		say(sheet,
		    arena_printf(arena, "%zu more are never killed.", rest->spared));
	if (!view->threads && view->victims->threads > 0)
		say(sheet, arena_printf(arena, "%zu kernel threads are not shown.",
					view->victims->threads));
	if (view->victims->children_first)
		say(sheet,
		    "This kernel kills a child of the one that it chose before that "
		    "one itself, if the child has memory of its own.");
}

int view_victims_text(const struct victims_view *view, const struct term *term)
{
	struct sheet sheet = { .view = view,
			       .term = term,
			       .table.columns = columns,
			       .table.width = NARROW };
	struct rest rest = { 0 };
	int r;

	if (view->victims->judged)
		sheet.table.width = sizeof(columns) / sizeof(*columns);
	if (view->group)
		show_group(&sheet, view->group);
	r = add_rows(&sheet, &rest);
	if (r == 0 && sheet.table.len > 0)
		r = table_print(view->arena, &sheet.table, term);
	if (r < 0)
		return r;
	show_rest(&sheet, &rest);
	return term_finish(term);
}
