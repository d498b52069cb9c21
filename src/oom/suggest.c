/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/suggest.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/keyset.h"
#include "base/num.h"
#include "base/text.h"
#include "knob/knob.h"
#include "knob/value.h"
#include "profile/shape.h"
#include "profile/wording.h"

#define LOWER_ZONE_PROTECTION "lower_zone_protection"
#define OOM_KILL	      "oom_kill"
#define SYS		      "/sys/"
/* What the settings of a profile's own words write to: each is set once. */
#define RATIO		      "vm.lowmem_reserve_ratio"
#define OLD_PROTECTION	      "vm.lower_zone_protection"
#define OLD_OOM_KILL	      "vm.oom-kill"
#define MOST_LEFT	      8

struct suggesting {
	struct arena *arena;
	struct draft *draft;
	struct keyset taken;	/* keys */
	struct keyset left_set; /* texts */
	struct text words;	/* about the settings that have no place for a comment */
	struct text left;	/* advice that a profile cannot follow */
	size_t left_len;
	const struct oom_finding *source; /* of the first setting; NULL: there is none */
};

/* 1: it is @key's first; 0: it was there; -ENOMEM. */
static int take_key(struct suggesting *suggesting, const char *key)
{
	const void *before;
	int r = keyset_add(suggesting->arena, &suggesting->taken, key, key, &before);

	return r < 0 ? r : before == NULL;
}

/* All that one file can be set by. */
static int take_keys(struct suggesting *suggesting, const char *const *keys)
{
	for (const char *const *key = keys; *key; key++) {
		if (keyset_get(&suggesting->taken, *key))
			return 0;
	}
	for (; *keys; keys++) {
		int r = take_key(suggesting, *keys);

		if (r < 0)
			return r;
	}
	return 1;
}

/* 1: it is in the profile, or another value of it is; 0: a profile cannot do that. The same of all
 * below. */
static int take_protection(struct suggesting *suggesting, const struct oom_advice *advice)
{
	static const char *const keys[] = { LOWER_ZONE_PROTECTION, RATIO, OLD_PROTECTION,
					    NULL };
	int64_t value;
	int r;

	if (num_i64(span_of(advice->value), &value) < 0 || value < 0)
		return 0;
	r = take_keys(suggesting, keys);
	if (r <= 0)
		return r < 0 ? r : 1;
	suggesting->draft->has_lower_zone_protection = true;
	suggesting->draft->lower_zone_protection = value;
	text_addf(&suggesting->words, "\n" LOWER_ZONE_PROTECTION ": %s\n", advice->text);
	return 1;
}

static int take_oom_kill(struct suggesting *suggesting, const struct oom_advice *advice)
{
	static const char *const keys[] = { OOM_KILL, OLD_OOM_KILL, NULL };
	int value, r;

	if (enumtab_value(shape_switches, span_of(advice->value), &value) < 0)
		return 0;
	r = take_keys(suggesting, keys);
	if (r <= 0)
		return r < 0 ? r : 1;
	suggesting->draft->oom_kill = (enum tristate)value;
	text_addf(&suggesting->words, "\n" OOM_KILL ": %s\n", advice->text);
	return 1;
}

/* Of two that exclude each other, or go to the same file, the first counts. */
static bool is_taken(const struct suggesting *suggesting, const struct knob *knob,
		     const char *key)
{
	if (keyset_get(&suggesting->taken, key))
		return true;
	for (const char *const *twin = knob ? knob->excludes : NULL; twin && *twin;
	     twin++) {
		if (keyset_get(&suggesting->taken, *twin))
			return true;
	}
	return false;
}

static int take_setting(struct suggesting *suggesting, const struct oom_advice *advice)
{
	/* Other kernels lack some, and the profile is to do what it can on them. */
	const struct draft_setting setting = {
		.key = advice->knob,
		.value = advice->value,
		.optional = true,
		.comment = advice->text,
	};
	const struct knob *knob = knob_find(advice->knob, NULL);
	bool sysfs = strncmp(advice->knob, SYS, strlen(SYS)) == 0;
	const char *text;
	int r;

	/* The files of a control group have names like those of sysctls. */
	if (!sysfs && !(knob && knob->class == KNOB_SYSCTL))
		return 0;
	if (!draft_holds(&setting))
		return 0;
	r = value_resolve(suggesting->arena, knob, advice->value, NULL, &text);
	if (r < 0)
		return r;
	if (r != VALUE_OK)
		return 0;
	if (is_taken(suggesting, knob, advice->knob))
		return 1;
	r = take_key(suggesting, advice->knob);
	if (r > 0)
		r = draft_add(suggesting->arena, suggesting->draft, &setting);
	return r < 0 ? r : 1;
}

