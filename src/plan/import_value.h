/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the kernel would make of one line, in the words of a profile. */

#include <stdbool.h>

struct arena;
struct conf_line;
struct knob;

struct import_value {
	const struct conf_line *line;
	const struct knob *knob; /* NULL: not in the catalogue, or a glob */
	const char *pattern; /* of the paths that a glob stands for; NULL: it is none */
	const char *text;    /* NULL: no profile can have it */
	const char *why;     /* ... and the sentence that says why */
	bool cut;	     /* the kernel reads the numbers in front, and not the rest */
	bool rewritten;	     /* a number is in decimal that is not there */
	bool zero;
};

/* @line must be an assignment. 0 or -ENOMEM. */
int import_value(struct arena *arena, const struct conf_line *line,
		 struct import_value *ret) __attribute__((warn_unused_result));
