/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * YAML text in the making; ytree reads it back as the very same texts.
 *
 * libyaml's own emitter knows no comments. A scalar is written plain where no
 * reader of YAML could take it for anything but that text (or that number),
 * else in double quotes with escapes. What is not UTF-8 cannot be said in YAML
 * and becomes U+FFFD: ytext_holds() tells before.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct arena;

struct ytext {
	struct text text;
};

struct ytext ytext_in(struct arena *arena);

/* @text as it is: indentation, colons, brackets. */
void ytext_add(struct ytext *ytext, const char *text);
/* One line. Where it is meant as a text, a number is not (@number) written as one. */
void ytext_scalar(struct ytext *ytext, const char *text, bool number);
/* "@indent@key: @value", a line. */
void ytext_entry(struct ytext *ytext, const char *indent, const char *key,
		 const char *value, bool number);
/* @lines, each as comments of at most 80 columns, behind @indent. NULL: none. */
void ytext_comment(struct ytext *ytext, const char *indent, const char *lines);

/* Can @text be written so that it reads back as the same? */
bool ytext_holds(const char *text);

/* The text, with a NUL behind: 0 or -ENOMEM. */
int ytext_finish(struct ytext *ytext, const char **ret, size_t *ret_len)
	__attribute__((warn_unused_result));
