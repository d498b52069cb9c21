/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Who carries out the schedules of profiles on a host, and the files by which they do. Pure;
 * apply/carrier reads them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "plan/timers.h"

/* A file that lies where one of a profile's schedules would. */
struct carrying_file {
	const char *path; /* below the root */
	const char *text; /* NULL: it could not be read, or is no text */
	enum carrier carrier;
	bool ours; /* else it is somebody else's that has this name, and does not count */
};

struct carrying {
	const char *profile; /* its name */
	struct {
		struct carrying_file *items;
		size_t len, cap;
	} files;
};

/* Of several profiles, one for each name. */
struct carryings {
	struct carrying *items;
	size_t len, cap;
};

/* Who carries out what @carrying is about. The daemon does where there are no files of ours. */
enum carrier carrying_by(const struct carrying *carrying);

/* The file at @path, or NULL: there is none. */
const struct carrying_file *carrying_file(const struct carrying *carrying,
					  const char *path);

/* That of @profile; NULL: it was not looked at. */
const struct carrying *carryings_find(const struct carryings *carryings,
				      const char *profile);
