/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/plan.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "knob/value.h"
#include "plan/boot.h"
#include "plan/candidate.h"
#include "plan/item.h"
#include "plan/probe.h"
#include "plan/process_item.h"
#include "plan/schedule.h"
#include "plan/translate.h"
#include "plan/when.h"
#include "profile/profile.h"

/* What building a plan works on. */
struct build {
	struct arena *arena;
	const struct plan_request *request;
	const struct probes *probes;
	const struct state *state;
	struct candidates candidates;
	struct plan plan;
};

static const struct live *find_live(const struct item_context *context, const char *path)
{
	const struct build *build = context->data;

	return probes_live(build->probes, build->state, path);
}

static int add_found(struct build *build, const struct layer *layer, size_t index,
		     const struct setting *setting, const struct live *live)
{
	struct candidate *candidate =
		candidate_add(build->arena, &build->candidates, layer, index,
			      setting->glob ? FROM_GLOB : FROM_KEY);

	if (!candidate)
		return -ENOMEM;
	candidate->path = live->path;
	candidate->key = setting->key;
	if (setting->glob)
		candidate->key = setting->sysfs
					 ? arena_printf(build->arena, "/%s", live->path)
					 : sysctlname_of_path(build->arena, live->path);
	if (!candidate->key)
		return -ENOMEM;
	candidate->knob = setting->glob || setting->knob
				  ? knob_find(candidate->key, build->state->host.release)
				  : NULL;
	candidate->setting = setting;
	candidate->from = setting->at;
	candidate->live = live;
	return 0;
}

/* A glob that stands for nothing asks for nothing, but is worth a line. */
static int add_empty_glob(struct build *build, const struct layer *layer,
			  const struct setting *setting)
{
	struct plan_item *item = vec_push(build->arena, &build->plan);

	if (!item)
		return -ENOMEM;
	*item = (struct plan_item){
		.kind = setting->sysfs ? ITEM_SYSFS : ITEM_SYSCTL,
		.key = setting->key,
		.from = setting->at,
		.layer = layer->name,
		.live_status = LIVE_ABSENT,
		.action = ACTION_SKIP,
		.reason = "nothing on this host matches it",
	};
	return 0;
}

static int add_setting(struct build *build, const struct layer *layer, size_t index,
		       const struct setting *setting, const struct found *found)
{
	int r = 0;

	if (found->len == 0)
		return add_empty_glob(build, layer, setting);
	for (size_t i = 0; r == 0 && i < found->len; i++)
		r = add_found(build, layer, index, setting, &found->items[i]);
	return r;
}

static int add_word(struct build *build, const struct layer *layer, size_t index,
		    const char *word, struct origin at,
		    const struct translation *translation)
{
	struct candidate *candidate =
		candidate_add(build->arena, &build->candidates, layer, index, FROM_WORD);

	if (!candidate)
		return -ENOMEM;
	candidate->from = at;
	candidate->word = *translation;
	candidate->live = translation->live;
	candidate->path = candidate->key = word;
	if (!translation->live)
		return 0;
	candidate->path = translation->live->path;
	candidate->key = sysctlname_of_path(build->arena, candidate->path);
	if (!candidate->key)
		return -ENOMEM;
	candidate->knob = knob_find(candidate->key, build->state->host.release);
	return 0;
}

static int add_words(struct build *build, const struct layer *layer, size_t index)
{
	const struct item_context context = { .data = build };
	const struct host *host = &build->state->host;
	struct translation translation;
	int r = 0;

	if (layer->has_lower_zone_protection) {
		r = translate_lower_zone_protection(
			build->arena, layer->lower_zone_protection, host,
			find_live(&context, LOWER_ZONE_PROTECTION_PATH),
			find_live(&context, LOWMEM_RESERVE_RATIO_PATH), &translation);
		if (r == 0)
			r = add_word(build, layer, index, "lower_zone_protection",
				     layer->lower_zone_protection_at, &translation);
	}
	if (r == 0 && layer->oom_kill != UNSET) {
		r = translate_oom_kill(build->arena, layer->oom_kill == ON, host,
				       find_live(&context, OOM_KILL_PATH), &translation);
		if (r == 0)
			r = add_word(build, layer, index, "oom_kill", layer->oom_kill_at,
				     &translation);
	}
	return r;
}

/* drop_caches came with 2.6.16, and to RHEL 4 with 2.6.9-67.EL. */
static bool can_drop(const struct build *build)
{
	const struct host *host = &build->state->host;
	const struct live *live =
		probes_live(build->probes, build->state, DROP_CACHES_PATH);

	return !kver_known(host->kernel) ||
	       kver_compare(host->kernel, KVER(2, 6, 16)) >= 0 || !live ||
	       live->error != ENOENT;
}

