/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>

#include "base/enumtab.h"
#include "oom/group.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "render/out_zone.h"
#include "render/view_diagnose.h"

static const struct enumtab certainties[] = {
	{ "certain", OOM_CERTAIN },
	{ "likely", OOM_LIKELY },
	{ "guessed", OOM_GUESSED },
	{ NULL, 0 },
};

static const struct enumtab endings[] = {
	{ "killed", OOM_ENDING_KILLED },
	{ "panic", OOM_ENDING_PANIC },
	{ "disabled", OOM_ENDING_DISABLED },
	{ "nothing_to_kill", OOM_ENDING_NOTHING_TO_KILL },
	{ NULL, 0 },
};

/* A number of which -1 is one. */
static void put_signed(struct out *out, const char *key, int value)
{
	if (value == OOM_UNTOLD)
		out_null(out, key);
	else
		out_int(out, key, value);
}

static void put_line(struct out *out, const char *key, uint64_t line)
{
	if (line == 0)
		out_null(out, key);
	else
		out_uint(out, key, line);
}

static void put_trigger(struct out *out, const struct oom_report *report)
{
	char digits[32];

	out_string(out, "trigger_comm", report->trigger_comm);
	out_told(out, "trigger_pid", report->trigger_pid);
	put_signed(out, "trigger_adj", report->trigger_adj);
	(void)snprintf(digits, sizeof(digits), "0x%" PRIx64, (uint64_t)report->gfp_mask);
	out_string(out, "gfp_mask",
		   report->gfp_text	   ? report->gfp_text
		   : report->gfp_mask >= 0 ? digits
					   : NULL);
	put_signed(out, "order", report->order);
	out_string(out, "constraint",
		   report->constraint == OOM_CONSTRAINT_UNTOLD
			   ? NULL
			   : oom_constraint_word(report->constraint));
}

static void put_victim(struct out *out, const struct oom_report *report)
{
	struct oom_kill victim;

	if (!oom_report_victim(report, &victim))
		victim = (struct oom_kill){ .pid = -1,
					    .uid = -1,
					    .anon_rss_kib = -1,
					    .oom_score_adj = OOM_UNTOLD };
	out_told(out, "killed_pid", victim.pid);
	out_string(out, "killed_comm", victim.comm);
	out_told(out, "killed_uid", victim.uid);
	out_told(out, "killed_anon_rss_kb", victim.anon_rss_kib);
	put_signed(out, "killed_oom_score_adj", victim.oom_score_adj);
}

static void put_advice(struct out *out, const struct oom_verdict *verdict)
{
	out_list(out, "advice");
	for (size_t i = 0; i < verdict->advice_len; i++) {
		const struct oom_advice *advice = &verdict->advice[i];

		out_object(out, NULL);
		out_string(out, "knob", advice->knob);
		out_string(out, "value", advice->value);
		out_string(out, "text", advice->text);
		out_end_object(out);
	}
	out_end_list(out);
}

static void put_below_min(struct out *out, const struct oom_verdict *verdict)
{
	if (!verdict->watermarks) {
		out_null(out, "zones_below_min");
		return;
	}
	out_list(out, "zones_below_min");
	for (size_t i = 0; i < verdict->below_min_len; i++)
		out_string(out, NULL, verdict->below_min[i]);
	out_end_list(out);
}

static void put_verdict(struct out *out, const struct oom_verdict *verdict)
{
	out_string(out, "cause", oom_cause_word(verdict->cause));
	out_string(out, "certainty", enumtab_word(certainties, (int)verdict->certainty));
	out_string(out, "headline", verdict->headline);
	put_below_min(out, verdict);
	out_told(out, "highmem_free_kb", verdict->highmem_free_kib);
	out_told(out, "hidden_free_kb", verdict->hidden_free_kib);
	out_bool(out, "lowmem_exhausted", verdict->lowmem_exhausted);
	if (verdict->fragmented < 0)
		out_null(out, "fragmented");
	else
		out_bool(out, "fragmented", verdict->fragmented > 0);
	out_list(out, "evidence");
	for (size_t i = 0; i < verdict->facts_len; i++)
		out_string(out, NULL, verdict->facts[i]);
	out_end_list(out);
	put_advice(out, verdict);
}

