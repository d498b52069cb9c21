/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Undoing an earlier apply: a plan whose wanted values are the ones that the
 * journal found. It is carried out by the same code as any plan.
 */

#include <stdbool.h>

#include "plan/plan.h"

struct arena;
struct entry;
struct root;

/*
 * The plan that undoes @entry on @root as it is now. Where a value is neither the one that was
 * written nor the one that was found, somebody changed it since: that item is refused unless
 * @force. (Not for an entry that was cut short or got stuck: anything may have been left there.)
 * 0 or -ENOMEM.
 */
int revert_plan(struct arena *arena, const struct root *root, const struct entry *entry,
		bool force, struct plan *ret) __attribute__((warn_unused_result));
