/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "apply/journal.h"
#include "apply/leftout.h"
#include "base/arena.h"
#include "base/kib.h"
#include "base/text.h"
#include "plan/plan.h"
#include "render/prose.h"
#include "render/size_text.h"
#include "render/view_status.h"

/* So many are named; -v names all. */
#define NAMED  3
#define MOMENT 64

struct sheet {
	const struct status_view *view;
	const struct term *term;
	bool full; /* the arena is */
};

static struct text begin(const struct sheet *sheet, const char *label)
{
	struct text text = text_in(sheet->view->arena);

	text_addf(&text, "%-*s", STATUS_INDENT, label);
	return text;
}

static void put(struct sheet *sheet, struct text *text, enum paint paint)
{
	const char *words = text_finish(text);
	struct prose prose = prose_on(sheet->term, STATUS_INDENT);

	sheet->full |= words == NULL;
	if (!words)
		return;
	prose_add(&prose, paint, words);
	prose_end(&prose);
}

static void put_problem(struct sheet *sheet, const char *label, const char *problem)
{
	struct text text = begin(sheet, label);

	text_addf(&text, "%s", problem);
	put(sheet, &text, PAINT_NONE);
}

static size_t most_named(const struct sheet *sheet)
{
	return sheet->view->verbose ? (size_t)-1 : NAMED;
}

bool view_status_differs(const struct plan_item *item)
{
	return plan_item_writes(item) || plan_item_persists(item) ||
	       item->action == ACTION_REFUSE;
}

static void add_sides(struct sheet *sheet, struct text *text,
		      const struct plan_item *item)
{
	const char *live = item->live, *want = item->want;

	if (live && want && size_text_fits(item, NULL)) {
		live = size_text(sheet->view->arena, item, live);
		want = size_text(sheet->view->arena, item, want);
		sheet->full |= !live || !want;
	}
	text_addf(text, "%s is %s, want %s", plan_item_name(item), live ? live : "?",
		  want ? want : "?");
}

static void add_item(struct sheet *sheet, struct text *text, const struct plan_item *item)
{
	if (item->action == ACTION_REFUSE)
		text_addf(text, "%s: %s", plan_item_name(item),
			  item->reason ? item->reason : "cannot be done");
	else if (plan_item_writes(item))
		add_sides(sheet, text, item);
	else if (item->boot)
		text_addf(text, "%s is %s after a reboot", plan_item_name(item),
			  item->boot);
	else
		text_addf(text, "%s is unset after a reboot", plan_item_name(item));
}

/* "2 of 14 do not hold: a is 1, want 2; ..." */
static void add_drift(struct sheet *sheet, struct text *text, const struct plan *plan)
{
	size_t differs = 0, named = 0;

	for (size_t i = 0; i < plan->len; i++)
		differs += view_status_differs(&plan->items[i]);
	if (differs == 0) {
		text_addf(text, "persisted files are not as they should be");
		return;
	}
	text_addf(text, "%zu of %zu %s not hold: ", differs,
		  plan->len - plan->counts.skipped, differs == 1 ? "does" : "do");
	for (size_t i = 0; i < plan->len && named < most_named(sheet); i++) {
		if (!view_status_differs(&plan->items[i]))
			continue;
		text_addf(text, "%s", named++ > 0 ? "; " : "");
		add_item(sheet, text, &plan->items[i]);
	}
	if (named < differs)
		text_addf(text, "; and %zu more", differs - named);
}

static size_t count_unread(const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->len; i++)
		count += plan->items[i].live_status == LIVE_UNREADABLE;
	return count;
}

static void add_unread(struct text *text, const struct plan *plan)
{
	size_t unread = count_unread(plan);

	if (unread > 0)
		text_addf(text, "; %zu cannot be read%s", unread,
			  plan->counts.differs + plan->counts.refused > 0 ? "" : " here");
}

static void add_names(struct text *text, const struct standing *standing)
{
	for (size_t i = 0; i < standing->names_len; i++)
		text_addf(text, "%s%s", i > 0 ? ", " : "", standing->names[i]);
}

/* True: it does not hold. */
static bool add_plan(struct sheet *sheet, struct text *text, const struct plan *plan)
{
	bool holds = plan_in_sync(plan);

	if (!plan->applies) {
		text_addf(text, ": not applicable to this host");
		return false;
	}
	text_addf(text, ": ");
	if (holds)
		text_addf(text, "all hold (%zu)", plan->counts.same);
	else
		add_drift(sheet, text, plan);
	add_unread(text, plan);
	return !holds;
}

static void put_profiles(struct sheet *sheet)
{
	const struct standing *standing = sheet->view->standing;
	const struct plan *plan = standing->plan;
	struct text text = begin(sheet, "Profiles");
	enum paint paint = PAINT_NONE;

	add_names(&text, standing);
	if (standing->profiles_problem) {
		text_addf(&text, "%s%s%s", standing->names_len > 0 ? ": " : "",
			  standing->profiles_problem, plan ? "; the others" : "");
		paint = PAINT_CHANGE;
	}
	if (plan && add_plan(sheet, &text, plan))
		paint = PAINT_CHANGE;
	if (!plan && !standing->profiles_problem)
		text_addf(&text, "none is active");
	put(sheet, &text, paint);
}

