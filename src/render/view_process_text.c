/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/arena.h"
#include "plan/process_account.h"
#include "profile/rule.h"
#include "render/prose.h"
#include "render/view_account.h"

#define INDENT	11 /* of what a label stands before */
#define INDENT2 13

struct page {
	struct arena *arena;
	const struct term *term;
	const struct process_account *account;
};

/* "  label    text", folded below itself. NULL as a text: no memory. */
static int row(const struct page *page, const char *label, enum paint paint,
	       const char *text)
{
	struct prose prose = prose_on(page->term, INDENT);
	const char *head = arena_printf(page->arena, "  %-*s", INDENT - 2, label);

	if (!head || !text)
		return -ENOMEM;
	prose_add(&prose, PAINT_DIM, head);
	prose_add(&prose, paint, text);
	prose_end(&prose);
	return 0;
}

/* "keep-sshd  /etc/lowmemctl/active.d/web.yaml:3". NULL: no memory. */
static const char *rule_text(struct arena *arena, const struct rule *rule)
{
	const struct source *source = rule->at.source;

	return arena_printf(arena, "%s  %s:%u", rule->name, source ? source->name : "-",
			    rule->at.line);
}

static int show_live(const struct page *page)
{
	const struct process_account *account = page->account;
	const struct process_kept *kept = account->kept;

	if (kept->unset)
		return row(page, "live", PAINT_DIM,
			   "nothing: this kernel has neither oom_score_adj nor oom_adj");
	if (kept->legacy)
		return row(page, "live", PAINT_BOLD,
			   arena_printf(page->arena, "oom_adj %d", kept->adj));
	if (!account->oom_adj)
		return row(page, "live", PAINT_BOLD,
			   arena_printf(page->arena, "oom_score_adj %d", kept->adj));
	return row(page, "live", PAINT_BOLD,
		   arena_printf(page->arena,
				"oom_score_adj %d, which oom_adj shows as %s", kept->adj,
				account->oom_adj));
}

/* In place of what is wanted, where nothing ever is. */
static const char *untouched(enum process_standing standing)
{
	switch (standing) {
	case STANDING_INIT:
		return "PID 1 is never touched: all others inherit from it";
	case STANDING_KERNEL:
		return "kernel threads are never touched: they have no memory to free";
	case STANDING_ZOMBIE:
		return "it has exited: there is nothing to adjust";
	case STANDING_NONE:
		return "no rule is for it: it stays as it is";
	case STANDING_RULE:
	case STANDING_CHILD:
	case STANDING_UNKNOWN:
		break;
	}
	return NULL;
}

static int show_want(const struct page *page)
{
	const struct process_account *account = page->account;
	const char *none = untouched(account->standing);
	bool same = account->want == account->kept->adj;
	int r;

	if (none)
		return row(page, "want", PAINT_DIM, none);
	if (account->standing == STANDING_UNKNOWN)
		r = row(page, "want", PAINT_BAD, account->reason);
	else
		r = row(page, "want", same ? PAINT_NONE : PAINT_CHANGE,
			arena_printf(page->arena, "%d%s", account->want,
				     same ? ", which it has" : ""));
	if (r == 0)
		r = row(page, "rule", PAINT_NONE, rule_text(page->arena, account->rule));
	if (r == 0 && account->governor)
		r = row(page, "", PAINT_NONE,
			arena_printf(
				page->arena,
				"which is for pid:%d %s, and says what that starts gets",
				(int)account->governor->pid, account->governor->comm));
	return r;
}

static int show_losers(const struct page *page)
{
	const struct process_account *account = page->account;
	int r = 0;

	for (size_t i = 0; r == 0 && i < account->losers.len; i++) {
		const struct rule_loser *loser = &account->losers.items[i];

		r = row(page, i == 0 ? "loses" : "", PAINT_NONE,
			rule_text(page->arena, loser->rule));
		if (r == 0)
			prose_sentence(page->term, INDENT2, "             ", loser->why);
	}
	return r;
}

