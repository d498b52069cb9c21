/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * From lines to reports: which line belongs to which.
 *
 * A report begins with its header. Lines without one are of a report whose beginning was lost, if
 * they say that somebody was killed, or that zones ran out; else they are of something that looks
 * alike. A line that contradicts what the report has already is of another one: no report is made
 * of two.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oom/reader.h"
#include "oom/stream.h"

/* As many tasks as are in the middle of a report at a time, where lines say whose they are. */
#define ASSEMBLY_STREAMS 4

struct assembly {
	struct arena *arena;
	const struct oom_reader_wish *wish;
	const char *file;
	struct stream streams[ASSEMBLY_STREAMS];
	struct retold retold;
	struct failed failed; /* of the last line about one */
	bool foreign; /* figures are of something that looks alike, until the next header */
};

/* Adds a line. 0 or a negative errno. */
int assembly_take(struct assembly *assembly, const struct logical *logical)
	__attribute__((warn_unused_result));
/* Is a report open? */
bool assembly_is_open(const struct assembly *assembly);
/* Has one all that it will get: a victim, or another end? */
bool assembly_is_ended(const struct assembly *assembly);
/* Hands over what is open. 0 or a negative errno. */
int assembly_close(struct assembly *assembly) __attribute__((warn_unused_result));
/* Leaves out what is open. */
void assembly_drop(struct assembly *assembly);
