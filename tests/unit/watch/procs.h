/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Processes in a tree, and rules for them. A test includes this once. */

#include <stdarg.h>

#include "base/arena.h"
#include "plan/rules.h"
#include "profile/profile.h"
#include "state/users.h"
#include "tree.h"

/* A process @pid, a child of @ppid, whose name and one argument are @comm. */
__attribute__((unused)) static void make_process(pid_t pid, pid_t ppid, const char *comm,
						 int adj)
{
	char path[64], text[256];

	(void)snprintf(path, sizeof(path), "proc/%d/comm", (int)pid);
	(void)snprintf(text, sizeof(text), "%s\n", comm);
	tree_file(path, text);
	(void)snprintf(path, sizeof(path), "proc/%d/cmdline", (int)pid);
	tree_file(path, comm);
	(void)snprintf(path, sizeof(path), "proc/%d/stat", (int)pid);
	(void)snprintf(
		text, sizeof(text),
		"%d (%s) S %d 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 %d 4096000 "
		"100 0\n",
		(int)pid, comm, (int)ppid, (int)pid * 10);
	tree_file(path, text);
	(void)snprintf(path, sizeof(path), "proc/%d/oom_score_adj", (int)pid);
	(void)snprintf(text, sizeof(text), "%d\n", adj);
	tree_file(path, text);
	(void)snprintf(path, sizeof(path), "proc/%d/task/%d/children", (int)pid,
		       (int)pid);
	tree_file(path, "");
}

/* "101 102 " */
__attribute__((unused)) static void make_children(pid_t pid, const char *children)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "proc/%d/task/%d/children", (int)pid,
		       (int)pid);
	tree_file(path, children);
}

__attribute__((unused)) static void set_adj(pid_t pid, int adj)
{
	char path[64], text[16];

	(void)snprintf(path, sizeof(path), "proc/%d/oom_score_adj", (int)pid);
	(void)snprintf(text, sizeof(text), "%d\n", adj);
	tree_file(path, text);
}

/* What the file holds now; -9999: there is none. */
__attribute__((unused)) static int adj_of(pid_t pid)
{
	char path[64], text[16] = "";
	int fd;

	(void)snprintf(path, sizeof(path), "proc/%d/oom_score_adj", (int)pid);
	fd = open(tree_path(path), O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -9999;
	(void)close(fd);
	return (int)strtol(text, NULL, 10);
}

__attribute__((unused)) static void end_process(pid_t pid)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf '%s/proc/%d'", tree, (int)pid);
	if (system(command) != 0)
		abort();
}

/* The rules of one layer, made ready. */
__attribute__((unused)) static struct rules ready(struct arena *arena, struct rule *rules,
						  size_t len)
{
	struct layer *layer = arena_alloc(arena, sizeof(*layer));
	const struct users users = { 0 };
	struct rules made = { 0 };

	if (!layer)
		abort();
	layer->name = "test";
	layer->rules = rules;
	layer->rules_len = len;
	if (rules_add(arena, &made, layer, &users) < 0)
		abort();
	return made;
}
