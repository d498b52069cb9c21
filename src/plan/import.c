/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/import.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/keyset.h"
#include "base/span.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "knob/role.h"
#include "knob/sysctlname.h"
#include "plan/import_value.h"
#include "state/sysctlconf.h"

#define NAME	"imported"
#define SUFFIX	".conf"
#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789"

struct importing {
	struct arena *arena;
	struct diags *diags;
	const struct conf_lines *lines;
	bool dump; /* it is the output of `sysctl -a` */
	size_t passed_over;
	struct {
		struct import_value *items;
		size_t len, cap;
	} values;
	struct draft draft;
};

/* Nobody sets these, and every kernel has them. */
static bool is_of_a_dump(const struct conf_line *line)
{
	static const char *const keys[] = { "kernel.ostype", "kernel.osrelease",
					    "kernel.version" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i], line->key) == 0)
			return true;
	}
	return false;
}

static bool is_dump(const struct conf_lines *lines)
{
	for (size_t i = 0; i < lines->len; i++) {
		if (is_of_a_dump(&lines->items[i]))
			return true;
	}
	return false;
}

/* *@ret: for each line whether it is the last assignment of its key. 0 or -ENOMEM. */
static int find_last(const struct importing *importing, bool **ret)
{
	const struct conf_lines *lines = importing->lines;
	bool *last = arena_array(importing->arena, lines->len, sizeof(*last));
	struct keyset seen = { 0 };
	const void *later;

	if (!last)
		return -ENOMEM;
	for (size_t i = lines->len; i-- > 0;) {
		const struct conf_line *line = &lines->items[i];

		if (!line->value)
			continue;
		if (keyset_add(importing->arena, &seen, line->key, line, &later) < 0)
			return -ENOMEM;
		last[i] = !later;
	}
	*ret = last;
	return 0;
}

/* Is @line none that somebody could have meant to set? */
static bool is_passed_over(const struct importing *importing,
			   const struct conf_line *line)
{
	const struct knob *knob = knob_find(line->key, NULL);

	return importing->dump && (!knob || !knob_settable(knob));
}

static int read_values(struct importing *importing)
{
	bool *last = NULL;
	int r = find_last(importing, &last);

	for (size_t i = 0; r == 0 && i < importing->lines->len; i++) {
		const struct conf_line *line = &importing->lines->items[i];
		struct import_value *value;

		if (!last[i])
			continue;
		if (is_passed_over(importing, line)) {
			importing->passed_over++;
			continue;
		}
		value = vec_push(importing->arena, &importing->values);
		r = value ? import_value(importing->arena, line, value) : -ENOMEM;
	}
	return r;
}

/*
 * Of two twins: is it @other that is in force? Of dirty_ratio and dirty_bytes the one that is
 * not 0, as the kernel does not take a 0 for the other; of the same pool under two names the one
 * that is written last. What was printed in the order of names was not written in that order.
 */
static bool yields(const struct importing *importing, const struct import_value *value,
		   const struct import_value *other)
{
	if (!value->knob->mirrors && value->zero != other->zero)
		return value->zero;
	return importing->dump ? value > other : value < other;
}

static const struct import_value *find_twin(const struct importing *importing,
					    const struct import_value *value)
{
	for (size_t i = 0; value->knob->excludes && i < importing->values.len; i++) {
		const struct import_value *other = &importing->values.items[i];

		if (other->text && other->knob &&
		    knob_are_twins(value->knob, other->knob) &&
		    yields(importing, value, other))
			return other;
	}
	return NULL;
}

/* Why @value is not in the profile. */
static void tell_left_out(const struct importing *importing,
			  const struct import_value *value, const char *why)
{
	const char *key = value->line->key;
	/* Some sentences are about the knob, and begin with its name. */
	bool named = strncmp(why, key, strlen(key)) == 0 && why[strlen(key)] == ' ';

	diag_warning(importing->diags, value->line->at, "%s%s%s", named ? "" : key,
		     named ? "left out: " : " is left out: ", why);
}

static int tell_twin(const struct importing *importing, const struct import_value *value,
		     const struct import_value *twin)
{
	const char *why;

	if (importing->dump)
		return 0;
	why = arena_printf(importing->arena,
			   "%s (line %u) is in force in its place, as a write of one "
			   "changes the other",
			   twin->line->key, twin->line->at.line);
	if (!why)
		return -ENOMEM;
	tell_left_out(importing, value, why);
	return 0;
}

