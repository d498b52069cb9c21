/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Sentences: folded at blanks to the terminal's width, later lines indented.
 *
 * Where there is no terminal a sentence stays on its line, so that tools find
 * it whole. A word is never broken: paths and commands can be copied.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "render/term.h"

struct prose {
	const struct term *term;
	unsigned indent; /* of all lines but the first */
	size_t column, blanks;
	bool folded; /* this line begins with the indentation */
	enum paint paint;
};

struct prose prose_on(const struct term *term, unsigned indent);
/* More of it; words only end at blanks, not where @text ends. */
void prose_add(struct prose *prose, enum paint paint, const char *text);
/* Ends its last line. */
void prose_end(struct prose *prose);
/* The whole of one. */
void prose_sentence(const struct term *term, unsigned indent, const char *before,
		    const char *text);
