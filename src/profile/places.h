/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The profiles that can be named, without a look into them. */

struct loader;

/* The name of a profile that is nearest to @name; NULL: none is near. */
const char *places_nearest(const struct loader *loader, const char *name);