static int take_advice(struct suggesting *suggesting, const struct oom_advice *advice)
{
	if (!advice->knob || !advice->value)
		return 0;
	if (strcmp(advice->knob, LOWER_ZONE_PROTECTION) == 0)
		return take_protection(suggesting, advice);
	if (strcmp(advice->knob, OOM_KILL) == 0)
		return take_oom_kill(suggesting, advice);
	return take_setting(suggesting, advice);
}

static int leave(struct suggesting *suggesting, const struct oom_advice *advice)
{
	const void *before;
	int r = keyset_add(suggesting->arena, &suggesting->left_set, advice->text,
			   advice->text, &before);

	if (r < 0 || before || suggesting->left_len == MOST_LEFT)
		return r;
	text_addf(&suggesting->left, "- %s\n", advice->text);
	suggesting->left_len++;
	return 0;
}

static int take_finding(struct suggesting *suggesting, const struct oom_finding *finding)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < finding->verdict.advice_len; i++) {
		const struct oom_advice *advice = &finding->verdict.advice[i];

		r = take_advice(suggesting, advice);
		if (r > 0 && !suggesting->source)
			suggesting->source = finding;
		if (r == 0)
			r = leave(suggesting, advice);
	}
	return r < 0 ? r : 0;
}

/* Each cause that was found, with its first report. */
static void put_causes(struct text *text, struct arena *arena,
		       const struct oom_finding *findings, size_t len)
{
	size_t counts[OOM_CAUSE_GLOBAL + 1] = { 0 };
	bool told[OOM_CAUSE_GLOBAL + 1] = { false };

	for (size_t i = 0; i < len; i++)
		counts[findings[i].verdict.cause]++;
	for (size_t i = 0; i < len; i++) {
		const struct oom_report *report = &findings[i].report;
		const struct oom_verdict *verdict = &findings[i].verdict;

		if (told[verdict->cause])
			continue;
		told[verdict->cause] = true;
		text_addf(text, "%s (%s:%" PRIu64, oom_cause_word(verdict->cause),
			  wording_shown(arena, report->file ? report->file : "-"),
			  report->line);
		if (counts[verdict->cause] > 1)
			text_addf(text, ", the first of %zu reports",
				  counts[verdict->cause]);
		text_addf(text, "): %s\n", verdict->headline ? verdict->headline : "");
	}
}

static int describe(struct suggesting *suggesting, const struct oom_finding *findings,
		    size_t len)
{
	struct text text = text_in(suggesting->arena);
	const char *cause = oom_cause_word(suggesting->source->verdict.cause);
	const char *words = text_finish(&suggesting->words);
	const char *left = text_finish(&suggesting->left);
	struct draft *draft = suggesting->draft;

	if (!words || !left)
		return -ENOMEM;
	text_addf(&text, "Suggested by lowmemctl diagnose.\n\n");
	put_causes(&text, suggesting->arena, findings, len);
	text_add(&text, words, strlen(words));
	if (*left)
		text_addf(&text, "\nWhat this profile cannot do for you:\n%s", left);
	draft->comment = text_finish(&text);
	draft->name = arena_printf(suggesting->arena, "oom-%s", cause);
	draft->description = arena_printf(suggesting->arena,
					  "What OOM reports suggest against %s", cause);
	return draft->comment && draft->name && draft->description ? 0 : -ENOMEM;
}

int oom_suggest(struct arena *arena, const struct oom_finding *findings, size_t len,
		struct draft *ret)
{
	struct draft draft = { 0 };
	struct suggesting suggesting = {
		.arena = arena,
		.draft = &draft,
		.words = text_in(arena),
		.left = text_in(arena),
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < len; i++)
		r = take_finding(&suggesting, &findings[i]);
	if (r == 0 && !suggesting.source)
		r = -ENOENT;
	if (r == 0)
		r = describe(&suggesting, findings, len);
	if (r == 0)
		*ret = draft;
	return r;
}
