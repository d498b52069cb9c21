/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "render/view_check.h"
#include "render/view_status.h"

/* The lines that go before the samples of a metric. */
static void metric(struct text *text, const char *name, const char *type,
		   const char *help)
{
	text_addf(text, "# HELP lowmemctl_%s %s\n# TYPE lowmemctl_%s %s\n", name, help,
		  name, type);
}

static void single(struct text *text, const char *name, const char *help, int64_t value)
{
	metric(text, name, "gauge", help);
	text_addf(text, "lowmemctl_%s %" PRId64 "\n", name, value);
}

static void label(struct text *text, const char *name, const char *value)
{
	text_addf(text, "%s=\"", name);
	for (value = value ? value : ""; *value; value++) {
		if (*value == '\n') {
			text_addf(text, "\\n");
			continue;
		}
		if (*value == '"' || *value == '\\')
			text_addf(text, "\\");
		text_add(text, value, 1);
	}
	text_addf(text, "\"");
}

static void add_compliance(struct text *text, const struct plan_item *item,
			   const char *side, bool holds)
{
	text_addf(text, "lowmemctl_setting_compliant{");
	label(text, "key", item->key);
	text_addf(text, ",");
	label(text, "profile", item->layer);
	text_addf(text, ",side=\"%s\"} %d\n", side, holds ? 1 : 0);
}

/* Two layers never ask for the same key, so that no series comes twice. */
static void add_settings(struct text *text, const struct plan *plan)
{
	bool begun = false;

	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];

		if ((item->kind != ITEM_SYSCTL && item->kind != ITEM_SYSFS) ||
		    item->action == ACTION_SKIP)
			continue;
		if (!begun)
			metric(text, "setting_compliant", "gauge",
			       "Whether a setting is as its profile wants it, live and at the "
			       "next boot.");
		begun = true;
		add_compliance(text, item, "live", !check_wrong_now(item));
		if (item->boot_status == BOOT_SAME || check_wrong_at_boot(item))
			add_compliance(text, item, "boot", !check_wrong_at_boot(item));
	}
}

static bool is_of_rule(const struct plan_item *item, const struct plan_item *other)
{
	return item->kind == ITEM_PROCESS && item->process.rule && other->process.rule &&
	       strcmp(item->process.rule, other->process.rule) == 0 &&
	       item->layer == other->layer;
}

static bool begins_rule(const struct plan *plan, size_t index)
{
	const struct plan_item *item = &plan->items[index];

	if (item->kind != ITEM_PROCESS || !item->process.rule)
		return false;
	for (size_t i = 0; i < index; i++) {
		if (is_of_rule(&plan->items[i], item))
			return false;
	}
	return true;
}

static void add_rule(struct text *text, const struct plan *plan,
		     const struct plan_item *rule)
{
	size_t same = 0, differs = 0;

	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];

		if (!is_of_rule(item, rule) || item->process.pid == 0)
			continue;
		if (check_wrong_now(item))
			differs++;
		else
			same++;
	}
	for (int i = 0; i < 2; i++) {
		text_addf(text, "lowmemctl_rule_processes{");
		label(text, "profile", rule->layer);
		text_addf(text, ",");
		label(text, "rule", rule->process.rule);
		text_addf(text, ",state=\"%s\"} %zu\n", i == 0 ? "same" : "differs",
			  i == 0 ? same : differs);
	}
}

/* A series for each process would never end. */
static void add_rules(struct text *text, const struct plan *plan)
{
	bool begun = false;

	for (size_t i = 0; i < plan->len; i++) {
		if (!begins_rule(plan, i))
			continue;
		if (!begun)
			metric(text, "rule_processes", "gauge",
			       "Processes that a rule decides for, by whether they are as it "
			       "wants them.");
		begun = true;
		add_rule(text, plan, &plan->items[i]);
	}
}

static void add_counts(struct text *text, const struct plan_counts *counts)
{
	metric(text, "items", "gauge", "What the profiles ask for, by how it stands.");
	text_addf(text,
		  "lowmemctl_items{state=\"same\"} %zu\n"
		  "lowmemctl_items{state=\"differs\"} %zu\n"
		  "lowmemctl_items{state=\"skipped\"} %zu\n"
		  "lowmemctl_items{state=\"refused\"} %zu\n",
		  counts->same, counts->differs, counts->skipped, counts->refused);
}

