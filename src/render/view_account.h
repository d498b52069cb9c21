/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the two ways of showing accounts of knobs share. */

#include "render/view.h"
#include "state/account.h"

/* The text for people. 0, -ENOMEM or -EIO. */
int view_accounts_text(const struct account_view *view, const struct term *term)
	__attribute__((warn_unused_result));
