/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A profile: what somebody wants of a host's memory behaviour.
 *
 * Reading one looks at no host: sizes, percentages and globs stay as they are
 * written, conditions are not judged. plan/ does that, with a state.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "profile/rule.h"

struct arena;
struct diags;
struct knob;
struct ynode;

/* `when:`; a member that is not there is NULL / WHEN_ANY and holds everywhere. */
enum when_highmem {
	WHEN_ANY,
	WHEN_NO,
	WHEN_YES,
};

struct when {
	struct origin at;
	enum when_highmem highmem;
	const char *const *arch; /* one of these; NULL-ended; NULL: any */
	const char *kernel;	 /* comparators, see base/kver.h */
	const char *memory;	 /* size comparators: ">=2G <64G" */
};

/* A value for one knob, or for all that a glob stands for. */
struct setting {
	const char *key; /* canonical: "vm.swappiness", dotted; or "/sys/..." */
	bool sysfs;	 /* from `sysfs:`, else from `sysctl:` */
	bool glob;	 /* holds * ? or [ */
	bool optional;
	const char *value; /* as written */
	const struct knob
		*knob;	  /* mainline's row; NULL: not in the catalogue, or a glob */
	struct origin at; /* of the key */
	struct origin value_at;
};

enum tristate {
	UNSET,
	OFF,
	ON,
};

enum drop_mode {
	DROP_PAGECACHE = 1,
	DROP_SLAB = 2,
	DROP_ALL = 3,
};

struct drop_schedule {
	struct origin at;
	const char *schedule;	/* cron fields or @daily, as written; NULL: `every` */
	uint64_t every_seconds; /* 0: `schedule` */
	enum drop_mode mode;
	bool sync;
	const char *only_if; /* NULL: always */
	bool under_pressure; /* also while tasks wait for memory that is being reclaimed */
};

/* What one file says. */
struct layer {
	const struct layer
		*includer;	 /* whose `when` must hold too; NULL: named by the user */
	const char *name;	 /* "highmem-protect" */
	const char *description; /* NULL: none */
	const struct source *source;
	const struct when *when; /* NULL: always */

	bool has_lower_zone_protection;
	int64_t lower_zone_protection;
	struct origin lower_zone_protection_at;
	enum tristate oom_kill;
	struct origin oom_kill_at;

	struct drop_schedule *schedules;
	size_t schedules_len;
	struct rule *rules;
	size_t rules_len;
	struct setting *settings;
	size_t settings_len;

	/* For profile/load: which file it is, where it lies (NULL: it was not named by its
	 * path), and what it includes. */
	dev_t device;
	ino_t inode;
	const char *folder;
	const struct ynode *include;
	bool broken; /* an active one with faults: it has nothing but its name and source */
	/* Of one with faults, what could be read; it counts for nothing. */
	const struct setting *unsound;
	size_t unsound_len;
};

/* The layer above all includers of @layer: the one that was asked for. */
static inline const struct layer *layer_root(const struct layer *layer)
{
	while (layer->includer)
		layer = layer->includer;
	return layer;
}

/* Layers in the order in which they count: later wins. Includes stand before their
 * includer. A file that several include is there once, unless they have conditions of
 * their own: then once for each, side by side. */
struct profile {
	struct layer **items;
	size_t len, cap;
};

/*
 * What the tree @root says (NULL: nothing), as one layer. `include:` names are left to the
 * caller (profile/load): *@ret_include is a text, a list of texts, or NULL, with -EINVAL
 * too; then all else there is of *@ret is what is unsound. 0, -EINVAL with all faults in @diags, -ENOMEM.
 */
int profile_decode(struct arena *arena, struct diags *diags, const struct source *source,
		   const struct ynode *root, struct layer *ret,
		   const struct ynode **ret_include) __attribute__((warn_unused_result));
