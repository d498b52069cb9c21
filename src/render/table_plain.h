/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Tables as columns padded with blanks: for files and pipes, and where there is no
 * libsmartcols. */

#include "render/table_fold.h"

struct arena;

/* 0 or -ENOMEM. */
int table_plain(struct arena *arena, const struct table_layout *layout,
		const struct term *term) __attribute__((warn_unused_result));
