/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Tables drawn by libsmartcols, where the host has it. */

#include "render/table_fold.h"

/* 0; -ENOSYS with nothing written: there is no such library here, or it cannot show this;
 * -ENOMEM. */
int table_smartcols(const struct table_layout *layout, const struct term *term)
	__attribute__((warn_unused_result));
