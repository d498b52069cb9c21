/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What `drop-caches` shows: what it freed, by zone and by order. */

#include <stdbool.h>
#include <stdint.h>

#include "apply/drop.h"
#include "base/status.h"
#include "render/term.h"

struct arena;
struct diags;
struct memory;
struct zone;

struct drop_view {
	struct arena *arena;
	const struct drop_request *request;
	const struct memory *before, *after; /* NULL: it never came to it */
	const struct drop_outcome *outcome;  /* NULL: likewise */
	const char *skipped; /* why nothing was done; NULL: something was */
	const struct diags *diags;
	enum status status;
};

/* 0, -ENOMEM, or -EIO where it could not be written. */
int view_drop(const struct drop_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));

/* The zone of @memory that is @zone's; NULL: it has none such. For views of before and after. */
const struct zone *view_drop_zone(const struct memory *memory, const struct zone *zone);
/* What is free in @zone, which tells that, with what the CPUs keep at hand. */
int64_t view_drop_free(const struct zone *zone);
/* As view_drop(), for people. */
int view_drop_text(const struct drop_view *view, const struct term *term)
	__attribute__((warn_unused_result));
