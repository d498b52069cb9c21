/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The shape of a profile: the tables that say what one may hold, and the structs that they
 * decode into. profile.c makes the model of those.
 */

#include "profile/schema.h"

struct shape_when {
	const struct ynode *node;
	struct given highmem, arch, kernel, memory;
};

struct shape_schedule {
	const struct ynode *node;
	struct given schedule, every, mode, sync, only_if, under_pressure;
};

struct shape_match {
	const struct ynode *node;
	struct given comm, exe, cmdline, cmdline_regex, user, group, cgroup, unit, parent;
};

struct shape_clamp {
	const struct ynode *node;
	struct given min, max;
};

struct shape_rule {
	const struct ynode *node;
	struct given name;
	struct shape_match match;
	struct given oom_adj, oom_score_adj;
	struct shape_clamp clamp; /* oom_score_adj as a map */
	struct given children;
	struct given children_value; /* children as a number */
	struct given floor, drift;
};

struct shape_setting {
	const struct ynode *node;
	struct given value, optional;
};

struct shape {
	const struct ynode *node;
	struct given version, name, description, include;
	struct shape_when when;
	struct given lower_zone_protection, oom_kill;
	struct given_list drop_caches; /* of struct shape_schedule */
	struct given_list processes;   /* of struct shape_rule */
	struct given sysctl, sysfs;
};

/* Words and what they stand for: enum tristate, enum drop_mode, enum rule_children but for
 * its value, whether the floor is hard, enum rule_drift, and whether caches are dropped under
 * pressure. */
extern const struct enumtab shape_switches[], shape_modes[], shape_inheritance[],
	shape_floors[], shape_drifts[], shape_pressures[];
/* A whole profile, into a struct shape. */
extern const struct schema shape_profile;
/* A setting that is written as a map, into a struct shape_setting. */
extern const struct schema shape_setting;
