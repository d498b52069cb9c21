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

#include "base/diag.h"
#include "base/privilege.h"
#include "base/status.h"
#include "state/state.h"

struct arena;
struct knob;
struct probes;
struct profile;

enum item_kind {
	ITEM_SYSCTL,
	ITEM_SYSFS,
	ITEM_PROCESS,
	ITEM_SCHEDULE,
};

enum live_status {
	LIVE_SAME,
	LIVE_DIFFERS,
	LIVE_ABSENT,
	LIVE_UNREADABLE,
	LIVE_UNKNOWN, /* not looked at: rules, schedules, words that do not apply */
};

enum boot_status {
	BOOT_UNKNOWN, /* the persisted configuration was not looked at */
	BOOT_SAME,
	BOOT_DIFFERS,
	BOOT_UNSET,
	BOOT_OVERRIDDEN,
};

enum plan_action {
	ACTION_NONE,
	ACTION_WRITE,
	ACTION_PERSIST,
	ACTION_WRITE_PERSIST,
	ACTION_SKIP,   /* left out, and that is no error */
	ACTION_REFUSE, /* cannot be done on this host: nothing at all will be touched */
};

struct plan_item {
	enum item_kind kind;
	const char *key;  /* canonical name; a rule's or schedule's for the other kinds */
	const char *path; /* relative to the root; NULL for processes and schedules */
	const struct knob *knob; /* the row for this kernel; NULL: not in the catalogue */
	const struct live *source; /* what was read; NULL: there is no file */
	struct origin from;
	const char *layer; /* the profile that asks */

	const char *want; /* what is written; NULL where it could not be told */
	const char *live; /* its meaning now; NULL: see live_status */
	const char *boot;
	struct origin boot_from; /* the line that decides `boot` */
	enum live_status live_status;
	enum boot_status boot_status;

	enum plan_action action;
	enum status refusal; /* what refusing means: STATUS_NO_KNOB, STATUS_BAD_PROFILE */
	unsigned needs;	     /* enum privilege bits for the write */
	const char *reason;  /* why it is skipped or refused, or what to know of it; NULL:
				nothing */

	/* What puts the old state back; another file where a twin was the active one. */
	const char *undo_path;
	const char *undo_value; /* NULL: it cannot be put back */
};

struct plan {
	struct plan_item *items; /* in the order in which they are carried out */
	size_t len, cap;
	/* Which layers do not apply to this host, and why; NULL: all do. */
	const char *not_applicable;
	bool applies; /* some layer does */
	struct plan_counts {
		size_t same, differs, skipped, refused;
	} counts;
	enum status refusal; /* STATUS_OK, or the worst of the items' */
};

/*
 * Compares @profile with @state, which probes_for()'s list was collected into.
 * Faults that only a host shows (150 where this kernel takes 0..100) make items that are
 * refused. Returns 0 or -ENOMEM; *@ret is written only on success.
 */
int plan_build(struct arena *arena, const struct profile *profile,
	       const struct probes *probes, const struct state *state, struct plan *ret)
	__attribute__((warn_unused_result));

/* Turns @item of @plan into a skipped one. */
void plan_leave_out(struct plan *plan, struct plan_item *item, const char *reason);
/* Orders and counts the items: for plans that are put together elsewhere. */
void plan_finish(struct plan *plan);

/* Is this item a change that apply makes? */
bool plan_item_writes(const struct plan_item *item);
/* Nothing differs, as far as live goes (and, with @boot, the persisted configuration). */
bool plan_in_sync(const struct plan *plan, bool boot);
