/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The loaders of persisted sysctls, as rows: who reads what at boot, in which
 * order, and what of it counts.
 *
 * All of it was observed on the programs themselves: systemd-sysctl 252
 * (sysctl.d(5)), procps-ng 4.0.2 `sysctl --system` and its predecessors
 * (sysctl(8)), busybox 1.35 `sysctl -p` (procps/sysctl.c; up to 1.31 it took no "t0/7" for t0.7).
 * tests/loaders holds the models against the real ones.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct root;

struct sysctl_loader {
	const char *name;  /* "systemd", "procps", "busybox", "sysctl.conf" */
	const char *about; /* what the host has of it: "sysctl --system of procps 4" */
	/* Of one name only the file in the earliest folder is read. NULL-ended, without the
	 * leading slash; none: sysctl.conf alone. */
	const char *const *folders;
	/* Reads the folders in turn, whatever the files' names; then one of the same name in /etc or
	 * /run hides those before it, and what is no file counts for nothing. */
	bool in_turn;
	unsigned
		conf_turn; /* with that: the number of the folder before which sysctl.conf is read */
	bool conf;	 /* reads /etc/sysctl.conf, after all others */
	bool dot_files;	 /* reads ".x.conf" as well */
	bool credential; /* reads the credential sysctl.extra, after all others */
	/* Each key is written once: an equal assignment keeps the place of the earlier one, another
	 * one takes it away and comes last. Else every line is written in its turn. */
	bool once;
	bool dash;	 /* "-key = v" is an assignment whose failure does not count */
	bool dash_blank; /* "- key = v" as well */
	bool dash_twice; /* so is "--key = v" */
	bool exclusions; /* "-key" alone: no pattern sets the key */
	bool cancels;	 /* and no earlier line does */
	bool globs;	 /* patterns in keys stand for what is there */
	bool braces;	 /* "{a,b}" in a pattern is either of the two */
	bool glob_exclusions; /* "-pattern" alone: no pattern sets what matches it */
	bool parents;	      /* takes ".." in a key for what it is in a path */
	bool tails;	      /* takes a key with a separator behind it */
	bool by_sight; /* takes a dot in a key for a slash where there is such a folder */
	bool joins;    /* a "\\" at the end of a line joins the next one to it */
	bool valued;   /* passes over "key =" */
	bool stops; /* reads nothing of a file behind a value that the kernel refuses */
};

/*
 * The loader of the host below @root; with @name, the one of that name as this host has it.
 * 0, -EINVAL: there is no loader called @name; -ENOMEM.
 */
int sysctl_loader_detect(struct arena *arena, const struct root *root, const char *name,
			 const struct sysctl_loader **ret)
	__attribute__((warn_unused_result));

/* The loaders' names, NULL-ended. */
extern const char *const sysctl_loader_names[];

/* The name of the loader that reads the same folders, and may make something else of them; NULL:
 * there is none. */
const char *sysctl_loader_rival(const struct sysctl_loader *loader);
