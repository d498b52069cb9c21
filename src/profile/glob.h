/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What can be said of a rule's globs without a text to match: fnmatch(3) without flags. */

#include <stdbool.h>
#include <stddef.h>

/* Does @glob stand for itself alone? */
bool glob_is_literal(const char *glob);
/* Bytes of the shortest text that it matches; never too many. */
size_t glob_shortest(const char *glob);
/* Bytes that every text begins with which it matches. */
size_t glob_prefix(const char *glob);
/* Does @glob match all that @other matches? False where that is not certain. */
bool glob_covers(const char *glob, const char *other);
