/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/kib.h"
#include "render/prose.h"
#include "render/table.h"
#include "render/view_drop.h"
#include "state/memory.h"

struct sheet {
	const struct drop_view *view;
	const struct term *term;
	struct table table;
};

static int add(struct sheet *sheet, const char *text)
{
	return text ? table_add(sheet->view->arena, &sheet->table, text, PAINT_NONE)
		    : -ENOMEM;
}

static int add_amount(struct sheet *sheet, int64_t kib)
{
	char text[KIB_TEXT];

	if (kib < 0)
		return add(sheet, "-");
	return add(sheet, arena_printf(sheet->view->arena, "%s",
				       kib_short((uint64_t)kib, text)));
}

/* With its sign. */
static int add_change(struct sheet *sheet, int64_t kib)
{
	char text[KIB_TEXT];
	const char *sign = kib > 0 ? "+" : kib < 0 ? "-" : "";

	return add(sheet, arena_printf(sheet->view->arena, "%s%s", sign,
				       kib_short((uint64_t)llabs(kib), text)));
}

static const struct column total_columns[] = {
	{ .title = "" },
	{ .title = "BEFORE", .right = true },
	{ .title = "AFTER", .right = true },
	{ .title = "CHANGE", .right = true },
};

static int add_total(struct sheet *sheet, const char *name, int64_t before, int64_t after)
{
	int r = 0;

	if (before < 0 || after < 0)
		return 0;
	r = add(sheet, name);
	if (r == 0)
		r = add_amount(sheet, before);
	if (r == 0)
		r = add_amount(sheet, after);
	return r == 0 ? add_change(sheet, after - before) : r;
}

static int print_totals(const struct drop_view *view, const struct term *term)
{
	const struct meminfo *before = &view->before->info, *after = &view->after->info;
	struct sheet sheet = { view, term, { .columns = total_columns, .width = 4 } };
	const struct {
		const char *name;
		int64_t before, after;
	} rows[] = {
		{ "free", memory_free(view->before), memory_free(view->after) },
		{ "low memory, free", before->low_free, after->low_free },
		{ "page cache", before->cached, after->cached },
		{ "buffers", before->buffers, after->buffers },
		{ "reclaimable slab", before->slab_reclaimable, after->slab_reclaimable },
		{ "slab", before->slab_reclaimable < 0 ? before->slab : -1, after->slab },
		{ "dirty", before->dirty, after->dirty },
		{ "being written", before->writeback, after->writeback },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(rows) / sizeof(*rows); i++)
		r = add_total(&sheet, rows[i].name, rows[i].before, rows[i].after);
	return r == 0 ? table_print(view->arena, &sheet.table, term) : r;
}

/* A zone before and after; one of which nothing changed is not worth a column. */
struct pair {
	const struct zone *before, *after;
};

#define MOST_PAIRS 12

static bool differs(const struct pair *pair)
{
	return view_drop_free(pair->before) != view_drop_free(pair->after) ||
	       memcmp(pair->before->free_blocks, pair->after->free_blocks,
		      sizeof(pair->before->free_blocks)) != 0;
}

static size_t find_pairs(const struct drop_view *view, struct pair pairs[MOST_PAIRS])
{
	size_t len = 0;

	for (size_t i = 0; i < view->after->zones_len && len < MOST_PAIRS; i++) {
		const struct zone *after = &view->after->zones[i];
		struct pair pair = { view_drop_zone(view->before, after), after };

		if (pair.before && pair.before->free_kib >= 0 && after->free_kib >= 0 &&
		    differs(&pair))
			pairs[len++] = pair;
	}
	return len;
}

static int add_order(struct sheet *sheet, const struct pair *pairs, size_t len,
		     unsigned order)
{
	int64_t block = (int64_t)(sheet->view->after->page_size / 1024) << order;
	char size[KIB_TEXT];
	int r = add(sheet, arena_printf(sheet->view->arena, "in blocks of %s (order %u)",
					kib_short((uint64_t)block, size), order));

	for (size_t i = 0; r == 0 && i < len; i++)
		r = add_change(sheet, ((int64_t)pairs[i].after->free_blocks[order] -
				       (int64_t)pairs[i].before->free_blocks[order]) *
					      block);
	return r;
}

static int add_all(struct sheet *sheet, const struct pair *pairs, size_t len)
{
	int r = add(sheet, "free");

	for (size_t i = 0; r == 0 && i < len; i++)
		r = add_change(sheet, view_drop_free(pairs[i].after) -
					      view_drop_free(pairs[i].before));
	return r;
}

