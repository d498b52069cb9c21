/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A small host in a tree, and profiles that are to be persisted there. */

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "plan/persist.h"
#include "plan/plan.h"
#include "plan/probe.h"
#include "profile/profile.h"
#include "profile/ytree.h"
#include "state/persisted.h"
#include "state/state.h"
#include "state/sysctlloader.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define V	   "version: 1\n"
#define ACTIVE	   "etc/lowmemctl/active.d/"
#define DROPIN	   "etc/sysctl.d/90-lowmemctl.conf"
#define SWAPPINESS "proc/sys/vm/swappiness"

struct world {
	struct arena *arena;
	struct root root;
	struct diags diags;
	struct profile profile, active;
	struct probes probes;
	struct state state;
	struct persisted persisted;
	struct plan plan;
};

__attribute__((unused)) static void world_begin(struct world *world)
{
	*world = (struct world){ .arena = arena_new(SIZE_MAX) };
	world->diags = diags_in(world->arena);
	tree_begin();
	tree_file(SWAPPINESS, "60\n");
	tree_file("proc/sys/vm/dirty_bytes", "0\n");
	tree_file("proc/sys/vm/dirty_ratio", "20\n");
	tree_file("proc/sys/net/ipv4/conf/eth0/rp_filter", "0\n");
	tree_file("proc/sys/net/ipv4/conf/lo/rp_filter", "0\n");
	tree_file("sys/kernel/mm/transparent_hugepage/enabled",
		  "[always] madvise never\n");
	tree_folders("etc/sysctl.d/x");
	is_int(root_init(&world->root, tree), 0, "a tree");
}

__attribute__((unused)) static void world_end(struct world *world)
{
	state_done(&world->state);
	root_done(&world->root);
	arena_free(world->arena);
	tree_end();
}

/* Adds the profile @name that says @text. */
__attribute__((unused)) static struct layer *world_add(struct world *world,
						       struct profile *profile,
						       const char *name, const char *text)
{
	struct source *source = arena_alloc(world->arena, sizeof(*source));
	struct layer *layer = arena_alloc(world->arena, sizeof(*layer));
	const struct ynode *include;
	struct ynode *root = NULL;

	*source = (struct source){ name, text, strlen(text) };
	if (ytree_parse(world->arena, &world->diags, source, &root) < 0 ||
	    profile_decode(world->arena, &world->diags, source, root, layer, &include) <
		    0)
		abort();
	profile->items = profile->items
				 ? profile->items
				 : arena_array(world->arena, 8, sizeof(struct layer *));
	profile->items[profile->len++] = layer;
	profile->cap = 8;
	return layer;
}

/* Reads the tree as @loader would, and plans what the profiles want of it. */
__attribute__((unused)) static void world_build(struct world *world, const char *loader,
						unsigned scope)
{
	struct plan_request request = {
		.profile = &world->profile,
		.probes = &world->probes,
		.state = &world->state,
		.persisted = &world->persisted,
		.active = &world->active,
		.scope = scope,
	};
	struct state_request wanted = { 0 };
	const struct sysctl_loader *row = NULL;

	if (sysctl_loader_detect(world->arena, &world->root, loader, &row) < 0 ||
	    persisted_read(world->arena, &world->root, &world->diags, row, true,
			   &world->persisted) < 0 ||
	    probes_for(world->arena, &world->profile, &world->probes) < 0)
		abort();
	wanted.probes = world->probes.items;
	wanted.len = world->probes.len;
	wanted.host = world->probes.host;
	if (state_collect(world->arena, &world->root, &wanted, &world->state) < 0 ||
	    plan_build(world->arena, &request, &world->plan) < 0)
		abort();
}

__attribute__((unused)) static struct persist_request world_request(struct world *world,
								    bool edit)
{
	return (struct persist_request){
		.profile = &world->profile,
		.persisted = &world->persisted,
		.active = &world->active,
		.edit_conflicts = edit,
	};
}

/* All in one: what persist would do. */
__attribute__((unused)) static int world_persist(struct world *world, const char *loader,
						 bool edit)
{
	const struct persist_request request = world_request(world, edit);

	world_build(world, loader, SCOPE_BOOT);
	return persist_plan(world->arena, &request, SCOPE_BOOT, &world->plan);
}

/* The file of the plan at @path; NULL: it is none of them. */
__attribute__((unused)) static const struct file_change *
world_file(const struct world *world, const char *path)
{
	for (size_t i = 0; i < world->plan.files.len; i++) {
		if (strcmp(world->plan.files.items[i].path, path) == 0)
			return &world->plan.files.items[i];
	}
	return NULL;
}

/* Carries the plan's files out. */
__attribute__((unused)) static void world_write(const struct world *world)
{
	for (size_t i = 0; i < world->plan.files.len; i++) {
		const struct file_change *change = &world->plan.files.items[i];

		if (change->new)
			tree_file(change->path, change->new);
		else
			(void)unlink(tree_path(change->path));
	}
}
