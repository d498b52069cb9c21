/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Asking before touching: does this process have what every step needs?
 *
 * Two questions a step. The door: may the file be opened for writing (the
 * kernel's own answer, which covers uid, mode, mount and namespace)? And the
 * handler: does it ask for a capability besides, which opening does not tell?
 */

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"

struct arena;
struct diags;
struct root;

/*
 * Goes over the writes of @plan. With @relax, what cannot be done is turned into a skipped item;
 * otherwise each is an error in @diags with what it lacks.
 * 0; -EPERM where a privilege is missing; -ECANCELED where none is, and something else is in the
 * way of a file; -ENOMEM.
 */
int check_privileges(struct arena *arena, const struct root *root, struct plan *plan,
		     bool relax, struct diags *diags) __attribute__((warn_unused_result));

/* All privileges that the writes of @plan need, or may need, as enum privilege bits. */
unsigned check_needs(const struct plan *plan);
