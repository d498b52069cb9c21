/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A memory control group, as far as the OOM killer is concerned: who is in it, and what its
 * points are thousandths of.
 *
 * When a group is at its limit, the killer looks at its processes and those of the groups below it,
 * and takes the limit for the whole memory: with as much swap as there is and the group may use,
 * where swappiness is not 0 (Linux mm/memcontrol.c, mem_cgroup_get_max(); the same since 2.6.36).
 * A group that has no limit never is at it: then the nearest one above that has one counts.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct arena;
struct host;
struct root;

struct memcg {
	const char *path; /* as in /proc/PID/cgroup: "/", "/system.slice/a.service" */
	bool unified;	  /* of cgroup v2 */
	const char *
		limited; /* the group whose limit counts; NULL: the host's memory is the limit */
	uint64_t total_kib;
	/* memory.oom.group is 1 (4.19, v2): with the victim all others in it are killed, but for those
	 * with an oom_score_adj of -1000. */
	bool all_die;
	bool nobody_dies; /* memory.oom_control says so (v1): who needs memory waits */
};

/*
 * The group that @name stands for: a path as in /proc/PID/cgroup, or of its directory below
 * /sys/fs/cgroup. 0; -EINVAL: it cannot be a group's; -ENOSYS: there is no memory controller;
 * -ENOENT: there is no such group; -ENOMEM.
 */
int memcg_find(struct arena *arena, const struct root *root, const char *name,
	       const struct host *host, struct memcg *ret)
	__attribute__((warn_unused_result));

/* Is a process with these lines of /proc/PID/cgroup in it, or in a group below it? */
bool memcg_holds(const struct memcg *memcg, const char *lines);