static int add_schedule(struct build *build, const struct layer *layer,
			const struct drop_schedule *schedule)
{
	const struct schedule when = schedule_of(schedule);
	struct plan_item *item = vec_push(build->arena, &build->plan);

	if (!item)
		return -ENOMEM;
	*item = (struct plan_item){
		.kind = ITEM_SCHEDULE,
		.key = "drop_caches",
		.want = schedule_text(build->arena, schedule),
		.from = schedule->at,
		.layer = layer->name,
		.profile = layer_root(layer),
		.live_status = LIVE_UNKNOWN,
		.action = ACTION_SKIP,
		.reason = "left to 'lowmemctl watch'",
	};
	if (schedule_is_hasty(&when) && !build->request->force) {
		item->action = ACTION_REFUSE;
		item->refusal = STATUS_ERROR;
		item->reason = SCHEDULE_HASTY;
	}
	if (!can_drop(build)) {
		item->action = ACTION_REFUSE;
		item->refusal = STATUS_NO_KNOB;
		item->reason = "this kernel has no vm.drop_caches (2.6.16 and later)";
	}
	return item->want ? 0 : -ENOMEM;
}

static int add_schedules(struct build *build, const struct layer *layer)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < layer->schedules_len; i++)
		r = add_schedule(build, layer, &layer->schedules[i]);
	return r;
}

static int note_not_applicable(struct build *build, const char *why)
{
	struct plan *plan = &build->plan;

	plan->not_applicable =
		!why || !plan->not_applicable
			? why
			: arena_printf(build->arena, "%s; %s", plan->not_applicable, why);
	return plan->not_applicable ? 0 : -ENOMEM;
}

static int note_applies(struct build *build, const struct layer *layer)
{
	const struct layer **place = vec_push(build->arena, &build->plan.layers);

	if (!place)
		return -ENOMEM;
	*place = layer;
	build->plan.applies = true;
	return 0;
}

static int add_layers(struct build *build, const struct profile *profile)
{
	size_t setting = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < profile->len; i++) {
		const struct layer *layer = profile->items[i];
		const char *why = NULL;
		size_t first = setting;

		setting += layer->settings_len;
		if (!when_holds(build->arena, layer, &build->state->host, &why)) {
			r = note_not_applicable(build, why);
			continue;
		}
		r = note_applies(build, layer);
		for (size_t j = 0; r == 0 && j < layer->settings_len; j++)
			r = add_setting(build, layer, i, &layer->settings[j],
					&build->state->found[first + j]);
		if (r == 0)
			r = add_words(build, layer, i);
		if (r == 0)
			r = add_schedules(build, layer);
	}
	return r;
}

static int add_overridden(struct build *build, const struct item_context *context)
{
	const struct candidates *candidates = &build->candidates;
	int r = 0;

	for (size_t i = 0; r == 0 && i < candidates->overridden; i++) {
		struct plan_item *item = vec_push(build->arena, &build->plan.overridden);

		r = item ? item_from_candidate(context,
					       &candidates->items[candidates->len + i],
					       item)
			 : -ENOMEM;
	}
	return r;
}

static int add_items(struct build *build)
{
	const struct host *host = &build->state->host;
	const struct value_facts facts = {
		.kernel = host->kernel,
		.word = host_word(host),
		.mem_total_kib = host->mem_total_kib,
		.page_size = host->page_size,
	};
	const struct item_context context = {
		.arena = build->arena,
		.host = host,
		.facts = &facts,
		.look_up = find_live,
		.data = build,
	};
	const struct candidates *candidates = &build->candidates;
	int r = 0;

	for (size_t i = 0; r == 0 && i < candidates->len; i++) {
		struct plan_item *item = vec_push(build->arena, &build->plan);

		r = item ? item_from_candidate(&context, &candidates->items[i], item)
			 : -ENOMEM;
		if (r == 0)
			r = boot_judge(build->arena, build->request, item);
	}
	return r == 0 ? add_overridden(build, &context) : r;
}

static short order_of(const struct plan_item *item)
{
	return item->knob ? item->knob->order : 0;
}

/* In the order of the knobs' wishes, keeping the given order otherwise. */
static void put_in_order(struct plan_item *items, size_t len)
{
	for (size_t i = 1; i < len; i++) {
		struct plan_item item = items[i];
		size_t j = i;

		for (; j > 0 && order_of(&items[j - 1]) > order_of(&item); j--)
			items[j] = items[j - 1];
		items[j] = item;
	}
}

