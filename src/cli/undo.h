/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Undoing one journal entry: what `revert` does, and the guard of a trial. */

#include <stdbool.h>

#include "apply/result.h"
#include "base/status.h"
#include "plan/plan.h"

struct context;

struct undo {
	struct context *context;
	unsigned long id; /* 0: the newest that can be undone */
	bool force;	  /* also what somebody else changed since */
	bool partial;	  /* leave that out instead of refusing */
	bool dry;

	/* What came of it. */
	unsigned long entry; /* the one that was undone; 0: there was nothing to undo */
	bool planned, carried_out;
	struct plan plan;
	struct result result;
};

/* The caller holds the lock. */
enum status undo_entry(struct undo *undo);

/* For the guard of a trial, @data a struct undo: takes the lock, and undoes the entry unless it was
 * settled meanwhile. */
int undo_trial(void *data);
