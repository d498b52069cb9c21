/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * An import is a profile of what a sysctl.conf says, or of what `sysctl -a` printed.
 *
 * It is what the kernel would make of these lines: the last one of a key counts, numbers are
 * read by their prefix, and of a pair that excludes itself one is in force. What a profile
 * cannot have is left out, with a warning that names the line. No host is looked at.
 */

#include "profile/draft.h"

struct arena;
struct conf_lines;
struct diags;

/*
 * The settings of @lines, as a draft without a name. Where they are the output of `sysctl
 * -a`, what the catalogue does not know is passed over: the most of it is not meant to be
 * set. 0 or -ENOMEM.
 */
int import_lines(struct arena *arena, struct diags *diags, const struct conf_lines *lines,
		 struct draft *ret) __attribute__((warn_unused_result));

/* "99-web" for "/etc/sysctl.d/99-Web.conf"; "imported" where nothing is left of it. NULL:
 * out of memory. */
const char *import_name(struct arena *arena, const char *path);
