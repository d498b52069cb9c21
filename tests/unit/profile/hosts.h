/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A host and a shipped folder in a directory of the test's own, and loading from them. */

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "profile/load.h"
#include "sys/root.h"
#include "tap.h"

#define LOCAL "root/etc/lowmemctl/profiles/"

struct hosts {
	char dir[64];
	struct root root;
	struct arena *arena;
	struct diags diags;
	struct loader loader;
	struct profile profile;
};

/* Makes the directory and goes there. */
__attribute__((unused)) static bool hosts_init(struct hosts *hosts)
{
	static const char *const dirs[] = { "root",
					    "root/etc",
					    "root/etc/lowmemctl",
					    "root/etc/lowmemctl/profiles",
					    "shipped",
					    "own" };

	*hosts = (struct hosts){ .dir = "/tmp/lowmemctl-test.XXXXXX" };
	(void)umask(022);
	if (!mkdtemp(hosts->dir) || chdir(hosts->dir) < 0)
		return false;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (mkdir(dirs[i], 0755) < 0)
			return false;
	}
	return root_init(&hosts->root, "root") == 0;
}

/* A fresh arena, diagnostics and profile. */
__attribute__((unused)) static void hosts_reset(struct hosts *hosts, enum trust trust)
{
	arena_free(hosts->arena);
	hosts->arena = arena_new((size_t)64 << 20);
	hosts->diags = diags_in(hosts->arena);
	hosts->profile = (struct profile){ 0 };
	hosts->loader = (struct loader){ hosts->arena, &hosts->diags, &hosts->root,
					 "shipped", trust };
}

static int hosts_remove(const char *path, const struct stat *st, int flag,
			struct FTW *where)
{
	(void)st;
	(void)flag;
	(void)where;
	return remove(path);
}

__attribute__((unused)) static void hosts_done(struct hosts *hosts)
{
	arena_free(hosts->arena);
	root_done(&hosts->root);
	(void)nftw(hosts->dir, hosts_remove, 8, FTW_DEPTH | FTW_PHYS);
}

__attribute__((unused)) static bool put(const char *path, const char *text)
{
	cleanup_file FILE *file = fopen(path, "wb");

	return file && fputs(text, file) >= 0;
}

__attribute__((unused)) static const char *said(struct hosts *hosts)
{
	return hosts->diags.first ? hosts->diags.first->message : "(nothing)";
}

/* Loads @name alone. */
__attribute__((unused)) static int load_fresh(struct hosts *hosts, const char *name,
					      enum trust trust)
{
	hosts_reset(hosts, trust);
	return profile_load(&hosts->loader, name, &hosts->profile);
}

/* "base(a) a" : the layers with their includers. */
__attribute__((unused)) static const char *layers(struct hosts *hosts)
{
	const char *text = "";

	for (size_t i = 0; text && i < hosts->profile.len; i++) {
		const struct layer *layer = hosts->profile.items[i];
		const char *up = layer->includer ? layer->includer->name : NULL;

		text = arena_printf(hosts->arena, "%s%s%s%s%s%s", text, i ? " " : "",
				    layer->name, up ? "(" : "", up ? up : "",
				    up ? ")" : "");
	}
	return text;
}
