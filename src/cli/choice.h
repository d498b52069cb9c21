/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Options that take one of a few words. */

#include "base/enumtab.h"
#include "base/status.h"
#include "cli/command.h"

/* The value of the word that option @id, called @name, was given: in *@ret, which stays as it is where it was not
 * given. Another word is told with those that there are. */
enum status choice_read(struct context *context, enum option_id id, const char *name,
			const struct enumtab *words, int *ret);
