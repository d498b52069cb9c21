/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The boot side of a plan's items: what each will be after a reboot, and whether that is judged. */

#include <stdbool.h>

struct arena;
struct layer;
struct plan_item;
struct plan_request;
struct profile;

/* Is one of the name of @profile among the @active ones (NULL: there are none), and sound? */
bool boot_is_active(const struct profile *active, const struct layer *profile);

/*
 * Fills in what @item, which was compared with the running kernel, will be at boot, and settles
 * what is to be done about both. 0 or -ENOMEM.
 */
int boot_judge(struct arena *arena, const struct plan_request *request,
	       struct plan_item *item) __attribute__((warn_unused_result));
