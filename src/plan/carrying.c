/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/carrying.h"

#include <string.h>

enum carrier carrying_by(const struct carrying *carrying)
{
	for (size_t i = 0; i < carrying->files.len; i++) {
		if (carrying->files.items[i].ours)
			return carrying->files.items[i].carrier;
	}
	return CARRIER_WATCH;
}

const struct carrying_file *carrying_file(const struct carrying *carrying,
					  const char *path)
{
	for (size_t i = 0; i < carrying->files.len; i++) {
		if (strcmp(carrying->files.items[i].path, path) == 0)
			return &carrying->files.items[i];
	}
	return NULL;
}

const struct carrying *carryings_find(const struct carryings *carryings,
				      const char *profile)
{
	for (size_t i = 0; i < carryings->len; i++) {
		if (strcmp(carryings->items[i].profile, profile) == 0)
			return &carryings->items[i];
	}
	return NULL;
}
