/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/draft.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/vec.h"
#include "profile/setting.h"
#include "profile/shape.h"
#include "profile/ytext.h"
#include "profile/ytree.h"

#define SYS	    "/sys/"
/* libyaml looks no further for the colon behind a key (1024 characters). */
#define LONGEST_KEY 1000

static bool is_sysfs(const char *key)
{
	return strncmp(key, SYS, strlen(SYS)) == 0;
}

bool draft_holds(const struct draft_setting *setting)
{
	return strlen(setting->key) <= LONGEST_KEY &&
	       setting_has_key(setting->key, is_sysfs(setting->key)) &&
	       ytext_holds(setting->key) && ytext_holds(setting->value);
}

int draft_add(struct arena *arena, struct draft *draft,
	      const struct draft_setting *setting)
{
	struct draft_setting *place = is_sysfs(setting->key)
					      ? vec_push(arena, &draft->sysfs)
					      : vec_push(arena, &draft->sysctl);

	if (!place)
		return -ENOMEM;
	*place = *setting;
	return 0;
}

static void put_number(struct ytext *ytext, const char *indent, const char *key,
		       int64_t number)
{
	char digits[32];

	(void)snprintf(digits, sizeof(digits), "%" PRId64, number);
	ytext_entry(ytext, indent, key, digits, true);
}

/* Where @text is NULL there is nothing to say. */
static void put_text(struct ytext *ytext, const char *indent, const char *key,
		     const char *text)
{
	if (text)
		ytext_entry(ytext, indent, key, text, false);
}

/* Without quotes, though other readers take `on` for a truth: as profiles are written. */
static void put_plain(struct ytext *ytext, const char *indent, const char *key,
		      const char *word)
{
	ytext_add(ytext, indent);
	ytext_add(ytext, key);
	ytext_add(ytext, ": ");
	ytext_add(ytext, word);
	ytext_add(ytext, "\n");
}

static void put_word(struct ytext *ytext, const char *indent, const char *key,
		     const struct enumtab *words, int value)
{
	put_plain(ytext, indent, key, enumtab_word(words, value));
}

static void put_head(struct ytext *ytext, const struct draft *draft)
{
	ytext_comment(ytext, "", draft->comment);
	put_number(ytext, "", "version", 1);
	put_text(ytext, "", "name", draft->name);
	put_text(ytext, "", "description", draft->description);
	if (draft->has_lower_zone_protection)
		put_number(ytext, "", "lower_zone_protection",
			   draft->lower_zone_protection);
	if (draft->oom_kill != UNSET)
		put_word(ytext, "", "oom_kill", shape_switches, (int)draft->oom_kill);
}

static void put_schedule(struct ytext *ytext, const struct drop_schedule *schedule)
{
	char every[NUM_TEXT_SIZE];

	if (schedule->schedule) {
		put_text(ytext, "  - ", "schedule", schedule->schedule);
	} else {
		(void)num_duration_text(schedule->every_seconds, every);
		put_plain(ytext, "  - ", "every", every);
	}
	put_word(ytext, "    ", "mode", shape_modes, (int)schedule->mode);
	put_plain(ytext, "    ", "sync", schedule->sync ? "true" : "false");
	put_text(ytext, "    ", "only_if", schedule->only_if);
	if (schedule->under_pressure)
		put_word(ytext, "    ", "under_pressure", shape_pressures, true);
}

static void put_match(struct ytext *ytext, const char *indent, const struct rule *rule)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{ "comm", rule->comm },	      { "exe", rule->exe },
		{ "cmdline", rule->cmdline }, { "cmdline_regex", rule->cmdline_regex },
		{ "user", rule->user },	      { "group", rule->group },
		{ "cgroup", rule->cgroup },   { "unit", rule->unit },
		{ "parent", rule->parent },
	};

	ytext_add(ytext, indent);
	ytext_add(ytext, "match:\n");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_text(ytext, "      ", texts[i].key, texts[i].text);
}

static void put_clamp(struct ytext *ytext, const struct rule *rule)
{
	ytext_add(ytext, "    oom_score_adj:\n");
	if (rule->has_min)
		put_number(ytext, "      ", "min", rule->min);
	if (rule->has_max)
		put_number(ytext, "      ", "max", rule->max);
}

static void put_rule(struct ytext *ytext, const struct rule *rule)
{
	put_text(ytext, "  - ", "name", rule->name);
	put_match(ytext, rule->name ? "    " : "  - ", rule);
	if (rule->legacy)
		put_number(ytext, "    ", "oom_adj", rule->legacy_value);
	else if (rule->has_value)
		put_number(ytext, "    ", "oom_score_adj", rule->value);
	else
		put_clamp(ytext, rule);
	if (rule->children == CHILDREN_VALUE)
		put_number(ytext, "    ", "children", rule->children_value);
	else if (rule->children == CHILDREN_RESET)
		put_word(ytext, "    ", "children", shape_inheritance, CHILDREN_RESET);
	if (rule->hard_floor)
		put_word(ytext, "    ", "floor", shape_floors, true);
	if (rule->drift != DRIFT_REAPPLY)
		put_word(ytext, "    ", "drift", shape_drifts, (int)rule->drift);
}

static void put_setting(struct ytext *ytext, const struct draft_setting *setting)
{
	ytext_comment(ytext, "  ", setting->comment);
	if (!setting->optional) {
		ytext_entry(ytext, "  ", setting->key, setting->value, true);
		return;
	}
	ytext_add(ytext, "  ");
	ytext_scalar(ytext, setting->key, false);
	ytext_add(ytext, ": {value: ");
	ytext_scalar(ytext, setting->value, true);
	ytext_add(ytext, ", optional: true}\n");
}

static void put_settings(struct ytext *ytext, const char *key,
			 const struct draft_settings *settings)
{
	if (settings->len == 0)
		return;
	ytext_add(ytext, key);
	ytext_add(ytext, ":\n");
	for (size_t i = 0; i < settings->len; i++)
		put_setting(ytext, &settings->items[i]);
}

int draft_text(struct arena *arena, const struct draft *draft, const char **ret,
	       size_t *ret_len)
{
	struct ytext ytext = ytext_in(arena);

	put_head(&ytext, draft);
	if (draft->schedules_len > 0)
		ytext_add(&ytext, "drop_caches:\n");
	for (size_t i = 0; i < draft->schedules_len; i++)
		put_schedule(&ytext, &draft->schedules[i]);
	if (draft->rules_len > 0)
		ytext_add(&ytext, "processes:\n");
	for (size_t i = 0; i < draft->rules_len; i++)
		put_rule(&ytext, &draft->rules[i]);
	put_settings(&ytext, "sysctl", &draft->sysctl);
	put_settings(&ytext, "sysfs", &draft->sysfs);
	if (ytext.text.len > YTREE_SIZE)
		return -EFBIG;
	return ytext_finish(&ytext, ret, ret_len);
}
