/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Carrying out a plan: all of it, or none.
 *
 * The journal entry is on disk before the first write. Each value is written
 * once and read back by its knob's rule; everything is verified once more at
 * the end. When a step fails, or SIGINT, SIGTERM or SIGHUP comes, what was
 * done is put back in reverse order.
 *
 * The caller holds the lock (apply/lock.h), built the plan under it, and asked
 * apply/check.h whether the process may do it.
 */

#include "apply/journal.h"
#include "apply/result.h"
#include "plan/plan.h"

struct arena;
struct diags;
struct root;

/*
 * Carries out @plan, and gives up for good every privilege that it does not need.
 * 0 with *@ret (whose status tells how it went), or -errno when nothing was touched because the
 * journal could not be written or memory ran out (reason in @diags).
 */
int apply_run(struct arena *arena, const struct root *root, const struct plan *plan,
	      const struct journal_run *run, struct diags *diags, struct result *ret)
	__attribute__((warn_unused_result));
