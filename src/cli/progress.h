/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* One line on standard error that says how far a long job is, and is gone when it ends. */

#include <stdbool.h>
#include <stdint.h>

struct context;
struct term;

struct progress {
	const struct term *term; /* NULL: nobody is to see it */
	int64_t begun_ms, shown_ms;
	bool shown;
};

/* There is one where standard error is a terminal, and -q was not given. */
struct progress progress_for(const struct context *context);
/* Is it time to show it anew? Not in the first second, and ten times a second at most. */
bool progress_due(struct progress *progress);
/* Shows @text instead of what is there. */
void progress_show(struct progress *progress, const char *text);
/* Takes it away. */
void progress_end(struct progress *progress);
