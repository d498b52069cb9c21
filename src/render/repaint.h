/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One picture after the other in the same place of a terminal.
 *
 * Each is written at once, over the one before: nothing is cleared but what the new one leaves, so
 * that nothing flickers. What has no room is cut off at the right, and below: first empty lines
 * go, and then it is said how many lines there are besides.
 */

#include <stddef.h>

#include "render/term.h"

/* Clears the terminal, and hides the cursor. */
void repaint_begin(const struct term *term);
/* Shows @text, lines with their newlines. 0 or -EIO. */
int repaint_show(const struct term *term, const char *text, size_t len)
	__attribute__((warn_unused_result));
/* The cursor is back, below the picture. */
void repaint_end(const struct term *term);