static void put_kills(struct out *out, const struct oom_kills *kills)
{
	out_list(out, "kills");
	for (size_t i = 0; i < kills->len; i++) {
		const struct oom_kill *kill = &kills->items[i];

		out_object(out, NULL);
		out_told(out, "pid", kill->pid);
		out_string(out, "comm", kill->comm);
		out_told(out, "uid", kill->uid);
		out_told(out, "total_vm_kb", kill->total_vm_kib);
		out_told(out, "anon_rss_kb", kill->anon_rss_kib);
		out_told(out, "file_rss_kb", kill->file_rss_kib);
		out_told(out, "shmem_rss_kb", kill->shmem_rss_kib);
		out_told(out, "pgtables_kb", kill->pgtables_kib);
		put_signed(out, "oom_score_adj", kill->oom_score_adj);
		put_line(out, "line", kill->line);
		out_end_object(out);
	}
	out_end_list(out);
}

static void put_chosen(struct out *out, const struct oom_report *report)
{
	if (report->chosen_pid < 0 && !report->chosen_comm) {
		out_null(out, "chosen");
		return;
	}
	out_object(out, "chosen");
	out_told(out, "pid", report->chosen_pid);
	out_string(out, "comm", report->chosen_comm);
	out_told(out, "uid", report->chosen_uid);
	out_told(out, "score", report->chosen_score);
	out_end_object(out);
}

static void put_ending(struct out *out, const struct oom_report *report)
{
	out_string(out, "ending",
		   report->ending == OOM_ENDING_UNTOLD
			   ? NULL
			   : enumtab_word(endings, (int)report->ending));
	put_line(out, "ending_line", report->ending_line);
	out_string(out, "panic", report->panic);
	put_kills(out, &report->kills);
	out_bool(out, "group_kill", report->group_kill);
	out_bool(out, "allocating_task", report->allocating_task);
	put_chosen(out, report);
}

static void put_memcg(struct out *out, const struct oom_report *report)
{
	const struct oom_memcg *memcg = &report->memcg;

	if (!report->is_memcg && !memcg->path && !memcg->victim_path) {
		out_null(out, "memcg");
		return;
	}
	out_object(out, "memcg");
	out_string(out, "path", memcg->path);
	out_string(out, "victim_path", memcg->victim_path);
	out_told(out, "usage_kb", memcg->usage);
	out_told(out, "limit_kb", memcg->limit);
	out_told(out, "swap_usage_kb", memcg->swap_usage);
	out_told(out, "swap_limit_kb", memcg->swap_limit);
	out_told(out, "kmem_usage_kb", memcg->kmem_usage);
	out_told(out, "kmem_limit_kb", memcg->kmem_limit);
	out_told(out, "anon_kb", memcg->anon);
	out_told(out, "file_kb", memcg->file);
	out_told(out, "shmem_kb", memcg->shmem);
	out_told(out, "kernel_kb", memcg->kernel);
	put_line(out, "line", memcg->line);
	out_end_object(out);
}

static void put_zones(struct out *out, const struct oom_zones *zones)
{
	out_list(out, "zones");
	for (size_t i = 0; i < zones->len; i++) {
		const struct oom_zone *zone = &zones->items[i];

		out_object(out, NULL);
		out_told(out, "node", zone->has_node ? (int64_t)zone->zone.node : -1);
		out_zone_marks(out, &zone->zone);
		out_bool(out, "reserve_holds_marks", zone->classes_hold_marks);
		out_told(out, "highatomic_kib", zone->highatomic_kib);
		if (zone->all_unreclaimable < 0)
			out_null(out, "all_unreclaimable");
		else
			out_bool(out, "all_unreclaimable", zone->all_unreclaimable > 0);
		out_zone_blocks(out, &zone->zone);
		put_line(out, "line", zone->line);
		out_end_object(out);
	}
	out_end_list(out);
}

static void put_totals(struct out *out, const struct oom_report *report)
{
	const struct oom_totals *totals = &report->totals;

	out_object(out, "totals");
	out_told(out, "ram_kb", totals->ram);
	out_told(out, "highmem_kb", totals->highmem);
	out_told(out, "reserved_kb", totals->reserved);
	out_told(out, "free_kb", totals->free);
	out_told(out, "active_kb", totals->active);
	out_told(out, "inactive_kb", totals->inactive);
	out_told(out, "active_anon_kb", totals->active_anon);
	out_told(out, "inactive_anon_kb", totals->inactive_anon);
	out_told(out, "active_file_kb", totals->active_file);
	out_told(out, "inactive_file_kb", totals->inactive_file);
	out_told(out, "unevictable_kb", totals->unevictable);
	out_told(out, "mapped_kb", totals->mapped);
	out_told(out, "shmem_kb", totals->shmem);
	out_told(out, "slab_kb", totals->slab);
	out_told(out, "slab_reclaimable_kb", totals->slab_reclaimable);
	out_told(out, "slab_unreclaimable_kb", totals->slab_unreclaimable);
	out_told(out, "pagetables_kb", totals->pagetables);
	out_told(out, "kernel_stack_kb", totals->kernel_stack);
	out_told(out, "bounce_kb", totals->bounce);
	out_told(out, "free_cma_kb", totals->free_cma);
	put_line(out, "line", totals->line);
	out_end_object(out);
}

