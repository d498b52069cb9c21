/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Patterns for sysctls, as glob(3) takes them below /proc/sys: "*" stops at a slash. */

#include <stdbool.h>

/* Does @pattern stand for @path? With @braces, "{a,b}" is either of the two (GLOB_BRACE). */
bool pattern_matches(const char *pattern, const char *path, bool braces);
