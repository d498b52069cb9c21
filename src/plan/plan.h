/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A plan is the difference between what a profile wants and what a host has.
 *
 * Building one is pure: same inputs, same plan, no system calls. That is what
 * makes `diff`, `apply --dry-run` and the unit tests the same code.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "plan/plan_item.h"
#include "state/state.h"

struct arena;
struct judging;
struct layer;
struct persisted;
struct probes;
struct processes;
struct profile;
struct sysctl_loader;

/* A file of the persisted configuration that is to be written as a whole. */
struct file_change {
	const char *path;    /* below the root: "etc/sysctl.d/90-lowmemctl.conf" */
	const char *old;     /* what it holds; NULL: it is not there */
	const char *new;     /* what it is to hold; NULL: it goes */
	const char *refused; /* why it cannot be; NULL: it can */
	enum status refusal; /* what that means; STATUS_OK: STATUS_ERROR */
};

struct plan {
	struct plan_item *items; /* in the order in which they are carried out */
	size_t len, cap;
	/* What a profile asks for and another one overrides, whose name comes later: it is persisted
	 * with its profile, and counts for nothing else. */
	struct {
		struct plan_item *items;
		size_t len, cap;
	} overridden;
	/* Which layers do not apply to this host, and why; NULL: all do. */
	const char *not_applicable;
	bool applies; /* some layer does */
	/* The layers that do, in the order in which they count. */
	struct {
		const struct layer **items;
		size_t len, cap;
	} layers;
	struct plan_counts {
		size_t same, differs, skipped, refused;
	} counts;
	enum status refusal; /* STATUS_OK, or the worst of the items' */
	bool editable; /* the lines that stand in the way at boot, if any, may all be disabled */
	/* What persists it, in the order of writing, and who will read that. */
	const struct sysctl_loader *loader;
	struct {
		struct file_change *items;
		size_t len, cap;
	} files;
};

/* What a plan is to make as the profile wants it. */
enum plan_scope {
	SCOPE_LIVE = 1 << 0,
	SCOPE_BOOT = 1 << 1,
};

struct plan_request {
	const struct profile *profile;
	const struct probes *probes;
	const struct state *state; /* which probes_for()'s list was collected into */
	const struct persisted *persisted; /* NULL: the boot side is not looked at */
	const struct profile *active;	   /* the active profiles; NULL: not looked at */
	/* The rules, and the processes that were collected for them; NULL: not looked at. */
	const struct judging *judging;
	const struct processes *processes;
	bool force;	/* also what leaves the OOM killer nothing to kill */
	unsigned scope; /* enum plan_scope bits; an active profile is judged on both */
};

/*
 * Compares the profile with the host. Faults that only a host shows (150 where this kernel takes
 * 0..100) make items that are refused. Returns 0 or -ENOMEM; *@ret is written only on success.
 */
int plan_build(struct arena *arena, const struct plan_request *request, struct plan *ret)
	__attribute__((warn_unused_result));

/* Turns @item into a skipped one; plan_finish() of its plan is due once that is done to all. */
void plan_item_leave_out(struct plan_item *item, const char *reason);
/* Adds a file, with a leading slash in @path, to be changed; nothing where nothing changes. 0 or
 * -ENOMEM. */
int plan_add_file(struct arena *arena, struct plan *plan, const char *path,
		  const char *old, const char *new) __attribute__((warn_unused_result));
/* Leaves the files as they are, and with them what only they were to change. */
void plan_leave_out_files(struct plan *plan);
/* Orders and counts the items: for plans that are put together elsewhere. */
void plan_finish(struct plan *plan);

/*
 * Goes through all that profiles ask for: items and overridden ones, in the order in which the items would
 * stand if nothing were overridden.
 */
struct asked {
	const struct plan *plan;
	size_t item, overridden; /* the next of each */
};

/* NULL: that was the last. */
const struct plan_item *asked_next(struct asked *asked);

/* Is this item a change that is made to the running kernel, or to the persisted configuration? */
bool plan_item_writes(const struct plan_item *item);
bool plan_item_persists(const struct plan_item *item);
/* Is it as wanted in the running kernel, and is to stay so while others are written? Of a process none
 * of these writes changes anything. */
bool plan_item_holds(const struct plan_item *item);
/* Does some item change the running kernel? */
bool plan_writes(const struct plan *plan);
/* Is anything to be done? */
bool plan_changes(const struct plan *plan);
/* Nothing differs of what was to be judged, and nothing is refused. */
bool plan_in_sync(const struct plan *plan);