/* What is freed goes there first, and from there into blocks. */
static int add_percpu(struct sheet *sheet, const struct pair *pairs, size_t len)
{
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < len; i++)
		any = any || pairs[i].before->percpu_kib != pairs[i].after->percpu_kib;
	if (!any)
		return 0;
	r = add(sheet, "in lists of the CPUs");
	for (size_t i = 0; r == 0 && i < len; i++)
		r = add_change(sheet,
			       pairs[i].after->percpu_kib - pairs[i].before->percpu_kib);
	return r;
}

static int name_columns(const struct drop_view *view, const struct pair *pairs,
			size_t len, struct column *columns)
{
	bool nodes = len > 1 && pairs[0].after->node != pairs[len - 1].after->node;

	columns[0] = (struct column){ .title = "" };
	for (size_t i = 0; i < len; i++) {
		const struct zone *zone = pairs[i].after;
		const char *title =
			nodes ? arena_printf(view->arena, "%s/%u", zone->name, zone->node)
			      : zone->name;

		if (!title)
			return -ENOMEM;
		columns[1 + i] = (struct column){ .title = title, .right = true };
	}
	return 0;
}

/* How much more lies in free blocks of each order: of what single pages win a request of order 3 has
 * nothing. */
static int print_zones(const struct drop_view *view, const struct term *term)
{
	struct column columns[1 + MOST_PAIRS];
	struct sheet sheet = { view, term, { .columns = columns } };
	struct pair pairs[MOST_PAIRS];
	size_t len = find_pairs(view, pairs);
	int r;

	if (len == 0)
		return 0;
	sheet.table.width = 1 + len;
	r = name_columns(view, pairs, len, columns);
	if (r == 0)
		r = add_all(&sheet, pairs, len);
	if (r == 0)
		r = add_percpu(&sheet, pairs, len);
	for (unsigned i = 0; r == 0 && i < pairs[0].after->orders; i++)
		r = add_order(&sheet, pairs, len, i);
	if (r < 0)
		return r;
	fputs("\nchange by zone and order:\n", term->file);
	return table_print(view->arena, &sheet.table, term);
}

static void add_time(struct prose *prose, const char *before, int64_t ms,
		     const char *after)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%s%lld.%02lld s%s", before,
		       (long long)ms / 1000, (long long)ms % 1000 / 10, after);
	prose_add(prose, PAINT_NONE, text);
}

/* "freed 1.2 GiB in 0.82 s (sync 0.10 s before)" */
static void print_headline(const struct drop_view *view, const struct term *term)
{
	int64_t freed = memory_free(view->after) - memory_free(view->before);
	const int64_t *took = view->outcome->took_ms;
	struct prose prose = prose_on(term, 2);
	char amount[KIB_TEXT];

	if (freed > 0) {
		prose_add(&prose, PAINT_GOOD, "freed ");
		prose_add(&prose, PAINT_GOOD, kib_text((uint64_t)freed, amount));
	} else {
		prose_add(&prose, PAINT_CHANGE, "nothing more is free than before");
	}
	add_time(&prose, ", in ", took[DROP_STEP_DROP], "");
	if (took[DROP_STEP_SYNC] >= 0)
		add_time(&prose, "; sync took ", took[DROP_STEP_SYNC], "");
	if (took[DROP_STEP_COMPACT] >= 0)
		add_time(&prose, "; compacting took ", took[DROP_STEP_COMPACT], "");
	prose_end(&prose);
}

static void print_caveats(const struct drop_view *view, const struct term *term)
{
	const struct meminfo *after = &view->after->info;
	char amount[KIB_TEXT];

	fputs("\n", term->file);
	if (after->dirty > 0 && view->request->sync)
		prose_sentence(
			term, 2, "",
			"What is dirty now has been written to since, and stayed.");
	else if (after->dirty > 0)
		prose_sentence(
			term, 2, "",
			"What is dirty stayed: without --no-sync it is written first.");
	if (after->anon > 0) {
		struct prose prose = prose_on(term, 2);

		prose_add(&prose, PAINT_NONE, "The ");
		prose_add(&prose, PAINT_NONE, kib_text((uint64_t)after->anon, amount));
		prose_add(
			&prose, PAINT_NONE,
			" that programs hold (anonymous memory) cannot be freed like this.");
		prose_end(&prose);
	}
	prose_sentence(term, 2, "",
		       "What was dropped is read again from disk when it is needed.");
	if (!view->request->compact)
		prose_sentence(term, 2, "",
			       "Free pages are not moved together: --compact does that.");
}

int view_drop_text(const struct drop_view *view, const struct term *term)
{
	int r;

	if (view->skipped) {
		prose_sentence(term, 2, "skipped: ", view->skipped);
		return term_finish(term);
	}
	if (!view->before || !view->after || !view->outcome)
		return 0;
	print_headline(view, term);
	fputs("\n", term->file);
	r = print_totals(view, term);
	if (r == 0)
		r = print_zones(view, term);
	if (r < 0)
		return r;
	print_caveats(view, term);
	return term_finish(term);
}
