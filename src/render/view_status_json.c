/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/journal.h"
#include "apply/leftout.h"
#include "base/enumtab.h"
#include "plan/plan.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "render/out_zone.h"
#include "render/view_status.h"
#include "state/memory.h"
#include "state/strain.h"
#include "state/usable.h"

static const struct enumtab kinds[] = {
	{ "low_memory", STRAIN_LOW_MEMORY },
	{ "memory", STRAIN_MEMORY },
	{ "node", STRAIN_NODE },
	{ "fragmentation", STRAIN_FRAGMENTATION },
	{ "swap", STRAIN_SWAP },
	{ "pressure", STRAIN_PRESSURE },
	{ "killed", STRAIN_KILLED },
	{ NULL, 0 },
};

static const struct enumtab levels[] = {
	{ "none", STRAIN_NONE },
	{ "note", STRAIN_NOTE },
	{ "warning", STRAIN_WARNING },
	{ "alarm", STRAIN_ALARM },
	{ NULL, 0 },
};

static void put_strains(struct out *out, const struct status_view *view)
{
	out_list(out, "strains");
	for (size_t i = 0; i < view->strains_len; i++) {
		const struct strain *strain = &view->strains[i];

		out_object(out, NULL);
		out_string(out, "kind", enumtab_word(kinds, (int)strain->kind));
		out_string(out, "level", enumtab_word(levels, (int)strain->level));
		out_string(out, "text", strain->text);
		out_end_object(out);
	}
	out_end_list(out);
}

/* Since 2.6.19 a kernel without HighMem says nothing of it: there is none then. */
static int64_t high(int64_t told, int64_t low)
{
	return told < 0 && low >= 0 ? 0 : told;
}

static void put_parts(struct out *out, const struct meminfo *info)
{
	out_told(out, "available_kib", info->available);
	out_told(out, "buffers_kib", info->buffers);
	out_told(out, "cached_kib", info->cached);
	out_told(out, "swap_cached_kib", info->swap_cached);
	out_told(out, "dirty_kib", info->dirty);
	out_told(out, "writeback_kib", info->writeback);
	out_told(out, "anon_kib", info->anon);
	out_told(out, "mapped_kib", info->mapped);
	out_told(out, "shmem_kib", info->shmem);
	out_told(out, "unevictable_kib", info->unevictable);
	out_told(out, "slab_kib", info->slab);
	out_told(out, "slab_reclaimable_kib", info->slab_reclaimable);
	out_told(out, "slab_unreclaimable_kib", info->slab_unreclaimable);
	out_told(out, "kernel_stack_kib", info->kernel_stack);
	out_told(out, "page_tables_kib", info->page_tables);
	out_told(out, "commit_limit_kib", info->commit_limit);
	out_told(out, "committed_kib", info->committed);
	out_told(out, "huge_pages_total", info->huge_total);
	out_told(out, "huge_pages_free", info->huge_free);
	out_told(out, "huge_page_kib", info->huge_size);
}

static void put_memory(struct out *out, const struct memory *memory)
{
	const struct meminfo *info = &memory->info;
	int64_t low_total = memory_low_total(memory), low_free = memory_low_free(memory);

	out_object(out, "memory");
	out_told(out, "total_kib", info->total);
	out_told(out, "free_kib", info->free);
	out_told(out, "low_total_kib", low_total);
	out_told(out, "low_free_kib", low_free);
	out_told(out, "high_total_kib", high(info->high_total, low_total));
	out_told(out, "high_free_kib", high(info->high_free, low_free));
	out_told(out, "swap_total_kib", info->swap_total);
	out_told(out, "swap_free_kib", info->swap_free);
	put_parts(out, info);
	out_uint(out, "page_size", memory->page_size);
	out_end_object(out);
}

static void put_usable(struct out *out, const struct memory *memory,
		       const struct zone *zone)
{
	const struct usable usable = usable_of(memory, zone);

	out_told(out, "users_reserve_kib", usable.users_kib);
	out_told(out, "kernel_reserve_kib", usable.kernel_kib);
	if (usable.level == USABLE_UNKNOWN) {
		out_null(out, "usable_for_users");
		out_null(out, "usable_for_kernel");
	} else {
		out_bool(out, "usable_for_users", usable.for_users);
		out_bool(out, "usable_for_kernel", usable.for_kernel);
	}
	out_string(out, "text", usable_text(&usable));
}

static void put_zones(struct out *out, const struct memory *memory)
{
	out_list(out, "zones");
	for (size_t i = 0; i < memory->zones_len; i++) {
		const struct zone *zone = &memory->zones[i];

		out_object(out, NULL);
		out_uint(out, "node", zone->node);
		out_zone_marks(out, zone);
		put_usable(out, memory, zone);
		out_zone_blocks(out, zone);
		out_end_object(out);
	}
	out_end_list(out);
}

static void put_pressure(struct out *out, const struct pressure *pressure)
{
	if (!pressure->known) {
		out_null(out, "pressure");
		return;
	}
	out_object(out, "pressure");
	out_hundredths(out, "some_avg10", pressure->some_avg10);
	out_hundredths(out, "some_avg60", pressure->some_avg60);
	out_hundredths(out, "some_avg300", pressure->some_avg300);
	out_hundredths(out, "full_avg10", pressure->full_avg10);
	out_hundredths(out, "full_avg60", pressure->full_avg60);
	out_hundredths(out, "full_avg300", pressure->full_avg300);
	out_end_object(out);
}

