/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/places.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/near.h"
#include "base/span.h"
#include "base/vec.h"
#include "profile/file.h"
#include "profile/format.h"
#include "profile/load.h"
#include "profile/ytree.h"
#include "sys/root.h"

struct places {
	struct profile_place *items;
	size_t len, cap;
};

/* A file that is called NAME.yaml. What is not is 0, too. */
static int add(const struct loader *loader, struct places *places, const char *folder,
	       const char *file, bool local)
{
	size_t len = strlen(file), suffix = strlen(FILE_SUFFIX), at;
	struct profile_place *place;
	const char *name;

	if (len <= suffix || strcmp(file + len - suffix, FILE_SUFFIX) != 0)
		return 0;
	name = arena_copy(loader->arena, file, len - suffix);
	if (!name)
		return -ENOMEM;
	if (format_name.fault(loader->arena, name, &at))
		return 0;
	place = vec_push(loader->arena, places);
	if (!place)
		return -ENOMEM;
	place->name = name;
	place->local = local;
	place->path = arena_printf(loader->arena, "%s/%s", folder, file);
	if (!place->path)
		return -ENOMEM;
	place->masked = local && file_is_masked(loader, place->path + 1);
	return 0;
}

static int add_local(const struct loader *loader, struct places *places)
{
	const char *const *names;
	size_t len;
	int r = root_list(loader->root, FILE_LOCAL, loader->arena, &names, &len);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (size_t i = 0; r == 0 && i < len; i++)
		r = add(loader, places, "/" FILE_LOCAL, names[i], true);
	return r;
}

static int add_shipped(const struct loader *loader, struct places *places)
{
	cleanup_dir DIR *dir = opendir(loader->shipped);
	int r = 0;

	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (r == 0) {
		const struct dirent *entry = readdir(dir);

		if (!entry)
			break;
		r = add(loader, places, loader->shipped, entry->d_name, false);
	}
	return r;
}

/* By name; of one name the local one first. */
static int compare(const void *a, const void *b)
{
	const struct profile_place *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (int)y->local - (int)x->local;
}

/* One of each name stays. */
static void hide(struct places *places)
{
	size_t kept = 0;

	for (size_t i = 0; i < places->len; i++) {
		struct profile_place *place = &places->items[i];

		if (kept > 0 && strcmp(places->items[kept - 1].name, place->name) == 0)
			places->items[kept - 1].hides = true;
		else
			places->items[kept++] = *place;
	}
	places->len = kept;
}

/* Sorted by name, one for each. 0 or a negative errno. */
static int find(const struct loader *loader, struct profile_place **ret, size_t *ret_len)
{
	struct places places = { 0 };
	int r = add_local(loader, &places);

	if (r == 0)
		r = add_shipped(loader, &places);
	if (r < 0)
		return r;
	if (places.len > 0)
		qsort(places.items, places.len, sizeof(*places.items), compare);
	hide(&places);
	*ret = places.items;
	*ret_len = places.len;
	return 0;
}

const char *places_nearest(const struct loader *loader, const char *name)
{
	struct near near = near_to(name);
	struct profile_place *places;
	size_t len;

	if (find(loader, &places, &len) < 0)
		return NULL;
	for (size_t i = 0; i < len; i++)
		if (!places[i].masked)
			near_try(&near, places[i].name);
	return near.best;
}

/* What it says of itself; NULL where that cannot be found out. */
static const char *describe(const struct loader *loader,
			    const struct profile_place *place)
{
	struct diags unheard = diags_in(loader->arena);
	struct loader quiet = *loader;
	struct file_wish wish = { .name = place->name };
	cleanup(file_close) struct file file = { .fd = -1 };
	const struct source *source;
	struct ynode *root;
	const struct ynode *node;
	struct span text;

	quiet.diags = &unheard;
	quiet.trust = TRUST_ANY;
	if (file_open(&quiet, &wish, &file) < 0 ||
	    file_read(&quiet, &file, NOWHERE, &source) < 0 ||
	    ytree_parse(loader->arena, &unheard, source, &root) < 0 || !root)
		return NULL;
	node = ynode_get(root, "description");
	if (!node || node->kind != YNODE_SCALAR)
		return NULL;
	text = span_trim(span_of(node->text));
	return arena_copy(loader->arena, text.at, text.len);
}

int profile_places(const struct loader *loader, struct profile_place **ret,
		   size_t *ret_len)
{
	int r = find(loader, ret, ret_len);

	if (r < 0)
		return diag_error(loader->diags, NOWHERE, -r,
				  "the profiles cannot be listed: %s", strerror(-r));
	for (size_t i = 0; i < *ret_len; i++) {
		struct profile_place *place = &(*ret)[i];

		if (!place->masked)
			place->description = describe(loader, place);
	}
	return 0;
}
