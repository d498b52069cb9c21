/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The profiles that can be named, without a look into them. */

#include <stddef.h>

struct loader;
struct profile_place;

/* Sorted by name, one for each. 0 or a negative errno. */
int places_find(const struct loader *loader, struct profile_place **ret, size_t *ret_len)
	__attribute__((warn_unused_result));

/* The name of a profile that is nearest to @name; NULL: none is near. */
const char *places_nearest(const struct loader *loader, const char *name);