static void put_drift_item(struct out *out, const struct plan_item *item)
{
	out_object(out, NULL);
	out_string(out, "key", item->key);
	out_string(out, "profile", item->layer);
	out_string(out, "want", item->want);
	out_string(out, "live", item->live);
	out_string(out, "boot", item->boot);
	out_string(out, "reason", item->reason);
	out_end_object(out);
}

static void put_drift(struct out *out, const struct plan *plan)
{
	if (!plan) {
		out_null(out, "drift");
		return;
	}
	out_object(out, "drift");
	out_bool(out, "applies", plan->applies);
	out_bool(out, "in_sync", plan_in_sync(plan));
	out_uint(out, "same", plan->counts.same);
	out_uint(out, "differs", plan->counts.differs);
	out_uint(out, "skipped", plan->counts.skipped);
	out_uint(out, "refused", plan->counts.refused);
	out_list(out, "items");
	for (size_t i = 0; i < plan->len; i++) {
		if (view_status_differs(&plan->items[i]))
			put_drift_item(out, &plan->items[i]);
	}
	out_end_list(out);
	out_end_object(out);
}

static void put_profiles(struct out *out, const struct standing *standing)
{
	out_list(out, "profiles");
	for (size_t i = 0; i < standing->names_len; i++)
		out_string(out, NULL, standing->names[i]);
	out_end_list(out);
	out_string(out, "profiles_problem", standing->profiles_problem);
	put_drift(out, standing->plan);
}

static void put_trial(struct out *out, const struct standing *standing)
{
	if (standing->trial > 0) {
		out_object(out, "trial");
		out_uint(out, "id", standing->trial);
		out_int(out, "pid", standing->trial_pid);
		out_moment(out, "until",
			   standing->trial_until > 0 ? standing->trial_until : -1);
		out_end_object(out);
	} else {
		out_null(out, "trial");
	}
	out_string(out, "trial_problem", standing->trial_problem);
}

static void put_cut_off(struct out *out, const struct entry *entry)
{
	if (!entry) {
		out_null(out, "cut_off");
		return;
	}
	out_object(out, "cut_off");
	out_uint(out, "id", entry->id);
	out_string(out, "command", entry->command);
	out_string(out, "profiles", entry->profiles);
	out_moment(out, "started", entry->started);
	out_end_object(out);
}

static void put_leftout(struct out *out, const struct standing *standing)
{
	const struct leftout *left = standing->leftout;

	out_list(out, "left_out");
	for (size_t i = 0; left && i < left->len; i++) {
		out_object(out, NULL);
		out_string(out, "key", left->items[i].name);
		out_string(out, "reason", left->items[i].reason);
		out_string(out, "profiles", left->items[i].profiles);
		out_end_object(out);
	}
	out_end_list(out);
	out_string(out, "left_out_problem", standing->leftout_problem);
}

static void put_schedules(struct out *out, const struct watch_seen *watch)
{
	out_list(out, "schedules");
	for (size_t i = 0; i < watch->schedules_len; i++) {
		const struct schedule_seen *schedule = &watch->schedules[i];

		out_object(out, NULL);
		out_string(out, "profile", schedule->profile);
		out_string(out, "key", schedule->key);
		out_moment(out, "next", schedule->next);
		out_moment(out, "last", schedule->last);
		out_told(out, "freed_kib", schedule->freed_kib);
		out_told(out, "took_ms", schedule->took_ms);
		out_string(out, "skipped", schedule->skipped);
		out_end_object(out);
	}
	out_end_list(out);
}

static void put_watch(struct out *out, const struct watch_seen *watch)
{
	out_object(out, "watch");
	out_bool(out, "running", watch->running);
	out_told(out, "pid", watch->pid > 0 ? watch->pid : -1);
	out_string(out, "problem", watch->problem);
	out_moment(out, "told_at", watch->told ? watch->told_at : -1);
	out_string(out, "mode", watch->told ? watch->mode : NULL);
	out_told(out, "rules", watch->rules);
	out_told(out, "processes", watch->processes);
	out_told(out, "changed", watch->changed);
	out_told(out, "denied", watch->denied);
	out_told(out, "drifted", watch->drifted);
	out_told(out, "lost", watch->lost);
	out_told(out, "p50_us", watch->p50_us);
	out_told(out, "p99_us", watch->p99_us);
	put_schedules(out, watch);
	out_end_object(out);
}

int view_status_document(const struct status_view *view, FILE *file)
{
	struct out out = out_to(file);

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "status");
	put_strains(&out, view);
	put_memory(&out, view->memory);
	put_zones(&out, view->memory);
	put_pressure(&out, &view->memory->pressure);
	out_told(&out, "oom_kills", view->memory->oom_kills);
	put_profiles(&out, view->standing);
	put_trial(&out, view->standing);
	put_cut_off(&out, view->standing->cut_off);
	put_leftout(&out, view->standing);
	put_watch(&out, &view->standing->watch);
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", view->status);
	out_end_object(&out);
	return out_finish(&out);
}
