/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/process_item.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/vec.h"
#include "knob/oomadj.h"
#include "plan/judging.h"
#include "plan/outcome.h"
#include "plan/plan.h"
#include "profile/profile.h"

struct making {
	struct arena *arena;
	const struct plan_request *request;
	const struct rules *rules;
	const struct processes *processes;
	struct plan *plan;
	bool *matched; /* one for each rule */
	bool killable;
};

static bool is_never(int adj, bool legacy)
{
	return adj == (legacy ? OOMADJ_NEVER : ADJ_NEVER);
}

static struct plan_item *add(const struct making *making, const struct rule *rule,
			     const struct layer *layer)
{
	struct plan_item *item = vec_push(making->arena, making->plan);

	if (item) {
		*item = (struct plan_item){
			.kind = ITEM_PROCESS,
			.process.rule = rule->name,
			.from = rule->at,
			.layer = layer->name,
			.profile = layer_root(layer),
		};
	}
	return item;
}

static struct plan_item *add_process(const struct making *making,
				     const struct ready_rule *ready,
				     const struct process_kept *kept)
{
	struct plan_item *item = add(making, ready->rule, ready->layer);
	char pid[NUM_TEXT_SIZE];

	if (!item)
		return NULL;
	item->process.pid = kept->pid;
	item->process.comm = kept->comm;
	item->process.started = kept->started;
	/* Where there are very many, printf(3) would take most of the time. */
	(void)num_text(kept->pid, pid);
	item->key = arena_join(making->arena, "pid:", pid, "");
	item->path = arena_join(making->arena, "proc/", pid,
				kept->legacy ? "/oom_adj" : "/oom_score_adj");
	item->label =
		item->key ? arena_join(making->arena, item->key, " ", kept->comm) : NULL;
	return item->label && item->path ? item : NULL;
}

static struct live *source_of(const struct making *making,
			      const struct process_kept *kept,
			      const struct plan_item *item)
{
	struct live *live = arena_alloc(making->arena, sizeof(*live));

	if (live)
		*live = (struct live){ .path = item->path,
				       .text = item->live,
				       .error = kept->error,
				       .fd = kept->fd };
	return live;
}

/*
 * Raising is for who may open the file. The capability is asked for where the value goes below the
 * floor, which is 0 until somebody with the capability moves it, and cannot be read (Linux
 * fs/proc/base.c, __set_oom_adj). oom_adj knew no floor: any lowering, and before 2.6.20 any write.
 */
static unsigned needs_of(const struct making *making, const struct process_kept *kept,
			 int want, bool hard)
{
	struct kver kernel = making->request->state->host.kernel;
	bool old = kver_known(kernel) && kver_compare(kernel, KVER(2, 6, 20)) < 0;
	bool below =
		kept->legacy ? want < kept->adj || old : want < kept->adj && want < 0;
	unsigned needs = below || hard ? NEED_SYS_RESOURCE : NEED_NOTHING;

	if ((kept->known & PROCESS_OWNER) && kept->uid != making->processes->caller)
		needs |= NEED_DAC_OVERRIDE;
	return needs;
}

static int settle(const struct making *making, const struct process_kept *kept,
		  struct plan_item *item, int want)
{
	char text[NUM_TEXT_SIZE];

	item->live = arena_copy(making->arena, text, num_text(kept->adj, text));
	item->want = item->live;
	if (want != kept->adj)
		item->want = arena_copy(making->arena, text, num_text(want, text));
	if (!item->live || !item->want)
		return -ENOMEM;
	item->source = source_of(making, kept, item);
	if (!item->source)
		return -ENOMEM;
	item->live_status = want == kept->adj ? LIVE_SAME : LIVE_DIFFERS;
	if (want == kept->adj)
		return 0;
	item->action = ACTION_WRITE;
	item->needs = needs_of(making, kept, want, item->process.hard);
	item->undo_path = item->path;
	item->undo_value = item->live;
	return 0;
}

static int add_unset(const struct making *making, const struct process_kept *kept,
		     const struct ready_rule *ready)
{
	struct plan_item *item = add_process(making, ready, kept);

	if (!item)
		return -ENOMEM;
	item->path = NULL;
	item->live_status = LIVE_ABSENT;
	item->action = ACTION_REFUSE;
	item->refusal = STATUS_NO_KNOB;
	item->reason = "this kernel has neither oom_score_adj nor oom_adj (2.6.11)";
	return 0;
}

static int add_matched(const struct making *making, const struct process_kept *kept)
{
	const struct ready_rule *ready = &making->rules->items[kept->rule];
	struct plan_item *item;

	if (kept->unset)
		return add_unset(making, kept, ready);
	item = add_process(making, ready, kept);
	if (!item)
		return -ENOMEM;
	item->process.hard = ready->rule->hard_floor;
	return settle(making, kept, item,
		      outcome_of(making->rules, making->processes, kept).want);
}

