/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* An item of a plan: one thing that a profile asks for, what the host has of it, and what is to be
 * done about it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "base/privilege.h"
#include "base/status.h"

struct knob;
struct layer;
struct live;

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
	const char *
		key; /* canonical name; "pid:812"; a schedule's, and a rule's that no process
			     matches */
	const char *label;	 /* how people are told of it; NULL: by its key */
	const char *path;	 /* relative to the root; NULL where there is no file */
	const struct knob *knob; /* the row for this kernel; NULL: not in the catalogue */
	const struct live *source; /* what was read; NULL: there is no file */
	struct origin from;
	const char *layer; /* the profile that asks */
	size_t place;	   /* among all that is asked for; 0: it sets nothing */

	const char *want; /* what is written; NULL where it could not be told */
	const char *live; /* its meaning now; NULL: see live_status */
	const char *boot;
	struct origin boot_from; /* the line that decides `boot` */
	enum live_status live_status;
	enum boot_status boot_status;

	/* For persist: the pattern that stands for this key, if the profile has one; else NULL. */
	const char *pattern;
	bool named; /* persist: it does not win there, so that its key is written, too */
	bool persisted; /* a line for it is among what the plan's files are to hold */
	/* It was to be, and was left out: plan_leave_out_files(), conflicts_leave_out(). Its profile's active
	 * copy has it all the same: what the loader cannot do, the apply service may. */
	bool unpersisted;
	/* The layer that asks and is no include; whether persist made that active here. */
	const struct layer *profile;
	bool active;

	enum plan_action action;
	/* What refusing means: STATUS_NO_KNOB, STATUS_BAD_PROFILE; STATUS_RESTORED: another
	 * line of the persisted configuration stands in the way. */
	enum status refusal;
	unsigned needs;	    /* enum privilege bits for the write */
	const char *reason; /* why it is skipped or refused, or what to know of it; NULL:
				nothing */

	struct item_process {
		pid_t pid; /* 0: it is about none */
		const char *comm;
		const char *rule;
		/* Clock ticks after boot: with the pid, what tells it from others. */
		uint64_t started;
		bool hard; /* the floor below which it cannot lower itself goes along */
	} process;

	/* What puts the old state back; another file where a twin was the active one. */
	const char *undo_path;
	const char *undo_value; /* NULL: it cannot be put back */
};

/* How people are told of it. */
static inline const char *plan_item_name(const struct plan_item *item)
{
	return item->label ? item->label : item->key;
}
