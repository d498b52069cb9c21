/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "base/kib.h"
#include "base/text.h"
#include "render/view_diagnose.h"

#define NAMED 5

static void add_process(struct text *text, const char *comm, int64_t pid)
{
	if (comm)
		text_addf(text, "%s", comm);
	if (pid >= 0)
		text_addf(text, comm ? "[%" PRId64 "]" : "process %" PRId64, pid);
	if (!comm && pid < 0)
		text_addf(text, "a process that is not named");
}

static void add_amount(struct text *text, int64_t kib, const char *what)
{
	char amount[KIB_TEXT];

	if (kib > 0)
		text_addf(text, ", %s %s", kib_text((uint64_t)kib, amount), what);
}

static void add_request(struct text *text, const struct oom_report *report)
{
	/* What a request by hand asks for is the kernel's own fiction. */
	if (report->order == -1) {
		text_addf(text, ", by hand (SysRq-f)");
		return;
	}
	if (report->order == 0)
		text_addf(text, ", for 1 page");
	else if (report->order != OOM_UNTOLD)
		text_addf(text, ", for 2^%d pages", report->order);
	if (report->gfp_text)
		text_addf(text, ", gfp_mask %s", report->gfp_text);
	else if (report->gfp_mask >= 0)
		text_addf(text, ", gfp_mask 0x%" PRIx64, (uint64_t)report->gfp_mask);
}

static int put_trigger(const struct diagnose_view *view, const struct oom_report *report,
		       const struct term *term)
{
	struct text text = text_in(view->arena);

	if (!report->has_header && !report->trigger_comm && report->trigger_pid < 0)
		text_addf(&text, "not told: the report's head is missing");
	else
		add_process(&text, report->trigger_comm, report->trigger_pid);
	add_request(&text, report);
	return view_diagnose_line(term, "Asked", &text);
}

static bool is_below(const struct oom_memcg *memcg)
{
	return memcg->path && memcg->victim_path &&
	       strcmp(memcg->path, memcg->victim_path) != 0;
}

static int put_memcg(const struct diagnose_view *view, const struct oom_report *report,
		     const struct term *term)
{
	const struct oom_memcg *memcg = &report->memcg;
	struct text text = text_in(view->arena);
	char usage[KIB_TEXT], limit[KIB_TEXT];

	if (!memcg->path && memcg->limit < 0)
		return 0;
	text_addf(&text, "%s", memcg->path ? memcg->path : "not named");
	if (memcg->usage >= 0 && memcg->limit >= 0)
		text_addf(&text, ", %s of %s used",
			  kib_text((uint64_t)memcg->usage, usage),
			  kib_text((uint64_t)memcg->limit, limit));
	if (is_below(memcg))
		text_addf(&text, "; the victim was in %s", memcg->victim_path);
	return view_diagnose_line(term, "Group", &text);
}

static bool is_child(const struct oom_report *report, const struct oom_kill *victim)
{
	return report->chosen_pid >= 0 && victim->pid >= 0 &&
	       report->chosen_pid != victim->pid;
}

static int put_victim(const struct diagnose_view *view, const struct oom_report *report,
		      const struct term *term)
{
	struct oom_kill victim;
	struct text text = text_in(view->arena);

	if (!oom_report_victim(report, &victim))
		return 0;
	add_process(&text, victim.comm, victim.pid);
	if (victim.uid >= 0)
		text_addf(&text, ", user %" PRId64, victim.uid);
	add_amount(&text, victim.anon_rss_kib, "anonymous");
	add_amount(&text, victim.file_rss_kib, "of files");
	add_amount(&text, victim.shmem_rss_kib, "shared");
	if (victim.oom_score_adj != OOM_UNTOLD)
		text_addf(&text, ", oom_score_adj %d", victim.oom_score_adj);
	if (is_child(report, &victim)) {
		text_addf(&text, "; chosen was ");
		add_process(&text, report->chosen_comm, report->chosen_pid);
	}
	if (report->chosen_score >= 0)
		text_addf(&text, ", score %" PRId64, report->chosen_score);
	return view_diagnose_line(term, report->kills.len > 0 ? "Killed" : "Chosen",
				  &text);
}

static int put_others(const struct diagnose_view *view, const struct oom_report *report,
		      const struct term *term)
{
	const struct oom_kills *kills = &report->kills;
	struct text text = text_in(view->arena);
	size_t others = 0;

	/* The first one is the victim, which is named again where its group is killed. */
	for (size_t i = 1; i < kills->len; i++) {
		if (kills->items[i].pid == kills->items[0].pid)
			continue;
		others++;
		if (others > NAMED)
			continue;
		text_addf(&text, others > 1 ? ", " : "and ");
		add_process(&text, kills->items[i].comm, kills->items[i].pid);
	}
	if (others == 0)
		return 0;
	if (others > NAMED)
		text_addf(&text, ", and %zu more", others - NAMED);
	if (report->group_kill)
		text_addf(&text, ": their group is killed as one (memory.oom.group)");
	return view_diagnose_line(term, "", &text);
}

static void add_ending(struct text *text, const struct oom_report *report)
{
	switch (report->ending) {
	case OOM_ENDING_KILLED:
		break;
	case OOM_ENDING_UNTOLD:
		text_addf(text, "not told: no line says who was killed");
		break;
	case OOM_ENDING_PANIC:
		text_addf(text, "kernel panic");
		break;
	case OOM_ENDING_DISABLED:
		text_addf(text, "nobody was killed: vm.oom-kill is 0");
		break;
	case OOM_ENDING_NOTHING_TO_KILL:
		text_addf(text, "nobody could be killed%s",
			  report->panic ? ", kernel panic" : "");
		break;
	}
	if (report->panic)
		text_addf(text, ": %s", report->panic);
}

static int put_ending(const struct diagnose_view *view, const struct oom_report *report,
		      const struct term *term)
{
	struct text text = text_in(view->arena);

	if (report->ending == OOM_ENDING_KILLED && !report->panic)
		return 0;
	if (report->ending == OOM_ENDING_UNTOLD && report->kills.len > 0)
		return 0;
	add_ending(&text, report);
	return view_diagnose_line(term, "Ended", &text);
}

int view_diagnose_people(const struct diagnose_view *view,
			 const struct oom_report *report, const struct term *term)
{
	int r = put_trigger(view, report, term);

	if (r == 0)
		r = put_memcg(view, report, term);
	if (r == 0)
		r = put_victim(view, report, term);
	if (r == 0)
		r = put_others(view, report, term);
	return r == 0 ? put_ending(view, report, term) : r;
}