/* Where the setting comes from, and what stands there if that is not the same. */
static const char *comment_on(struct arena *arena, const struct import_value *value)
{
	const struct conf_line *line = value->line;
	const char *name = line->at.source->name;
	bool is_stdin = strcmp(name, "-") == 0;
	bool different = value->rewritten || value->cut;

	return arena_printf(arena, "%s%s%u%s%s", is_stdin ? "line" : name,
			    is_stdin ? " " : ":", line->at.line, different ? ": " : "",
			    different ? line->value : "");
}

static int add_value(struct importing *importing, const struct import_value *value)
{
	struct draft_setting setting = {
		.key = value->line->key,
		.value = value->text,
		.optional = value->line->optional,
		.comment = comment_on(importing->arena, value),
	};

	if (!setting.comment)
		return -ENOMEM;
	if (value->cut)
		diag_warning(importing->diags, value->line->at,
			     "%s: of this value the kernel reads %s, and no more",
			     setting.key, setting.value);
	return draft_add(importing->arena, &importing->draft, &setting);
}

static int add_values(struct importing *importing)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < importing->values.len; i++) {
		const struct import_value *value = &importing->values.items[i];
		const struct import_value *twin =
			value->knob ? find_twin(importing, value) : NULL;

		if (twin)
			r = tell_twin(importing, value, twin);
		else if (value->text)
			r = add_value(importing, value);
		else
			tell_left_out(importing, value, value->why);
	}
	return r;
}

/* Does the profile have @value all the same, though @line, with @path, excludes it? */
static bool is_still_set(const struct import_value *value, const struct conf_line *line,
			 const char *path)
{
	if (!value->text)
		return false;
	if (value->pattern && !line->glob)
		return fnmatch(value->pattern, path, FNM_PATHNAME | FNM_PERIOD) == 0;
	/* What a later line names is set whatever was excluded before. */
	return (value->pattern || value->line < line) &&
	       strcmp(value->line->key, line->key) == 0;
}

static int tell_exclusion(const struct importing *importing, const struct conf_line *line)
{
	const char *path = sysctlname_path(importing->arena, line->key);

	for (size_t i = 0; path && i < importing->values.len; i++) {
		const struct import_value *value = &importing->values.items[i];

		if (!is_still_set(value, line, path))
			continue;
		diag_warning(importing->diags, line->at,
			     "profiles have no exclusions: %s is still set (by %s, line "
			     "%u)",
			     line->key, value->line->key, value->line->at.line);
		break;
	}
	return path ? 0 : -ENOMEM;
}

/* A profile cannot say that nothing is to set a key. */
static int tell_exclusions(const struct importing *importing)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < importing->lines->len; i++) {
		if (!importing->lines->items[i].value)
			r = tell_exclusion(importing, &importing->lines->items[i]);
	}
	return r;
}

int import_lines(struct arena *arena, struct diags *diags, const struct conf_lines *lines,
		 struct draft *ret)
{
	struct importing importing = {
		.arena = arena,
		.diags = diags,
		.lines = lines,
		.dump = is_dump(lines),
	};
	int r = read_values(&importing);

	if (r == 0)
		r = add_values(&importing);
	if (r == 0)
		r = tell_exclusions(&importing);
	if (r < 0)
		return r;
	if (importing.passed_over > 0)
		diag_note(diags, NOWHERE,
			  "this is the output of sysctl -a: %zu keys that are no memory "
			  "settings, or that nobody can set, are passed over",
			  importing.passed_over);
	*ret = importing.draft;
	return 0;
}

const char *import_name(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct span base = span_of(slash ? slash + 1 : path);
	char *name;
	size_t len = 0;

	if (base.len > strlen(SUFFIX) &&
	    strcmp(base.at + base.len - strlen(SUFFIX), SUFFIX) == 0)
		base.len -= strlen(SUFFIX);
	name = arena_alloc(arena, base.len + 1);
	for (size_t i = 0; name && i < base.len; i++) {
		char c = base.at[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		/* One hyphen for whatever else stands between two letters. */
		if (strchr(LETTERS, c))
			name[len++] = c;
		else if (len > 0 && name[len - 1] != '-')
			name[len++] = '-';
	}
	while (len > 0 && name[len - 1] == '-')
		name[--len] = '\0';
	return len > 0 || !name ? name : NAME;
}
