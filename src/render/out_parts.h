/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Members that several JSON documents have, in one form. */

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

struct out;

/* A line of a file (with @column: and the column), or null. */
void out_place(struct out *out, const char *key, struct origin at, bool column);
/* `needs`: the words for enum privilege bits. */
void out_needs(struct out *out, unsigned needs);
/* `diagnostics`; @diags may be NULL. */
void out_diagnostics(struct out *out, const struct diags *diags);
/* A moment in seconds since the epoch, as RFC 3339 in UTC; null where it is negative: not told. */
void out_moment(struct out *out, const char *key, int64_t wall);
/* A number that is not told where it is below 0: null then. */
void out_told(struct out *out, const char *key, int64_t value);
