/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/span.h"
#include "base/vec.h"
#include "profile/file.h"
#include "profile/ytree.h"
#include "sys/root.h"

#define MOST_LAYERS 64
#define MOST_DEPTH  16

static int load_wish(const struct loader *loader, const struct file_wish *wish,
		     const struct layer *includer, struct profile *profile);

static bool is_file(const struct layer *layer, const struct file *file)
{
	return layer->device == file->device && layer->inode == file->inode;
}

static bool same_file(const struct layer *a, const struct layer *b)
{
	return a->device == b->device && a->inode == b->inode;
}

/* "a includes b includes c", from the layer that is @file down to @last. */
static const char *chain_text(struct arena *arena, const struct layer *last,
			      const struct file *file)
{
	const char *text = file->path;

	for (; text && last; last = last->includer) {
		text = arena_printf(arena, "%s includes %s", last->source->name, text);
		if (is_file(last, file))
			break;
	}
	return text ? text : "?";
}

/* An include must not lead back to where it came from, nor on for ever. */
static int check_chain(const struct loader *loader, const struct file_wish *wish,
		       const struct layer *includer, const struct file *file)
{
	unsigned depth = 1;

	for (const struct layer *up = includer; up; up = up->includer, depth++) {
		if (is_file(up, file))
			return diag_error(loader->diags, wish->at, EINVAL,
					  "the include leads back to itself: %s",
					  chain_text(loader->arena, includer, file));
	}
	if (depth > MOST_DEPTH)
		return diag_error(loader->diags, wish->at, EINVAL,
				  "more than %d includes within each other", MOST_DEPTH);
	return 0;
}

static int insert(const struct loader *loader, struct profile *profile, size_t at,
		  struct layer *layer)
{
	struct layer **last;

	if (profile->len >= MOST_LAYERS)
		return diag_error(loader->diags, NOWHERE, EINVAL,
				  "more than %d profiles at once", MOST_LAYERS);
	last = vec_push(loader->arena, profile);
	if (!last)
		return -ENOMEM;
	memmove(&profile->items[at + 1], &profile->items[at],
		(profile->len - 1 - at) * sizeof(*last));
	profile->items[at] = layer;
	return 0;
}

/* Does @layer apply wherever @includer does? Then what includes it has no condition that
 * @includer and those above it have not. */
static bool is_implied(const struct layer *layer, const struct layer *includer)
{
	for (const struct layer *up = layer->includer; up; up = up->includer) {
		const struct layer *same = includer;

		while (up->when && same && !same_file(same, up))
			same = same->includer;
		if (!same)
			return false;
	}
	return true;
}

/* The first fault counts, except that no memory and no trust count more. */
static int worse(int a, int b)
{
	if (a == -ENOMEM || b == -ENOMEM)
		return -ENOMEM;
	if (a == -EPERM || b == -EPERM)
		return -EPERM;
	return a < 0 ? a : b;
}

static int load_include(const struct loader *loader, const struct ynode *node,
			const struct layer *layer, struct profile *profile)
{
	struct file_wish wish = { .name = node->text,
				  .folder = layer->folder,
				  .at = node->at,
				  .include = true };
	int r = load_wish(loader, &wish, layer, profile);

	/* A profile that includes what is not there is not valid. */
	return r == -ENOENT ? -EINVAL : r;
}

static int load_includes(const struct loader *loader, const struct ynode *include,
			 const struct layer *layer, struct profile *profile)
{
	int r = 0;

	if (!include)
		return 0;
	if (include->kind == YNODE_SCALAR)
		return load_include(loader, include, layer, profile);
	for (const struct ynode *node = include->first; node; node = node->next)
		r = worse(r, load_include(loader, node, layer, profile));
	return r;
}

/* @includer includes what stands at @at already, for another includer: it comes to stand
 * there once more. */
static int include_again(const struct loader *loader, const struct layer *includer,
			 size_t at, struct profile *profile)
{
	struct layer *copy = arena_alloc(loader->arena, sizeof(*copy));
	int r;

	if (!copy)
		return -ENOMEM;
	*copy = *profile->items[at];
	copy->includer = includer;
	r = insert(loader, profile, at + 1, copy);
	return r < 0 ? r : load_includes(loader, copy->include, copy, profile);
}

/* What @file says, and what it includes, at the end of @profile. */
static int load_file(const struct loader *loader, const struct file *file,
		     const struct file_wish *wish, const struct layer *includer,
		     struct profile *profile)
{
	struct layer *layer = arena_alloc(loader->arena, sizeof(*layer));
	const struct ynode *include = NULL;
	const struct source *source = NULL;
	struct ynode *root = NULL;
	int r, parsed;

