/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What `schedule next` shows: when schedules run next. */

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "render/term.h"

struct arena;
struct diags;
struct upcoming;

/* A moment, and what local time calls it. */
struct moment {
	int64_t at;	     /* seconds since the epoch */
	const char *people;  /* "Thu 2026-11-26 03:30 CET" */
	const char *rfc3339; /* "2026-11-26T03:30:00+01:00" */
	const char *zone;    /* "CET" */
};

struct schedules_view {
	struct arena *arena;
	const struct upcoming *upcoming;
	const struct moment
		*moments; /* the runs of all its items, one behind the other */
	int64_t now;
	const struct diags *diags;
	enum status status;
};

/* 0, -ENOMEM, or -EIO where it could not be written. */
int view_schedules(const struct schedules_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));
