/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/kib.h"
#include "base/text.h"
#include "render/view_diagnose.h"
#include "render/zone_rows.h"
#include "state/memory.h"

/* A line of amounts, of which some are not told. */
static void add_amount(struct text *text, const char *what, int64_t kib)
{
	char amount[KIB_TEXT];

	if (kib >= 0)
		text_addf(text, "%s%s %s", text->len > 0 ? ", " : "", what,
			  kib_short((uint64_t)kib, amount));
}

static int64_t sum(int64_t a, int64_t b)
{
	return a < 0 || b < 0 ? -1 : a + b;
}

static int put_totals(const struct diagnose_view *view, const struct oom_totals *totals,
		      const struct term *term)
{
	struct text text = text_in(view->arena);

	add_amount(&text, "RAM", totals->ram);
	add_amount(&text, "HighMem", totals->highmem);
	add_amount(&text, "free", totals->free);
	add_amount(&text, "anonymous", sum(totals->active_anon, totals->inactive_anon));
	add_amount(&text, "files", sum(totals->active_file, totals->inactive_file));
	add_amount(&text, "processes and files", sum(totals->active, totals->inactive));
	add_amount(&text, "unevictable", totals->unevictable);
	add_amount(&text, "shared", totals->shmem);
	add_amount(&text, "slab", totals->slab);
	add_amount(&text, "unreclaimable slab", totals->slab_unreclaimable);
	add_amount(&text, "page tables", totals->pagetables);
	add_amount(&text, "stacks", totals->kernel_stack);
	add_amount(&text, "bounce buffers", totals->bounce);
	add_amount(&text, "swap", totals->swap_total);
	add_amount(&text, "free swap", totals->swap_free);
	return text.len > 0 ? view_diagnose_line(term, "Memory", &text) : 0;
}

static int put_users(const struct diagnose_view *view, const struct oom_sums *sums,
		     const struct term *term)
{
	struct text text = text_in(view->arena);
	char amount[KIB_TEXT];

	if (sums->processes == 0)
		return 0;
	text_addf(&text, "%" PRIu64 " processes", sums->processes);
	add_amount(&text, "in memory", sums->rss_kib);
	add_amount(&text, "in swap", sums->swap_kib);
	for (size_t i = 0; i < OOM_USERS && sums->users[i].count > 0; i++) {
		const struct oom_user *user = &sums->users[i];

		text_addf(&text, "%s%s %s", i > 0 ? ", " : "; ",
			  user->name ? user->name : "?",
			  kib_short(user->rss_kib, amount));
		if (user->count > 1)
			text_addf(&text, " (%" PRIu64 " of them)", user->count);
	}
	return view_diagnose_line(term, "Users", &text);
}

int view_diagnose_figures(const struct diagnose_view *view,
			  const struct oom_report *report, const struct term *term)
{
	int r = put_totals(view, &report->totals, term);

	return r == 0 ? put_users(view, &report->sums, term) : r;
}

/* Its name is a log's, and goes into columns. */
static void tame(struct zone *zone)
{
	for (char *at = zone->name; *at; at++) {
		if (!isgraph((unsigned char)*at))
			*at = '?';
	}
}

int view_diagnose_zones(const struct diagnose_view *view, const struct oom_report *report,
			const struct term *term)
{
	struct memory memory = {
		.zones = arena_array(view->arena, report->zones.len + 1,
				     sizeof(*memory.zones)),
		.page_size = report->page_kib * 1024,
	};

	if (!memory.zones)
		return -ENOMEM;
	for (size_t i = 0; i < report->zones.len; i++) {
		struct zone *zone = &memory.zones[memory.zones_len];

		*zone = report->zones.items[i].zone;
		tame(zone);
		/* i386 from 2.6.15 on prints zones that it does not have. */
		memory.zones_len += zone->free_kib != 0 || zone->managed_kib != 0;
	}
	if (memory.zones_len == 0)
		return 0;
	(void)fputc('\n', term->file);
	(void)zone_rows_put(&memory, term, view->verbose);
	return 0;
}