	if (!layer)
		return -ENOMEM;
	r = file_read(loader, file, wish->at, &source);
	if (r < 0)
		return r;
	parsed = ytree_parse(loader->arena, loader->diags, source, &root);
	layer->source = source;
	if (parsed == 0 || (parsed == -EINVAL && root))
		r = profile_decode(loader->arena, loader->diags, source, root, layer,
				   &include);
	r = worse(parsed, r);
	layer->includer = includer;
	layer->device = file->device;
	layer->inode = file->inode;
	layer->folder = file->folder;
	if (r != -ENOMEM)
		r = worse(r, load_includes(loader, include, layer, profile));
	/* Even with faults: they need not be told twice. */
	return r == -ENOMEM ? r : worse(r, insert(loader, profile, profile->len, layer));
}

static int load_wish(const struct loader *loader, const struct file_wish *wish,
		     const struct layer *includer, struct profile *profile)
{
	cleanup(file_close) struct file file = { .fd = -1 };
	size_t found = profile->len;
	int r = file_open(loader, wish, &file);

	if (r == 0)
		r = check_chain(loader, wish, includer, &file);
	if (r < 0)
		return r;
	for (size_t i = 0; includer && i < profile->len; i++) {
		if (!is_file(profile->items[i], &file))
			continue;
		if (is_implied(profile->items[i], includer))
			return 0;
		found = i;
	}
	if (found < profile->len)
		return include_again(loader, includer, found, profile);
	return load_file(loader, &file, wish, includer, profile);
}

int profile_load(const struct loader *loader, const char *name, struct profile *profile)
{
	const struct file_wish wish = { .name = name };
	int r = load_wish(loader, &wish, NULL, profile);

	return r < 0 && loader->diags->lost ? -ENOMEM : r;
}

static bool is_profile(const char *name)
{
	size_t len = strlen(name), suffix = strlen(FILE_SUFFIX);

	/* A hidden one is what a writer that was killed left behind. */
	return name[0] != '.' && len > suffix &&
	       strcmp(name + len - suffix, FILE_SUFFIX) == 0;
}

/* Of the active profile @file, which has faults, no more is left than that it is there: whoever replaces
 * it or takes it out must know. */
static int keep_broken(const struct loader *loader, const char *file, size_t before,
		       struct profile *profile)
{
	const char *base = strrchr(file, '/') + 1;
	struct layer *layer =
		profile->len > before ? profile->items[profile->len - 1] : NULL;

	profile->len = before;
	if (!layer || !layer->source || strcmp(layer->source->name, file) != 0)
		return 0;
	*layer = (struct layer){
		.name = arena_copy(loader->arena, base,
				   strlen(base) - strlen(FILE_SUFFIX)),
		.source = layer->source,
		.broken = true,
		.unsound = layer->unsound,
		.unsound_len = layer->unsound_len,
	};
	profile->len++;
	profile->items[before] = layer;
	return layer->name ? 0 : -ENOMEM;
}

static int load_active(const struct loader *loader, const char *name,
		       struct profile *profile)
{
	const struct file_wish wish = {
		.name = arena_printf(loader->arena, "/" FILE_ACTIVE "/%s", name),
		.below = true,
	};
	size_t before = profile->len;
	int r = wish.name ? load_wish(loader, &wish, NULL, profile) : -ENOMEM;

	if (r < 0 && r != -ENOMEM && keep_broken(loader, wish.name, before, profile) < 0)
		return -ENOMEM;
	return r;
}

static struct span stem_of(const char *file)
{
	return (struct span){ file, strlen(file) - strlen(FILE_SUFFIX) };
}

static int by_name(const void *a, const void *b)
{
	return span_compare(stem_of(*(const char *const *)a),
			    stem_of(*(const char *const *)b));
}

/* The files of the active profiles, in the order of the profiles' names: "web-2.yaml" comes before
 * "web.yaml" in that of the files', and web-2 behind web. */
static int list_active(const struct loader *loader, const char ***ret, size_t *ret_len)
{
	const char *const *names;
	size_t len, kept = 0;
	int r = root_list(loader->root, FILE_ACTIVE, loader->arena, &names, &len);

	if (r < 0)
		return r;
	*ret = arena_array(loader->arena, len, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	for (size_t i = 0; i < len; i++) {
		if (is_profile(names[i]))
			(*ret)[kept++] = names[i];
	}
	if (kept > 1)
		qsort(*ret, kept, sizeof(**ret), by_name);
	*ret_len = kept;
	return 0;
}

int profile_load_active(const struct loader *loader, struct profile *profile)
{
	const char **names;
	size_t len = 0;
	int r = list_active(loader, &names, &len);

	if (r < 0)
		return r == -ENOENT || r == -ENOTDIR
			       ? 0
			       : diag_error(loader->diags, NOWHERE, -r,
					    "/" FILE_ACTIVE " cannot be read: %s",
					    strerror(-r));
	for (size_t i = 0; r != -ENOMEM && i < len; i++)
		r = worse(r, load_active(loader, names[i], profile));
	return r;
}

size_t profile_leave_broken(struct profile *profile)
{
	size_t whole = 0;

	for (size_t i = 0; i < profile->len; i++) {
		if (!profile->items[i]->broken)
			profile->items[whole++] = profile->items[i];
	}
	profile->len = whole;
	return whole;
}
