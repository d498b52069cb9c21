/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/profile.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "knob/oomadj.h"
#include "profile/schema.h"
#include "profile/setting.h"
#include "profile/shape.h"
#include "profile/ytree.h"

#define SUFFIX ".yaml"

/* The text at @given (NULL: not given) without blanks around it, as a block leaves them. */
static int text_of(struct arena *arena, const struct given *given, const char **ret)
{
	struct span text;

	if (!given->node)
		return 0;
	text = span_trim(span_of(given->node->text));
	*ret = given->node->text;
	if (text.len != strlen(given->node->text))
		*ret = arena_copy(arena, text.at, text.len);
	return *ret ? 0 : -ENOMEM;
}

/* The file's name without its folder and suffix, in the letters that a name may have. */
static const char *name_of_file(struct arena *arena, const char *file)
{
	const char *slash = strrchr(file, '/');
	struct span base = span_of(slash ? slash + 1 : file);
	char *name;

	if (span_is(base, "-"))
		return "stdin";
	if (base.len > strlen(SUFFIX) &&
	    strcmp(base.at + base.len - strlen(SUFFIX), SUFFIX) == 0)
		base.len -= strlen(SUFFIX);
	name = arena_copy(arena, base.at, base.len);
	for (char *at = name; at && *at; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
		else if ((*at < 'a' || *at > 'z') && (*at < '0' || *at > '9'))
			*at = '-';
	}
	return name;
}

static int decode_arch(struct arena *arena, const struct given *given, struct when *when)
{
	size_t len = 0;
	const char **names;

	if (!given->node)
		return 0;
	names = arena_array(arena, given->node->len + 2, sizeof(*names));
	if (!names)
		return -ENOMEM;
	if (given->node->kind == YNODE_SCALAR)
		names[len++] = given->node->text;
	for (const struct ynode *node = given->node->first; node; node = node->next)
		names[len++] = node->text;
	when->arch = names;
	return 0;
}

static int decode_when(struct arena *arena, const struct shape_when *shape,
		       struct layer *layer)
{
	struct when *when;

	if (!shape->node)
		return 0;
	when = arena_alloc(arena, sizeof(*when));
	if (!when)
		return -ENOMEM;
	when->at = shape->node->at;
	when->kernel = shape->kernel.node ? shape->kernel.node->text : NULL;
	when->memory = shape->memory.node ? shape->memory.node->text : NULL;
	if (shape->highmem.node)
		when->highmem = shape->highmem.value ? WHEN_YES : WHEN_NO;
	layer->when = when;
	return decode_arch(arena, &shape->arch, when);
}

static int decode_schedules(struct arena *arena, const struct given_list *list,
			    struct layer *layer)
{
	const struct shape_schedule *shapes = list->items;
	int r = 0;

	layer->schedules = arena_array(arena, list->len, sizeof(*layer->schedules));
	if (!layer->schedules)
		return -ENOMEM;
	for (; r == 0 && layer->schedules_len < list->len; layer->schedules_len++) {
		const struct shape_schedule *shape = &shapes[layer->schedules_len];
		struct drop_schedule *schedule = &layer->schedules[layer->schedules_len];

		if (!shape->node)
			continue;
		schedule->at = shape->node->at;
		schedule->every_seconds = (uint64_t)shape->every.value;
		schedule->mode =
			shape->mode.node ? (enum drop_mode)shape->mode.value : DROP_ALL;
		schedule->sync = !shape->sync.node || shape->sync.value;
		schedule->under_pressure = shape->under_pressure.value;
		r = text_of(arena, &shape->schedule, &schedule->schedule);
		if (r == 0)
			r = text_of(arena, &shape->only_if, &schedule->only_if);
	}
	return r;
}

static struct origin place_of(const struct ynode *node)
{
	return node ? node->at : NOWHERE;
}

static int decode_match(struct arena *arena, const struct shape_match *match,
			struct rule *rule)
{
	const struct {
		const struct given *given;
		const char **into;
	} texts[] = {
		{ &match->comm, &rule->comm },
		{ &match->exe, &rule->exe },
		{ &match->cmdline, &rule->cmdline },
		{ &match->cmdline_regex, &rule->cmdline_regex },
		{ &match->user, &rule->user },
		{ &match->group, &rule->group },
		{ &match->cgroup, &rule->cgroup },
		{ &match->unit, &rule->unit },
		{ &match->parent, &rule->parent },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(texts) / sizeof(texts[0]); i++)
		r = text_of(arena, texts[i].given, texts[i].into);
	rule->comm_at = place_of(match->comm.node);
	rule->parent_at = place_of(match->parent.node);
	return r;
}