static void put_user(struct out *out, const char *key, const struct oom_user *user)
{
	out_object(out, key);
	out_string(out, "name", user->name);
	out_uint(out, "count", user->count);
	out_uint(out, "rss_kb", user->rss_kib);
	out_end_object(out);
}

static void put_sums(struct out *out, const struct oom_sums *sums)
{
	if (sums->processes == 0) {
		out_null(out, "sums");
		return;
	}
	out_object(out, "sums");
	out_uint(out, "processes", sums->processes);
	out_told(out, "rss_kb", sums->rss_kib);
	out_told(out, "swap_kb", sums->swap_kib);
	out_told(out, "pgtables_kb", sums->pgtables_kib);
	out_uint(out, "unkillable", sums->unkillable);
	out_list(out, "users");
	for (size_t i = 0; i < OOM_USERS && sums->users[i].count > 0; i++)
		put_user(out, NULL, &sums->users[i]);
	out_end_list(out);
	if (sums->most.count > 0)
		put_user(out, "most", &sums->most);
	else
		out_null(out, "most");
	out_end_object(out);
}

static void put_tasks(struct out *out, const struct oom_tasks *tasks)
{
	out_list(out, "tasks");
	for (size_t i = 0; i < tasks->len; i++) {
		const struct oom_task *task = &tasks->items[i];

		out_object(out, NULL);
		out_told(out, "pid", task->pid);
		out_told(out, "tgid", task->tgid);
		out_told(out, "uid", task->uid);
		out_told(out, "total_vm_kb", task->total_vm_kib);
		out_told(out, "rss_kb", task->rss_kib);
		out_told(out, "swap_kb", task->swap_kib);
		out_told(out, "pgtables_kb", task->pgtables_kib);
		put_signed(out, "oom_score_adj", task->oom_score_adj);
		out_string(out, "name", task->name);
		out_end_object(out);
	}
	out_end_list(out);
}

static void put_report(struct out *out, const struct diagnose_view *view,
		       const struct oom_finding *finding)
{
	const struct oom_report *report = &finding->report;

	out_object(out, NULL);
	out_string(out, "file", report->file);
	out_uint(out, "line", report->line);
	put_line(out, "last_line", report->last_line);
	out_string(out, "when", report->when);
	out_moment(out, "time", report->time);
	out_string(out, "kernel", report->kernel);
	put_trigger(out, report);
	out_string(out, "memcg_path", report->memcg.path);
	put_victim(out, report);
	out_told(out, "swap_total_kb", report->totals.swap_total);
	out_told(out, "swap_free_kb", report->totals.swap_free);
	put_verdict(out, &finding->verdict);
	put_ending(out, report);
	put_memcg(out, report);
	put_zones(out, &report->zones);
	put_totals(out, report);
	put_sums(out, &report->sums);
	if (view->tasks)
		put_tasks(out, &report->tasks);
	out_end_object(out);
}

static void put_group(struct out *out, const struct diagnose_view *view,
		      const struct oom_group *group)
{
	const struct oom_report *first = &view->findings[group->first].report;
	const struct oom_report *last = &view->findings[group->last].report;

	out_object(out, NULL);
	out_string(out, "cause", oom_cause_word(group->cause));
	out_string(out, "victim", group->victim);
	out_uint(out, "count", group->count);
	out_string(out, "first", first->when);
	out_moment(out, "first_time", first->time);
	out_string(out, "last", last->when);
	out_moment(out, "last_time", last->time);
	/* Where in the list of reports. */
	out_uint(out, "first_report", group->first);
	out_uint(out, "last_report", group->last);
	out_end_object(out);
}

int view_diagnose_document(const struct diagnose_view *view, FILE *file)
{
	struct out out = out_to(file);
	struct oom_groups groups;

	if (oom_groups(view->arena, view->findings, view->len, &groups) < 0)
		return -ENOMEM;
	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "diagnose");
	out_list(&out, "reports");
	for (size_t i = 0; i < view->len; i++)
		put_report(&out, view, &view->findings[i]);
	out_end_list(&out);
	out_list(&out, "groups");
	for (size_t i = 0; i < groups.len; i++)
		put_group(&out, view, &groups.items[i]);
	out_end_list(&out);
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", view->status);
	out_end_object(&out);
	return out_finish(&out);
}
