/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/span.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "plan/carrying_files.h"
#include "plan/conflict.h"
#include "plan/persist.h"
#include "plan/plan.h"
#include "plan/sections.h"
#include "profile/profile.h"
#include "state/persisted.h"
#include "state/sysctlconf.h"

struct unpersisting {
	struct arena *arena;
	const struct persist_request *request;
	const char *const *names;
	struct plan *plan;
	bool *lost; /* memory did not suffice to look at a disabled line */
	struct {    /* that the sections which are left still set */
		const char **items;
		size_t len, cap;
	} keys;
};

/* @old without the sections that go. */
static int without_sections(const struct unpersisting *unpersisting, bool dropin,
			    const char *old, const char **ret)
{
	int r = 0;

	*ret = old;
	for (const char *const *name = unpersisting->names; r == 0 && *name && *ret;
	     name++) {
		const struct section section = { .name = *name };

		r = dropin ? sections_in_dropin(unpersisting->arena, *ret, &section, ret)
			   : sections_in_conf(unpersisting->arena, *ret, &section, false,
					      ret);
	}
	return r;
}

static int note_key(struct unpersisting *unpersisting, const char *key)
{
	const char **place = vec_push(unpersisting->arena, &unpersisting->keys);

	if (!place)
		return -ENOMEM;
	*place = key;
	return 0;
}

/* Remembers the keys of all sections in @text. */
static int note_keys(struct unpersisting *unpersisting, const char *text, bool dropin)
{
	struct arena *arena = unpersisting->arena;
	struct diags ignored = diags_in(arena);
	struct span rest = sections_in(text, dropin), name, body;
	int r = 0;

	while (r == 0 && section_next(&rest, &name, &body)) {
		const struct source source = { "", body.at, body.len };
		struct conf_lines lines = { 0 };
		r = sysctlconf_read(arena, &ignored, &source,
				    unpersisting->request->persisted->loader, &lines);
		for (size_t i = 0; r == 0 && i < lines.len; i++)
			r = note_key(unpersisting, lines.items[i].key);
	}
	return r;
}

/* Would a line for @key be in the way of one for @kept, which is as good as it or a pattern, or the other
 * one of a pair? */
static int is_in_the_way(struct arena *arena, const char *key, const char *kept)
{
	const struct knob *a = knob_find(key, NULL), *b = knob_find(kept, NULL);
	const char *path = sysctlname_path(arena, key);
	const char *kept_path = sysctlname_path(arena, kept);

	if (!path || !kept_path)
		return -ENOMEM;
	return strcmp(key, kept) == 0 || (a && b && knob_are_twins(a, b)) ||
	       fnmatch(path, kept_path, FNM_PATHNAME) == 0 ||
	       fnmatch(kept_path, path, FNM_PATHNAME) == 0;
}

/* Is the disabled @line in the way of none of the sections that are left? */
static bool is_free(const void *data, struct span line)
{
	const struct unpersisting *unpersisting = data;
	struct arena *arena = unpersisting->arena;
	struct diags ignored = diags_in(arena);
	const struct source source = { "", line.at, line.len };
	struct conf_lines lines = { 0 };
	int r = 0;

	if (sysctlconf_read(arena, &ignored, &source,
			    unpersisting->request->persisted->loader, &lines) < 0)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && lines.len > 0 && i < unpersisting->keys.len; i++)
		r = is_in_the_way(arena, lines.items[0].key, unpersisting->keys.items[i]);
	*unpersisting->lost |= r < 0;
	return r == 0;
}

/* Is it, by another name, a file before it? */
static bool is_repeated(const struct conf_files *files, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (files->items[i].inode != 0 &&
		    files->items[i].inode == files->items[index].inode &&
		    files->items[i].device == files->items[index].device)
			return true;
	}
	return false;
}

/* One file of the configuration; @enable: what was disabled in it, else our lines. */
static int change_file(struct unpersisting *unpersisting, size_t index)
{
	const struct conf_file *file =
		&unpersisting->request->persisted->files.items[index];
	const char *path = file->source->name, *text = file->source->text;
	int r = without_sections(unpersisting, dropin_is_ours(path), text, &text);

	if (r == 0 && text && !dropin_is_ours(path)) {
		text = conf_lines_enable(unpersisting->arena, text, is_free,
					 unpersisting);
		r = text ? 0 : -ENOMEM;
	}
	return r == 0 ? plan_add_file(unpersisting->arena, unpersisting->plan, path,
				      file->source->text, text)
		      : r;
}

static bool is_concerned(const struct conf_files *files, size_t i)
{
	const struct conf_file *file = &files->items[i];

	return !file->unreadable && !file->packaged && !is_repeated(files, i) &&
	       strncmp(file->source->name, "/etc/", strlen("/etc/")) == 0 &&
	       strlen(file->source->text) == file->source->len;
}

static int change_files(struct unpersisting *unpersisting)
{
	const struct conf_files *files = &unpersisting->request->persisted->files;
	int r = 0;

	for (size_t i = 0; r == 0 && i < files->len; i++) {
		bool dropin = dropin_is_ours(files->items[i].source->name);
		const char *left;

		if (!is_concerned(files, i))
			continue;
		r = without_sections(unpersisting, dropin, files->items[i].source->text,
				     &left);
		if (r == 0 && left)
			r = note_keys(unpersisting, left, dropin);
	}
	for (size_t i = 0; r == 0 && i < files->len; i++) {
		if (is_concerned(files, i))
			r = change_file(unpersisting, i);
	}
	return r;
}

static int remove_active(struct unpersisting *unpersisting, const char *name)
{
	const struct profile *active = unpersisting->request->active;

	for (size_t i = 0; active && i < active->len; i++) {
		const struct layer *layer = active->items[i];

		if (strcmp(layer->name, name) == 0)
			return plan_add_file(unpersisting->arena, unpersisting->plan,
					     layer->source->name, layer->source->text,
					     NULL);
	}
	return 0;
}

int unpersist_plan(struct arena *arena, const struct persist_request *request,
		   const char *const *names, struct plan *plan)
{
	bool lost = false;
	struct unpersisting unpersisting = {
		.arena = arena,
		.request = request,
		.names = names,
		.plan = plan,
		.lost = &lost,
	};
	int r = change_files(&unpersisting);

	if (lost)
		return -ENOMEM;
	for (const char *const *name = names; r == 0 && *name; name++) {
		r = remove_active(&unpersisting, *name);
		if (r == 0)
			r = carrying_files_remove(arena, request, *name, plan);
	}
	return r;
}