static bool comes_before(const struct plan_item *a, const struct plan_item *b)
{
	return order_of(a) == order_of(b) ? a->place < b->place
					  : order_of(a) < order_of(b);
}

static void count_items(struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];

		switch (item->action) {
		case ACTION_NONE:
			plan->counts.same++;
			break;
		case ACTION_WRITE:
		case ACTION_PERSIST:
		case ACTION_WRITE_PERSIST:
			plan->counts.differs++;
			break;
		case ACTION_SKIP:
			plan->counts.skipped++;
			break;
		case ACTION_REFUSE:
			plan->counts.refused++;
			if (plan->refusal == STATUS_OK || item->refusal < plan->refusal)
				plan->refusal = item->refusal;
			break;
		}
	}
}

static void count_files(struct plan *plan)
{
	for (size_t i = 0; i < plan->files.len; i++) {
		if (!plan->files.items[i].refused)
			continue;
		plan->counts.refused++;
		if (plan->refusal == STATUS_OK)
			plan->refusal = plan->files.items[i].refusal != STATUS_OK
						? plan->files.items[i].refusal
						: STATUS_ERROR;
	}
}

static void count(struct plan *plan)
{
	plan->counts = (struct plan_counts){ 0 };
	plan->refusal = STATUS_OK;
	count_items(plan);
	count_files(plan);
}

int plan_build(struct arena *arena, const struct plan_request *request, struct plan *ret)
{
	struct build build = {
		.arena = arena,
		.request = request,
		.probes = request->probes,
		.state = request->state,
	};
	int r = add_layers(&build, request->profile);

	if (r < 0)
		return r;
	candidates_settle(&build.candidates);
	r = add_items(&build);
	if (r == 0)
		r = process_items(arena, request, &build.plan);
	if (r < 0)
		return r;
	plan_finish(&build.plan);
	*ret = build.plan;
	return 0;
}

void plan_finish(struct plan *plan)
{
	put_in_order(plan->items, plan->len);
	put_in_order(plan->overridden.items, plan->overridden.len);
	count(plan);
}

int plan_add_file(struct arena *arena, struct plan *plan, const char *path,
		  const char *old, const char *new)
{
	struct file_change *change;

	if (old == new || (old && new &&strcmp(old, new) == 0))
		return 0;
	change = vec_push(arena, &plan->files);
	if (!change)
		return -ENOMEM;
	*change = (struct file_change){ .path = path + 1, .old = old, .new = new };
	return 0;
}

void plan_item_leave_out(struct plan_item *item, const char *reason)
{
	item->action = ACTION_SKIP;
	item->reason = reason;
}

void plan_leave_out_files(struct plan *plan)
{
	plan->files.len = 0;
	for (size_t i = 0; i < plan->len; i++) {
		struct plan_item *item = &plan->items[i];

		item->persisted = false;
		item->unpersisted = plan_item_persists(item);
		if (item->action == ACTION_WRITE_PERSIST)
			item->action = ACTION_WRITE;
		else if (item->action == ACTION_PERSIST)
			plan_item_leave_out(item, "it could not be persisted here");
	}
	count(plan);
}

const struct plan_item *asked_next(struct asked *asked)
{
	const struct plan *plan = asked->plan;
	const struct plan_item *item =
		asked->item < plan->len ? &plan->items[asked->item] : NULL;
	const struct plan_item *other =
		asked->overridden < plan->overridden.len
			? &plan->overridden.items[asked->overridden]
			: NULL;

	if (other && (!item || comes_before(other, item))) {
		asked->overridden++;
		return other;
	}
	asked->item += item != NULL;
	return item;
}

bool plan_item_writes(const struct plan_item *item)
{
	return item->action == ACTION_WRITE || item->action == ACTION_WRITE_PERSIST;
}

bool plan_item_persists(const struct plan_item *item)
{
	return item->action == ACTION_PERSIST || item->action == ACTION_WRITE_PERSIST;
}

bool plan_item_holds(const struct plan_item *item)
{
	return (item->action == ACTION_NONE || item->action == ACTION_PERSIST) &&
	       item->live_status == LIVE_SAME && item->path && item->want &&
	       item->kind != ITEM_PROCESS;
}

bool plan_writes(const struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		if (plan_item_writes(&plan->items[i]))
			return true;
	}
	return false;
}

bool plan_changes(const struct plan *plan)
{
	return plan->counts.differs > 0 || plan->files.len > 0;
}

bool plan_in_sync(const struct plan *plan)
{
	return !plan_changes(plan) && plan->counts.refused == 0;
}