static void add_count(struct text *text, const char *name, const char *help,
		      int64_t value)
{
	if (value < 0)
		return;
	metric(text, name, "counter", help);
	text_addf(text, "lowmemctl_%s %" PRId64 "\n", name, value);
}

enum figure {
	FIGURE_LAST,
	FIGURE_FREED,
	FIGURE_TOOK,
};

static int64_t figure_of(const struct schedule_seen *seen, enum figure figure)
{
	switch (figure) {
	case FIGURE_LAST:
		return seen->last;
	case FIGURE_FREED:
		return seen->freed_kib;
	case FIGURE_TOOK:
		break;
	}
	return seen->took_ms;
}

static void add_figure(struct text *text, enum figure figure, int64_t value)
{
	switch (figure) {
	case FIGURE_LAST:
		text_addf(text, "} %" PRId64 "\n", value);
		break;
	case FIGURE_FREED:
		text_addf(text, "} %" PRId64 "\n", value * 1024);
		break;
	case FIGURE_TOOK:
		text_addf(text, "} %" PRId64 ".%03" PRId64 "\n", value / 1000,
			  value % 1000);
		break;
	}
}

/* A profile may have the same schedule twice. */
static bool is_first(const struct watch_seen *watch, size_t index)
{
	const struct schedule_seen *seen = &watch->schedules[index];

	for (size_t i = 0; i < index; i++) {
		const struct schedule_seen *other = &watch->schedules[i];

		if (strcmp(other->key, seen->key) == 0 &&
		    strcmp(other->profile, seen->profile) == 0)
			return false;
	}
	return true;
}

static void add_schedules(struct text *text, const struct watch_seen *watch,
			  enum figure figure, const char *name, const char *help)
{
	bool begun = false;

	for (size_t i = 0; i < watch->schedules_len; i++) {
		const struct schedule_seen *seen = &watch->schedules[i];

		if (figure_of(seen, figure) < 0 || !is_first(watch, i))
			continue;
		if (!begun)
			metric(text, name, "gauge", help);
		begun = true;
		text_addf(text, "lowmemctl_%s{", name);
		label(text, "profile", seen->profile);
		text_addf(text, ",");
		label(text, "schedule", seen->key);
		add_figure(text, figure, figure_of(seen, figure));
	}
}

static void add_watch(struct text *text, const struct watch_seen *watch)
{
	single(text, "watch_up", "Whether the daemon runs.", watch->running ? 1 : 0);
	if (!watch->told)
		return;
	add_count(text, "watch_changed_total", "Processes that the daemon set.",
		  watch->changed);
	add_count(text, "watch_denied_total",
		  "Processes that the daemon was not allowed to set.", watch->denied);
	add_count(text, "watch_drifted_total",
		  "Processes that had another value again after the daemon set them.",
		  watch->drifted);
	add_count(text, "watch_lost_total",
		  "Times that the kernel had more events than the daemon could take.",
		  watch->lost);
	add_schedules(text, watch, FIGURE_LAST, "drop_caches_last_run_timestamp_seconds",
		      "When a schedule last dropped caches.");
	add_schedules(text, watch, FIGURE_FREED, "drop_caches_last_freed_bytes",
		      "What that freed.");
	add_schedules(text, watch, FIGURE_TOOK, "drop_caches_last_duration_seconds",
		      "How long that took.");
}

const char *view_metrics(const struct check_view *view)
{
	struct text text = text_in(view->arena);

	metric(&text, "build_info", "gauge", "The version that wrote this.");
	text_addf(&text, "lowmemctl_build_info{version=\"%s\"} 1\n", LOWMEMCTL_VERSION);
	single(&text, "verify_exit_status",
	       "What verify ended with: 0 in sync, 2 differs, others: not compared.",
	       (int64_t)view->status);
	single(&text, "verify_timestamp_seconds", "When that was.", view->now);
	if (view->last_change > 0)
		single(&text, "last_change_timestamp_seconds",
		       "When settings were last applied, persisted or reverted.",
		       view->last_change);
	if (view->plan) {
		add_counts(&text, &view->plan->counts);
		add_settings(&text, view->plan);
		add_rules(&text, view->plan);
	}
	if (view->watch)
		add_watch(&text, view->watch);
	return text_finish(&text);
}