static const char *setter_text(const struct page *page)
{
	const struct process_account *account = page->account;

	switch (account->setter) {
	case SETTER_UNIT:
		return arena_printf(page->arena, "systemd: OOMScoreAdjust= of %s  %s:%u",
				    account->unit.unit, account->unit.file,
				    account->unit.line);
	case SETTER_DEFAULT:
		return "nobody: it is what processes begin with";
	case SETTER_RULE:
		return "the rule asks for just that";
	case SETTER_INHERITED:
		return arena_printf(page->arena,
				    "inherited: its parent, pid:%d %s, has the same",
				    (int)account->parent->pid, account->parent->comm);
	case SETTER_UNTOLD:
		break;
	}
	return "itself, or another program: neither a rule nor its unit nor its parent has it";
}

static int show_setter(const struct page *page)
{
	const struct process_account *account = page->account;
	const struct unit_adj *unit = &account->unit;
	int r;

	if (account->kept->unset || account->standing == STANDING_ZOMBIE)
		return 0;
	r = row(page, "set by", PAINT_NONE, setter_text(page));
	if (r == 0 && unit->set && account->setter != SETTER_UNIT)
		r = row(page, "", PAINT_CHANGE,
			arena_printf(page->arena, "%s asks for %d  %s:%u", unit->unit,
				     unit->adj, unit->file, unit->line));
	return r;
}

/* The value below which it cannot lower itself (Linux fs/proc/base.c, __set_oom_adj). */
static int show_floor(const struct page *page)
{
	const struct process_account *account = page->account;

	if (account->kept->unset || account->standing == STANDING_INIT ||
	    account->standing == STANDING_KERNEL || account->standing == STANDING_ZOMBIE)
		return 0;
	if (account->kept->legacy)
		return row(page, "floor", PAINT_DIM,
			   "there is none: lowering takes CAP_SYS_RESOURCE");
	if (account->kept->adj < 0)
		return row(
			page, "floor", PAINT_DIM,
			"cannot be read; below 0, as somebody with CAP_SYS_RESOURCE put "
			"its value there");
	return row(page, "floor", PAINT_DIM,
		   "cannot be read; 0 unless somebody with CAP_SYS_RESOURCE moved it");
}

static const char *why_never(const struct process_account *account)
{
	enum badness_spared spared = account->victim->now.spared;

	if (spared != BADNESS_NEVER)
		return badness_spared_word(spared);
	return account->kept->legacy ? "its oom_adj is -17"
				     : "its oom_score_adj is -1000";
}

static int show_rank(const struct page *page)
{
	const struct victim *victim = page->account->victim;
	struct arena *arena = page->arena;
	const char *now, *after = "";

	if (victim->rank == 0)
		now = arena_printf(arena, "never taken by the OOM killer: %s",
				   why_never(page->account));
	else
		now = arena_printf(arena, "%zu, with %llu points", victim->rank,
				   (unsigned long long)victim->now.score);
	if (victim->rank_after == 0 && victim->rank > 0)
		after = "; never taken with the rules";
	else if (victim->rank_after != victim->rank)
		after = arena_printf(arena, "; with the rules %zu", victim->rank_after);
	return row(page, "rank", PAINT_NONE,
		   now && after ? arena_printf(arena, "%s%s", now, after) : NULL);
}

int view_process_text(struct arena *arena, const struct process_account *account,
		      const struct term *term)
{
	const struct page page = { arena, term, account };
	int r;

	(void)fprintf(term->file, "%spid:%d ", term_paint(term, PAINT_BOLD),
		      (int)account->kept->pid);
	term_text(term, account->kept->comm);
	(void)fprintf(term->file, "%s\n", term_paint(term, PAINT_NONE));
	r = show_live(&page);
	if (r == 0)
		r = show_want(&page);
	if (r == 0)
		r = show_losers(&page);
	if (r == 0)
		r = show_setter(&page);
	if (r == 0)
		r = show_floor(&page);
	if (r == 0)
		r = show_rank(&page);
	(void)fputc('\n', term->file);
	return r;
}
