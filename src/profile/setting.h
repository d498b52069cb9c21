/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* `sysctl:` and `sysfs:`: knobs with their values, held against the catalogue. */

#include <stdbool.h>

struct decoder;
struct layer;
struct shape;

/* Regular expressions for what keys may look like. */
extern const char setting_sysctl_pattern[], setting_sysfs_pattern[];

/* The settings of @shape into @layer. Faults go to the diagnostics: 0, or -ENOMEM. */
int settings_decode(struct decoder *decoder, const struct shape *shape,
		    struct layer *layer) __attribute__((warn_unused_result));

/* Can a profile have @key, in its canonical form, below `sysctl:` or (@sysfs) `sysfs:`? */
bool setting_has_key(const char *key, bool sysfs);
