/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Rules that are valid, and yet not what their author can have meant. Reading a profile
 * says nothing of them: only who asks is told.
 */

struct diags;
struct profile;

/* A warning for each that is found, once for every file. */
void rule_lint(struct diags *diags, const struct profile *profile);