/* "2027-01-01 03:30:00", in the zone of who asks. */
static const char *moment(int64_t wall, char ret[MOMENT])
{
	time_t seconds = (time_t)wall;
	struct tm tm;

	if (!localtime_r(&seconds, &tm) ||
	    strftime(ret, MOMENT, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		return "?";
	return ret;
}

static void put_trial(struct sheet *sheet)
{
	const struct standing *standing = sheet->view->standing;
	struct text text = begin(sheet, "Trial");
	char when[MOMENT];

	if (standing->trial_problem) {
		put_problem(sheet, "Trial", standing->trial_problem);
		return;
	}
	if (standing->trial == 0)
		return;
	text_addf(&text, "entry %lu is taken back ", standing->trial);
	if (standing->trial_until > 0)
		text_addf(&text, "at %s ", moment(standing->trial_until, when));
	text_addf(&text, "unless 'lowmemctl confirm' comes first (pid %ld)",
		  (long)standing->trial_pid);
	put(sheet, &text, PAINT_CHANGE);
}

static void put_cut_off(struct sheet *sheet)
{
	const struct entry *entry = sheet->view->standing->cut_off;
	struct text text = begin(sheet, "Cut off");
	char when[MOMENT];

	if (!entry)
		return;
	text_addf(&text, "%s", entry->command ? entry->command : "a run");
	if (entry->profiles && *entry->profiles)
		text_addf(&text, " of %s", entry->profiles);
	text_addf(&text,
		  " was cut off at %s, part of it may be in force: 'lowmemctl revert "
		  "%lu' puts it back",
		  moment(entry->started, when), entry->id);
	put(sheet, &text, PAINT_CHANGE);
}

/* Names whose it is once, before the first. */
static void add_left_item(struct text *text, const struct leftout *left, size_t i)
{
	const struct leftout_item *item = &left->items[i];
	const char *whose = item->profiles ? item->profiles : "?";
	const char *before =
		i > 0 && left->items[i - 1].profiles ? left->items[i - 1].profiles : "?";

	if (i > 0)
		text_add(text, "; ", 2);
	if (i == 0)
		text_addf(text, "by the last best-effort apply of %s: ", whose);
	else if (strcmp(whose, before) != 0)
		text_addf(text, "of %s: ", whose);
	text_addf(text, "%s (%s)", item->name, item->reason);
}

static void put_leftout(struct sheet *sheet)
{
	const struct standing *standing = sheet->view->standing;
	const struct leftout *left = standing->leftout;
	struct text text = begin(sheet, "Left out");
	size_t named;

	if (standing->leftout_problem) {
		put_problem(sheet, "Left out", standing->leftout_problem);
		return;
	}
	if (!left || left->len == 0)
		return;
	for (named = 0; named < left->len && named < most_named(sheet); named++)
		add_left_item(&text, left, named);
	if (named < left->len)
		text_addf(&text, "; and %zu more", left->len - named);
	put(sheet, &text, PAINT_NONE);
}

static void add_count(struct text *text, int64_t count, const char *word)
{
	if (count >= 0)
		text_addf(text, ", %" PRId64 " %s", count, word);
}

static void put_watch(struct sheet *sheet)
{
	const struct watch_seen *watch = &sheet->view->standing->watch;
	struct text text = begin(sheet, "Watch");
	char when[MOMENT];

	text_addf(&text, "%s", watch->running ? "runs" : "does not run");
	if (watch->pid > 0)
		text_addf(&text, " (pid %ld)", (long)watch->pid);
	if (watch->problem)
		text_addf(&text, "%s%s", watch->running ? ": " : ", or cannot be seen: ",
			  watch->problem);
	if (watch->told) {
		text_addf(&text, ": %s", watch->mode ? watch->mode : "?");
		add_count(&text, watch->rules, watch->rules == 1 ? "rule" : "rules");
		add_count(&text, watch->processes, "processes");
		add_count(&text, watch->changed, "changed");
		add_count(&text, watch->denied, "denied");
		add_count(&text, watch->lost, "lost");
	}
	if (watch->told && watch->p50_us >= 0 && watch->p99_us >= 0)
		text_addf(&text, "; latency p50 %" PRId64 " us, p99 %" PRId64 " us",
			  watch->p50_us, watch->p99_us);
	if (watch->told && watch->told_at >= 0)
		text_addf(&text, " (as of %s)", moment(watch->told_at, when));
	put(sheet, &text, PAINT_NONE);
}

static void add_last(struct text *text, const struct schedule_seen *schedule)
{
	char when[MOMENT], freed[KIB_TEXT];

	if (schedule->last < 0)
		return;
	text_addf(text, "; last %s ", moment(schedule->last, when));
	if (schedule->skipped) {
		text_addf(text, "skipped: %s", schedule->skipped);
		return;
	}
	text_addf(text, "freed %s", kib_told(schedule->freed_kib, freed));
	if (schedule->took_ms >= 0)
		text_addf(text, " in %" PRId64 " ms", schedule->took_ms);
}

static void put_schedules(struct sheet *sheet)
{
	const struct watch_seen *watch = &sheet->view->standing->watch;
	char when[MOMENT];

	for (size_t i = 0; i < watch->schedules_len; i++) {
		const struct schedule_seen *schedule = &watch->schedules[i];
		struct text text = begin(sheet, "Schedule");

		text_addf(&text, "%s %s: ", schedule->profile ? schedule->profile : "?",
			  schedule->key ? schedule->key : "?");
		if (schedule->next >= 0)
			text_addf(&text, "next %s", moment(schedule->next, when));
		else
			text_addf(&text, "no next time");
		add_last(&text, schedule);
		put(sheet, &text, PAINT_NONE);
	}
}

int view_status_standing(const struct status_view *view, const struct term *term)
{
	struct sheet sheet = { .view = view, .term = term };

	(void)fputc('\n', term->file);
	put_profiles(&sheet);
	put_trial(&sheet);
	put_cut_off(&sheet);
	put_leftout(&sheet);
	put_watch(&sheet);
	put_schedules(&sheet);
	return sheet.full ? -ENOMEM : 0;
}
