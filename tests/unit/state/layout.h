/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Loaders of every generation, and trees of files for them to read. */

#include <fcntl.h>
#include <unistd.h>

#include "state/sysctlloader.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

/* A bit for each loader that a layout is held against. */
enum {
	SD = 1U << 0,	   /* systemd */
	PP405 = 1U << 1,   /* procps 4.0.5 */
	PP4 = 1U << 2,	   /* 4.0.0 to 4.0.4 */
	PP17 = 1U << 3,	   /* 3.3.17 */
	PP16 = 1U << 4,	   /* 3.3.16 and earlier */
	CONF = 1U << 5,	   /* sysctl -p /etc/sysctl.conf */
	BUSYBOX = 1U << 6, /* the same by busybox */
	ALPINE = 1U << 7,  /* and for one file after the other */
	LAYOUT_LOADERS = 8,
	BB = BUSYBOX | ALPINE,
	PP = PP405 | PP4 | PP17 | PP16,
	NEW_PP = PP405 | PP4, /* those with patterns and exclusions */
	OLD_PP = PP17 | PP16,
	FOLDERS = SD | PP, /* all that read folders */
	MODERN = SD | NEW_PP,
};

struct layout_loader {
	const char *label, *name;
	const char *path, *text; /* what tells which of them the host has */
};

static const struct layout_loader layout_loaders[LAYOUT_LOADERS] = {
	{ "systemd", "systemd", NULL, NULL },
	{ "procps 4.0.5", "procps", "usr/lib/libproc2.so.1.0.0", "" },
	{ "procps 4", "procps", "usr/lib/libproc2.so.0.0.1", "" },
	{ "procps 3.3.17", "procps", "usr/lib/libprocps.so.8.0.3", "" },
	{ "procps 3.3.16", "procps", "usr/lib/libprocps.so.8.0.2", "" },
	{ "sysctl.conf", "sysctl.conf", NULL, NULL },
	{ "busybox", "busybox", NULL, NULL },
	{ "Alpine", "busybox", "etc/init.d/sysctl", "for f in /run/sysctl.d/*.conf" },
};

/* A file, or a link, or a folder. */
struct entry {
	const char *path;
	const char *text;
	const char *link;
	bool folder;
};

#define HAS(name, bytes)                                                                 \
	{                                                                                \
		.path = (name), .text = (bytes)                                          \
	}
#define LEADS(name, to)                                                                  \
	{                                                                                \
		.path = (name), .link = (to)                                             \
	}
#define FOLDER(name)                                                                     \
	{                                                                                \
		.path = (name), .folder = true                                           \
	}

__attribute__((unused)) static void layout_make(const struct entry *entries)
{
	for (const struct entry *entry = entries; entry->path; entry++) {
		if (entry->link)
			tree_link(entry->link, entry->path);
		else if (entry->text)
			tree_file(entry->path, entry->text);
		else
			tree_folders(entry->path);
		if (entry->folder && mkdir(tree_path(entry->path), 0755) < 0)
			abort();
	}
}

/* The loader number @i, as the host of this test has it. */
__attribute__((unused)) static const struct sysctl_loader *
layout_loader(struct arena *arena, const struct root *root, unsigned i)
{
	const struct layout_loader *wanted = &layout_loaders[i];
	const struct sysctl_loader *loader = NULL;

	if (wanted->path)
		tree_file(wanted->path, wanted->text);
	if (sysctl_loader_detect(arena, root, wanted->name, &loader) < 0)
		abort();
	if (wanted->path && unlink(tree_path(wanted->path)) < 0)
		abort();
	return loader;
}
