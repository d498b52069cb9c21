/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_victims.h"

#include "base/diag.h"
#include "plan/rules.h"
#include "profile/profile.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "state/memcg.h"

bool view_victims_has(const struct victims_view *view, const struct victim *victim)
{
	return view->threads || victim->now.spared != BADNESS_KERNEL;
}

const char *view_victims_rule(const struct victim *victim)
{
	const struct outcome *outcome = &victim->outcome;

	if (!outcome->ready || (outcome->governor && outcome->want == victim->kept->adj))
		return NULL;
	return outcome->ready->rule->name;
}

static void show_rank(struct out *out, const char *key, size_t rank)
{
	if (rank > 0)
		out_uint(out, key, rank);
	else
		out_null(out, key);
}

static void show_badness(struct out *out, const char *key, const struct badness *badness)
{
	if (badness->spared == BADNESS_KILLABLE)
		out_int(out, key, badness->points);
	else
		out_null(out, key);
}

static void show_spared(struct out *out, const char *key, const struct badness *badness)
{
	const char *word = badness_spared_word(badness->spared);

	out_string(out, key, *word ? word : NULL);
}

/* oom_adj and oom_score_adj are not to be mixed up. */
static void show_adj(struct out *out, const char *score, const char *legacy,
		     const struct process_kept *kept, int adj)
{
	bool is_legacy = kept->legacy && !kept->unset;

	if (kept->unset || is_legacy)
		out_null(out, score);
	else
		out_int(out, score, adj);
	if (is_legacy)
		out_int(out, legacy, adj);
	else
		out_null(out, legacy);
}

static void show_after(struct out *out, const struct victims_view *view,
		       const struct victim *victim)
{
	if (!view->victims->judged) {
		out_null(out, "rank_after");
		out_null(out, "points_after");
		out_null(out, "oom_score_adj_after");
		out_null(out, "oom_adj_after");
		out_null(out, "badness_after");
		out_null(out, "unkillable_after");
		out_null(out, "rule");
		return;
	}
	show_rank(out, "rank_after", victim->rank_after);
	out_uint(out, "points_after", victim->after.score);
	show_adj(out, "oom_score_adj_after", "oom_adj_after", victim->kept,
		 victim->outcome.want);
	show_badness(out, "badness_after", &victim->after);
	show_spared(out, "unkillable_after", &victim->after);
	out_string(out, "rule", view_victims_rule(victim));
}

static void show_victim(struct out *out, const struct victims_view *view,
			const struct victim *victim)
{
	const struct process_kept *kept = victim->kept;
	const struct badness_process *process = &kept->footprint->badness;

	out_object(out, NULL);
	show_rank(out, "rank", victim->rank);
	out_int(out, "pid", kept->pid);
	out_string(out, "comm", kept->comm);
	out_uint(out, "points", victim->now.score);
	show_adj(out, "oom_score_adj", "oom_adj", kept, kept->adj);
	show_badness(out, "badness", &victim->now);
	show_spared(out, "unkillable", &victim->now);
	out_uint(out, "rss_kib", process->rss_kib);
	out_uint(out, "swap_kib", process->swap_kib);
	out_uint(out, "page_tables_kib", process->table_kib);
	show_after(out, view, victim);
	out_end_object(out);
}

static void show_group(struct out *out, const struct memcg *group)
{
	if (!group) {
		out_null(out, "cgroup");
		return;
	}
	out_object(out, "cgroup");
	out_string(out, "path", group->path);
	out_string(out, "limit_of", group->limited);
	out_bool(out, "oom_group", group->all_die);
	out_bool(out, "oom_kill_disable", group->nobody_dies);
	out_end_object(out);
}

static int show_document(const struct victims_view *view, FILE *file)
{
	struct out out = out_to(file);

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "victims");
	out_uint(&out, "total_kib", view->total_kib);
	show_group(&out, view->group);
	out_bool(&out, "partial", view->partial);
	out_bool(&out, "children_first", view->victims->children_first);
	out_list(&out, "victims");
	for (size_t i = 0; i < view->victims->len; i++) {
		if (view_victims_has(view, &view->victims->items[i]))
			show_victim(&out, view, &view->victims->items[i]);
	}
	out_end_list(&out);
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", view->status);
	out_end_object(&out);
	return out_finish(&out);
}

int view_victims(const struct victims_view *view, const struct term *term, bool json)
{
	return json ? show_document(view, term->file) : view_victims_text(view, term);
}
