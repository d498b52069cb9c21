/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Which logs `diagnose` reads: those of the command line, or the usual places. */

#include "base/status.h"

struct diagnosing;

/* Do the options and operands name one kind of source? */
enum status log_sources_check(const struct diagnosing *diagnosing);
/* Reads them. 0, or a negative errno where nothing more can be read; what else went wrong is in the
 * feed. Where there is no report, *@ret_places says where none is: "a.log, b.log". */
int log_sources_read(struct diagnosing *diagnosing, const char **ret_places)
	__attribute__((warn_unused_result));
