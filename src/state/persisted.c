/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/persisted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/vec.h"
#include "knob/sysctlname.h"
#include "state/stopping.h"
#include "state/sysctlloader.h"
#include "sys/root.h"

#define COMMAND_LINE_PATH "proc/cmdline"
#define COMMAND_LINE_MOST ((size_t)64 * 1024)

struct indexing {
	struct arena *arena;
	struct diags *diags;
	struct persisted *persisted;
	const struct root *root; /* NULL: what was learnt of the host before must do */
};

static int add_line(struct indexing *indexing, const struct conf_line *line,
		    const char *passed_over)
{
	struct boot_line *place = vec_push(indexing->arena, &indexing->persisted->lines);

	if (!place)
		return -ENOMEM;
	*place = (struct boot_line){
		.line = *line,
		.passed_over = passed_over,
		.before = NO_LINE,
		.behind = NO_LINE,
	};
	return 0;
}

/* "vm.swappiness=10" behind "sysctl.": the kernel takes every dot for a slash, and no empty value. */
static int add_parameter(struct indexing *indexing, const struct source *source,
			 struct span parameter)
{
	struct conf_line line = { .at = { .source = source, .line = 1 } };
	struct span key;
	char *path;
	int r;

	if (!memchr(parameter.at, '=', parameter.len))
		return 0;
	(void)span_until(&parameter, '=', &key);
	if (parameter.len == 0)
		return 0;
	path = arena_copy(indexing->arena, key.at, key.len);
	line.value = arena_copy(indexing->arena, parameter.at, parameter.len);
	if (!path || !line.value)
		return -ENOMEM;
	for (char *dot = path; *dot; dot++) {
		if (*dot == '.')
			*dot = '/';
	}
	r = sysctlname_canonical(indexing->arena, path, &line.key);
	if (r == -EINVAL)
		return 0;
	return r < 0 ? r : add_line(indexing, &line, NULL);
}

/* The next parameter, quotes around a value or the whole of it taken off (lib/cmdline.c, next_arg). */
static bool next_parameter(struct arena *arena, struct span *rest, struct span *ret,
			   bool *ret_full)
{
	char *text;
	bool quoted = false;
	size_t len = 0;

	while (rest->len > 0 && strchr(" \t\n", rest->at[0])) {
		rest->at++;
		rest->len--;
	}
	if (rest->len == 0)
		return false;
	text = arena_alloc(arena, rest->len + 1);
	*ret_full = text == NULL;
	while (text && rest->len > 0 && (quoted || !strchr(" \t\n", rest->at[0]))) {
		if (rest->at[0] == '"')
			quoted = !quoted;
		else
			text[len++] = rest->at[0];
		rest->at++;
		rest->len--;
	}
	*ret = (struct span){ text, len };
	return true;
}

static int read_command_line(struct indexing *indexing, const struct root *root)
{
	static const char prefix[] = "sysctl";
	struct source *source = arena_alloc(indexing->arena, sizeof(*source));
	struct span rest, parameter;
	bool full = false;
	char *text;
	int r;

	if (!source)
		return -ENOMEM;
	r = root_slurp(root, COMMAND_LINE_PATH, indexing->arena, COMMAND_LINE_MOST, &text,
		       &rest.len);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	rest.at = text;
	*source = (struct source){ "/" COMMAND_LINE_PATH, text, rest.len };
	while (r == 0 && next_parameter(indexing->arena, &rest, &parameter, &full)) {
		size_t len = strlen(prefix) + 1;

		if (full)
			return -ENOMEM;
		/* What follows is init's (kernel/params.c, parse_args). */
		if (span_is(parameter, "--"))
			break;
		if (!span_starts(parameter, prefix) || parameter.len <= len ||
		    !strchr("./", parameter.at[len - 1]))
			continue;
		parameter.at += len;
		parameter.len -= len;
		r = add_parameter(indexing, source, parameter);
	}
	indexing->persisted->command_line = indexing->persisted->lines.len;
	return r;
}

static int parse_file(struct indexing *indexing, const struct conf_file *file)
{
	/* What is not read need not be right. */
	struct diags ignored = diags_in(indexing->arena);
	struct diags *diags = file->passed_over ? &ignored : indexing->diags;
	struct conf_lines lines = { 0 };
	size_t first = indexing->persisted->lines.len;
	int r = sysctlconf_read(indexing->arena, diags, file->source,
				indexing->persisted->loader, &lines);

	for (size_t i = 0; r == 0 && i < lines.len; i++)
		r = add_line(indexing, &lines.items[i], file->passed_over);
	if (r == 0 && indexing->persisted->loader->stops && !file->passed_over)
		r = stopping_find(indexing->arena, indexing->root, indexing->persisted,
				  first);
	return r;
}

