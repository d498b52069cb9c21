/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Whom a rule is for, as far as names tell: comm, the last part of exe, and unit. */

#include <stdbool.h>

struct rule;

/* A program or unit that starts sessions or jobs, and that @rule is for; NULL: none. */
const char *rule_starter(const struct rule *rule);
/* Is it for PID 1, and hardly anything else? */
bool rule_is_for_first(const struct rule *rule);
/* Is it for threads of the kernel? */
bool rule_is_for_kernel(const struct rule *rule);
