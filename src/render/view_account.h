/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the two ways of showing accounts of knobs share. */

#include "render/view.h"
#include "state/account.h"

struct out;
struct process_account;

/* The text for people. 0, -ENOMEM or -EIO. */
int view_accounts_text(const struct account_view *view, const struct term *term)
	__attribute__((warn_unused_result));

/* One process: as a member of a list, and as text. 0 or -ENOMEM. */
void view_process(struct out *out, const struct process_account *account);
int view_process_text(struct arena *arena, const struct process_account *account,
		      const struct term *term) __attribute__((warn_unused_result));
