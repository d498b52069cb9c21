/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/item.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/span.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "knob/value.h"
#include "plan/candidate.h"
#include "plan/plan.h"
#include "profile/profile.h"
#include "state/state.h"

static void refuse(struct plan_item *item, enum status status, const char *reason)
{
	item->action = ACTION_REFUSE;
	item->refusal = status;
	item->reason = reason;
}

static void skip(struct plan_item *item, const char *reason)
{
	item->action = ACTION_SKIP;
	item->reason = reason;
}

unsigned item_needs(const struct plan_item *item)
{
	if (item->knob)
		return item->knob->needs;
	if (item->kind == ITEM_SYSFS)
		return NEED_DAC_OVERRIDE;
	if (strncmp(item->key, "net.", 4) == 0)
		return NEED_NET_ADMIN;
	return strncmp(item->key, "user.", 5) == 0 ? NEED_SYS_RESOURCE : NEED_ROOT;
}

static unsigned needs_of(const struct plan_item *item, const struct host *host)
{
	bool readonly =
		item->kind == ITEM_SYSFS ? host->sysfs_readonly : host->sysctl_readonly;

	return item_needs(item) | (readonly ? NEED_WRITABLE : 0U);
}

const char *item_why_absent(struct arena *arena, const struct knob *knob,
			    const struct host *host)
{
	const char *release = host->release ? host->release : "of unknown version";

	if (!knob)
		return arena_printf(arena, "kernel %s does not have it", release);
	if (knob_expected(knob, host->kernel) && knob->config)
		return arena_printf(arena, "kernel %s does not have it (needs CONFIG_%s)",
				    release, knob->config);
	if (knob->replacement && !knob_expected(knob, host->kernel))
		return arena_printf(arena, "kernel %s does not have it (%s); instead: %s",
				    release, knob->history, knob->replacement);
	return arena_printf(arena, "kernel %s does not have it (%s)", release,
			    knob->history);
}

static int judge_missing(const struct item_context *context, struct plan_item *item,
			 const struct live *live, bool optional)
{
	const char *reason;

	if (live->error == ENOENT || live->error == ENOTDIR) {
		item->live_status = LIVE_ABSENT;
		reason = item_why_absent(context->arena, item->knob, context->host);
		if (optional)
			skip(item, reason);
		else
			refuse(item, STATUS_NO_KNOB, reason);
		return reason ? 0 : -ENOMEM;
	}
	item->live_status = LIVE_UNREADABLE;
	reason = live->error == 0
			 ? "it cannot be read, and so neither compared nor put back"
			 : arena_printf(context->arena, "cannot be read: %s",
					strerror(live->error));
	refuse(item,
	       live->error == EACCES || live->error == EPERM ? STATUS_NO_PRIVILEGE
							     : STATUS_ERROR,
	       reason);
	return reason ? 0 : -ENOMEM;
}

/* How many fields @text has, where all of them are numbers; 0 where one is not. */
static size_t number_fields(const char *text)
{
	struct span rest = span_of(text), word;
	struct num number;
	size_t count = 0;

	while (span_word(&rest, &word)) {
		if (num_kernel(word, &number) < 0)
			return 0;
		count++;
	}
	return count;
}

/* A short vector would be taken, leave its tail as it was, and never compare as the same.
 */
static int check_field_count(struct arena *arena, struct plan_item *item)
{
	size_t wanted = number_fields(item->want), there = number_fields(item->live);
	const char *reason;

	if (wanted == there || wanted == 0 || there == 0)
		return 0;
	reason = arena_printf(arena,
			      "takes %zu number%s on this kernel (now: %s), not %zu",
			      there, there == 1 ? "" : "s", item->live, wanted);
	refuse(item, STATUS_BAD_PROFILE, reason);
	return reason ? 0 : -ENOMEM;
}

/*
 * Of a pair such as dirty_ratio and dirty_bytes only one is in force and the other reads
 * 0. Writing that 0 back is refused by the kernel or means something else: what puts the
 * old state back is the one that was in force.
 */
static int undo_through_twin(const struct item_context *context, struct plan_item *item)
{
	struct arena *arena = context->arena;
	const char *const *key = item->knob ? item->knob->excludes : NULL;

	if (!key || !value_same(item->knob, item->live, "0"))
		return 0;
	for (; *key; key++) {
		const struct knob *twin = knob_find(*key, context->host->release);
		const char *path = sysctlname_path(arena, *key);
		const struct live *live;

		if (!path)
			return -ENOMEM;
		live = context->look_up(context, path);
		if (!twin || !knob_are_twins(item->knob, twin) || !live || !live->text ||
		    value_same(twin, live->text, "0"))
			continue;
		item->undo_path = path;
		item->undo_value = live->text;
	}
	return 0;
}

static int compare(const struct item_context *context, struct plan_item *item)
{
	int r = check_field_count(context->arena, item);

	if (r < 0 || item->action == ACTION_REFUSE)
		return r;
	if (value_same(item->knob, item->want, item->live)) {
		item->live_status = LIVE_SAME;
		return 0;
	}
	item->action = ACTION_WRITE;
	item->needs = needs_of(item, context->host);
	item->undo_path = item->path;
	item->undo_value = item->live;
	return undo_through_twin(context, item);
}

static int resolve_want(const struct item_context *context, struct plan_item *item,
			const char *written)
{
	const char *text = NULL;
	int fault =
		value_resolve(context->arena, item->knob, written, context->facts, &text);

	if (fault < 0)
		return fault;
	if (fault == VALUE_OK)
		item->want = text;
	else
		refuse(item,
		       fault == VALUE_NEEDS_HOST ? STATUS_NO_KNOB : STATUS_BAD_PROFILE,
		       text);
	return 0;
}

static void settle_word(struct plan_item *item, const struct translation *word)
{
	item->want = word->value;
	item->reason = word->reason;
	switch (word->kind) {
	case TRANSLATED:
		break;
	case TRANSLATED_SAME:
		item->live_status = LIVE_SAME;
		item->want = item->live = "on";
		break;
	case TRANSLATED_SKIP:
		skip(item, word->reason);
		break;
	case TRANSLATED_NONE:
		item->live_status = LIVE_ABSENT;
		refuse(item, word->refusal, word->reason);
		break;
	}
}

int item_from_candidate(const struct item_context *context,
			const struct candidate *candidate, struct plan_item *ret)
{
	const struct setting *setting = candidate->setting;
	const struct live *live = candidate->live;
	struct plan_item item = {
		.kind = setting && setting->sysfs ? ITEM_SYSFS : ITEM_SYSCTL,
		.key = candidate->key,
		.path = live ? candidate->path : NULL,
		.knob = candidate->knob,
		.source = live,
		.from = candidate->from,
		.layer = candidate->layer->name,
		.place = candidate->place,
		.profile = layer_root(candidate->layer),
		.pattern =
			setting && setting->glob && !setting->sysfs ? setting->key : NULL,
		.live_status = live ? LIVE_DIFFERS : LIVE_UNKNOWN,
	};
	int r = 0;

	if (!setting)
		settle_word(&item, &candidate->word);
	else
		r = resolve_want(context, &item, setting->value);
	if (r == 0 && live && !live->text && item.action != ACTION_REFUSE)
		r = judge_missing(context, &item, live, setting && setting->optional);
	if (r == 0 && live && live->text) {
		item.live = value_meaning(context->arena, item.knob, live->text);
		r = !item.live			   ? -ENOMEM
		    : item.action == ACTION_REFUSE ? 0
						   : compare(context, &item);
	}
	if (r == 0)
		*ret = item;
	return r;
}
