/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What `apply` and `persist` do alike: a plan made under the lock, checked, carried out, shown. */

#include "base/status.h"

struct context;

/* @scope: enum plan_scope bits. */
enum status apply_with(struct context *context, unsigned scope);
