/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Values of knobs that are sizes, as a profile may write them: "64M" for 65536 kB. */

#include <stdbool.h>

struct arena;
struct plan_item;

/*
 * Are all of @item's values, and @now (NULL: none), whole numbers of KiB or 0? A row
 * shows sizes or the kernel's own numbers, never both: they could not be compared.
 */
bool size_text_fits(const struct plan_item *item, const char *now);
/* @value of @item, which fits. NULL: no memory. */
const char *size_text(struct arena *arena, const struct plan_item *item,
		      const char *value) __attribute__((warn_unused_result));