static void decode_adj(const struct shape_rule *shape, struct rule *rule)
{
	if (shape->clamp.node)
		rule->value_at = shape->clamp.node->at;
	if (shape->oom_adj.node) {
		rule->value_at = shape->oom_adj.node->at;
		rule->has_value = rule->legacy = true;
		rule->legacy_value = (int)shape->oom_adj.value;
		rule->value = oomadj_to_score(rule->legacy_value);
	}
	if (shape->oom_score_adj.node) {
		rule->value_at = shape->oom_score_adj.node->at;
		rule->has_value = true;
		rule->value = (int)shape->oom_score_adj.value;
	}
	rule->has_min = shape->clamp.min.node != NULL;
	rule->min = (int)shape->clamp.min.value;
	rule->has_max = shape->clamp.max.node != NULL;
	rule->max = (int)shape->clamp.max.value;
	rule->children = (enum rule_children)shape->children.value;
	if (shape->children_value.node) {
		rule->children = CHILDREN_VALUE;
		rule->children_value = (int)shape->children_value.value;
	}
	rule->hard_floor = shape->floor.value != 0;
	rule->drift = (enum rule_drift)shape->drift.value;
}

static void check_rule(struct diags *diags, const struct shape_rule *shape,
		       const struct rule *rule)
{
	if (rule->has_min && rule->has_max && rule->min > rule->max)
		(void)diag_error(diags, shape->clamp.node->at, EINVAL,
				 "oom_score_adj: the min %d is above the max %d",
				 rule->min, rule->max);
	if (rule->hard_floor && shape->clamp.node)
		(void)diag_error(diags, shape->floor.node->at, EINVAL,
				 "floor: hard goes with a value, and oom_score_adj is a "
				 "clamp (line %u)",
				 shape->clamp.node->key_at.line);
	if (rule->drift == DRIFT_ACCEPT && shape->clamp.node)
		(void)diag_error(
			diags, shape->drift.node->at, EINVAL,
			"drift: accept goes with a value: the clamp (line %u) is "
			"there for what the program sets",
			shape->clamp.node->key_at.line);
}

static int decode_rule(const struct decoder *decoder, const struct shape_rule *shape,
		       size_t number, struct rule *rule)
{
	int r;

	if (!shape->node)
		return 0;
	rule->at = shape->node->at;
	decode_adj(shape, rule);
	check_rule(decoder->diags, shape, rule);
	r = text_of(decoder->arena, &shape->name, &rule->name);
	if (r == 0 && !rule->name) {
		rule->name = arena_printf(decoder->arena, "rule %zu", number);
		r = rule->name ? 0 : -ENOMEM;
	}
	if (r == 0)
		r = decode_match(decoder->arena, &shape->match, rule);
	return r;
}

static int decode_rules(const struct decoder *decoder, const struct given_list *list,
			struct layer *layer)
{
	const struct shape_rule *shapes = list->items;
	int r = 0;

	layer->rules = arena_array(decoder->arena, list->len, sizeof(*layer->rules));
	if (!layer->rules)
		return -ENOMEM;
	for (; r == 0 && layer->rules_len < list->len; layer->rules_len++)
		r = decode_rule(decoder, &shapes[layer->rules_len], layer->rules_len + 1,
				&layer->rules[layer->rules_len]);
	return r;
}

static int decode_words(struct arena *arena, const struct shape *shape,
			struct layer *layer)
{
	int r = text_of(arena, &shape->name, &layer->name);

	if (r == 0)
		r = text_of(arena, &shape->description, &layer->description);
	if (r == 0 && !layer->name) {
		layer->name = name_of_file(arena, layer->source->name);
		r = layer->name ? 0 : -ENOMEM;
	}
	if (shape->lower_zone_protection.node) {
		layer->has_lower_zone_protection = true;
		layer->lower_zone_protection = shape->lower_zone_protection.value;
		layer->lower_zone_protection_at =
			shape->lower_zone_protection.node->key_at;
	}
	if (shape->oom_kill.node) {
		layer->oom_kill = (enum tristate)shape->oom_kill.value;
		layer->oom_kill_at = shape->oom_kill.node->key_at;
	}
	return r;
}

static int decode_layer(struct decoder *decoder, const struct shape *shape,
			struct layer *layer)
{
	int r = decode_words(decoder->arena, shape, layer);

	if (r == 0)
		r = decode_when(decoder->arena, &shape->when, layer);
	if (r == 0)
		r = decode_schedules(decoder->arena, &shape->drop_caches, layer);
	if (r == 0)
		r = decode_rules(decoder, &shape->processes, layer);
	if (r == 0)
		r = settings_decode(decoder, shape, layer);
	return r;
}

int profile_decode(struct arena *arena, struct diags *diags, const struct source *source,
		   const struct ynode *root, struct layer *ret,
		   const struct ynode **ret_include)
{
	struct decoder decoder = { arena, diags, SCHEMA_SUGGESTIONS };
	struct layer layer = { .source = source };
	struct shape shape = { .node = NULL };
	size_t errors = diags->errors;
	int r;

	*ret_include = NULL;
	if (!root || schema_is_nothing(root))
		return diag_error(diags, (struct origin){ source, 1, 1 }, EINVAL,
				  "the profile is empty: it begins with 'version: 1'");
	r = schema_decode(&decoder, &shape_profile, "the profile", root, &shape);
	if (r == 0)
		r = decode_layer(&decoder, &shape, &layer);
	*ret_include = shape.include.node;
	if (r < 0 || diags->lost)
		return -ENOMEM;
	if (diags->errors > errors) {
		ret->unsound = layer.settings;
		ret->unsound_len = layer.settings_len;
		return -EINVAL;
	}
	layer.include = shape.include.node;
	*ret = layer;
	return 0;
}