static int add_unknown(const struct making *making, const struct process_kept *kept)
{
	const struct ready_rule *ready = &making->rules->items[kept->rule];
	struct plan_item *item = add_process(making, ready, kept);
	const char *names = "";

	if (!item)
		return -ENOMEM;
	for (unsigned i = 0; names && i < PROCESS_FIELDS; i++) {
		if (kept->unknown & 1U << i)
			names = arena_printf(making->arena, "%s%s%s", names,
					     *names ? ", " : "",
					     process_field_name(
						     (enum process_field)(1U << i)));
	}
	item->live_status = LIVE_UNREADABLE;
	item->action = ACTION_SKIP;
	item->reason =
		names ? arena_printf(
				making->arena,
				"whether rule '%s' is for it cannot be told: its %s may "
				"not be read",
				ready->rule->name, names)
		      : NULL;
	return item->reason ? 0 : -ENOMEM;
}

static int add_child(struct making *making, const struct process_kept *kept)
{
	struct outcome outcome = outcome_of(making->rules, making->processes, kept);
	const struct ready_rule *ready = outcome.ready;
	struct plan_item *item;

	making->killable |= !is_never(outcome.want, kept->legacy);
	if (kept->unset || (outcome.want == kept->adj &&
			    (!ready || ready->rule->children != CHILDREN_VALUE)))
		return 0;
	item = add_process(making, ready, kept);
	if (!item)
		return -ENOMEM;
	item->reason = arena_printf(making->arena, "started by one that rule '%s' is for",
				    ready->rule->name);
	return item->reason ? settle(making, kept, item, outcome.want) : -ENOMEM;
}

static int add_kept(struct making *making, const struct process_kept *kept)
{
	if (kept->rule < 0)
		return add_child(making, kept);
	making->matched[kept->rule] = true;
	return kept->unknown ? add_unknown(making, kept) : add_matched(making, kept);
}

/* What a rule asks for, where it is not held against a process: ">=-500". */
static const char *wish_of(struct arena *arena, const struct rule *rule)
{
	if (rule->has_value)
		return arena_printf(arena, "%d", rule->value);
	if (rule->has_min && rule->has_max)
		return arena_printf(arena, "%d..%d", rule->min, rule->max);
	return rule->has_min ? arena_printf(arena, ">=%d", rule->min)
			     : arena_printf(arena, "<=%d", rule->max);
}

/* A rule that is for nobody now may be for somebody later: that is no fault. */
static int add_idle_rule(const struct making *making, const struct ready_rule *ready)
{
	struct plan_item *item = add(making, ready->rule, ready->layer);

	if (!item)
		return -ENOMEM;
	item->key = ready->rule->name;
	item->want = wish_of(making->arena, ready->rule);
	item->live_status = LIVE_ABSENT;
	item->action = ACTION_SKIP;
	item->reason = ready->never ? ready->never : "no process matches it now";
	return item->want ? 0 : -ENOMEM;
}

/* Is what @item, which is written, wants out of the killer's reach? */
static bool shields(const struct plan_item *item)
{
	const char *name = strrchr(item->path, '/') + 1;

	return strcmp(item->want, strcmp(name, "oom_adj") == 0 ? "-17" : "-1000") == 0;
}

static void refuse_shields(struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		struct plan_item *item = &plan->items[i];

		if (item->kind != ITEM_PROCESS || item->action != ACTION_WRITE ||
		    !shields(item))
			continue;
		item->action = ACTION_REFUSE;
		item->refusal = STATUS_ERROR;
		item->reason =
			"with it nothing would be left that the OOM killer can kill, and "
			"the kernel panics: say -999, or --force";
	}
}

static int add_collected(struct making *making)
{
	const struct rules *rules = making->rules;
	int r = 0;

	making->matched = arena_array(making->arena, rules->len + 1, sizeof(bool));
	if (!making->matched)
		return -ENOMEM;
	vec_expect(making->arena, making->plan, making->processes->len + rules->len);
	for (size_t i = 0; r == 0 && i < making->processes->len; i++)
		r = add_kept(making, &making->processes->items[i]);
	for (size_t i = 0; r == 0 && i < rules->len; i++) {
		if (!making->matched[i])
			r = add_idle_rule(making, &rules->items[i]);
	}
	if (rules->shields && !making->killable && !making->request->force)
		refuse_shields(making->plan);
	return r;
}

static int add_unseen_rule(const struct making *making, const struct layer *layer,
			   const struct rule *rule)
{
	struct plan_item *item = add(making, rule, layer);

	if (!item)
		return -ENOMEM;
	item->key = rule->name;
	item->want = wish_of(making->arena, rule);
	item->live_status = LIVE_UNKNOWN;
	item->action = ACTION_SKIP;
	item->reason = "processes are left to 'apply' and 'watch'";
	return item->want ? 0 : -ENOMEM;
}

static int add_unseen(const struct making *making)
{
	const struct plan *plan = making->plan;
	int r = 0;

	for (size_t i = 0; i < plan->layers.len; i++) {
		const struct layer *layer = plan->layers.items[i];

		for (size_t j = 0; r == 0 && j < layer->rules_len; j++)
			r = add_unseen_rule(making, layer, &layer->rules[j]);
	}
	return r;
}

int process_items(struct arena *arena, const struct plan_request *request,
		  struct plan *plan)
{
	struct making making = {
		.arena = arena,
		.request = request,
		.rules = request->judging ? &request->judging->rules : NULL,
		.processes = request->processes,
		.plan = plan,
		.killable = request->judging && request->judging->killable,
	};

	return request->judging && request->processes ? add_collected(&making)
						      : add_unseen(&making);
}
