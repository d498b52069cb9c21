/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_plan.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/enumtab.h"
#include "plan/plan.h"
#include "render/out.h"
#include "render/out_parts.h"

static const struct enumtab kinds[] = {
	{ "sysctl", ITEM_SYSCTL },
	{ "sysfs", ITEM_SYSFS },
	{ "process", ITEM_PROCESS },
	{ "schedule", ITEM_SCHEDULE },
	{ NULL, 0 },
};

static const struct enumtab live_words[] = {
	{ "same", LIVE_SAME },
	{ "differs", LIVE_DIFFERS },
	{ "absent", LIVE_ABSENT },
	{ "unreadable", LIVE_UNREADABLE },
	{ NULL, 0 },
};

static const struct enumtab boot_words[] = {
	{ "same", BOOT_SAME },
	{ "differs", BOOT_DIFFERS },
	{ "unset", BOOT_UNSET },
	{ "overridden", BOOT_OVERRIDDEN },
	{ NULL, 0 },
};

static const struct enumtab actions[] = {
	{ "none", ACTION_NONE },
	{ "write", ACTION_WRITE },
	{ "persist", ACTION_PERSIST },
	{ "write+persist", ACTION_WRITE_PERSIST },
	{ "skip", ACTION_SKIP },
	{ "refuse", ACTION_REFUSE },
	{ NULL, 0 },
};

static const struct enumtab results[] = {
	{ "done", RESULT_DONE },
	{ "failed", RESULT_FAILED },
	{ "restored", RESULT_RESTORED },
	{ "stuck", RESULT_STUCK },
	{ NULL, 0 },
};

struct item_outcome plan_view_outcome(const struct plan_view *view, size_t index)
{
	if (!view->result || index >= view->result->len)
		return (struct item_outcome){ 0 };
	return view->result->items[index];
}

struct file_outcome plan_view_file_outcome(const struct plan_view *view, size_t index)
{
	if (!view->result || index >= view->result->files_len)
		return (struct file_outcome){ 0 };
	return view->result->files[index];
}

const char *plan_view_file_path(const struct plan_view *view,
				const struct file_change *change)
{
	const char *path = arena_printf(view->arena, "/%s", change->path);

	return path ? path : change->path;
}

const char *file_action_word(const struct file_change *change)
{
	if (change->refused)
		return "refuse";
	return change->new ? "write" : "remove";
}

const char *item_result_word(enum item_result result)
{
	return result == RESULT_NULL ? NULL : enumtab_word(results, (int)result);
}

static void show_process(struct out *out, const struct plan_item *item)
{
	const struct item_process *process = &item->process;

	if (item->kind != ITEM_PROCESS)
		return;
	if (process->pid)
		out_int(out, "pid", process->pid);
	else
		out_null(out, "pid");
	out_string(out, "comm", process->comm);
	out_string(out, "rule", process->rule);
}

static void show_item(struct out *out, const struct plan_item *item,
		      struct item_outcome outcome)
{
	const char *live = item->live_status == LIVE_UNKNOWN
				   ? NULL
				   : enumtab_word(live_words, (int)item->live_status);
	const char *boot = item->boot_status == BOOT_UNKNOWN
				   ? NULL
				   : enumtab_word(boot_words, (int)item->boot_status);

	out_object(out, NULL);
	out_string(out, "kind", enumtab_word(kinds, (int)item->kind));
	out_string(out, "key", item->key);
	show_process(out, item);
	out_string(out, "want", item->want);
	out_string(out, "live", item->live);
	out_string(out, "boot", item->boot);
	out_place(out, "boot_from", item->boot_from, false);
	out_place(out, "from", item->from, true);
	out_string(out, "layer", item->layer);
	out_string(out, "live_status", live);
	out_string(out, "boot_status", boot);
	out_string(out, "action", enumtab_word(actions, (int)item->action));
	out_needs(out, item->needs);
	out_string(out, "result", item_result_word(outcome.result));
	out_string(out, "now", outcome.live);
	out_string(out, "reason", outcome.reason ? outcome.reason : item->reason);
	out_end_object(out);
}

static void show_items(struct out *out, const struct plan_view *view)
{
	size_t len = view->plan ? view->plan->len : 0;
	size_t i;

	out_list(out, "items");
	for (i = 0; i < len; i++)
		show_item(out, &view->plan->items[i], plan_view_outcome(view, i));
	out_end_list(out);
}

/* The configuration's files, as the host has their paths. */
static void show_files(struct out *out, const struct plan_view *view)
{
	size_t len = view->plan ? view->plan->files.len : 0;

	out_list(out, "files");
	for (size_t i = 0; i < len; i++) {
		const struct file_change *change = &view->plan->files.items[i];
		struct file_outcome outcome = plan_view_file_outcome(view, i);

		out_object(out, NULL);
		out_string(out, "file", plan_view_file_path(view, change));
		out_string(out, "action", file_action_word(change));
		out_string(out, "result", item_result_word(outcome.result));
		out_string(out, "reason",
			   outcome.reason ? outcome.reason : change->refused);
		out_end_object(out);
	}
	out_end_list(out);
}

/* What stays changed has failed as well: it is counted under both words. */
static void show_summary(struct out *out, const struct plan_view *view)
{
	const struct plan_counts none = { 0 };
	const struct result nothing = { 0 };
	const struct plan_counts *counts = view->plan ? &view->plan->counts : &none;
	const struct result *result = view->result ? view->result : &nothing;

	out_object(out, "summary");
	out_uint(out, "same", counts->same);
	out_uint(out, "differs", counts->differs);
	out_uint(out, "skipped", counts->skipped);
	out_uint(out, "refused", counts->refused);
	out_uint(out, "failed", result->failed + result->stuck);
	out_uint(out, "done", result->done);
	out_uint(out, "restored", result->restored);
	out_uint(out, "stuck", result->stuck);
	out_end_object(out);
}

static int show_document(const struct plan_view *view, FILE *file)
{
	struct out out = out_to(file);

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", view->command);
	out_bool(&out, "changed", view->changed);
	out_bool(&out, "in_sync", view->in_sync);
	out_string(&out, "comment", view->comment);
	out_string(&out, "loader", view->loader);
	out_string(&out, "not_applicable",
		   view->plan ? view->plan->not_applicable : NULL);
	show_items(&out, view);
	show_files(&out, view);
	show_summary(&out, view);
	if (view->result && view->result->entry)
		out_uint(&out, "entry", view->result->entry);
	else
		out_null(&out, "entry");
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", view->status);
	out_end_object(&out);
	return out_finish(&out);
}

int view_plan(const struct plan_view *view, const struct term *term, bool json)
{
	int r;

	if (json)
		return show_document(view, term->file);
	if (!view->plan)
		return 0;
	r = view->brief ? view_plan_brief(view, term) : view_plan_text(view, term);
	return r < 0 ? r : term_finish(term);
}
