/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What persist writes for sysctls: a section for each active profile, in the order of their
 * names, so that later names win. Pure: text to text.
 *
 *	# profile web
 *	# web, line 7
 *	vm.swappiness = 10
 *	# end of profile web
 *
 * They make up a drop-in of their own or, on hosts that read one file only, a block in
 * /etc/sysctl.conf, all else in which stays byte for byte as it was.
 */

#include <stdbool.h>

#include "base/span.h"

struct arena;

/* A section to put in, or to take out. */
struct section {
	const char *name; /* of the profile */
	const char *body; /* whole lines; NULL: it goes */
};

/* The text of a drop-in: @old (NULL: there is none) with @section, or @old itself where that has
 * nothing to go. NULL in *@ret: none is left. 0 or -ENOMEM. */
int sections_in_dropin(struct arena *arena, const char *old,
		       const struct section *section, const char **ret)
	__attribute__((warn_unused_result));

/*
 * The text of a sysctl.conf: @old (NULL: there is none) with @section in its block; @last: the block
 * moves to the end. NULL in *@ret: there was no such file before the block, and nothing else is in it.
 * 0 or -ENOMEM.
 */
int sections_in_conf(struct arena *arena, const char *old, const struct section *section,
		     bool last, const char **ret) __attribute__((warn_unused_result));

/* Where in @text sections are: in all of it, if it is a @dropin of ours; else in its block, if there is
 * one. */
struct span sections_in(const char *text, bool dropin);
/* Takes the next section off @rest, of what sections_in() gives: its name, and its lines. False: there
 * is none. */
bool section_next(struct span *rest, struct span *ret_name, struct span *ret_body);

/* The name of the profile in whose section line @number (from 1) of @text stands; len 0: in none. */
struct span section_of_line(const char *text, unsigned number, bool dropin);

/* @text with line @number made a comment that conf_lines_enable() knows; @text itself where it is one.
 * NULL: out of memory. */
const char *conf_line_disable(struct arena *arena, const char *text, unsigned number);
/* @text with the lines enabled again that conf_line_disable() disabled and @wanted() speaks for; @text
 * itself where there are none. NULL: out of memory. */
const char *conf_lines_enable(struct arena *arena, const char *text,
			      bool (*wanted)(const void *data, struct span line),
			      const void *data);
