/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Items for the processes that rules are for, and for those that these started. */

struct arena;
struct plan;
struct plan_request;

/*
 * Adds them to @plan; where the processes were not looked at, an item for each rule that says so.
 * Where nothing would be left that the OOM killer can kill, which makes the kernel panic, those
 * that shield are refused unless @request forces it. 0 or -ENOMEM.
 */
int process_items(struct arena *arena, const struct plan_request *request,
		  struct plan *plan) __attribute__((warn_unused_result));
