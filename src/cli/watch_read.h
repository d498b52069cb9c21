/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The daemon as others see it: whether one runs, and what it last said of itself. */

struct context;
struct watch_seen;

/* What cannot be found out has its reason in ret->problem. 0 or -ENOMEM. */
int watch_read(const struct context *context, struct watch_seen *ret)
	__attribute__((warn_unused_result));