static int key_for(struct indexing *indexing, const char *key, struct boot_key **ret)
{
	struct persisted *persisted = indexing->persisted;
	size_t *number = arena_alloc(indexing->arena, sizeof(*number));
	const void *earlier;
	struct boot_key *new;

	if (!number)
		return -ENOMEM;
	*number = persisted->keys.len;
	if (keyset_add(indexing->arena, &persisted->index, key, number, &earlier) < 0)
		return -ENOMEM;
	if (earlier) {
		*ret = &persisted->keys.items[*(const size_t *)earlier];
		return 0;
	}
	new = vec_push(indexing->arena, &persisted->keys);
	if (!new)
		return -ENOMEM;
	*new = (struct boot_key){
		.key = key,
		.last = NO_LINE,
		.place = NO_LINE,
		.exclusion = NO_LINE,
	};
	*ret = new;
	return 0;
}

/* Does an assignment of @value leave the place of the one before it, as its value is the same? */
static bool keeps_place(const struct persisted *persisted, const struct boot_key *key,
			const char *value)
{
	return persisted->loader->once && key->last != NO_LINE &&
	       strcmp(persisted->lines.items[key->last].line.value, value) == 0;
}

static int index_line(struct indexing *indexing, size_t i)
{
	struct persisted *persisted = indexing->persisted;
	struct boot_line *line = &persisted->lines.items[i];
	struct boot_key *key;
	int r = key_for(indexing, line->line.key, &key);

	if (r < 0)
		return r;
	key->guards |= persisted->loader->once || !line->line.odd;
	if (!line->line.value) {
		key->exclusion = i;
		if (persisted->loader->cancels)
			key->last = NO_LINE;
		return 0;
	}
	if (persisted->loader->cancels)
		key->exclusion = NO_LINE;
	if (!keeps_place(persisted, key, line->line.value))
		key->place = i;
	line->before = key->last;
	key->last = i;
	return 0;
}

static size_t place_of(const struct persisted *persisted, size_t glob)
{
	return persisted->keys.items[persisted->globs.items[glob]].place;
}

static int index_globs(struct indexing *indexing)
{
	struct persisted *persisted = indexing->persisted;

	for (size_t i = 0; i < persisted->keys.len; i++) {
		struct boot_key *key = &persisted->keys.items[i];
		size_t *place, at;

		if (!strpbrk(key->key, "*?["))
			continue;
		key->path = sysctlname_path(indexing->arena, key->key);
		place = vec_push(indexing->arena, &persisted->globs);
		if (!key->path || !place)
			return -ENOMEM;
		for (at = persisted->globs.len - 1;
		     at > 0 && place_of(persisted, at - 1) > key->place; at--)
			persisted->globs.items[at] = persisted->globs.items[at - 1];
		persisted->globs.items[at] = i;
	}
	return 0;
}

/* The lines of the command line are there; the rest comes from the files. */
static int index_files(struct indexing *indexing)
{
	struct persisted *persisted = indexing->persisted;
	int r = 0;

	for (size_t i = 0; r == 0 && i < persisted->files.len; i++) {
		if (!persisted->files.items[i].repeated)
			r = parse_file(indexing, &persisted->files.items[i]);
	}
	for (size_t i = persisted->command_line; r == 0 && i < persisted->lines.len;
	     i++) {
		if (!persisted->lines.items[i].passed_over)
			r = index_line(indexing, i);
	}
	return r == 0 ? index_globs(indexing) : r;
}

int persisted_read(struct arena *arena, const struct root *root, struct diags *diags,
		   const struct sysctl_loader *loader, bool all, struct persisted *ret)
{
	struct persisted persisted = { .loader = loader };
	struct indexing indexing = { arena, diags, &persisted, root };
	int r = conf_files_read(arena, root, diags, loader, all, &persisted.files);

	if (r == 0)
		r = read_command_line(&indexing, root);
	if (r == 0)
		r = index_files(&indexing);
	if (r == 0)
		*ret = persisted;
	return r;
}

int persisted_with(struct arena *arena, const struct persisted *persisted,
		   const struct source *source, struct persisted *ret)
{
	struct persisted with = {
		.loader = persisted->loader,
		.absent = persisted->absent,
		.numbers = persisted->numbers,
	};
	/* What is wrong with the other files was told when they were read. */
	struct diags ignored = diags_in(arena);
	struct indexing indexing = { arena, &ignored, &with, NULL };
	int r = conf_files_with(arena, &persisted->files, persisted->loader, source,
				&with.files);

	for (size_t i = 0; r == 0 && i < persisted->command_line; i++)
		r = add_line(&indexing, &persisted->lines.items[i].line, NULL);
	with.command_line = persisted->command_line;
	if (r == 0)
		r = index_files(&indexing);
	if (r == 0)
		*ret = with;
	return r;
}
