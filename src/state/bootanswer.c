/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/bootanswer.h"

#include <assert.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "knob/value.h"
#include "state/bootvalue.h"
#include "state/pattern.h"
#include "state/persisted.h"
#include "state/sysctlloader.h"

/* Who decides about one key, as far as its own lines go. */
struct contest {
	struct arena *arena;
	const struct persisted *persisted;
	const char *key, *path; /* below proc/sys/ */
	const struct knob *knob;
	const struct boot_key *own; /* NULL: no line names the key */
	size_t winner;		    /* a line; NO_LINE */
	size_t place;		    /* when it is written */
	const char *value;	    /* what the kernel makes of it */
};

/* The pattern number @i, in the order of writing. */
static const struct boot_key *glob_at(const struct persisted *persisted, size_t i)
{
	assert(persisted->keys.items);
	return &persisted->keys.items[persisted->globs.items[i]];
}

/* @pattern and the key of @contest, both as paths. */
static bool is_pattern_for(const struct contest *contest, const char *pattern)
{
	return pattern_matches(pattern, contest->path,
			       contest->persisted->loader->braces);
}

/* Line @i is written at @place, if the kernel takes its value: else what was before stays. */
static int consider(struct contest *contest, size_t i, size_t place)
{
	const struct boot_line *line = &contest->persisted->lines.items[i];
	const char *value;
	int fault;

	if (line->refused || (contest->winner != NO_LINE && place < contest->place))
		return 0;
	fault = boot_value(contest->arena, contest->knob, line->line.value, &value);
	if (fault < 0)
		return fault;
	if (fault != VALUE_OK)
		return 0;
	contest->winner = i;
	contest->place = place;
	contest->value = value;
	return 0;
}

/* Each assignment in its turn; @odd: only those that are spelled as the loader's comparison does
 * not expect. */
static int consider_lines(struct contest *contest, const struct boot_key *key, bool odd)
{
	const struct persisted *persisted = contest->persisted;
	int r = 0;

	if (key->last == NO_LINE)
		return 0;
	if (persisted->loader->once)
		return consider(contest, key->last, key->place);
	for (size_t i = key->last; r == 0 && i != NO_LINE;
	     i = persisted->lines.items[i].before) {
		if (!odd || persisted->lines.items[i].line.odd)
			r = consider(contest, i, i);
	}
	return r;
}

/* Is the key kept out of every pattern by an exclusion that is a pattern itself? */
static bool is_excluded_by_pattern(const struct contest *contest)
{
	const struct persisted *persisted = contest->persisted;

	for (size_t i = 0; i < persisted->globs.len; i++) {
		const struct boot_key *glob = glob_at(persisted, i);

		if (persisted->loader->glob_exclusions && glob->exclusion != NO_LINE &&
		    fnmatch(glob->path, contest->path, 0) == 0)
			return true;
	}
	return false;
}

static int consider_globs(struct contest *contest)
{
	const struct persisted *persisted = contest->persisted;
	bool guarded =
		(contest->own && contest->own->guards) || is_excluded_by_pattern(contest);
	int r = 0;

	for (size_t i = 0; r == 0 && i < persisted->globs.len; i++) {
		const struct boot_key *glob = glob_at(persisted, i);

		if (!persisted->loader->globs || (guarded && persisted->loader->once) ||
		    !is_pattern_for(contest, glob->path))
			continue;
		r = consider_lines(contest, glob, guarded);
	}
	return r;
}

/* The kernel's own; later ones on the same line win. */
static int consider_command_line(struct contest *contest)
{
	const struct persisted *persisted = contest->persisted;
	int r = 0;

	for (size_t i = 0; r == 0 && i < persisted->command_line; i++) {
		if (strcmp(persisted->lines.items[i].line.key, contest->key) == 0)
			r = consider(contest, i, i);
	}
	return r;
}

static int contest_of(struct arena *arena, const struct persisted *persisted,
		      const char *key, const struct knob *knob, struct contest *ret)
{
	const size_t *index = keyset_get(&persisted->index, key);
	struct contest contest = {
		.arena = arena,
		.persisted = persisted,
		.key = key,
		.path = sysctlname_path(arena, key),
		.knob = knob,
		.own = index ? &persisted->keys.items[*index] : NULL,
		.winner = NO_LINE,
	};
	int r = contest.path ? consider_command_line(&contest) : -ENOMEM;

	if (r == 0 && contest.own)
		r = consider_lines(&contest, contest.own, false);
	if (r == 0 && persisted->globs.len > 0)
		r = consider_globs(&contest);
	if (r == 0)
		*ret = contest;
	return r;
}

