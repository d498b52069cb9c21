/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What is reckoned once all lines of a report are there. */

#include "oom/reader.h"
#include "oom/take.h"

/* A report that nothing is told of. */
void report_clear(struct oom_report *report);
/* Pages become KiB, rows become sums, times are understood. 0 or -ENOMEM. */
int report_finish(struct taking *taking, const struct oom_reader_wish *wish)
	__attribute__((warn_unused_result));