/* What one pattern stands for is written as glob(3) sorts it. */
static bool is_written_after(const struct contest *contest, const struct contest *other)
{
	if (contest->place != other->place)
		return contest->place > other->place;
	return strcmp(contest->path, other->path) > 0;
}

/* The one of a pair that is written after @contest's key; without a winner: none is. */
static int find_twin(const struct contest *contest, struct contest *ret)
{
	const struct persisted *persisted = contest->persisted;
	const char *const *key = contest->knob ? contest->knob->excludes : NULL;

	*ret = (struct contest){ .winner = NO_LINE };
	for (; key && *key; key++) {
		const struct knob *twin = knob_find(*key, NULL);
		struct contest other;
		int r;

		if (!twin || !knob_are_twins(contest->knob, twin))
			continue;
		r = contest_of(contest->arena, persisted, *key, twin, &other);
		if (r != 0)
			return r;
		if (other.winner == NO_LINE)
			continue;
		/* Of two that exclude each other, 0 leaves the other one alone. */
		if (!contest->knob->mirrors && value_same(twin, other.value, "0"))
			continue;
		if (contest->winner != NO_LINE && is_written_after(contest, &other))
			continue;
		*ret = other;
	}
	return 0;
}

/* What is known when it is told why the other lines do not count. */
struct telling {
	const struct contest *contest;
	const struct conf_line *decider; /* NULL: none */
	const struct contest *twin;	 /* the other one of a pair, where that decides */
};

/* @before, the place of @line and @after, in one. 0 or -ENOMEM. */
static int say(const struct telling *telling, const char *before,
	       const struct conf_line *line, const char *after, const char **ret)
{
	*ret = arena_printf(telling->contest->arena, "%s%s:%u%s", before,
			    line->at.source->name, line->at.line, after);
	return *ret ? 0 : -ENOMEM;
}

/* Lines that do not name the key, but stand for it. 0 without *@ret: it is not for that. */
static int why_glob_loses(const struct telling *telling, const struct boot_line *line,
			  const char **ret)
{
	const struct contest *contest = telling->contest;
	const struct persisted *persisted = contest->persisted;
	const struct boot_key *own = contest->own;

	if (!persisted->loader->globs)
		*ret = "this loader takes no patterns";
	if (*ret || (line->line.odd && !persisted->loader->once))
		return 0;
	if (own && own->guards && own->last != NO_LINE)
		return say(telling, "a pattern; ",
			   &persisted->lines.items[own->last].line,
			   " names the key, and that counts more", ret);
	if (own && own->guards)
		return say(telling, "a pattern; ",
			   &persisted->lines.items[own->exclusion].line,
			   " keeps patterns off the key", ret);
	if (is_excluded_by_pattern(contest))
		*ret = "a pattern; another one with a '-' in front keeps it off the key";
	return 0;
}

/* Of a loader that writes each key once: line @i as against those of the same key. */
static int why_not_written(const struct telling *telling, size_t i, const char **ret)
{
	const struct persisted *persisted = telling->contest->persisted;
	const char *name = persisted->lines.items[i].line.key;
	const size_t *index = keyset_get(&persisted->index, name);
	const struct boot_key *key = index ? &persisted->keys.items[*index] : NULL;
	const struct conf_line *last;

	if (!persisted->loader->once || !key || i < persisted->command_line)
		return 0;
	if (key->exclusion != NO_LINE)
		return say(telling, "", &persisted->lines.items[key->exclusion].line,
			   " takes it back ('-' in front of the key)", ret);
	last = &persisted->lines.items[key->last].line;
	if (last == telling->decider)
		return 0;
	if (key->place > i)
		return say(telling, "", last, " comes later, and only that is written",
			   ret);
	if (key->place < i && telling->decider)
		return say(telling,
			   "it repeats an earlier line and keeps the place of that: ",
			   telling->decider, " comes later", ret);
	return 0;
}

static int why_decider_wins(const struct telling *telling, const struct boot_line *line,
			    const char **ret)
{
	const struct conf_line *decider = telling->decider;
	bool same = decider && decider->value &&
		    strcmp(line->line.value, decider->value) == 0;

	if (!decider) {
		*ret = "nothing is made of it";
		return 0;
	}
	if (telling->twin) {
		*ret = arena_printf(telling->contest->arena,
				    "%s:%u sets %s later, and this one with it",
				    decider->at.source->name, decider->at.line,
				    telling->twin->key);
		return *ret ? 0 : -ENOMEM;
	}
	return say(telling, "", decider, same ? " says the same later" : " comes later",
		   ret);
}

static int why_loses(const struct telling *telling, size_t i, const char **ret)
{
	const struct contest *contest = telling->contest;
	const struct boot_line *line = &contest->persisted->lines.items[i];
	const char *value;
	int r;

	*ret = line->passed_over;
	if (*ret)
		return 0;
	r = boot_value(contest->arena, contest->knob, line->line.value, &value);
	if (r == VALUE_OK && line->refused)
		r = VALUE_NOT_A_NUMBER;
	if (r > 0)
		*ret = r == VALUE_OUT_OF_RANGE
			       ? "the kernel refuses it: it is outside of what it takes"
			       : "the kernel refuses it: it is no number";
	if (r != VALUE_OK)
		return r < 0 ? r : 0;
	if (line->line.glob)
		r = why_glob_loses(telling, line, ret);
	if (r == 0 && !*ret)
		r = why_not_written(telling, i, ret);
	if (r == 0 && !*ret)
		r = why_decider_wins(telling, line, ret);
	return r;
}

/* Does the line speak of the key? Exclusions do so only where they decide. */
static int speaks_of(const struct contest *contest, const struct boot_line *line,
		     bool *ret)
{
	const char *path;

	*ret = false;
	if (!line->line.value)
		return 0;
	if (!line->line.glob) {
		*ret = strcmp(line->line.key, contest->key) == 0;
		return 0;
	}
	path = sysctlname_path(contest->arena, line->line.key);
	if (!path)
		return -ENOMEM;
	*ret = is_pattern_for(contest, path);
	return 0;
}

static int tell_losers(const struct telling *telling, struct boot_answer *answer)
{
	const struct contest *contest = telling->contest;
	struct {
		struct boot_loser *items;
		size_t len, cap;
	} losers = { 0 };

	for (size_t i = 0; i < contest->persisted->lines.len; i++) {
		const struct boot_line *line = &contest->persisted->lines.items[i];
		struct boot_loser *loser;
		bool speaks;
		int r = speaks_of(contest, line, &speaks);

		if (r < 0)
			return r;
		if (!speaks || &line->line == telling->decider)
			continue;
		loser = vec_push(contest->arena, &losers);
		if (!loser)
			return -ENOMEM;
		loser->line = &line->line;
		r = why_loses(telling, i, &loser->why);
		if (r < 0)
			return r;
	}
	answer->losers = losers.items;
	answer->losers_len = losers.len;
	return 0;
}

/* The line that decides, be it one that takes an assignment back. */
static const struct conf_line *decider_of(const struct contest *contest)
{
	const struct persisted *persisted = contest->persisted;
	const struct boot_key *own = contest->own;

	if (contest->winner != NO_LINE)
		return &persisted->lines.items[contest->winner].line;
	if (own && own->guards && own->exclusion != NO_LINE)
		return &persisted->lines.items[own->exclusion].line;
	return NULL;
}

int boot_ask(struct arena *arena, const struct persisted *persisted, const char *key,
	     const struct knob *knob, bool losers, struct boot_answer *ret)
{
	struct boot_answer answer = { 0 };
	struct telling telling = { 0 };
	struct contest contest, twin;
	int r = contest_of(arena, persisted, key, knob, &contest);

	if (r == 0)
		r = find_twin(&contest, &twin);
	if (r != 0)
		return r;
	answer.value = contest.value;
	answer.line = decider_of(&contest);
	if (twin.winner != NO_LINE) {
		answer.value = knob->mirrors ? twin.value : "0";
		answer.line = decider_of(&twin);
		telling.twin = &twin;
	}
	telling.contest = &contest;
	telling.decider = answer.line;
	if (losers)
		r = tell_losers(&telling, &answer);
	if (r == 0)
		*ret = answer;
	return r;
}

bool boot_is_named(const struct persisted *persisted, const char *key,
		   const struct knob *knob, const char *value)
{
	for (size_t i = persisted->command_line; i < persisted->lines.len; i++) {
		const struct boot_line *line = &persisted->lines.items[i];

		if (!line->passed_over && line->line.value &&
		    strcmp(line->line.key, key) == 0 &&
		    value_same(knob, line->line.value, value))
			return true;
	}
	return false;
}
